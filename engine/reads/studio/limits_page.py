"""The time limits of a draft: each in words, what is otherwise than in its base, and what a change makes of one day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from engine.base.errors import BadModel, NotFound, NotPossible, Problem, RefusalCode
from engine.difference.called import date_called, events_called
from engine.difference.clocks_between import COLUMNS_IN_WORDS, differences_of_clocks
from engine.difference.names_between import names_between
from engine.facts.authority import Settled, settled
from engine.facts.change_files import ChangeRow, SavedFile, change_row, file_of_change, files_of_change
from engine.facts.models import model, model_of
from engine.people.identity import STUDIO, Actor
from engine.people.who_knows import is_open_to
from engine.people.who_may import must_hold
from engine.process.bundle import TIMESCALES, Model
from engine.reads.authority.people import names_of_accounts
from engine.reads.authority.told_numbers import number_told
from engine.reads.studio.draft_rights import may_save
from engine.tables import Case, ClosureDay, Deadline, running_deadline
from engine.timescales.calendar import Calendar, day_of
from engine.timescales.rules import ELAPSED, Clock, due, limit_in_words, passed_over, warnings
from engine.timescales.table_cells import cells_of
from engine.timescales.timescale_table import parse_timescales
from engine.timescales.typed_limit import columns_to_change


@dataclass(frozen=True, slots=True)
class LimitInDraft:
    """A clock of the draft in words. `differs` says what is otherwise than in its base."""

    clock: str
    title: str
    limit: str
    begins: str
    is_met: str
    stops: str
    warns: str
    source: str
    is_statutory: bool
    differs: Sequence[str]


@dataclass(frozen=True, slots=True)
class LimitsPage:
    """`taken_out` says which clocks of the base are gone. `problems` are there where the table cannot be read, and no
    limit is shown then.
    """

    row: ChangeRow
    may_save: bool
    limits: Sequence[LimitInDraft] = ()
    taken_out: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayPassedOver:
    day: date
    why: str


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What one side makes of a day. `is_provisional`: some of its bank holidays are not published yet."""

    limit: str
    due_at: datetime
    by_the_day: bool
    warned_at: Sequence[datetime]
    passed_over: Sequence[DayPassedOver]
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class LimitPage:
    """One clock of a draft. `cells` are as they stand in its file, which has this `content` and `version`, saved by the
    person of this name; `columns` those that may be changed. `running`: how many clocks of it run now in the authority.
    `own_limit`: what the authority has settled for itself, as it holds now and under the draft; None where it has not.
    `before` and `now` are there where a day was given; `before` is None where the clock is new.
    """

    row: ChangeRow
    may_save: bool
    limit: LimitInDraft
    rule: Clock
    content: bytes = field(repr=False)
    version: int
    saved_by: str
    saved_at: datetime | None
    cells: Mapping[str, str]
    columns: Sequence[str]
    counted_from: str
    asks_time: bool
    running: int
    own_limit: tuple[str, str] | None
    before: WorkedOut | None
    now: WorkedOut | None
    cases_shown: tuple[str, ...] = ()

    @property
    def running_told(self) -> str:
        return number_told(self.running)


