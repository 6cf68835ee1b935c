"""The inbox, read on both databases."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event

from engine.base.database import Database
from engine.commands.cases import claim
from engine.people.identity import Actor
from engine.reads.lists import list_page
from engine.reads.lists.list_page import PAGE
from engine.reads.lists.worklist import InboxRow, Worklist, worklist
from tests.builders import DAY, MONDAY, Authority, authority, case_at, child, open_items, pass_time, refer


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def seen(world: Authority, actor: Actor, *, page: int = 1, days: int = 0) -> Worklist:
    with world.database.read() as connection:
        return worklist(connection, actor, MONDAY + days * DAY, page)


def named(rows: tuple[InboxRow, ...]) -> list[tuple[str, str]]:
    return [(row.child.name, row.title) for row in rows]


def test_roles_see_the_tasks_they_may_do(world: Authority) -> None:
    case_at(authority=world, point="written")
    assert named(seen(world, world.actor("team_manager")).team) == [("Ada Example", "Authorise the assessment")]
    assert named(seen(world, world.actor("police_officer")).team) == [("Ada Example", "Contribute to the assessment")]
    assert named(seen(world, world.actor("education_practitioner")).team) == []
    assert named(seen(world, world.actor("auditor")).team) == []


def test_another_team_of_social_care_sees_nothing(world: Authority) -> None:
    case_at(authority=world)
    actor = world.actor("social_worker")
    held = tuple(replace(one, team=world.other_team) for one in actor.held)
    assert seen(world, Actor("other", "Other", held, world.id)).total == 0


def test_a_task_for_several_roles_is_seen_by_each(world: Authority) -> None:
    """Matched in the database, in a list that is kept as JSON."""
    case = case_at(authority=world)
    item = open_items(database=world.database, case=case)["decide_response"]
    also = [role for role in item.also if role != item.role]
    for role in (item.role, *also):
        assert item.id in [row.item for row in seen(world, world.actor(role)).team]


def test_danger_first_then_mine_then_by_what_is_due(world: Authority) -> None:
    late = refer(authority=world, children=[child(given_name="Late")], now=MONDAY - 5 * DAY).cases[0]
    mine = refer(authority=world, children=[child(given_name="Mine")]).cases[0]
    refer(authority=world, children=[child(given_name="Danger")], immediate_danger="yes")
    actor = world.actor("social_worker")
    claim(world.database, actor, MONDAY, open_items(database=world.database, case=mine)["decide_response"].id)
    pass_time(authority=world, now=MONDAY)
    found = seen(world, actor)
    assert ("Danger Example", "Decide the response") in named(found.urgent)
    assert named(found.mine) == [("Mine Example", "Decide the response")]
    assert named(found.team)[0][0] == "Late Example"
    clock = found.team[0].clock
    assert clock is not None
    assert (clock.state, clock.words) == ("overdue", "overdue by 4 days")
    assert set(found.cases_shown) >= {late, mine}


@contextmanager
def counted(world: Authority) -> Generator[list[str]]:
    """The statements that read, while it lasts."""
    statements: list[str] = []

    def count(*arguments: object) -> None:
        if str(arguments[2]).startswith("SELECT"):
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
        assert seen(world, actor).total == 15
    assert len(statements) == 3  # the models in force, the rows with their count, the closure days


def test_how_many_there_are_is_counted_only_where_it_is_said(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_page, "PAGE", 5)
    for number in range(4):
        refer(authority=world, children=[child(given_name=f"Child {number}")])
    actor = world.actor("social_worker")
    read: dict[int, tuple[int | None, bool, int]] = {}
    for page in (1, 2, 3, 4):
        with counted(world) as statements:
            found = seen(world, actor, page=page)
        read[page] = (found.total, found.more, sum("count(" in one for one in statements))
    assert read == {1: (12, True, 1), 2: (None, True, 0), 3: (None, False, 0), 4: (None, False, 0)}


def test_pages_follow_one_another_without_a_gap(world: Authority) -> None:
    for number in range(PAGE // 3 + 2):
        refer(authority=world, children=[child(given_name=f"Child {number}")])
    actor = world.actor("social_worker")
    pages = [seen(world, actor, page=page) for page in (1, 2, 3)]
    items = [row.item for page in pages for row in page.team]
    assert len(items) == len(set(items)) == pages[0].total == (PAGE // 3 + 2) * 3
    assert [(page.total, page.more) for page in pages[1:]] == [(None, False), (None, False)]
    assert pages[0].more
