"""The replay of a case: its processes over the years, its steps as a list, one step with all that stood then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from engine.base.errors import NotFound
from engine.facts.kept_searches import words_of
from engine.people.identity import Actor
from engine.people.who_knows import must_see_all
from engine.reads.audit.clock_runs import MISSED, ClockRun, clock_runs
from engine.reads.audit.known import By, KnownForm, forms
from engine.reads.audit.path import Path, path
from engine.reads.audit.replayed_case import ReplayedCase, replayed_case
from engine.reads.audit.steps import ReplayStep, steps
from engine.reads.audit.trail import Trail, trail
from engine.reads.list_page import OVERVIEW, ListPart, Wanted, part_of

PAGE = 100
LISTS = ("processes",)
LISTS_OF_A_STEP = ("forms",)
About = Literal["main", "all", "decisions", "clocks"]


@dataclass(frozen=True, slots=True)
class ReplaySpan:
    """One process of the case from its beginning until it ended, was withdrawn or was set aside, as its `status` says.

    `outcome` in words; `first` is its first step.

    `begins` and `lasts` are its place on the line of the case, in hundredths.
    """

    run: str
    name: str
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    status: str
    first: int
    late: int
    begins: float
    lasts: float


@dataclass(frozen=True, slots=True)
class ReplayQuery:
    """What the list of steps is narrowed down to. `main` is what was done and what was late: the way is left out.
    `text` is what was typed, which `search` stands for in an address (engine/facts/kept_searches.py).
    """

    about: About = "main"
    run: str = ""
    person: str = ""
    late: bool = False
    text: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """`years` are marks on the line of the case: the year and its place in hundredths. `people` may be asked for, and
    so may the `runs`: the first of them, and the one that is asked for. `stretches` are the processes from the first
    on, a few or the page of them that is `wanted`.
    """

    subject: ReplayedCase
    stretches: ListPart[ReplaySpan]
    runs: tuple[tuple[str, str], ...]
    years: tuple[tuple[int, float], ...]
    late: tuple[ClockRun, ...]
    people: tuple[tuple[str, str], ...]
    asked: ReplayQuery
    total: int
    found: int
    rows: tuple[ReplayStep, ...]
    page: int
    pages: int
    wanted: Wanted

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.subject.cases_shown


@dataclass(frozen=True, slots=True)
class ReplayMoment:
    """One step, and what stood then. `clocks` are those that ran, `forms` what was known by then, newest first: a few,
    or the page of them that is `wanted`.

    `because` is the step whose answers chose this way, `way` the steps of its process up to this one. `place` says
    which of `total` it is.
    """

    subject: ReplayedCase
    step: ReplayStep
    place: int
    total: int
    previous: int | None
    next: int | None
    because: ReplayStep | None
    path: Path
    way: tuple[ReplayStep, ...]
    clocks: tuple[ClockRun, ...]
    forms: ListPart[KnownForm]
    known_by: By
    wanted: Wanted

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.subject.cases_shown


@dataclass(frozen=True, slots=True)
class ReplayFeed:
    """All steps at once, with what the record says of the way through each drawing: for the script that plays them."""

    subject: ReplayedCase
    trail: Trail
    steps: tuple[ReplayStep, ...]
    clocks: tuple[ClockRun, ...]
    forms: tuple[KnownForm, ...]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.subject.cases_shown


def replay_feed(connection: Connection, actor: Actor, now: datetime, case: str) -> ReplayFeed:
    """Raises NotFound, or NotAllowed for who may not see all answers of the case."""
    must_see_all(connection, actor, case)
    found = trail(connection, actor.within, case)
    given, clocks = forms(connection, found), clock_runs(found)
    whose = replayed_case(connection, actor, case, now, found.cases)
    return ReplayFeed(whose, found, steps(found, given, clocks), clocks, given)


def replay(
    connection: Connection, actor: Actor, now: datetime, case: str, asked: ReplayQuery, page: int, wanted: Wanted
) -> Replay:
    """A page of the steps that were asked for. Raises NotFound, NotAllowed."""
    whole = replay_feed(connection, actor, now, case)
    if asked.search:
        asked = replace(asked, text=words_of(connection, actor, now, asked.search))
    found = [step for step in whole.steps if _is_asked_for(step, asked)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages)
    people = {step.account: step.by for step in whole.steps}
    scale = _Scale(whole.subject.opened_at, whole.subject.closed_at or now)
    stretches = tuple(_stretches(whole, scale))
    return Replay(
        subject=whole.subject,
        stretches=part_of(stretches, wanted),
        runs=tuple((one.run, one.name) for one in stretches[:PAGE] if one.run != asked.run)
        + tuple((one.run, one.name) for one in stretches if one.run == asked.run),
        years=tuple(scale.years()),
        late=tuple(clock for clock in whole.clocks if clock.ending(now) in MISSED),
        people=tuple(sorted(people.items(), key=lambda one: one[1].casefold())),
        asked=asked,
        total=len(whole.steps),
        found=len(found),
        rows=tuple(found[(page - 1) * PAGE : page * PAGE]),
        page=page,
        pages=pages,
        wanted=wanted,
    )


def moment(
    connection: Connection,
    actor: Actor,
    now: datetime,
    case: str,
    number: int,
    known_by: By = "recorded",
    wanted: Wanted = OVERVIEW,
) -> ReplayMoment:
    """Raises NotFound also where the case has no such step."""
    whole = replay_feed(connection, actor, now, case)
    if not 1 <= number <= len(whole.steps):
        raise NotFound
    step = whole.steps[number - 1]
    run = whole.trail.runs.get(step.run)
    return ReplayMoment(
        subject=whole.subject,
        step=step,
        place=number,
        total=len(whole.steps),
        previous=number - 1 if number > 1 else None,
        next=number + 1 if number < len(whole.steps) else None,
        because=whole.steps[step.because - 1] if step.because else None,
        path=path(whole.trail.lines, step.run, number),
        way=tuple(one for one in whole.steps[:number] if run and one.run == run.id),
        clocks=tuple(clock for clock in whole.clocks if clock.runs_at(number)),
        forms=part_of([form for form in reversed(whole.forms) if form.known(number, step.at, known_by)], wanted),
        known_by=known_by,
        wanted=wanted,
    )


def _is_asked_for(step: ReplayStep, asked: ReplayQuery) -> bool:
    return (
        _is_about(step, asked.about)
        and (not asked.run or step.run == asked.run)
        and (not asked.person or step.account == asked.person)
        and (not asked.late or step.late)
        and (not asked.text or asked.text.casefold() in step.words)
    )


def _is_about(step: ReplayStep, about: About) -> bool:
    if about == "decisions":
        return step.decides
    if about == "main":
        return step.about == "act" or step.late or not step.known
    return about == "all" or step.about == "clock"


class _Scale:
    """Moments as places on a line from the beginning of the case to its end, in hundredths."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self._begin, self._end = begin, end
        self._length = max((end - begin).total_seconds(), 1)

    def place(self, moment: datetime) -> float:
        return round(min(max((moment - self._begin).total_seconds() / self._length, 0), 1) * 100, 2)

    def years(self) -> Iterator[tuple[int, float]]:
        for year in range(self._begin.year + 1, self._end.year + 1):
            yield year, self.place(self._begin.replace(year=year, month=1, day=1, hour=0, minute=0))