def limits_page(connection: Connection, actor: Actor, _now: datetime, change: str) -> LimitsPage:
    """Raises NotAllowed for whoever neither changes the pathway nor approves that, and NotFound."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    try:
        base, draft = _both(connection, actor.within, row)
    except BadModel as refused:
        return LimitsPage(row, may_save(actor, row), problems=refused.problems)
    said = _said(base, draft)
    taken_out = [words for clock in base.rules if clock not in draft.rules for words in said.get(clock, ())]
    return LimitsPage(row, may_save(actor, row), [_shown(draft, one, said) for one in draft.rules.values()], taken_out)


def limit_page(
    connection: Connection, actor: Actor, _now: datetime, change: str, clock: str, counted_from: datetime | None = None
) -> LimitPage:
    """`counted_from`: the moment of which is worked out what both sides make of it.

    Raises NotAllowed, NotFound; NotPossible where the table of the draft cannot be read.
    """
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    base, draft = _with_clock(connection, actor.within, row, clock)
    was, rule = base.rules.get(clock), draft.rules[clock]
    sides = [one for one in (was, rule) if one]
    file = file_of_change(connection, actor.within, row, TIMESCALES)
    content = file.content or b""
    here = settled(connection, actor.within)
    closed = _closure_days(connection, actor.within) if counted_from else {}
    worked = [_worked_out(one, counted_from, here.calendar, closed) for one in sides] if counted_from else []
    return LimitPage(
        row=row,
        may_save=may_save(actor, row),
        limit=_shown(draft, rule, _said(base, draft)),
        rule=rule,
        content=content,
        version=file.version,
        saved_by=_by(connection, file),
        saved_at=file.saved_at,
        cells=cells_of(content, clock),
        columns=columns_to_change(rule),
        counted_from=date_called(draft, rule.counts_from, rule.starts_on),
        asks_time=any(one.unit in ELAPSED for one in sides),
        running=_running(connection, actor, clock),
        own_limit=_own_limit(was or rule, rule, here),
        before=worked[0] if was and worked else None,
        now=worked[-1] if worked else None,
    )


def _both(connection: Connection, authority: str, row: ChangeRow) -> tuple[Model, Model]:
    """The base and the draft; where all but the table of the draft cannot be read, its base with that table.

    Raises BadModel where that cannot be read either.
    """
    base, files = model(connection, row.base_hash), files_of_change(connection, authority, row)
    try:
        return base, model_of(files.models)
    except BadModel:
        return base, replace(base, rules=parse_timescales(files.now.get(TIMESCALES, b""), TIMESCALES))


def _with_clock(connection: Connection, authority: str, row: ChangeRow, clock: str) -> tuple[Model, Model]:
    """Raises NotFound where the draft has no such clock."""
    try:
        base, draft = _both(connection, authority, row)
    except BadModel:
        raise NotPossible("The table of time limits cannot be read.", code=RefusalCode.BAD_FILE) from None
    if clock not in draft.rules:
        raise NotFound
    return base, draft


def _said(base: Model, draft: Model) -> Mapping[str, Sequence[str]]:
    """What is otherwise, by clock."""
    said: dict[str, list[str]] = {}
    names = names_between(base, draft)
    for one in differences_of_clocks(names.read_anew(base), draft, names.steps):
        said.setdefault(one.subject, []).append(one.words)
    return said


def _shown(draft: Model, rule: Clock, said: Mapping[str, Sequence[str]]) -> LimitInDraft:
    return LimitInDraft(
        clock=rule.id,
        title=rule.title,
        limit=limit_in_words(rule),
        begins=events_called(draft, rule.starts_on),
        is_met=events_called(draft, rule.met_on),
        stops=events_called(draft, rule.stopped_on),
        warns=COLUMNS_IN_WORDS["warn_before"](draft, rule),
        source=rule.source,
        is_statutory=rule.kind == "statutory",
        differs=said.get(rule.id, ()),
    )


def _own_limit(was: Clock, rule: Clock, here: Settled) -> tuple[str, str] | None:
    now_so, then_so = here.rule(was), here.rule(rule)
    if now_so is was and then_so is rule:
        return None
    return limit_in_words(now_so), limit_in_words(then_so)


def _by(connection: Connection, file: SavedFile) -> str:
    return names_of_accounts(connection, [file.saved_by]).get(file.saved_by or "", "")


def _running(connection: Connection, actor: Actor, clock: str) -> int:
    """Only open cases have clocks that run, and the index of these is read."""
    open_here = (Case.authority_id == actor.within, Case.closed_at.is_(None), is_open_to(actor))
    of_clock = select(func.count()).select_from(Deadline).join(Case, Case.id == Deadline.case_id)
    return connection.scalars(of_clock.where(*open_here, running_deadline(), Deadline.clock == clock)).one()


def _closure_days(connection: Connection, authority: str) -> dict[date, str]:
    rows = connection.execute(select(ClosureDay.day, ClosureDay.name).where(ClosureDay.authority_id == authority))
    return {row.day: row.name for row in rows}


def _worked_out(rule: Clock, counted_from: datetime, calendar: Calendar, closed: Mapping[date, str]) -> WorkedOut:
    due_at = due(rule, counted_from, calendar)
    days = passed_over(rule, counted_from, calendar)
    return WorkedOut(
        limit=limit_in_words(rule),
        due_at=due_at,
        by_the_day=rule.unit not in ELAPSED,
        warned_at=warnings(rule, due_at, calendar),
        passed_over=[DayPassedOver(day, _why(day, calendar, closed)) for day in days],
        is_provisional=any(calendar.is_provisional(day) for day in (day_of(due_at), *days)),
    )


def _why(day: date, calendar: Calendar, closed: Mapping[date, str]) -> str:
    return f"a closure day ({closed[day]})" if day in closed else calendar.why_closed(day)
