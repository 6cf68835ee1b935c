"""A clock as people read it: how long is left, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, SQLColumnExpression

from engine.facts.models import model
from engine.tables import Deadline, Instance, NamedRow
from engine.timescales.calendar import Calendar, day_of
from engine.timescales.rules import ELAPSED, Clock, remaining, warnings

SOON = 1
"""Working days that are left."""
LONGEST_CLOSURE = 31
"""Days beyond which working days need not be counted to know that there are more."""
State = Literal["overdue", "soon", "running", "met", "late", "stopped", "stopped_late", "late_before"]
BEFORE = "its time had run out before the case came here"


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """`words` finish “Decide how to respond: ...”. `by_the_day`: the whole of the due day is in time.

    `soon` on the last working day and on the one before it; `late_before` where it had run out in another system before
    its case was taken over, whatever became of it here. `warned`: its first warning has come (timescales.csv).
    `ended_at` is when it was met or stopped, `because` what stopped it, in words. `late_reason` is an answer, and here
    only for who sees all answers.
    """

    title: str
    state: State
    words: str
    due_at: datetime
    by_the_day: bool
    statutory: bool
    provisional: bool
    counted_from: datetime
    ended_at: datetime | None
    because: str
    late_reason: str | None
    warned: bool

    @property
    def runs(self) -> bool:
        return self.ended_at is None

    @property
    def presses(self) -> bool:
        """Overdue, or about to run out by its date or by its own warning."""
        return self.runs and (self.warned or self.state in ("soon", "overdue", "late_before"))


class DeadlineRow(NamedTuple):
    """What a page reads of a clock; `bundle_hash` is of the instance that started it."""

    clock: str
    title: str
    kind: str
    counted_from: datetime
    due_at: datetime
    provisional: bool
    met_at: datetime | None
    stopped_at: datetime | None
    stopped_because: str | None
    late_reason: str | None
    started_at: datetime
    came_with_case: bool
    bundle_hash: str

    @property
    def late_before(self) -> bool:
        return self.came_with_case and self.due_at < self.started_at


def deadline_columns() -> tuple[SQLColumnExpression[Any], ...]:
    """What a statement that joins `deadline` and its `instance` selects for `clock`."""
    return (
        *(Deadline.clock, Deadline.title, Deadline.kind, Deadline.counted_from, Deadline.due_at),
        *(Deadline.provisional, Deadline.met_at, Deadline.stopped_at, Deadline.stopped_because),
        *(Deadline.late_reason, Deadline.started_at, Deadline.came_with_case, Instance.bundle_hash),
    )


def clock(
    connection: Connection, of_it: NamedRow, now: datetime, calendar: Calendar, *, with_reason: bool = False
) -> DeadlineView:
    """From a row of a statement that selects `deadline_columns()`, or all of `deadline` and the `bundle_hash`.

    `calendar` is the authority’s, read once for a whole page: its closure days are no working days that are left.
    """
    row = DeadlineRow(**{name: getattr(of_it, name) for name in DeadlineRow._fields})
    rule = model(connection, row.bundle_hash).rules.get(row.clock)
    unit = rule.unit if rule else "days"
    runs = not (row.met_at or row.stopped_at)  # of one that has ended nobody asks how long there is
    return DeadlineView(
        title=row.title,
        state=_state(row, now, calendar),
        words=_words(row, remaining(row.due_at, now, calendar, unit) if runs else ""),
        due_at=row.due_at,
        by_the_day=unit not in ELAPSED,
        statutory=row.kind == "statutory",
        provisional=row.provisional,
        counted_from=row.counted_from,
        ended_at=row.met_at or row.stopped_at,
        because="" if row.met_at else row.stopped_because or "",
        late_reason=row.late_reason if with_reason else None,
        warned=runs and _is_warned(row, rule, now, calendar),
    )


def _state(row: DeadlineRow, now: datetime, calendar: Calendar) -> State:
    if row.late_before:
        return "late_before"
    if row.met_at:
        return "late" if row.met_at > row.due_at else "met"
    if row.stopped_at:
        return "stopped_late" if row.stopped_at > row.due_at else "stopped"
    if row.due_at < now:
        return "overdue"
    return "soon" if _is_soon(row.due_at, now, calendar) else "running"


def _is_soon(due_at: datetime, now: datetime, calendar: Calendar) -> bool:
    """By the date alone, so that two that are due on one day look alike, whatever clock it is."""
    today, last = day_of(now), day_of(due_at)
    return (last - today).days <= LONGEST_CLOSURE and calendar.working_days_left(today, last) <= SOON


def _is_warned(row: DeadlineRow, rule: Clock | None, now: datetime, calendar: Calendar) -> bool:
    """A clock that counts hours warns from its beginning."""
    if rule is None:
        return False
    return rule.unit in ELAPSED or any(warning <= now for warning in warnings(rule, row.due_at, calendar))


def _words(row: DeadlineRow, left: str) -> str:
    if row.late_before:
        return f"{'done' if row.met_at else 'stopped' if row.stopped_at else left}: {BEFORE}"
    if row.met_at:
        return "done late" if row.met_at > row.due_at else "done in time"
    if row.stopped_at:
        return "stopped after its time had run out" if row.stopped_at > row.due_at else "stopped"
    return left
