"""Roles with their days, those that take two administrators, and what nobody does by a slip."""

from datetime import datetime

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands.accounts import disable_account
from engine.commands.administering import add_person, enable_account
from engine.commands.giving_roles import (
    agree_to_role,
    drop_proposed_role,
    end_asked_role,
    end_role,
    give_asked_role,
    give_role,
)
from engine.people import identity
from engine.people.identity import SYSTEM
from engine.record.chain import authority_chain, lines
from engine.tables import Membership, ProposedRole
from tests.builders import DAY, MONDAY, Authority, all_rows, authority

WRITER = "pathway_writer"
IN_TEAM = {"role": "team_manager", "place": "social_care duty_team"}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def roles(world: Authority, account: str, now: datetime) -> set[str]:
    with world.database.read() as connection:
        return set(identity.actor(connection, account, now).roles)


def day(number: int) -> str:
    return (MONDAY + number * DAY).date().isoformat()


def gives(world: Authority, answers: dict[str, str], account: str = "social_worker.1", by: int = 1) -> str | None:
    administrator = world.actor("administrator", number=by)
    return give_asked_role(world.database, administrator, MONDAY, account, answers).membership


def test_a_role_is_held_from_its_first_day_to_its_last(world: Authority) -> None:
    gives(world, {**IN_TEAM, "first_day": day(2), "last_day": day(4)})
    held = [number for number in range(7) if "team_manager" in roles(world, "social_worker.1", MONDAY + number * DAY)]
    assert held == [2, 3, 4]


def test_a_role_that_whoever_runs_the_system_gives_is_proposed_no_longer(world: Authority) -> None:
    """It would be agreed to when the role has ended."""
    assert gives(world, {"role": "auditor"}) is None
    given = give_role(world.database, SYSTEM.at(world.id), MONDAY, "social_worker.1", "auditor")
    with world.database.read() as connection:
        proposed = connection.execute(select(ProposedRole.membership_id, ProposedRole.settled_at)).one()
        (said,) = [line.payload or {} for line in lines(connection, authority_chain(world.id), ["role_given"])][-1:]
    assert (proposed.membership_id, proposed.settled_at) == (given, MONDAY)
    assert said["proposed_by"] == world.actor("administrator").account


def test_a_role_is_ended_now_on_a_day_or_before_it_began(world: Authority) -> None:
    database, by = world.database, world.actor("administrator")
    now = give_role(database, by, MONDAY, "social_worker.1", WRITER)
    end_role(database, by, MONDAY + DAY, now)
    assert WRITER in roles(world, "social_worker.1", MONDAY)
    assert WRITER not in roles(world, "social_worker.1", MONDAY + DAY)
    with pytest.raises(AlreadyDone):
        end_role(database, by, MONDAY + 2 * DAY, now)
    later = give_role(database, by, MONDAY + 2 * DAY, "social_worker.1", WRITER, held_from=MONDAY + 9 * DAY)
    end_role(database, by, MONDAY + 3 * DAY, later)
    assert WRITER not in roles(world, "social_worker.1", MONDAY + 10 * DAY)
    on_a_day = gives(world, IN_TEAM) or ""
    end_asked_role(database, by, MONDAY, on_a_day, {"last_day": day(3)})
    assert "team_manager" in roles(world, "social_worker.1", MONDAY + 3 * DAY)
    assert "team_manager" not in roles(world, "social_worker.1", MONDAY + 4 * DAY)


@pytest.mark.parametrize(
    ("answers", "field", "said"),
    [
        ({"role": "team_manager"}, "place", "“Organisation and team”"),
        (
            {"role": "team_manager", "place": "education"},
            "place",
            "is of Children's social care, and what you chose is",
        ),
        ({"role": "auditor", "place": "education"}, "place", "is held in no organisation"),
        ({"role": "no_role"}, "role", ""),
        ({**IN_TEAM, "first_day": day(-1)}, "first_day", "today or in the future"),
        ({**IN_TEAM, "first_day": day(3), "last_day": day(2)}, "last_day", "must not be before the first day"),
        ({**IN_TEAM, "last_day": day(-2)}, "last_day", "today or in the future"),
    ],
)
def test_what_cannot_be_is_said_beside_its_cause(
    world: Authority, answers: dict[str, str], field: str, said: str
) -> None:
    with pytest.raises(BadAnswers) as refused:
        gives(world, answers)
    assert list(refused.value.problems) == [field]
    assert said in refused.value.problems[field]


def test_a_role_is_not_given_twice_for_one_time(world: Authority) -> None:
    gives(world, {**IN_TEAM, "first_day": day(5)})
    gives(world, {**IN_TEAM, "last_day": day(4)})
    for again in ({}, {"first_day": day(6)}, {"last_day": day(5)}):
        with pytest.raises(BadAnswers, match="already"):
            gives(world, {**IN_TEAM, **again})


def test_nobody_gives_rights_to_themselves(world: Authority) -> None:
    for answers in (IN_TEAM, {"role": "auditor"}):
        with pytest.raises(NotAllowed, match="themselves"):
            gives(world, answers, "administrator.1")


