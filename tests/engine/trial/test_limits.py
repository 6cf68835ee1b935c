"""What another limit would have meant, held against the rows of the clocks, by the limit alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.facts.authority import Settled, calendar_of, settled
from engine.process.bundle import read_bundle
from engine.record.chain import lines
from engine.tables import Case, Deadline
from engine.timescales.calendar import Calendar
from engine.timescales.rules import due
from engine.trial.limits import LimitEffect, limit_effects
from engine.trial.trial_findings import CaseTried, ClockTried
from engine.trial.trying import tried
from tests.builders import shipped, shipped_model
from tests.engine.trial.test_trial import every_case, with_new_task
from tests.second import changed

LIMITS = "processes/timescales.csv"
ASSESSED = ("Complete and authorise the assessment,45,", "Complete and authorise the assessment,2,")
VISITED = ("Visit the child under the plan,10,", "Visit the child under the plan,8,")
DISCUSSED = ("Hold the strategy discussion,1,", "Hold the strategy discussion,2,")


def effects_on(database: Database, draft: Mapping[str, bytes], cases: Sequence[str]) -> dict[str, LimitEffect]:
    done = list(tried(database, draft, cases))
    with database.read() as connection:
        here = connection.scalars(select(Case.authority_id)).first() or ""
        effects = limit_effects(done, shipped_model(), read_bundle(draft), settled(connection, here))
    return {one.clock: one for one in effects}


def by_the_rows(database: Database, clock: str, limit: int, cases: Sequence[str]) -> tuple[int, int, int, int]:
    """The oracle: how many are over, were late, would have been late, and run."""
    with database.read() as connection:
        rows = connection.execute(select(Deadline.__table__).where(Deadline.clock == clock)).all()
        calendar = calendar_of(connection, connection.scalars(select(Case.authority_id)).first() or "")
    rows = [row for row in rows if row.case_id in cases]
    over = [(row, row.met_at or row.stopped_at) for row in rows if row.met_at or row.stopped_at]
    rule = replace(shipped_model().rules[clock], limit=limit)
    then = sum(at > row.due_at for row, at in over)
    now = sum(at > due(rule, row.counted_from, calendar) for row, at in over)
    return len(over), then, now, len(rows) - len(over)


def died(database: Database, case: str) -> bool:
    """What was recorded before ends otherwise where a child has died: the models have learnt it since."""
    with database.read() as connection:
        return any(one.element == "child_died" for one in lines(connection, f"case:{case}", ["message"]))


@pytest.mark.parametrize("recorded", ["walks"], indirect=True)
@pytest.mark.parametrize("parts", [False, True])
def test_an_effect_is_what_the_rows_say(recorded: Database, *, parts: bool) -> None:
    """Also where the draft asks for something else, so that the record cannot be followed to its end."""
    files = with_new_task("assessment", after="plan_assessment") if parts else shipped()
    cases = [one for one in every_case(recorded) if not died(recorded, one)]
    found = effects_on(recorded, changed(LIMITS, ASSESSED, DISCUSSED, VISITED, files=files), cases)
    assert list(found) == ["assessment", "strategy_discussion", "plan_visit"]
    for clock, limit in (("assessment", 2), ("strategy_discussion", 2), ("plan_visit", 8)):
        effect = found[clock]
        told = (len(effect.of("both")), effect.late_then, effect.late_now, effect.running)
        assert told == by_the_rows(recorded, clock, limit, cases), clock
    assert found["assessment"].late_now > found["assessment"].late_then


@pytest.mark.parametrize("recorded", ["walks"], indirect=True)
@pytest.mark.parametrize("parts", [False, True])
def test_what_cannot_be_told_of_a_clock_is_said_and_left_out_of_what_is(recorded: Database, *, parts: bool) -> None:
    """In cases that end otherwise by the models of now, as children have died in them."""
    files = with_new_task("assessment", after="plan_assessment") if parts else shipped()
    cases = [one for one in every_case(recorded) if died(recorded, one)]
    assert cases
    found = effects_on(recorded, changed(LIMITS, ASSESSED, files=files), cases)
    over, then, now, runs = by_the_rows(recorded, "assessment", 2, cases)
    effect = found["assessment"]
    told = {said: len(effect.of(said)) for said in ("both", "gone", "untold")}
    assert (sum(told.values()), effect.running) == (over, runs)
    assert told["untold"]
    assert (effect.late_then <= then, effect.late_now <= now) == (True, True)


@pytest.mark.parametrize("recorded", ["walks"], indirect=True)
def test_a_clock_that_begins_otherwise_is_said(recorded: Database) -> None:
    told = shipped()[LIMITS].decode()
    start = "started strategy_discussion,"
    assert told.count(start) == 1
    cases = every_case(recorded)[:2]
    found = effects_on(recorded, changed(LIMITS, (start, "ended strategy_discussion,"), files=shipped()), cases)
    effect = found["strategy_discussion"]
    assert effect.change == "it begins otherwise"
    over = by_the_rows(recorded, "strategy_discussion", 1, cases)[0]
    assert len(effect.of("gone")) + len(effect.of("both")) == over


DAY = timedelta(days=1)
BEGAN = datetime(2026, 3, 2, tzinfo=UTC)


def ran(days: int | None, then: int, now: int | None, said: Literal["both", "gone", "more", "untold"]) -> ClockTried:
    over = None if days is None else BEGAN + days * DAY
    due_now = None if now is None else BEGAN + now * DAY
    was = None if said == "more" else BEGAN + then * DAY
    return ClockTried("plan_visit", 1, was, over, due_now, over if due_now else None, said)


def effect_of(*clocks: ClockTried, own: Mapping[str, int] | None = None) -> str:
    draft = read_bundle(changed(LIMITS, VISITED, files=shipped()))
    settled_here = Settled(Calendar(), own or {}, None)
    case = CaseTried("1", "4H3R-Y8KH", is_open=True, acts=1, of=1, findings=(), clocks=clocks)
    (effect,) = limit_effects([case], shipped_model(), draft, settled_here)
    return effect.in_words()


def test_an_effect_is_said_in_words() -> None:
    of = "Visit the child under the plan: 10 working days become 8."
    late, turned = ran(15, 14, 10, "both"), ran(12, 14, 10, "both")
    running, gone, more, untold = (
        ran(None, 14, 10, "both"),
        ran(12, 14, None, "gone"),
        ran(3, 14, 10, "more"),
        ran(9, 14, None, "untold"),
    )
    assert effect_of() == f"{of} None has run in these cases."
    assert effect_of(turned) == f"{of} Of 1 clock that ran, none was late; 1 would have been."
    assert effect_of(late, late, turned, running) == (
        f"{of} Of 3 clocks that ran, 2 were late; 3 would have been. 1 that runs now keeps its own."
    )
    assert effect_of(gone, more, untold, running, running) == (
        f"{of} 1 would not have run. 1 would have run as well. Of 1 nothing can be said. 2 that run now keep theirs."
    )
    own = "Visit the child under the plan: the authority’s own limit, 7 working days, goes on."
    assert effect_of(own={"plan_visit": 7}) == f"{own} None has run in these cases."
