"""What protects a child is shown in each of its cases, to whoever may know of the case in which it is recorded."""

import pytest

from engine.base.database import Database
from engine.facts.authority import calendar_of
from engine.facts.child import in_force_by_case
from engine.people.identity import Actor
from engine.reads.case.case_page import case as case_page
from engine.reads.case.protected import NONE, OtherCase, Protection, protection
from engine.reads.lists.inbox import inbox
from tests.builders import MONDAY, Authority, authority, case_at
from tests.engine.commands.test_cases_of_one_child import make_one, of_other_team
from tests.engine.reads.case.test_protecting import counted
from tests.protecting import in_police_protection, on_a_plan


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def shown(world: Authority, actor: Actor, *cases: str) -> list[Protection]:
    with world.database.read() as connection:
        found = protection(connection, actor, cases, MONDAY, calendar_of(connection, world.id))
    return [found[case] for case in cases]


def recorded_in(found: Protection) -> tuple[list[str], str]:
    """The other cases of the orders, and of the plan."""
    orders = [one.within.case for one in found.orders if one.within]
    return orders, found.plan_within.case if found.plan_within else ""


def test_it_is_shown_in_every_case_of_the_child_with_where_it_is_recorded(world: Authority) -> None:
    """Over two links, and with one statement for all three, and of no other child."""
    worker = world.actor("social_worker")
    planned, protecting, third = (
        on_a_plan(authority=world),
        in_police_protection(authority=world),
        case_at(authority=world),
    )
    stranger = case_at(authority=world)
    make_one(authority=world, cases=[planned, protecting, third])
    shown(world, worker, third)  # reads the model once
    with counted(world) as statements:
        found = shown(world, worker, planned, protecting, third, stranger)
    assert len([one for one in statements if "FROM deadline" in one or "persons" in one]) == 1
    assert [recorded_in(one) for one in found] == [([protecting], ""), ([], planned), ([protecting], planned), ([], "")]
    assert [(one.plan_since, [order.name for order in one.orders]) for one in found[:3]] == [
        (MONDAY, ["Police protection"])
    ] * 3
    assert found[3] == NONE
    with world.database.read() as connection:
        page = case_page(connection, worker, MONDAY, third)
        assert {planned, protecting} < set(page.cases_shown), "whoever reads it has looked at those cases as well"
        assert isinstance(page.protection.plan_within, OtherCase)
        assert {planned, protecting} < set(inbox(connection, worker, MONDAY).cases_shown)


def test_whoever_may_not_know_of_the_other_case_reads_nothing_of_it(world: Authority) -> None:
    planned, other = on_a_plan(authority=world), case_at(authority=world)
    make_one(authority=world, cases=[planned, other])
    of_other_team(authority=world, case=planned)
    worker, auditor = world.actor("social_worker"), world.actor("auditor")
    assert shown(world, worker, other) == [NONE]
    assert [recorded_in(one) for one in shown(world, auditor, other)] == [([], planned)]
    with world.database.read() as connection:
        assert in_force_by_case(connection, worker, [other]) == {other: frozenset()}
        assert in_force_by_case(connection, auditor, [other]) == {other: {"plan_in_force"}}
        assert planned not in case_page(connection, worker, MONDAY, other).cases_shown
