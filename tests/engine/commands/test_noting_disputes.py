"""What somebody says is wrong stands beside the answer wherever it is read, and the answer stays as it was given."""

from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound
from engine.commands.noting_disputes import note_dispute
from engine.reads.case.answered import Said, said
from engine.reads.case.earlier import EarlierAnswers
from engine.tables import Answers, DisputeNote
from tests.builders import DAY, MONDAY, Authority, authority, case_at
from tests.engine.commands.calls_of_subject import WRONG
from tests.engine.export.packs import made, stored_case
from tests.rerun.rerunning import differing


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def started(world: Authority, case: str) -> str:
    with world.database.read() as connection:
        return connection.execute(select(Answers.id).where(Answers.case_id == case)).scalars().all()[0]


def read(world: Authority, case: str, role: str) -> tuple[Said, ...]:
    with world.database.read() as connection:
        given = EarlierAnswers(connection, world.actor(role), case).those()
        return tuple(one for rows in said(connection, world.actor(role), given) for one in rows)


def noted(world: Authority, case: str, **other: Any) -> None:
    note_dispute(world.database, world.actor("social_worker"), MONDAY, case, started(world, case), {**WRONG, **other})


def test_it_stands_beside_the_answer_for_who_may_read_it(world: Authority) -> None:
    case = case_at(authority=world, concerns="He is never at school.")
    noted(world, case)
    for role in ("social_worker", "health_practitioner", "auditor"):  # the health practitioner referred
        row = next(one for one in read(world, case, role) if one.field == "concerns")
        assert (row.words, [one.words for one in row.disputed]) == ("He is never at school.", [WRONG["words"]])
        (noted_by,) = {one.by for one in row.disputed}
        assert (noted_by == "Social worker 1") is (role != "health_practitioner")  # a partner reads where they work
        assert noted_by
    assert not any(one.disputed for one in read(world, case, "social_worker") if one.field != "concerns")


def test_what_is_sent_twice_is_kept_once(world: Authority) -> None:
    case = case_at(authority=world)
    for words in ("Zqonce", "Zqonce", "Zqother"):
        noted(world, case, words=words)
    row = next(one for one in read(world, case, "social_worker") if one.field == "concerns")
    assert sorted(one.words for one in row.disputed) == ["Zqonce", "Zqother"]


def test_it_is_in_a_full_pack_and_in_no_redacted_one(world: Authority) -> None:
    case = case_at(authority=world)
    noted(world, case)
    stored = stored_case(world.database, case)
    full = made(stored, MONDAY + DAY)
    assert full.text("index.html").count(WRONG["words"]) == 2  # where it was noted, and beside the answer
    assert "Said to be wrong by The child’s mother on 2 March 2026" in full.text("answers.csv")
    redacted = made(stored, MONDAY + DAY, redacted=True)
    assert not any(b"Zqwrong" in content for content in redacted.files.values())


def test_the_record_leads_to_the_note(world: Authority) -> None:
    case = case_at(authority=world)
    noted(world, case)
    assert not differing(database=world.database)
    with world.database.transaction() as connection:  # planted
        connection.execute(update(DisputeNote).values(words="Nothing is wrong."))
    assert differing(database=world.database)


def test_who_sees_not_all_or_only_oversees_keeps_none(world: Authority) -> None:
    case = case_at(authority=world)
    given = started(world, case)
    for role, refusal in (("health_practitioner", NotAllowed), ("auditor", NotAllowed), ("housing_officer", NotFound)):
        with pytest.raises(refusal):
            note_dispute(world.database, world.actor(role), MONDAY, case, given, WRONG)
    with pytest.raises(BadAnswers):
        noted(world, case, field="nothing_of_this_name")
    with pytest.raises(NotFound):
        note_dispute(world.database, world.actor("social_worker"), MONDAY, case, "nothing", WRONG)
