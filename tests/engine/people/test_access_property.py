"""Whatever roles and teams somebody holds, they know and do only what follows; and the guard is seen to matter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, delete, insert, select, update

from engine.base.database import Database
from engine.base.errors import NotAllowed, Refusal
from engine.casework import locking
from engine.commands.cases import claim, release
from engine.people.identity import Actor, Held
from engine.people.who_knows import Reach
from engine.people.who_may import sees_task
from engine.people.whose_tasks import tasks_of_role, tasks_seen
from engine.tables import Case, Part, WorkItem
from tests.builders import (
    DAY,
    HERE,
    MONDAY,
    Authority,
    authority,
    case_at,
    membership,
    new_account,
    open_items,
)
from tests.engine.people.test_access import ROLES, TEAMS, claims, given_roles, may_know


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
    held = [held_by(row) for row in rows if row["held_until"] is None]
    in_team = [one for one in held if one.agency == "social_care" and one.team == "duty_team"]
    knows = bool(in_team) or any(one.agency in parts | {"health"} for one in held)
    knows = knows or any(one.role == "auditor" for one in held)
    assert sorted(somebody.held, key=repr) == sorted(held, key=repr)
    assert may_know(world.at, somebody, world.case) is knows
    works = any(one.role in ("social_worker", "team_manager") for one in in_team)
    expected = "done" if works else "NotAllowed" if knows else "NotFound"
    assert outcome(world, somebody) == expected


def held_by(row: Mapping[str, Any]) -> Held:
    agency = row["organisation_id"]  # in these tests it has the id of its agency
    return Held(row["role"], agency, agency, row["team_id"], agency == "social_care")


def the_world(database: Database) -> World:
    with database.read() as connection:
        case = connection.execute(select(Case.id)).scalars().first()
    if case is not None:
        return World(Authority(database, HERE, *TEAMS), case, frozenset())
    at = authority(database=database)
    new_account(database=database, account="somebody.1")
    return World(at, case_at(authority=at), frozenset())


def share(world: World, parts: frozenset[str]) -> None:
    with world.at.database.transaction() as connection:
        connection.execute(delete(Part).where(Part.case_id == world.case, Part.agency_id != "health"))
        for agency in sorted(parts):  # whose only organisation has its id
            row = {"id": agency, "case_id": world.case, "agency_id": agency, "organisation_id": agency}
            connection.execute(insert(Part).values(**row, number=1, deed="asked", held_from=MONDAY))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    held=st.lists(any_membership().map(held_by), max_size=2),
    role=st.sampled_from(sorted(ROLES)),
    also=st.lists(st.sampled_from(sorted(ROLES)), max_size=2, unique=True),
    agency=st.sampled_from([None, "police", "health"]),
)
def test_the_database_says_of_a_task_whether_it_is_seen_as_the_rule_does(
    database: Database, held: list[Held], role: str, also: list[str], agency: str | None
) -> None:
    world = the_world(database)
    somebody = Actor("somebody.1", "Somebody", tuple(held), world.at.id)
    with database.engine.connect() as connection:  # nothing of it is kept
        connection.execute(update(WorkItem).values(role=role, also=also, agency_id=agency))
        there = connection.scalars(select(WorkItem.id).where(WorkItem.case_id == world.case)).all()
        seen = connection.scalars(select(WorkItem.id).where(tasks_seen(somebody, "duty_team"))).all()
        named = connection.scalars(tasks_of_role(somebody)).all()
    assert there
    assert (sorted(seen) == sorted(there)) is sees_task(somebody, role, also, agency, "duty_team")
    assert bool(named) is bool(somebody.roles & {role, *also})


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

    def anybody(_reach: Reach) -> ColumnElement[bool]:
        """In place of engine.people.who_knows.known_within."""
        return Case.id.is_not(None)

    monkeypatch.setattr(locking, "known_within", anybody)
    monkeypatch.setattr(locking, "_locking", locking._locking.__wrapped__)  # made for this test alone
    with pytest.raises(NotAllowed):
        claims(at, at.actor("education_practitioner"), case)
