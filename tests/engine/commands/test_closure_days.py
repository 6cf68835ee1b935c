"""Closure days: which can be added and taken back, by whom, and what the record says of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotPossible
from engine.commands import working_days_and_limits as commands
from engine.facts.authority import calendar_of
from engine.people.identity import Actor
from engine.record.chain import authority_chain, lines
from tests.builders import HERE, MONDAY, Authority, all_rows, authority
from tests.engine.commands.settled import close_on, open_again, set_limit

CLOSED = date(2026, 12, 24)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 12, 19), "a Saturday"),
        (date(2026, 12, 28), "a bank holiday (Boxing Day (substitute day))"),
        (CLOSED, "a closure day"),
        (date(2024, 12, 24), "from 2025 to 2028"),
        (date(2029, 1, 2), "from 2025 to 2028"),
    ],
)
def test_a_day_that_cannot_be_one_is_refused_with_the_reason(world: Authority, day: date, why: str) -> None:
    close_on(world, CLOSED, MONDAY)
    before = all_rows(database=world.database)
    with pytest.raises(BadAnswers) as refused:
        close_on(world, day, MONDAY)
    assert list(refused.value.problems) == ["day"]
    assert why in refused.value.problems["day"]
    assert all_rows(database=world.database) == before


@pytest.mark.parametrize("day", [date(2025, 1, 2), date(2028, 12, 29)])
def test_a_day_that_is_past_or_far_ahead_is_taken_within_reason(world: Authority, day: date) -> None:
    close_on(world, day, MONDAY)
    with world.database.read() as connection:
        assert calendar_of(connection, HERE).closure_days == {day}


@pytest.mark.parametrize("name", ["  ", "x" * 101, "Christmas\nclosure"])
def test_a_day_needs_a_name_on_one_line(world: Authority, name: str) -> None:
    with pytest.raises(BadAnswers) as refused:
        close_on(world, CLOSED, MONDAY, name)
    assert list(refused.value.problems) == ["name"]


def test_only_one_of_the_authority_s_own_days_can_be_taken_back(world: Authority) -> None:
    for day in (CLOSED, date(2026, 12, 25)):
        with pytest.raises(NotPossible):
            open_again(world, day, MONDAY)


def adds_a_day(world: Authority, actor: Actor) -> None:
    commands.add_closure_day(world.database, actor, MONDAY, {"day": CLOSED.isoformat(), "name": "A day"})


def removes_a_day(world: Authority, actor: Actor) -> None:
    commands.remove_closure_day(world.database, actor, MONDAY, CLOSED)


def sets_a_limit(world: Authority, actor: Actor) -> None:
    commands.set_local_limit(world.database, actor, MONDAY, "plan_visit", {"limit": 5})


@pytest.mark.parametrize("give", [adds_a_day, removes_a_day, sets_a_limit])
@pytest.mark.parametrize("role", ["team_manager", "process_owner", "auditor"])
def test_nobody_but_an_administrator_settles_these(
    world: Authority, give: Callable[[Authority, Actor], None], role: str
) -> None:
    with pytest.raises(NotAllowed):
        give(world, world.actor(role))
    with world.database.read() as connection:
        assert calendar_of(connection, HERE).closure_days == frozenset()


def test_every_change_is_in_the_system_s_record_with_who_made_it(world: Authority) -> None:
    close_on(world, CLOSED, MONDAY, " Christmas closure ")
    set_limit(world, "plan_visit", 5)
    open_again(world, CLOSED, MONDAY)
    with world.database.read() as connection:
        found = [line for line in lines(connection, authority_chain(HERE)) if line.kind != "published"]
    assert [(line.kind, line.actor) for line in found] == [
        ("closure_day_added", "administrator.1"),
        ("local_limit_set", "administrator.1"),
        ("closure_day_removed", "administrator.1"),
    ]
    assert [line.payload for line in found] == [
        {"day": "2026-12-24", "name": "Christmas closure"},
        {"clock": "plan_visit", "limit": 5, "before": 10},
        {"day": "2026-12-24", "name": "Christmas closure"},
    ]


def test_the_two_who_add_one_day_at_once_do_not_both_succeed(world: Authority) -> None:
    barrier = Barrier(2)

    def add(number: int) -> str:
        actor = world.actor("administrator", number=number)
        barrier.wait()
        try:
            commands.add_closure_day(world.database, actor, MONDAY, {"day": "2026-12-24", "name": "Christmas closure"})
        except BadAnswers as refused:
            return next(iter(refused.problems))
        return "added"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(add, (1, 2))) == ["added", "day"]
