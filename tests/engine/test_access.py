"""Who may know of a case and work in it: by default nobody; and what one may not know of looks like nothing at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from engine import access
from engine.access import OTHER_AUTHORITY, PUBLIC, SYSTEM, Actor, Held
from engine.commands.cases import claim, complete_task, release, start_process
from engine.commands.drafts import save_draft
from engine.database import Database
from engine.errors import NotAllowed, NotFound, Refusal
from engine.record import lines
from engine.tables import Account, Case, Membership, Part
from tests.builders import (
    DAY,
    MONDAY,
    Authority,
    all_rows,
    answers_to,
    authority,
    case_at,
    membership,
    new_account,
    open_items,
    refer,
    shipped_model,
)

ROLES = shipped_model().roles
TEAMS = ("duty_team", "other_team")


def given_roles(at: Authority, *rows: dict[str, Any], account: str = "somebody.1") -> Actor:
    """Somebody who holds these memberships and no others."""
    with at.database.transaction() as connection:
        connection.execute(delete(Membership).where(Membership.account_id == account))
        if rows:
            connection.execute(insert(Membership), list(rows))
    with at.database.read() as connection:
        return access.actor(connection, account, MONDAY)


def may_know(at: Authority, actor: Actor, case: str) -> bool:
    with at.database.read() as connection:
        try:
            access.must_know(connection, actor, case)
        except NotFound:
            return False
    return True


def test_social_care_knows_the_cases_of_its_own_team(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    new_account(database=database, account="somebody.1")
    for team, knows in (("duty_team", True), ("other_team", False)):
        row = membership(account="somebody.1", role="social_worker", agency="social_care", team=team)
        assert may_know(at, given_roles(at, row), case) is knows


def test_an_agency_knows_the_cases_that_it_has_a_part_in(database: Database) -> None:
    at = authority(database=database)
    case = refer(authority=at, sender=at.actor("health_practitioner")).cases[0]
    assert may_know(at, at.actor("health_practitioner", number=2), case)
    assert not may_know(at, at.actor("education_practitioner"), case)


def test_oversight_knows_every_case(database: Database) -> None:
    at = authority(database=database)
    assert may_know(at, at.actor("auditor"), case_at(authority=at))


@pytest.mark.parametrize("role", ["administrator", "process_owner", "privacy_officer"])
def test_running_the_system_lets_nobody_see_a_case(database: Database, role: str) -> None:
    at = authority(database=database)
    assert not may_know(at, at.actor(role), case_at(authority=at))


@pytest.mark.parametrize("who", [PUBLIC, OTHER_AUTHORITY, SYSTEM])
def test_nobody_without_an_account_knows_a_case(database: Database, who: Actor) -> None:
    at = authority(database=database)
    assert not may_know(at, who, case_at(authority=at))


@pytest.mark.parametrize(
    ("held_from", "held_until", "holds"),
    [
        (-DAY, None, True),
        (-DAY, DAY, True),
        (timedelta(), None, True),
        (-DAY, timedelta(), False),
        (timedelta(seconds=1), None, False),
        (-2 * DAY, -DAY, False),
    ],
)
def test_a_role_is_held_from_one_moment_until_another(
    database: Database, held_from: timedelta, held_until: timedelta | None, holds: bool
) -> None:
    at = authority(database=database)
    new_account(database=database, account="somebody.1")
    row = membership(account="somebody.1", role="social_worker", agency="social_care")
    until = None if held_until is None else MONDAY + held_until
    somebody = given_roles(at, {**row, "held_from": MONDAY + held_from, "held_until": until})
    assert bool(somebody.held) is holds
    assert may_know(at, somebody, case_at(authority=at)) is holds


@pytest.mark.parametrize(("disabled_at", "found"), [(None, True), (MONDAY, False), (MONDAY + DAY, True)])
def test_a_disabled_account_is_nobody(database: Database, disabled_at: datetime | None, found: bool) -> None:
    at = authority(database=database)
    with database.transaction() as connection:
        connection.execute(update(Account).where(Account.id == "social_worker.1").values(disabled_at=disabled_at))
    if found:
        assert at.actor("social_worker").account == "social_worker.1"
        return
    with pytest.raises(NotFound):
        at.actor("social_worker")


def test_there_is_nobody_behind_an_account_that_does_not_exist(database: Database) -> None:
    with pytest.raises(NotFound):
        authority(database=database).actor("stranger")


Doing = Callable[[Authority, Actor, str], object]
MISSING = "a" * 26


def claims(at: Authority, actor: Actor, case: str) -> object:
    return claim(at.database, actor, MONDAY, item_of(at, case))


def releases(at: Authority, actor: Actor, case: str) -> object:
    return release(at.database, actor, MONDAY, item_of(at, case))


def completes(at: Authority, actor: Actor, case: str) -> object:
    return complete_task(at.database, actor, MONDAY, item_of(at, case), {"same_child": "no"})


def drafts(at: Authority, actor: Actor, case: str) -> object:
    return save_draft(at.database, actor, MONDAY, item_of(at, case), {"same_child": "no"})


def drafts_a_start(at: Authority, actor: Actor, case: str) -> object:
    return save_draft(at.database, actor, MONDAY, f"start:case_closure:{case}", {})


def closes(at: Authority, actor: Actor, case: str) -> object:
    return start_process(at.database, actor, MONDAY, "case_closure", {}, case)


def refers_again(at: Authority, actor: Actor, case: str) -> object:
    return start_process(at.database, actor, MONDAY, "referral", {}, case)


def item_of(at: Authority, case: str) -> str:
    return MISSING if case == MISSING else open_items(database=at.database, case=case)["clarify_referral"].id


EVERYTHING = (claims, releases, completes, drafts, drafts_a_start, closes, refers_again)


@pytest.mark.parametrize("doing", EVERYTHING)
@pytest.mark.parametrize("role", ["education_practitioner", "administrator", "probation_officer"])
def test_a_case_that_one_may_not_know_of_answers_as_one_that_does_not_exist(
    database: Database, doing: Doing, role: str
) -> None:
    """The same words, and the same entry: neither the person nor somebody who reads their chain learns more."""
    at = authority(database=database)
    case = case_at(authority=at)
    said: list[tuple[str, str, list[tuple[bytes, bytes]]]] = []
    for number, tried in ((1, case), (2, MISSING)):
        before = all_rows(database=database, but=("entry", "payload"))
        with pytest.raises(NotFound) as refused:
            doing(at, at.actor(role, number=number), tried)
        assert all_rows(database=database, but=("entry", "payload")) == before
        said.append((type(refused.value).__name__, str(refused.value), entries_of(database, f"{role}.{number}")))
    assert said[0] == said[1]


def entries_of(database: Database, account: str) -> list[Any]:
    with database.read() as connection:
        return [(line.number, line.kind, line.case, line.payload) for line in lines(connection, f"person:{account}")]


@pytest.mark.parametrize("doing", EVERYTHING)
def test_oversight_reads_and_works_on_nothing(database: Database, doing: Doing) -> None:
    at = authority(database=database)
    with pytest.raises(NotAllowed):
        doing(at, at.actor("auditor"), case_at(authority=at))


@pytest.mark.parametrize("doing", EVERYTHING)
def test_a_role_in_another_team_is_no_role_in_this_case(database: Database, doing: Doing) -> None:
    """An auditor who is also a manager of another team knows the case by oversight alone."""
    at = authority(database=database)
    case = case_at(authority=at)
    new_account(database=database, account="somebody.1")
    somebody = given_roles(
        at,
        membership(account="somebody.1", role="auditor"),
        membership(account="somebody.1", role="team_manager", agency="social_care", team="other_team"),
        membership(account="somebody.1", role="social_worker", agency="social_care", team="other_team"),
    )
    with pytest.raises(NotAllowed):
        doing(at, somebody, case)


def test_a_manager_of_one_team_is_a_social_worker_alone_in_another(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="written")
    new_account(database=database, account="somebody.1")
    somebody = given_roles(
        at,
        membership(account="somebody.1", role="team_manager", agency="social_care", team="other_team"),
        membership(account="somebody.1", role="social_worker", agency="social_care", team="duty_team"),
    )
    items = open_items(database=database, case=case)
    claim(database, somebody, MONDAY, items["see_child"].id)
    with pytest.raises(NotAllowed):
        claim(database, somebody, MONDAY, items["authorise_assessment"].id)


def test_an_agency_does_its_own_item_and_no_other(database: Database) -> None:
    at = authority(database=database)
    items = open_items(database=database, case=case_at(authority=at, point="planned"))
    with pytest.raises(NotAllowed):
        claim(database, at.actor("health_practitioner"), MONDAY, items["contribute(police)"].id)
    claim(database, at.actor("health_practitioner"), MONDAY, items["contribute(health)"].id)


def test_what_one_may_not_know_is_said_before_what_one_may_not_do(database: Database) -> None:
    at = authority(database=database)
    done = open_items(database=database, case=case_at(authority=at, point="written"))["authorise_assessment"]
    answers = answers_to(authority=at, item=done, authorised="yes")
    complete_task(database, at.actor("team_manager"), MONDAY, done.id, answers)
    for role, refusal in (("education_practitioner", "NotFound"), ("social_worker", "NotAllowed")):
        with pytest.raises(Refusal) as refused:
            complete_task(database, at.actor(role), MONDAY, done.id, {"nonsense": 1})
        assert type(refused.value).__name__ == refusal
    with pytest.raises(Refusal) as refused:
        complete_task(database, at.actor("team_manager", number=2), MONDAY, done.id, {"nonsense": 1})
    assert type(refused.value).__name__ == "AlreadyDone"


@dataclass(frozen=True)
class World:
    at: Authority
    case: str
    parts: frozenset[str]


def any_membership() -> st.SearchStrategy[dict[str, Any]]:
    def made(role: str, team: str, ended: bool) -> dict[str, Any]:
        agency = ROLES[role].agency
        until = MONDAY - DAY if ended else None
        team_id = team if agency == "social_care" else None
        return membership(account="somebody.1", role=role, agency=agency, team=team_id, held_until=until)

    return st.builds(made, st.sampled_from(sorted(ROLES)), st.sampled_from(TEAMS), st.booleans())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_whatever_somebody_holds_they_know_and_do_only_what_follows_from_it(database: Database, data: Any) -> None:
    """The rules in other words, for any memberships and parts: what one may know, and whether a task is theirs."""
    world = the_world(database)
    rows = data.draw(st.lists(any_membership(), max_size=3, unique_by=lambda row: row["id"]))
    parts = data.draw(st.frozensets(st.sampled_from(["police", "education", "voluntary"])))
    share(world, parts)
    somebody = given_roles(world.at, *rows)
    held = [Held(row["role"], row["agency_id"], row["team_id"]) for row in rows if row["held_until"] is None]
    in_team = [one for one in held if one.agency == "social_care" and one.team == "duty_team"]
    knows = bool(in_team) or any(one.agency in parts | {"health"} for one in held)
    knows = knows or any(one.role == "auditor" for one in held)
    assert sorted(somebody.held, key=repr) == sorted(held, key=repr)
    assert may_know(world.at, somebody, world.case) is knows
    works = any(one.role == "social_worker" for one in in_team)
    expected = "done" if works else "NotAllowed" if knows else "NotFound"
    assert outcome(world, somebody) == expected


def the_world(database: Database) -> World:
    with database.read() as connection:
        case = connection.execute(select(Case.id)).scalars().first()
    if case is not None:
        return World(Authority(database, *TEAMS), case, frozenset())
    at = authority(database=database)
    new_account(database=database, account="somebody.1")
    return World(at, case_at(authority=at), frozenset())


def share(world: World, parts: frozenset[str]) -> None:
    with world.at.database.transaction() as connection:
        connection.execute(delete(Part).where(Part.case_id == world.case, Part.agency_id != "health"))
        for agency in sorted(parts):
            row = {"case_id": world.case, "agency_id": agency, "why": "asked"}
            connection.execute(insert(Part).values(**row))


def outcome(world: World, somebody: Actor) -> str:
    item = open_items(database=world.at.database, case=world.case)["clarify_referral"].id
    try:
        claim(world.at.database, somebody, MONDAY, item)
    except Refusal as refused:
        return type(refused).__name__
    release(world.at.database, somebody, MONDAY, item)
    return "done"


def test_without_the_guard_a_hidden_case_would_show_itself(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault that the tests above must find."""
    at = authority(database=database)
    case = case_at(authority=at)
    monkeypatch.setattr("engine.commands.cases.must_know", lambda *_: None)
    with pytest.raises(NotAllowed):
        claims(at, at.actor("education_practitioner"), case)
