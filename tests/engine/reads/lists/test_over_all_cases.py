"""What protects a child is said of the child in every list, whichever of their cases it is recorded in."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.reads.case.protected import NONE
from engine.reads.list_page import OVERVIEW
from engine.reads.lists.case_list import cases
from engine.reads.lists.worklist import worklist
from engine.reads.task.task_page import task as task_page
from engine.tables import Case
from tests.builders import MONDAY, Authority, authority, child, open_items, refer
from tests.protecting import in_police_protection, on_a_plan
from tests.statements import counted


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def another_of(world: Authority, case: str) -> str:
    """A second case of the child, in danger, of whom somebody has said who it is."""
    (other,) = refer(authority=world, now=MONDAY, children=[child(given_name="Zelda")], immediate_danger="yes").cases
    change(world, other, same_person_id=select(Case.person_id).where(Case.id == case).scalar_subquery())
    return other


def change(world: Authority, case: str, **values: Any) -> None:
    with world.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == case).values(**values))


def groups_of(world: Authority, case: str) -> set[str]:
    with world.database.read() as connection:
        found = worklist(connection, world.actor("team_manager"), MONDAY, OVERVIEW, {world.team})
    return {name for name, group in found.items() for row in group.rows if row.case == case and row.urgent}


def test_under_an_order_is_a_child_by_any_of_their_cases(world: Authority) -> None:
    ordered = in_police_protection(authority=world)
    other = another_of(world, ordered)
    assert groups_of(world, other) == {"ordered"}
    change(world, ordered, team_id=world.other_team)
    assert groups_of(world, other) == {"danger"}, "of a case that the reader may not know of nothing is said"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (in_police_protection, "under an order or police protection"),
        (on_a_plan, "child protection plan in force"),
    ],
)
def test_a_child_who_is_suggested_is_so_by_any_of_their_cases(
    world: Authority, make: Callable[..., str], words: str
) -> None:
    holds = make(authority=world)
    another_of(world, holds)
    (asking,) = refer(authority=world, children=[child(given_name="Grace", family_name="Hopper")]).cases
    item = open_items(database=world.database, case=asking)["clarify_referral"].id

    def suggested() -> str:
        with world.database.read() as connection:
            search = {"same_child": "yes", "known_child_search": "Zelda Example"}
            seen = task_page(connection, world.actor("social_worker"), MONDAY, item, lambda _asked: search)
        (asked,) = (one for one in seen.form.questions if one.id == "known_person")
        return next(one.label for one in asked.choices if "Zelda" in one.label)

    assert f"(open, {words})" in suggested()
    change(world, holds, team_id=world.other_team)
    assert "(open)" in suggested()


def test_the_list_of_cases_says_it_with_one_query_for_all(world: Authority) -> None:
    def listed() -> Any:
        with world.database.read() as connection:
            return cases(connection, world.actor("team_manager"), MONDAY)

    ordered, planned = in_police_protection(authority=world), on_a_plan(authority=world, name="Maisie")
    other = another_of(world, ordered)
    listed()  # reads the model once
    with counted(world.database) as few:
        seen = listed()
    (order,) = seen.protection[other].orders
    assert (order.name, order.within.case) == ("Police protection", ordered)
    assert seen.protection[ordered].orders[0].within is None
    assert seen.protection[planned].plan_since == MONDAY
    for number in range(3):
        refer(authority=world, children=[child(given_name=f"Child {number}")])
    change(world, ordered, team_id=world.other_team)
    with counted(world.database) as many:
        seen = listed()
    assert len(few) == len(many)
    assert (seen.protection[other], ordered in seen.cases_shown) == (NONE, False)
