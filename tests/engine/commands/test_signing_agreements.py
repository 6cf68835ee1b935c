"""Texts by version, and who must sign them before the door opens."""

from collections.abc import Mapping
from datetime import datetime

import pytest

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands import sessions
from engine.commands.signing_agreements import agree_to_conduct, note_signed, set_agreement
from engine.people.identity import SYSTEM
from engine.people.signed import CONDUCT, SHARING
from engine.reads.authority.agreement_pages import agreements_of
from tests.builders import DAY, HERE, HOUR, MONDAY, Authority, account, authority
from tests.engine.commands.calls_of_signing_in import SIGNED, TEXT

WORKER, TEACHER = account(role="social_worker"), account(role="education_practitioner")


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def put(world: Authority, agreement: str, now: datetime = MONDAY, **more: str) -> int:
    return set_agreement(world.database, world.actor("administrator"), now, agreement, {**TEXT, **more})


def unsigned(world: Authority, who: str, now: datetime) -> tuple[bool, bool]:
    """What they must sign who sign in at this moment: the code of conduct, and their organisation its agreement."""
    found = sessions.present(world.database, sessions.begin(world.database, SYSTEM, now, who), now)
    assert found is not None
    return found.unsigned.conduct is not None, found.unsigned.sharing is not None


def test_where_no_text_was_set_nothing_is_asked(world: Authority) -> None:
    assert [unsigned(world, who, MONDAY) for who in (WORKER, TEACHER)] == [(False, False)] * 2


def test_a_person_agrees_to_each_version(world: Authority) -> None:
    database, worker = world.database, world.actor("social_worker")
    version = put(world, CONDUCT)
    assert (version, unsigned(world, WORKER, MONDAY)) == (1, (True, False))
    agree_to_conduct(database, worker, MONDAY, version)
    agree_to_conduct(database, worker, MONDAY, version)  # a double click
    assert [unsigned(world, who, MONDAY)[0] for who in (WORKER, TEACHER)] == [False, True]
    second = put(world, CONDUCT, MONDAY + DAY)
    assert unsigned(world, WORKER, MONDAY + DAY)[0]
    with pytest.raises(NotPossible, match="Another version has come"):
        agree_to_conduct(database, worker, MONDAY + DAY, version)
    agree_to_conduct(database, worker, MONDAY + DAY, second)
    assert not unsigned(world, WORKER, MONDAY + DAY)[0]


def test_an_organisation_signs_but_not_that_which_has_the_cases(world: Authority) -> None:
    database, by = world.database, world.actor("administrator")
    with pytest.raises(NotPossible, match="No agreement is set"):
        note_signed(database, by, MONDAY, "education", SIGNED)
    put(world, SHARING)
    assert [unsigned(world, who, MONDAY) for who in (TEACHER, WORKER, account(role="auditor"))] == [
        (False, True),
        (False, False),
        (False, False),
    ]
    note_signed(database, by, MONDAY, "education", SIGNED)
    assert unsigned(world, TEACHER, MONDAY) == (False, False)
    assert unsigned(world, account(role="health_practitioner"), MONDAY) == (False, True)
    with pytest.raises(NotPossible, match="signed this version already"):
        note_signed(database, by, MONDAY, "education", SIGNED)
    with database.read() as connection:
        found = {one.name: one for one in agreements_of(connection, HERE, MONDAY).organisations}
    assert sorted(name for name, one in found.items() if not one.missing) == ["Education"]


def test_a_version_that_is_to_come_can_be_signed_before(world: Authority) -> None:
    """So that nobody stands before a door on its day."""
    database, by = world.database, world.actor("administrator")
    put(world, SHARING, first_day=f"{MONDAY + 3 * DAY:%Y-%m-%d}")
    assert not unsigned(world, TEACHER, MONDAY)[1]
    note_signed(database, by, MONDAY + HOUR, "education", SIGNED)
    later = MONDAY + 4 * DAY
    assert [unsigned(world, who, later)[1] for who in (TEACHER, account(role="health_practitioner"))] == [False, True]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "text"),
        ({**TEXT, "first_day": "2026-02-27"}, "first_day"),
        ({**TEXT, "first_day": "soon"}, "first_day"),
        ({"text": "x" * 20_001}, "text"),
    ],
)
def test_what_is_no_text_or_day_is_refused(world: Authority, answers: Mapping[str, str], field: str) -> None:
    with pytest.raises(BadAnswers) as bad:
        set_agreement(world.database, world.actor("administrator"), MONDAY, CONDUCT, answers)
    assert [*bad.value.problems] == [field]


def test_who_may(world: Authority) -> None:
    database, worker = world.database, world.actor("social_worker")
    put(world, SHARING)
    for refused in (
        lambda: set_agreement(database, worker, MONDAY, CONDUCT, TEXT),
        lambda: note_signed(database, worker, MONDAY, "education", SIGNED),
    ):
        with pytest.raises(NotAllowed):
            refused()
    for nothing in (
        lambda: set_agreement(database, world.actor("administrator"), MONDAY, "another", TEXT),
        lambda: note_signed(database, world.actor("administrator"), MONDAY, "nowhere", SIGNED),
    ):
        with pytest.raises(NotFound):
            nothing()
