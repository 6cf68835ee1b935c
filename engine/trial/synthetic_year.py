"""A year that is made up, lived on the models in force and on a draft: the same families, the same chance.

Each run is on a database of its own in a temporary folder, by rates that are drawn from the record as far as it has
them (engine/trial/recorded_rates.py). What comes of a draft that asks something else is drawn by
the same streams of chance (engine/simulate/chance.py), so that what is alike on both sides happens alike.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, func, select
from structlog.testing import capture_logs

from engine.base.database import Database
from engine.process.bundle import read_bundle
from engine.scenario.databases import put_files
from engine.simulate.acts import FAULT, Acts
from engine.simulate.chance import Office
from engine.simulate.families import referred
from engine.simulate.month import Month
from engine.simulate.rates import Rates, as_far_as_known
from engine.simulate.simulating import CaseloadPlan, identifier, set_up
from engine.tables import Case, Deadline, WorkItem
from engine.timescales.calendar import in_months, start_of
from engine.trial.recorded_rates import RestsOn

Files = Mapping[str, bytes]
WEEK = timedelta(weeks=1)
SINCE = date(2025, 4, 1)


@dataclass(frozen=True, slots=True)
class YearLived:
    """What came of one run. `clocks`: by clock, how many ran and how many of them were late by the end; `open_at_end`
    by role, and `open_by_week` at the end of each week; `steps` that people took. `faults` are what failed.
    """

    clocks: Mapping[str, tuple[int, int]]
    open_at_end: Mapping[str, int]
    open_by_week: Mapping[str, Sequence[int]]
    cases: int
    steps: int
    faults: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BothYears:
    """The runs on the models in force and on the draft, in the order of the seeds; and what their rates rest on."""

    children: int
    months: int
    seeds: tuple[int, ...]
    before: tuple[YearLived, ...]
    draft: tuple[YearLived, ...]
    rests_on: RestsOn


def both_lived(
    before: Files,
    draft: Files,
    drawn: tuple[Rates, RestsOn],
    children: int,
    seeds: Sequence[int],
    tell: Callable[[int, int], None],
    meanwhile: Callable[[], None] | None = None,
) -> BothYears:
    """`drawn` is what recorded_rates gives. `tell` is given how many of how many runs are over. With `meanwhile` all
    are lived in this process, one after another, and it is called before whatever happens in them; without it they are
    spread over the cores.
    """
    plans = [CaseloadPlan(children, 1, seed, SINCE, 1) for seed in seeds]
    years: list[YearLived] = []
    sides, (table, rests_on) = [before] * len(plans) + [draft] * len(plans), drawn
    for number, year in enumerate(_each(sides, plans * 2, table, meanwhile), 1):
        years.append(year)
        tell(number, 2 * len(plans))
    of_before, of_draft = tuple(years[: len(plans)]), tuple(years[len(plans) :])
    return BothYears(children, plans[0].months, tuple(seeds), of_before, of_draft, rests_on)


def _each(
    files: Sequence[Files], plans: Sequence[CaseloadPlan], table: Rates, meanwhile: Callable[[], None] | None
) -> Iterator[YearLived]:
    if meanwhile:
        yield from (lived(content, plan, table, meanwhile) for content, plan in zip(files, plans, strict=True))
        return
    # Started afresh: a copy of this process would share its connections.
    with ProcessPoolExecutor(min(cpu_count() or 1, len(plans)), get_context("spawn")) as pool:
        yield from pool.map(lived, files, plans, [table] * len(plans))


def lived(files: Files, plan: CaseloadPlan, drawn: Rates, before_each: Callable[[], None] = lambda: None) -> YearLived:
    """Raises BadModel."""
    table, _ = as_far_as_known(drawn, read_bundle(files))
    with TemporaryDirectory(prefix="throughline-year-") as folder, capture_logs():
        put_files(Path(folder), files)
        database = Database(f"sqlite:///{Path(folder, 'year.db')}")
        try:
            database.upgrade()
            set_up(database, plan, Path(folder), table)
            authority, office = identifier(1), Office(table.office["opens"], table.office["closes"])
            acts = Acts(database, authority, plan.seed, table)
            families = referred(table, office, plan.seed, authority, plan.children, plan.since, plan.months)
            for month in range(plan.months):
                Month(acts, office, families, in_months(plan.since, month)).live(before_each)
            with database.read() as connection:
                return _told(connection, plan, acts.tally)
        finally:
            database.dispose()


def _told(connection: Connection, plan: CaseloadPlan, tally: Counter[str]) -> YearLived:
    began, ended = start_of(plan.since), start_of(in_months(plan.since, plan.months))
    items = connection.execute(select(WorkItem.role, WorkItem.opened_at, WorkItem.closed_at)).all()
    held = [(row.role, row.opened_at, row.closed_at or datetime.max.replace(tzinfo=ended.tzinfo)) for row in items]
    weeks = [began + number * WEEK for number in range(1, round((ended - began) / WEEK) + 1)]
    by_week = {role: [_open_at(held, role, week) for week in weeks] for role in sorted({role for role, *_ in held})}
    by_person = WorkItem.closed_by.is_not(None)
    return YearLived(
        clocks=_clocks(connection, ended),
        open_at_end=dict(Counter(role for role, opened, closed in held if opened <= ended < closed)),
        open_by_week=by_week,
        cases=connection.execute(select(func.count(Case.id))).scalar_one(),
        steps=connection.execute(select(func.count(WorkItem.id)).where(by_person)).scalar_one(),
        faults={what: times for what, times in tally.items() if what.startswith(FAULT)},
    )


def _open_at(held: Sequence[tuple[str, datetime, datetime]], role: str, week: datetime) -> int:
    return sum(opened <= week < closed for one, opened, closed in held if one == role)


def _clocks(connection: Connection, ended: datetime) -> dict[str, tuple[int, int]]:
    ran, late = Counter[str](), Counter[str]()
    columns = (Deadline.clock, Deadline.due_at, Deadline.met_at, Deadline.stopped_at)
    for clock, due_at, met_at, stopped_at in connection.execute(select(*columns)):
        ran[clock] += 1
        late[clock] += due_at < (met_at or stopped_at or ended)
    return {clock: (ran[clock], late[clock]) for clock in sorted(ran)}
