"""The inbox, read on both databases."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event

from engine.base.database import Database
from engine.commands.cases import claim
from engine.people.identity import Actor
from engine.reads.list_page import FEW, OVERVIEW, PAGE, Wanted
from engine.reads.lists.inbox import inbox
from engine.reads.lists.worklist import InboxRow, Worklist, untaken_in, worklist
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, open_items, pass_time, refer
from tests.protecting import in_police_protection


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def seen(world: Authority, actor: Actor, *, wanted: Wanted = OVERVIEW, days: int = 0) -> Worklist:
    with world.database.read() as connection:
        return worklist(connection, actor, MONDAY + days * DAY, wanted)


def named(rows: tuple[InboxRow, ...]) -> list[tuple[str, str]]:
    return [(row.child.name, row.title) for row in rows]


def test_roles_see_the_tasks_they_may_do(world: Authority) -> None:
    case_at(authority=world, point="written")
    assert named(seen(world, world.actor("team_manager"))["team"].rows) == [("Ada Example", "Authorise the assessment")]
    assert named(seen(world, world.actor("police_officer"))["team"].rows) == [
        ("Ada Example", "Contribute to the assessment")
    ]
    assert named(seen(world, world.actor("education_practitioner"))["team"].rows) == []
    assert named(seen(world, world.actor("auditor"))["team"].rows) == []


def test_another_team_of_social_care_sees_nothing(world: Authority) -> None:
    case_at(authority=world)
    actor = world.actor("social_worker")
    held = tuple(replace(one, team=world.other_team) for one in actor.held)
    assert seen(world, Actor("other", "Other", held, world.id))["team"].total == 0


def test_a_task_for_several_roles_is_seen_by_each(world: Authority) -> None:
    """Matched in the database, in a list that is kept as JSON."""
    case = case_at(authority=world)
    item = open_items(database=world.database, case=case)["decide_response"]
    also = [role for role in item.also if role != item.role]
    for role in (item.role, *also):
        assert item.id in [row.item for row in seen(world, world.actor(role))["team"].rows]


def test_danger_first_then_mine_then_by_what_is_due(world: Authority) -> None:
    late = refer(authority=world, children=[child(given_name="Late")], now=MONDAY - 5 * DAY).cases[0]
    mine = refer(authority=world, children=[child(given_name="Mine")]).cases[0]
    refer(authority=world, children=[child(given_name="Danger")], immediate_danger="yes")
    actor = world.actor("social_worker")
    claim(world.database, actor, MONDAY, open_items(database=world.database, case=mine)["decide_response"].id)
    pass_time(authority=world, now=MONDAY)
    found = seen(world, actor)
    assert ("Danger Example", "Decide the response") in named(found["danger"].rows)
    assert named(found["mine"].rows) == [("Mine Example", "Decide the response")]
    assert named(found["team"].rows)[0][0] == "Late Example"
    clock = found["team"].rows[0].clock
    assert clock is not None
    assert (clock.state, clock.words) == ("overdue", "overdue by 4 days")
    assert {row.case for group in found.values() for row in group.rows} >= {late, mine}


def test_under_an_order_what_has_no_clock_of_its_own_stands_by_when_the_order_ends(world: Authority) -> None:
    """What is left to do for the child whose protection lapses first stands together, and first."""
    for name, hours in (("First", 10), ("Second", 0)):
        in_police_protection(authority=world, name=name, now=MONDAY - hours * HOUR)
    with world.database.read() as connection:
        found = worklist(connection, world.actor("team_manager"), MONDAY + DAY, OVERVIEW, {world.team})
    rows = found["ordered"].rows
    children = [row.child.name for row in rows]
    assert len(rows) > len({row.child.name for row in rows}) == 2
    assert children == sorted(children)
    assert any(row.clock is None for row in rows)
    refer(authority=world, children=[child(given_name="Danger")], now=MONDAY + DAY, immediate_danger="yes")
    with world.database.read() as connection:
        untaken = untaken_in(connection, world.actor("team_manager"), MONDAY + DAY, {world.team}, OVERVIEW).rows
    assert [row.child.name for row in untaken[:2]] == ["Danger Example", "First Example"]


@contextmanager
def counted(world: Authority) -> Generator[list[str]]:
    """The statements that read, while it lasts."""
    statements: list[str] = []

    def count(*arguments: object) -> None:
        if str(arguments[2]).startswith(("SELECT", "WITH")):
            statements.append(str(arguments[2]))

    event.listen(world.database.engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(world.database.engine, "before_cursor_execute", count)


def test_it_is_one_query_however_many_cases_there_are(world: Authority) -> None:
    for number in range(5):
        refer(authority=world, children=[child(given_name=f"Child {number}")])
    actor = world.actor("social_worker")
    seen(world, actor)  # reads the model once
    with counted(world) as statements:
        assert seen(world, actor)["team"].total == 15
    assert len(statements) == 3  # the models in force, the rows with their count, the closure days


def test_each_group_is_counted_over_the_whole_and_paged_by_itself(world: Authority) -> None:
    for number in range(PAGE // 3 + 2):
        refer(authority=world, children=[child(given_name=f"Child {number}")])
    actor, whole = world.actor("social_worker"), (PAGE // 3 + 2) * 3
    assert (len(seen(world, actor)["team"].rows), seen(world, actor)["team"].total) == (FEW, whole)
    pages = [seen(world, actor, wanted=Wanted("team", page)) for page in (1, 2)]
    assert [list(page) for page in pages] == [["team"], ["team"]]
    items = [row.item for page in pages for row in page["team"].rows]
    assert len(items) == len(set(items)) == whole
    assert [(page["team"].total, page["team"].pages) for page in pages] == [(whole, 2)] * 2
    assert seen(world, actor, wanted=Wanted("team", 9))["team"].total == whole  # past the last is the first


def test_who_looks_at_a_list_has_seen_only_the_cases_that_its_rows_name(world: Authority) -> None:
    """A task names the known children who may be the one, an alarm does not."""
    known, case = refer(authority=world).cases[0], refer(authority=world, immediate_danger="yes").cases[0]
    with world.database.read() as connection:
        shown = {
            name: inbox(connection, world.actor("social_worker"), MONDAY, Wanted(name)).cases_shown
            for name in ("danger", "alarms")
        }
    assert shown == {"danger": (case, known), "alarms": (case,)}