@pytest.mark.parametrize("role", sorted(identity.GIVEN_BY_TWO))
def test_what_opens_much_is_given_by_two(world: Authority, role: str) -> None:
    database, first, second = world.database, world.actor("administrator"), world.actor("administrator", number=2)
    with pytest.raises(NotAllowed):
        give_role(database, first, MONDAY, "housing_officer.1", role)
    came = give_asked_role(database, first, MONDAY, "housing_officer.1", {"role": role, "last_day": day(9)})
    assert came.membership is None
    assert role not in roles(world, "housing_officer.1", MONDAY)
    for nobody in (first, world.actor("auditor")):
        with pytest.raises(NotAllowed):
            agree_to_role(database, nobody, MONDAY, came.proposal or "")
    agree_to_role(database, second, MONDAY + DAY, came.proposal or "")
    assert role in roles(world, "housing_officer.1", MONDAY + 9 * DAY)
    assert role not in roles(world, "housing_officer.1", MONDAY + 10 * DAY)
    with pytest.raises(AlreadyDone):
        drop_proposed_role(database, first, MONDAY + DAY, came.proposal or "")
    with database.read() as connection:
        told = [one for one in lines(connection, authority_chain(world.id)) if one.kind.startswith("role_")]
    assert [one.kind for one in told] == ["role_proposed", "role_given"]
    assert (told[1].payload or {})["proposed_by"] == "administrator.1"
    assert told[1].actor == "administrator.2"


def test_whoever_is_to_get_it_does_not_agree_and_either_drops_it(world: Authority) -> None:
    database, first = world.database, world.actor("administrator")
    came = give_asked_role(database, first, MONDAY, "administrator.2", {"role": "auditor"})
    with pytest.raises(NotAllowed):
        agree_to_role(database, world.actor("administrator", number=2), MONDAY, came.proposal or "")
    drop_proposed_role(database, world.actor("administrator", number=2), MONDAY, came.proposal or "")
    with pytest.raises(AlreadyDone):
        agree_to_role(database, first, MONDAY, came.proposal or "")


def test_the_system_gives_alone(world: Authority) -> None:
    give_role(world.database, world.system, MONDAY, "housing_officer.1", "administrator")
    assert "administrator" in roles(world, "housing_officer.1", MONDAY)


def test_somebody_always_administers(world: Authority) -> None:
    database, first, second = world.database, world.actor("administrator"), world.actor("administrator", number=2)
    with pytest.raises(NotAllowed, match="your own account"):
        disable_account(database, first, MONDAY, "administrator.1")
    disable_account(database, second, MONDAY, "administrator.1")
    with pytest.raises(NotPossible, match="Nobody else"):
        end_role(database, second, MONDAY, "administrator.2:administrator:None")
    with pytest.raises(NotPossible, match="Nobody else"):
        end_asked_role(database, second, MONDAY, "administrator.2:administrator:None", {"last_day": day(9)})
    enable_account(database, second, MONDAY, "administrator.1")
    end_role(database, second, MONDAY, "administrator.2:administrator:None")
    assert roles(world, "administrator.2", MONDAY) == set()
    with pytest.raises(AlreadyDone):
        enable_account(database, first, MONDAY, "administrator.1")


def test_a_person_is_added_with_a_first_role_or_not_at_all(world: Authority) -> None:
    database, by = world.database, world.actor("administrator")
    before = all_rows(database=database)
    wrong = {"name": "Jo", "email_address": "jo@example.org", "role": "team_manager"}
    with pytest.raises(BadAnswers) as refused:
        add_person(database, by, MONDAY, wrong)
    assert (list(refused.value.problems), all_rows(database=database)) == (["place"], before)
    with pytest.raises(BadAnswers) as refused:
        add_person(database, by, MONDAY, {"name": "Jo", "email_address": "AUDITOR.1@example.org ", "role": "none"})
    assert list(refused.value.problems) == ["email_address"]
    made, given = add_person(database, by, MONDAY, {**wrong, "place": IN_TEAM["place"]})
    assert given
    assert given.membership
    assert roles(world, made, MONDAY) == {"team_manager"}


def test_each_entry_says_all_of_its_row(world: Authority) -> None:
    held = gives(world, {**IN_TEAM, "first_day": day(2), "last_day": day(4)})
    with world.database.read() as connection:
        (told,) = [one for one in lines(connection, authority_chain(world.id)) if one.kind == "role_given"]
        row = connection.execute(select(Membership.__table__).where(Membership.id == held)).one()
    said = dict(told.payload or {})
    moments = {name: datetime.fromisoformat(said.pop(name)) for name in ("held_from", "held_until")}
    assert said == {
        "membership": row.id,
        "account_id": row.account_id,
        "role": row.role,
        "organisation_id": row.organisation_id,
        "team_id": row.team_id,
    }
    assert moments == {"held_from": row.held_from, "held_until": row.held_until}


def test_a_role_of_another_authority_is_not_there(world: Authority) -> None:
    with pytest.raises(NotFound):
        end_role(world.database, world.actor("administrator"), MONDAY, "nothing")
