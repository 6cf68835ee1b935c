"""Who could see a case at a moment, whatever let them in or kept it from them then."""

from datetime import datetime

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import NotFound
from engine.commands import giving_roles, restricting, setting_covers
from engine.commands.accounts import disable_account
from engine.commands.administering import enable_account
from engine.people.identity import Actor, actor
from engine.people.who_knows import must_read
from engine.reads.audit.who_could_see import BY_GLASS, everybody_who_could_see
from engine.tables import Account
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at
from tests.engine.commands.calls_of_keeping import WHY, bars, breaks_glass, restricts
from tests.engine.commands.calls_of_people import A_WEEK, moves

BY_TEAM = "their team has the case"
GUEST = "housing_officer.1"


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def could(world: Authority, case: str, at: datetime, reader: Actor | None = None) -> dict[str, tuple[str, ...]]:
    """By account; for the moment of the last change it is what holds."""
    with world.database.read() as connection:
        found = everybody_who_could_see(connection, reader or world.system, case, at)
    return {one.account: one.rules for one in found}


def agrees(world: Authority, case: str, now: datetime) -> None:
    """With what everybody is let read at that moment, by the rule itself."""
    with world.database.read() as connection:
        everybody = connection.scalars(select(Account.id)).all()
        know: set[str] = set()
        for one in everybody:
            try:
                must_read(connection, actor(connection, one, now), case)
            except NotFound:
                continue
            know.add(one)
    assert could(world, case, now).keys() == know


def test_who_acts_for_a_colleague_could_see_as_long_as_they_did(world: Authority) -> None:
    case = case_at(authority=world)
    giving_roles.give_role(
        world.database, world.system, MONDAY - DAY, GUEST, "social_worker", "social_care", world.other_team
    )
    absent = world.actor("social_worker")
    cover = setting_covers.set_cover(
        world.database, absent, MONDAY + DAY, "social_worker.1", {**A_WEEK, "covering": GUEST}
    )
    agrees(world, case, MONDAY + 2 * DAY)
    setting_covers.end_cover(world.database, absent, MONDAY + 3 * DAY, cover)
    agrees(world, case, MONDAY + 4 * DAY)
    assert could(world, case, MONDAY + 2 * DAY)[GUEST] == (f"{BY_TEAM}, acting for Social worker 1",)
    assert not {GUEST} & (could(world, case, MONDAY) | could(world, case, MONDAY + 4 * DAY)).keys()


def test_the_team_that_had_the_case_then_could_see_it(world: Authority) -> None:
    case = case_at(authority=world)
    before = could(world, case, MONDAY - HOUR)
    move = moves(world, case)
    assert callable(move)
    move()
    agrees(world, case, MONDAY + HOUR)
    assert could(world, case, MONDAY - HOUR) == before
    assert "service_manager.2" in could(world, case, MONDAY + HOUR)


def test_who_was_barred_or_not_named_could_not_and_who_broke_the_glass_could(world: Authority) -> None:
    case = case_at(authority=world)
    restriction = restricts(world, case, "social_worker.1", "social_worker.2")
    breaks_glass(world, case)
    breaks_glass(world, case, "auditor")
    agrees(world, case, MONDAY + HOUR / 2)
    bars(world, case, "social_worker.2@example.org")
    agrees(world, case, MONDAY + HOUR / 2)
    found = could(world, case, MONDAY + HOUR / 2)
    assert (found["social_worker.1"], found["police_officer.1"]) == ((BY_TEAM,), (BY_GLASS,))
    assert found["auditor.1"] == (BY_GLASS,)
    assert not {"social_worker.2", "team_manager.1", "auditor.2"} & found.keys()
    agrees(world, case, MONDAY + 2 * HOUR)
    officer = world.actor("privacy_officer")
    emails = {"emails": "social_worker.1@example.org, team_manager.1@example.org"}
    restricting.change_named_by_email(world.database, officer, MONDAY + DAY, restriction, emails)
    assert "team_manager.1" in could(world, case, MONDAY + DAY)
    assert "team_manager.1" not in could(world, case, MONDAY + DAY / 2)
    restricting.end_restriction(world.database, officer, MONDAY + 2 * DAY, restriction, WHY)
    agrees(world, case, MONDAY + 2 * DAY)
    assert "auditor.2" not in could(world, case, MONDAY + DAY)


def test_to_a_reviewer_who_is_barred_there_is_no_such_case(world: Authority) -> None:
    case = case_at(authority=world)
    bars(world, case, "privacy_officer.2@example.org")
    restricts(world, case)
    assert could(world, case, MONDAY + DAY, world.actor("privacy_officer"))
    for reader in (world.actor("privacy_officer", number=2), world.actor("auditor")):
        with pytest.raises(NotFound):
            could(world, case, MONDAY + DAY, reader)


def test_whose_account_was_disabled_for_a_time_could_not_see_then(world: Authority) -> None:
    case, gone = case_at(authority=world), "social_worker.2"
    disable_account(world.database, world.system, MONDAY + DAY, gone)
    enable_account(world.database, world.system, MONDAY + 3 * DAY, gone)
    assert [gone in could(world, case, MONDAY + days * DAY) for days in (0, 2, 4)] == [True, False, True]
