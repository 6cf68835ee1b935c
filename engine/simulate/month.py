"""One month of one authority: whatever is next happens next, until the month is over.

What is next follows from the database and the seed alone: each referral, open task and start by hand has its moments
drawn from a stream of its own, so that a month that was cut short goes on where it stood. A moment up to the newest act
of the authority has had its turn; a task that is still open was refused then, and its next moment counts.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from engine.commands.keeping_duty_list import add_duty_turn
from engine.facts.duty_list import LONGEST_TURN, may_be_on_duty, turns
from engine.people.identity import SYSTEM
from engine.simulate.acts import Acts
from engine.simulate.chance import DAY, Office
from engine.simulate.families import FamilyReferred
from engine.simulate.open_work import (
    Due,
    WaitingCase,
    WaitingTask,
    answered_day,
    dues,
    newest_act,
    open_cases,
    open_tasks,
    touched,
)
from engine.simulate.rates import WORKING_DAYS, Span, TaskWait
from engine.tables.alarm_tables import ON_DUTY
from engine.timescales.calendar import day_of, in_months, start_of

# A deadline is the last instant in time: the clock has run out at the next one that the database can tell apart.
NEXT_INSTANT = timedelta(microseconds=1)
TRIED_AGAIN = Span(WORKING_DAYS, (0.5, 2, 6))


class NextAct(NamedTuple):
    """`version` is that of its case when it was drawn: what the case has come to since may have made it another."""

    at: datetime
    name: str
    number: int
    case: str
    version: int
    act: Callable[[datetime], None]


class Month:
    """`since` and `until` are midnights in London; `families` are all of the authority."""

    def __init__(self, acts: Acts, office: Office, families: Iterable[FamilyReferred], since: date) -> None:
        self._acts, self._office, self._families = acts, office, families
        self._offices = {
            role: Office(one.opens, one.closes, every_day=one.every_day) for role, one in acts.rates.hours.items()
        }
        self._since, self._until = start_of(since), start_of(in_months(since, 1))
        self._queue: list[NextAct] = []
        self._versions: dict[str, int] = {}
        self._tried: set[tuple[str, datetime]] = set()
        self._pushed = 0
        self._now = self._since

    def live(self, before_each: Callable[[], None]) -> None:
        """`before_each` is called before whatever happens. Raises nothing that a command refuses: see `Acts.tally`."""
        with self._acts.database.read() as connection:
            self._now = newest_act(connection, self._acts.authority) or self._since
        if self._now >= self._until:  # it is over already
            return
        self._keep_duty_list()
        for family in self._families:
            if self._now < family.at < self._until:
                self._push(family.at, family.name, partial(self._acts.refer, family))
        self._acts.send_letters(self._now)
        self._look_at(None)
        while self._queue and (next_one := heapq.heappop(self._queue)).at < self._until:
            if next_one.version == self._versions.get(next_one.case, 0):
                before_each()
                self._now = max(self._now, next_one.at)
                next_one.act(self._now)
                self._acts.send_letters(self._now)
                self._look_at({next_one.case} - {""})

    def _push(self, at: datetime, name: str, act: Callable[[datetime], None], case: str = "") -> None:
        self._pushed += 1
        version = self._versions.get(case, 0)
        heapq.heappush(self._queue, NextAct(at, name, self._pushed, case, version, act))

    def _look_at(self, cases: set[str] | None) -> None:
        """What is open in these cases and those just changed, or in all, has its next moment drawn anew."""
        authority = self._acts.authority
        with self._acts.database.read() as connection:
            if cases is not None:
                cases |= {*touched(connection, self._now)}
                self._versions |= {case: self._versions.get(case, 0) + 1 for case in cases}
            found = [*open_cases(connection, authority, cases)]
            tasks = [*open_tasks(connection, authority, cases)]
            waiting = [*dues(connection, authority, cases)]
            days = {one.id: answered_day(connection, one, on) for one in tasks if (on := self._wait(one).on)}
        for case in found:
            self._push_beginnings(case)
        for task in tasks:
            self._push_task(task, days.get(task.id, ""))
        for due in waiting:
            self._push_due(due)

    def _push_due(self, due: Due) -> None:
        """One that was acted on and is due all the same is tried again the next day, and holds up nothing."""
        again = self._now + DAY if (due.id, due.at) in self._tried else self._now
        self._push(max(due.at + NEXT_INSTANT, again), due.name, partial(self._act_on, due), due.case)

    def _act_on(self, due: Due, now: datetime) -> None:
        self._tried.add((due.id, due.at))
        self._acts.act_on(due, now)

    def _push_beginnings(self, case: WaitingCase) -> None:
        for begun in (one for one in self._acts.rates.begins if one.in_case):
            random = self._acts.chance(case.name, begun.process, "when")
            if random.random() < begun.share:
                at = self._office.after(random, case.opened_at, begun.days)
                if at > self._now:
                    self._push(at, case.name, partial(self._acts.begin, case, begun), case.id)

    def _wait(self, task: WaitingTask) -> TaskWait:
        return self._acts.rates.wait(f"{task.process}.{task.element}", urgent=task.urgent)

    def _push_task(self, task: WaitingTask, day: str) -> None:
        """Somebody takes it or does it; where that moment is past, they try again."""
        random, wait = self._acts.chance(task.case_name, task.name, "when"), self._wait(task)
        if random.random() >= wait.share:
            return
        taken, part = random.random() < self._acts.rates.shares["taken"], random.random()
        start = max(task.opened_at, start_of(date.fromisoformat(day[:10]))) if day else task.opened_at
        office = self._offices.get(task.role, self._office)
        at = office.after(random, start, wait.span, at_any_hour=task.urgent)
        name = f"{task.case_name} {task.name}"
        taken_at = office.next_open(random, task.opened_at + part * (at - task.opened_at))
        if taken and task.owner is None and self._now < taken_at < at:
            self._push(taken_at, name, partial(self._acts.take, task), task.case)
            return
        while at <= self._now:
            at = office.after(random, at, TRIED_AGAIN)
        self._push(at, name, partial(self._acts.complete, task), task.case)

    def _keep_duty_list(self) -> None:
        """Two for the month, drawn anew each month."""
        acts, now = self._acts, self._since
        with acts.database.read() as connection:
            if turns(connection, acts.authority, now):
                return
            people: Sequence[str] = [*may_be_on_duty(connection, acts.authority, now)]
        until = min(self._until, now + LONGEST_TURN)
        times = {"starts_at": now.isoformat(), "ends_at": until.isoformat()}
        on_duty = acts.chance("on duty", day_of(now)).sample(people, len(ON_DUTY))
        for person, place in zip(on_duty, ON_DUTY, strict=True):
            add_duty_turn(acts.database, SYSTEM.at(acts.authority), now, {"person": person, "place": place, **times})
