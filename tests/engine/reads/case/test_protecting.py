"""What protects a child is shown from the moment it is recorded, until its end is: read on both databases."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event

from engine.base.database import Database
from engine.base.errors import NotAllowed
from engine.commands.cases import claim
from engine.facts.authority import calendar_of
from engine.people.identity import Actor
from engine.reads.case.protected import Protection, protection
from engine.reads.list_page import OVERVIEW, ListPart, Wanted
from engine.reads.lists.inbox import Inbox, inbox
from engine.reads.lists.team_page import TeamView, team
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, do, open_items, pass_time
from tests.protecting import begin, in_police_protection, on_a_plan


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def shown(world: Authority, case: str, now: datetime = MONDAY) -> Protection:
    with world.database.read() as connection:
        return protection(connection, world.actor("team_manager"), [case], now, calendar_of(connection, world.id))[case]


def seen_by(world: Authority, role: str, now: datetime = MONDAY, number: int = 1) -> Inbox:
    with world.database.read() as connection:
        return inbox(connection, world.actor(role, number=number), now)


def managed(
    world: Authority, now: datetime = MONDAY, role: str = "team_manager", wanted: Wanted = OVERVIEW
) -> TeamView:
    with world.database.read() as connection:
        return team(connection, world.actor(role), now, wanted)


@contextmanager
def counted(world: Authority) -> Generator[list[str]]:
    """The statements that read, while it lasts."""
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(world.database.engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(world.database.engine, "before_cursor_execute", count)


def test_police_protection_is_shown_until_its_end_is_recorded(world: Authority) -> None:
    case = in_police_protection(authority=world)
    order = shown(world, case).orders[0]
    assert (order.name, order.clock.words) == ("Police protection", "3 days left")
    late = MONDAY + 74 * HOUR
    pass_time(authority=world, now=late)
    assert shown(world, case, late).orders[0].clock.state == "overdue"
    ended: dict[str, Any] = {"how": "released", "ended_at": late.isoformat()}
    do(authority=world, case=case, task="record_protection_ended(police)", now=late, **ended)
    assert shown(world, case, late).orders == ()


def test_an_order_takes_the_place_of_police_protection(world: Authority) -> None:
    case = in_police_protection(authority=world)
    do(authority=world, case=case, task="decide_before_lapse", next="seek_order")
    ends = MONDAY + 7 * DAY
    made: dict[str, Any] = {
        "outcome": "order_made",
        "order_made_at": MONDAY.isoformat(),
        "order_ends_at": ends.isoformat(),
    }
    do(authority=world, case=case, task="record_emergency_action(police)", applicant="authority", **made)
    orders = shown(world, case).orders
    assert [(order.name, order.clock.due_at) for order in orders] == [("Emergency protection order", ends)]


def test_a_plan_is_shown_with_the_day_it_began(world: Authority) -> None:
    case = on_a_plan(authority=world)
    assert shown(world, case) == Protection((), MONDAY)
    assert shown(world, case_at(authority=world)) == Protection()


def test_an_emergency_stands_first_in_the_inbox(world: Authority) -> None:
    late = case_at(authority=world, point="planned", children=[child(given_name="Late")])
    calm = case_at(authority=world, point="planned", children=[child(given_name="Danger")])
    begin(authority=world, case=late, process="strategy_discussion", role="social_worker", concern="Harm.")
    begin(authority=world, case=calm, process="immediate_protection", role="social_worker")
    found = seen_by(world, "team_manager", MONDAY + 9 * DAY)
    assert [row.child.name for row in found.groups["danger"].rows] == ["Danger Example"]
    assert found.groups["ordered"].rows == ()


def test_what_an_order_calls_for_stands_apart(world: Authority) -> None:
    case = in_police_protection(authority=world)
    found = seen_by(world, "team_manager")
    assert found.groups["danger"].rows == ()
    ordered = found.groups["ordered"].rows
    theirs = {"Decide before it lapses", "Record how protection ended"}
    assert {row.title for row in ordered if row.theirs} == theirs
    assert {row.title for row in ordered} == {
        *theirs,
        "See the child",
    }  # a manager sees it, and a social worker does it
    assert found.protection[case].orders


def test_the_lead_is_warned_of_what_others_are_to_do(world: Authority) -> None:
    """From the first warning on, or where the date is near; the clock of a task of one's own stands beside it."""
    case = on_a_plan(authority=world)
    soon = (seen_by(world, "social_worker").warnings or ListPart()).rows
    assert [(one.clock.title, one.clock.state) for one in soon] == [("Send the decision letter", "soon")]
    later = MONDAY + 2 * DAY
    pass_time(authority=world, now=later)
    found = seen_by(world, "social_worker", later)
    warned = {one.clock.title: one for one in (found.warnings or ListPart()).rows}
    assert set(warned) == {"Send the decision letter"}
    letter = warned["Send the decision letter"]
    assert (letter.case, letter.clock.state, letter.lead) == (case, "overdue", "Social worker 1")
    assert [(task.whose, task.holder) for task in letter.tasks] == [("Conference administrator", None)]
    assert seen_by(world, "social_worker", later, number=2).warnings == ListPart()


