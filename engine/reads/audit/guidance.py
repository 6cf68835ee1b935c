"""A case beside the guidance: every clock with what became of it, and every duty with what was asked and answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.facts.authority import calendar_of
from engine.people.identity import Actor
from engine.reads.audit.clock_runs import MISSED, ClockRun, Ending
from engine.reads.audit.duties_shown import DutyShown, duties_shown
from engine.reads.audit.replay import ReplayedCase, ReplayFeed, replay_feed
from engine.reads.audit.trail import People, people
from engine.reads.audit.who_looked import Stretch, Watched, watched
from engine.timescales.calendar import Calendar, day_of
from engine.timescales.rules import ELAPSED, remaining, warnings

FIRST: tuple[Ending, ...] = ("running", "met", "stopped")


@dataclass(frozen=True, slots=True)
class Knew:
    """Somebody who saw or did something in a case while one of its clocks was running out, or had run out.

    `warned` is how often they saw it after the first warning and in time, `after` how often once it had run out;
    `did` are tasks that they completed in that time.
    """

    name: str
    role: str
    warned: int
    after: int
    first_at: datetime
    did: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockMet:
    """`over` says by how much it was missed: “4 working days (6 days)”; empty for what was in time.

    `step` is where it ended, or ran out, or began. `knew` is for auditors alone.
    """

    clock: ClockRun
    ending: Ending
    over: str
    process: str
    step: int
    warned_at: datetime | None
    knew: tuple[Knew, ...]


@dataclass(frozen=True, slots=True)
class Guidance:
    """`edition` names the guidance. `shows_looks`: the reader may see who looked."""

    subject: ReplayedCase
    edition: str
    clocks: tuple[ClockMet, ...]
    duties: tuple[DutyShown, ...]
    shows_looks: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.subject.case,)


def guidance(connection: Connection, actor: Actor, now: datetime, case: str) -> Guidance:
    """Late ones first. Raises NotFound, or NotAllowed for who may not see all answers of the case."""
    whole = replay_feed(connection, actor, now, case)
    newest, calendar = whole.trail.newest, calendar_of(connection, actor.within)
    missed = [one for one in whole.clocks if one.ending(now) in MISSED] if actor.in_oversight else []
    knew = _knew(connection, whole, missed, calendar, now)
    clocks = [_clock(now, whole, one, calendar, knew.get(one.began, ())) for one in whole.clocks]
    return Guidance(
        subject=whole.subject,
        edition=newest.edition.name,
        clocks=tuple(sorted(clocks, key=_rank)),
        duties=duties_shown(connection, whole.trail, now),
        shows_looks=actor.in_oversight,
    )


def _rank(one: ClockMet) -> tuple[int, bool]:
    """What was missed comes first, and of it what the law or the guidance sets."""
    local = one.clock.rule is not None and one.clock.rule.kind == "local"
    return (0, local) if one.over else (1 + FIRST.index(one.ending), False)


def _clock(now: datetime, whole: ReplayFeed, clock: ClockRun, calendar: Calendar, knew: tuple[Knew, ...]) -> ClockMet:
    ending = clock.ending(now)
    until = clock.ended_at or now
    run = whole.trail.runs.get(clock.run or "")
    return ClockMet(
        clock=clock,
        ending=ending,
        over=_over(clock, until, calendar) if ending in MISSED else "",
        process=run.name if run else "",
        step=clock.ended or clock.passed or clock.began,
        warned_at=_warned_at(clock, calendar),
        knew=knew,
    )


def _warned_at(clock: ClockRun, calendar: Calendar) -> datetime | None:
    """When its first warning came."""
    notices = warnings(clock.rule, clock.due_at, calendar) if clock.rule else ()
    return notices[0] if notices else None


def _over(clock: ClockRun, until: datetime, calendar: Calendar) -> str:
    unit = clock.rule.unit if clock.rule else "days"
    if unit in ELAPSED:
        return remaining(clock.due_at, until, calendar, unit).removeprefix("overdue by ")
    due, day = day_of(clock.due_at), day_of(until)
    days = _counted((day - due).days, "day")
    working = calendar.working_days_left(due, day) if unit == "working_days" else 0
    return f"{_counted(working, 'working day')} ({days})" if working else days


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _knew(
    connection: Connection, whole: ReplayFeed, missed: Sequence[ClockRun], calendar: Calendar, now: datetime
) -> dict[int, tuple[Knew, ...]]:
    """By where each missed clock began: from its first warning until it was recorded as done, in the order in which
    they first saw or did something. Always the same number of queries.
    """
    stretches = [_stretch(whole, clock, calendar, now) for clock in missed]
    seen = watched(connection, whole.subject.case, [half for halves in stretches for half in halves])
    done = [_done(whole, before[0], after[1]) for before, after in stretches]
    accounts = {one.account for many in seen for one in many}
    names = people(connection, whole.trail.newest, accounts.union(*done))
    return {
        clock.began: tuple(_who_knew(names, seen[2 * place], seen[2 * place + 1], done[place]))
        for place, clock in enumerate(missed)
    }


def _stretch(whole: ReplayFeed, clock: ClockRun, calendar: Calendar, now: datetime) -> tuple[Stretch, Stretch]:
    """From the first warning to when it ran out, and from then until it was recorded as done."""
    due = clock.due_at
    until = whole.steps[clock.ended - 1].at if clock.ended else now
    return (min(_warned_at(clock, calendar) or due, due), due), (due, until)


def _who_knew(
    names: People,
    before: Sequence[Watched],
    after: Sequence[Watched],
    did: Mapping[str, tuple[datetime, Sequence[str]]],
) -> Iterator[Knew]:
    firsts = {account: one[0] for account, one in did.items()}
    for one in (*before, *after):
        firsts[one.account] = min(one.first_at, firsts.get(one.account, one.first_at))
    times = [{one.account: one.opened + one.listed for one in seen} for seen in (before, after)]
    for account, first_at in sorted(firsts.items(), key=lambda one: one[1]):
        warned, late = (counts.get(account, 0) for counts in times)
        tasks = tuple(dict.fromkeys(did[account][1])) if account in did else ()
        yield Knew(names.name(account), names.role(account, first_at), warned, late, first_at, tasks)


def _done(whole: ReplayFeed, begin: datetime, until: datetime) -> dict[str, tuple[datetime, Sequence[str]]]:
    """By account, when they first did something in the case in that time, and what they completed."""
    found: dict[str, tuple[datetime, list[str]]] = {}
    for step, line in zip(whole.steps, whole.trail.lines, strict=True):
        if begin <= step.at <= until and line.kind == "completed" and step.role:
            found.setdefault(step.account, (step.at, []))[1].append(step.what)
    return dict(found)
