"""Who may know of a case and work in it: by default nobody; and what one may not know of looks like nothing at all."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound, Refusal
from engine.commands.cases import claim, complete_task, release, start_process
from engine.commands.drafts import save_draft
from engine.people import identity, who_knows
from engine.people.identity import PUBLIC, SYSTEM, Actor, without_account
from engine.record.chain import lines
from engine.tables import Account, Membership
from tests.builders import (
    DAY,
    HERE,
    MONDAY,
    RECORD,
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
        return identity.actor(connection, account, MONDAY)


def may_know(at: Authority, actor: Actor, case: str) -> bool:
    with at.database.read() as connection:
        try:
            who_knows.must_know(connection, actor, case)
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


OTHER_AUTHORITY = without_account("other_authority", "Another local authority", HERE)


@pytest.mark.parametrize("who", [PUBLIC, PUBLIC.at(HERE), OTHER_AUTHORITY, SYSTEM, SYSTEM.at(HERE)])
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
        before = all_rows(database=database, but=RECORD)
        with pytest.raises(NotFound) as refused:
            doing(at, at.actor(role, number=number), tried)
        assert all_rows(database=database, but=RECORD) == before
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


def test_each_actor_s_own_acts_stand_in_a_chain_of_their_own(database: Database) -> None:
    """And those of nobody who has an account in their authority's, or in that of the installation."""
    at = authority(database=database)
    assert at.actor("auditor").chain == "person:auditor.1"
    assert {actor.chain for actor in (SYSTEM, PUBLIC)} == {"installation"}
    assert {actor.chain for actor in (at.system, PUBLIC.at(at.id))} == {f"authority:{at.id}"}


@pytest.mark.parametrize("role", ["auditor", None])
def test_oversight_and_the_system_see_who_looked_at_a_case_that_is_there(database: Database, role: str | None) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    actor = at.actor(role) if role else at.system
    with database.read() as connection:
        who_knows.must_oversee(connection, actor, case)
        with pytest.raises(NotFound):
            who_knows.must_oversee(connection, actor, "no case")


def test_whoever_works_in_a_case_does_not_see_who_looked_at_it(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    with database.read() as connection, pytest.raises(NotAllowed):
        who_knows.must_oversee(connection, at.actor("social_worker"), case)