def _stretches(whole: ReplayFeed, scale: _Scale) -> Iterator[ReplaySpan]:
    first, late = _first_and_late(whole.steps)
    for run in sorted(whole.trail.runs.values(), key=lambda run: first.get(run.id, 0)):
        begins = scale.place(run.started_at)
        yield ReplaySpan(
            run=run.id,
            name=run.name,
            began_at=run.started_at,
            ended_at=run.ended_at,
            outcome=_outcome(whole.trail, run.id),
            status=run.status,
            first=first.get(run.id, 1),
            late=late.get(run.id, 0),
            begins=begins,
            lasts=round((scale.place(run.ended_at) if run.ended_at else 100) - begins, 2),
        )


def _first_and_late(of_case: Sequence[ReplayStep]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """By process: its first step, and how many of its tasks were done late or ran out of time."""
    first: dict[str, int] = {}
    late: dict[str, int] = {}
    for step in of_case:
        first.setdefault(step.run, step.number)
        late[step.run] = late.get(step.run, 0) + step.late
    return first, late


def _outcome(trail: Trail, run: str) -> str:
    """The name of the end that its drawing reached last."""
    for line in reversed(trail.lines):
        if line.instance == run and line.kind == "ended" and line.element:
            ended = trail.runs[run].then(line.number)
            shape = ended.model.drawings[ended.process].elements.get(line.element)
            return shape.name if shape else ""
    return ""
