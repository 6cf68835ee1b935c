"""A case beside the guidance: every clock with what became of it, and every duty with what was asked and answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from engine.facts.authority import calendar_of
from engine.people.identity import Actor
from engine.reads.audit.clock_runs import MISSED, ClockRun, Ending
from engine.reads.audit.duties_shown import DutyShown, StepAsked, duties_shown
from engine.reads.audit.replay import ReplayFeed, replay_feed
from engine.reads.audit.replayed_case import ReplayedCase
from engine.reads.audit.trail import People, people
from engine.reads.audit.who_looked import Stretch, Watched, watched
from engine.reads.list_page import OVERVIEW, ListPart, Wanted, named_part
from engine.timescales.calendar import Calendar, day_of
from engine.timescales.rules import ELAPSED, remaining, warnings

DUTY = "duty"
LISTS = ("late", "others", DUTY)
"""Those of the page that can be wanted by themselves; the last is what was asked for one duty."""
FIRST: tuple[Ending, ...] = ("running", "late_before", "went", "met", "stopped")


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
    """`edition` names the guidance. `shows_looks`: the reader may see who looked. `taken_over_at`: the case is told
    from then on; what was asked before was done in another system, or was not.

    A few rows each of the clocks that were `late`, what the law or the guidance sets first, and of the `others`; or one
    list by itself, where it is `wanted`: then also all that was `asked` for one of the duties.
    """

    subject: ReplayedCase
    edition: str
    late: ListPart[ClockMet]
    others: ListPart[ClockMet]
    duties: tuple[DutyShown, ...]
    asked: ListPart[StepAsked]
    shows_looks: bool
    wanted: Wanted
    taken_over_at: datetime | None

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.subject.cases_shown


def guidance(connection: Connection, actor: Actor, now: datetime, case: str, wanted: Wanted = OVERVIEW) -> Guidance:
    """Raises NotFound, or NotAllowed for who may not see all answers of the case."""
    whole = replay_feed(connection, actor, now, case)
    calendar = calendar_of(connection, actor.within)
    duties = duties_shown(connection, whole.trail, now)
    asked = next((one.asked for one in duties if one.duty.id == wanted.of), ())
    if wanted.name == DUTY and not asked:
        wanted = OVERVIEW
    clocks = [_clock(now, whole, one, calendar) for one in whole.clocks]
    late = named_part("late", sorted((one for one in clocks if one.over), key=_is_local), wanted)
    knew = _knew(connection, whole, [one.clock for one in late.rows if actor.in_oversight], calendar, now)
    others = sorted((one for one in clocks if not one.over), key=lambda one: FIRST.index(one.ending))
    return Guidance(
        subject=whole.subject,
        edition=whole.trail.newest.edition.name,
        late=late.showing(replace(one, knew=knew.get(one.clock.began, ())) for one in late.rows),
        others=named_part("others", others, wanted),
        duties=duties,
        asked=named_part(DUTY, asked, wanted),
        shows_looks=actor.in_oversight,
        wanted=wanted,
        taken_over_at=next((line.at for line in whole.trail.lines if line.kind == "taken_over"), None),
    )


def _is_local(one: ClockMet) -> bool:
    return one.clock.rule is not None and one.clock.rule.kind == "local"


def _clock(now: datetime, whole: ReplayFeed, clock: ClockRun, calendar: Calendar) -> ClockMet:
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
        knew=(),
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
    seen = watched(connection, whole.subject.chains, [half for halves in stretches for half in halves])
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