def test_a_team_s_page_says_orders_first_then_what_presses_then_who_has_what(world: Authority) -> None:
    protected, plan = in_police_protection(authority=world, name="Jack"), on_a_plan(authority=world, name="Maisie")
    decided = case_at(authority=world, point="deciding", children=[child(given_name="Lena")])
    item = open_items(database=world.database, case=decided)["decide_response"].id
    claim(world.database, world.actor("social_worker"), MONDAY, item)
    found = managed(world, MONDAY + 2 * DAY)
    assert [one.child.name for one in found.orders.rows] == ["Jack Example"]
    assert {one.clock.title for one in found.pressing.rows} >= {"Hold the strategy discussion"}
    assert all(one.clock.presses and not one.order for one in found.pressing.rows)
    assert found.pressing.total == len(found.pressing.rows)
    untaken = managed(world, MONDAY + 2 * DAY, wanted=Wanted("untaken")).untaken
    assert untaken.total == found.untaken.total == len(untaken.rows)
    assert item not in {row.item for row in untaken.rows}
    titles = {row.title for row in untaken.rows}
    assert "Decide before it lapses" in titles
    assert "Hold the core group" not in titles, "it is the lead's"
    assert {one.case for one in found.unled.rows} == {protected, decided}
    worker = next(one for one in found.people.rows if one.account == "social_worker.1")
    assert (worker.cases, worker.tasks) == (1, 6), "one that was taken, and five of the case that they lead"
    led = managed(world, wanted=Wanted("led", of="social_worker.1"))
    assert ([one.case for one in led.led.rows], led.cases_shown, led.person) == ([plan], (plan,), "Social worker 1")
    taken = managed(world, wanted=Wanted("taken", of="social_worker.1")).taken
    assert [one.title for one in taken.rows if not one.is_given] == ["Decide the response"]
    assert {one.child.name for one in taken.rows if one.is_given} == {"Maisie Example"}
    assert set(found.cases_shown) == {protected, plan, decided}
    assert found.names == ("Duty team",)


def test_what_is_overdue_counts_for_whoever_has_it(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=case)["decide_response"].id
    claim(world.database, world.actor("social_worker"), MONDAY, item)
    later = managed(world, MONDAY + 3 * DAY)
    assert [(one.account, one.overdue) for one in later.people.rows if one.tasks] == [("social_worker.1", 1)]


def test_only_who_manages_a_team_sees_it_and_only_that_team(world: Authority) -> None:
    on_a_plan(authority=world)
    assert managed(world, role="service_manager").cases_shown
    with pytest.raises(NotAllowed):
        managed(world, role="social_worker")
    manager = world.actor("team_manager")
    elsewhere = tuple(replace(one, team=world.other_team) for one in manager.held)
    with world.database.read() as connection:
        found = team(connection, Actor("other", "Other", elsewhere, world.id), MONDAY)
    assert (found.cases_shown, found.names) == ((), ("Other team",))


@pytest.mark.parametrize("page", ["inbox", "team"])
def test_the_number_of_queries_does_not_grow(world: Authority, page: str) -> None:
    def read() -> int:
        with counted(world) as statements:
            managed(world) if page == "team" else seen_by(world, "social_worker")
        return len(statements)

    in_police_protection(authority=world)
    read()  # reads the model once
    few = read()
    for number in range(3):
        in_police_protection(authority=world, name=f"Child {number}")
        case_at(authority=world, point="assessing", children=[child(given_name=f"Sibling {number}")])
    assert read() == few


def test_no_state_of_an_instance_is_read(world: Authority) -> None:
    in_police_protection(authority=world)
    with counted(world) as statements:
        managed(world)
        seen_by(world, "social_worker")
    assert not [one for one in statements if "instance.state" in one]
