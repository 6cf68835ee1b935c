"""Local limits: what the authority may set, and from when it holds."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotFound, NotPossible
from engine.commands import working_days_and_limits as commands
from engine.commands.working_days_and_limits import recalculate
from engine.facts.authority import Settled
from engine.people.identity import SYSTEM
from engine.record.chain import authority_chain, lines
from engine.tables import LocalTimescale
from engine.timescales.calendar import Calendar
from engine.timescales.rules import Kind
from tests.builders import HERE, MONDAY, Authority, all_rows, authority, shipped_model
from tests.engine.commands.pathway import accepted, planned
from tests.engine.commands.settled import close_on, due_day, set_limit


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_a_local_limit_holds_for_clocks_that_start_from_then_on(world: Authority) -> None:
    earlier = accepted(authority=world, response="strategy_discussion")
    set_limit(world, "strategy_discussion", 3)
    later = accepted(authority=world, response="strategy_discussion")
    assert due_day(world, earlier, "strategy_discussion") == "2026-03-03"
    assert due_day(world, later, "strategy_discussion") == "2026-03-05"


@pytest.mark.parametrize(("kind", "limit", "holds"), [("local", 2, 9), ("local", 0, 0), ("statutory", 2, 2)])
def test_a_limit_that_was_set_holds_only_where_the_bundle_in_force_lets_it_be_set(
    kind: Kind, limit: int, holds: int
) -> None:
    """Under an earlier bundle the row of the same clock was an authority's own."""
    rule = replace(shipped_model().rules["strategy_discussion"], kind=kind, limit=limit)
    assert Settled(Calendar(frozenset()), {rule.id: 9}, None).rule(rule).limit == holds


def test_a_clock_that_is_counted_anew_keeps_the_limit_that_it_began_with(world: Authority) -> None:
    case = accepted(authority=world, response="strategy_discussion")
    set_limit(world, "strategy_discussion", 3)
    close_on(world, date(2026, 3, 3), MONDAY)
    recalculate(world.database, SYSTEM, MONDAY)
    assert due_day(world, case, "strategy_discussion") == "2026-03-04"


def test_the_newest_limit_is_the_one_that_holds(world: Authority) -> None:
    set_limit(world, "strategy_discussion", 3)
    set_limit(world, "strategy_discussion", 2)
    case = accepted(authority=world, response="strategy_discussion")
    assert due_day(world, case, "strategy_discussion") == "2026-03-04"


@pytest.mark.parametrize("clock", ["assessment", "first_review", "police_protection"])
def test_the_law_s_limits_stay_as_they_are(world: Authority, clock: str) -> None:
    with pytest.raises(NotPossible):
        set_limit(world, clock, 5)


def test_there_must_be_such_a_clock(world: Authority) -> None:
    with pytest.raises(NotFound):
        set_limit(world, "no_such_clock", 5)


@pytest.mark.parametrize("value", [0, 1001, -3, 2.5, "ten", "", None, [5], True])
def test_a_limit_is_a_whole_number_within_reason(world: Authority, value: object) -> None:
    before = all_rows(database=world.database)
    for clock in ("plan_visit", "review_preparation"):
        with pytest.raises(BadAnswers) as refused:
            set_limit(world, clock, value)
        assert list(refused.value.problems) == ["limit"]
    assert all_rows(database=world.database) == before


def test_a_limit_that_counts_back_is_given_without_its_sign(world: Authority) -> None:
    set_limit(world, "review_preparation", "42")
    case = planned(authority=world)
    days = [date.fromisoformat(due_day(world, case, clock)) for clock in ("first_review", "review_preparation")]
    assert (days[0] - days[1]).days == 42


def test_a_date_that_somebody_chooses_has_no_limit_to_set(world: Authority) -> None:
    """0 days after the date in a form: there is nothing to count."""
    with pytest.raises(NotPossible):
        set_limit(world, "plan_review", 3)


def test_two_who_set_one_limit_at_once_both_do(world: Authority) -> None:
    """One after the other: the later one holds, and both are in the record."""
    barrier = Barrier(2)

    def give(number: int) -> None:
        actor = world.actor("administrator", number=number)
        barrier.wait()
        commands.set_local_limit(world.database, actor, MONDAY, "plan_visit", {"limit": number})

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(give, (1, 2)))
    with world.database.read() as connection:
        said = [line.payload for line in lines(connection, authority_chain(HERE)) if line.kind == "local_limit_set"]
        holds = connection.execute(select(LocalTimescale.limit)).scalar_one()
    assert len(said) == 2
    assert said[-1] == {"clock": "plan_visit", "limit": holds, "before": (said[-2] or {})["limit"]}
