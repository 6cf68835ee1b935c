"""A whole simulated caseload: authorities are set up, and go through their months side by side, each in one process."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from multiprocessing import get_context, parent_process
from pathlib import Path

from sqlalchemy import select

from engine.base.clock import Uptime
from engine.base.database import Database
from engine.base.errors import NotPossible, RefusalCode
from engine.commands.authorities import add_authority
from engine.commands.publishing import publish_shipped
from engine.commands.ticks import confirm_time
from engine.facts.models import in_force
from engine.facts.which_authority import authorities
from engine.people.identity import SYSTEM
from engine.simulate.acts import Acts
from engine.simulate.chance import Office
from engine.simulate.families import FamilyReferred, referred
from engine.simulate.month import Month
from engine.simulate.rates import Rates, must_fit, rates
from engine.simulate.workforce import employ, heads
from engine.tables import Publication
from engine.timescales.calendar import in_months, start_of

MONTHS = 12
BEFORE_THE_FIRST_REFERRAL = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CaseloadPlan:
    """So many children, referred in the years that begin on the first of a month, spread over the authorities."""

    children: int
    years: int
    seed: int
    since: date
    authorities: int

    @property
    def months(self) -> int:
        return self.years * MONTHS

    def share(self, number: int) -> int:
        """The children of an authority, counted from 1: the same for each but for what cannot be divided."""
        each, over = divmod(self.children, self.authorities)
        return each + (number <= over)

    def name(self, number: int) -> str:
        """Says that nothing of it is real, and what it was made from."""
        what = f"{self.children} children in {self.years} years from {self.since.isoformat()}, seed {self.seed}"
        return f"Simulated authority {number} of {self.authorities} ({what})"


def identifier(number: int) -> str:
    return f"simulated-{number:03}"


def set_up(database: Database, plan: CaseloadPlan, models: Path, table: Rates | None = None) -> None:
    """The authorities with their people and models, as far as they are not there yet. `table` is one that fits the
    models; left out, it is the whole, and must fit.

    Raises NotPossible where the database holds anything else, another caseload above all, and BadModel.
    """
    names = {identifier(number): plan.name(number) for number in range(1, plan.authorities + 1)}
    with database.read() as connection:
        there = authorities(connection)
        published = {*connection.scalars(select(Publication.authority_id))}
    if not there.items() <= names.items():
        raise NotPossible(
            "This database holds something else. A simulated caseload needs a database of its own, and goes on only "
            "with the numbers, the seed and the first day that it began with.",
            code=RefusalCode.DATABASE_HELD,
        )
    joined = start_of(plan.since) - BEFORE_THE_FIRST_REFERRAL
    if not there:  # what one authority has come to says nothing about the time in another
        confirm_time(database, SYSTEM, joined, Uptime("", 0), until=start_of(in_months(plan.since, plan.months)))
    for number, (authority, name) in enumerate(names.items(), start=1):
        if authority not in there:
            add_authority(database, SYSTEM, joined, authority, name)
        if authority not in published:
            publish_shipped(database, SYSTEM.at(authority), joined, models)
        with database.read() as connection:
            model = in_force(connection, authority)
        fitting = table or must_fit(rates(), model)
        employ(database, model, authority, heads(fitting, model, plan.share(number) / plan.years), joined)


def simulated(database: Database, plan: CaseloadPlan, processes: int) -> Iterator[Counter[str]]:
    """What was done and refused in each month of each authority, as soon as it is over: months * authorities of them.

    On SQLite, which has one writer, `processes` is 1. Whatever it is, the same happens.
    """
    if processes > 1:
        yield from _side_by_side(database, plan, processes)
        return
    for number in range(1, plan.authorities + 1):
        yield from (_live(database, plan, number, month) for month in range(plan.months))


def _side_by_side(database: Database, plan: CaseloadPlan, processes: int) -> Iterator[Counter[str]]:
    """Of one authority the next month begins once the one before is over, in whichever process."""
    address = database.url.render_as_string(hide_password=False)
    waiting = [(number, 0) for number in range(plan.authorities, 0, -1)]
    running: dict[Future[Counter[str]], tuple[int, int]] = {}
    # Started afresh: a copy of this process would share its connections.
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (address,)) as pool:
        while waiting or running:
            while waiting and len(running) < processes:
                number, month = waiting.pop()
                running[pool.submit(_live_here, plan, number, month)] = number, month
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                number, month = running.pop(done)
                yield done.result()
                if month + 1 < plan.months:
                    waiting.append((number, month + 1))


_mine: list[Database] = []


def _begin(address: str) -> None:
    _mine.append(Database(address))


def _live_here(plan: CaseloadPlan, number: int, month: int) -> Counter[str]:
    return _live(_mine[0], plan, number, month, _end_with_parent)


def _end_with_parent() -> None:
    """Where the command was killed its processes end too: given again, it must have the authorities for itself."""
    parent = parent_process()
    if parent is not None and not parent.is_alive():
        os._exit(1)


def _live(
    database: Database, plan: CaseloadPlan, number: int, month: int, before_each: Callable[[], None] = lambda: None
) -> Counter[str]:
    authority, table = identifier(number), rates()
    office = Office(table.office["opens"], table.office["closes"])
    acts = Acts(database, authority, plan.seed, table)
    Month(acts, office, _families(plan, number), in_months(plan.since, month)).live(before_each)
    return acts.tally


@lru_cache(maxsize=2)
def _families(plan: CaseloadPlan, number: int) -> tuple[FamilyReferred, ...]:
    table = rates()
    share = plan.share(number)
    return tuple(
        referred(
            table,
            Office(table.office["opens"], table.office["closes"]),
            plan.seed,
            identifier(number),
            share,
            plan.since,
            plan.months,
        )
    )
