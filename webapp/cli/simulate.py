"""`throughline simulate`: a caseload of invented children, to measure with and to look at."""

import os
import sys
from collections import Counter
from datetime import datetime
from time import monotonic

import click

from engine.simulate.acts import DONE, FAULT, REFUSED
from engine.simulate.simulating import CaseloadPlan, set_up, simulated
from webapp.cli.options import database_option, settings, upgraded

# So many children of five years keep one authority's people busy.
CHILDREN_OF_AN_AUTHORITY = 1000
FIRST_DAY = "2020-04-01"


@click.command()
@click.option("--children", type=click.IntRange(1), required=True, help="How many are referred in all.")
@click.option("--years", type=click.IntRange(1, 20), default=1, show_default=True, help="In how many years.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same caseload.")
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    default=FIRST_DAY,
    show_default=True,
    help="The first day; of its month the first is taken.",
)
@click.option("--authorities", type=click.IntRange(1, 153), help="[default: one for each 1,000 children]")
@click.option("--processes", type=click.IntRange(1), help="[default: one for each core; on SQLite always 1]")
@database_option
@click.pass_context
def simulate(
    context: click.Context,
    children: int,
    years: int,
    seed: int,
    since: datetime,
    authorities: int | None,
    processes: int | None,
    database_url: str | None,
) -> None:
    """Write a caseload of invented families into a database of its own: referrals at the national rates, and what
    people do in each case over the years.

    For one seed the same children, acts and days come out, whatever the number of processes. Whoever stops it gives the
    same command again, and it goes on. The exit status is 1 where the product failed. docs/simulate.md says more.
    """
    chosen = settings(database_url)
    count = min(authorities or -(-children // CHILDREN_OF_AN_AUTHORITY), children)
    plan = CaseloadPlan(children, years, seed, since.date().replace(day=1), count)
    database = upgraded(chosen)
    set_up(database, plan, chosen.models)
    one_writer = database.url.get_backend_name() == "sqlite"
    side_by_side = 1 if one_writer else min(processes or os.cpu_count() or 1, count)
    started = monotonic()
    months = simulated(database, plan, side_by_side)
    tally = Counter[str]()
    with click.progressbar(
        months, plan.months * count, "Months", file=sys.stderr, show_pos=True, hidden=not sys.stderr.isatty()
    ) as progress:
        for number, done in enumerate(progress, start=1):
            tally += done
            _tell_without_terminal(number, plan.months * count, started)
    database.dispose()
    _tell(tally)
    context.exit(1 if any(what.startswith(FAULT) for what in tally) else 0)


def _tell_without_terminal(done: int, of: int, started: float) -> None:
    """A line where there is no bar, at each twentieth."""
    step = max(of // 20, 1)
    if not sys.stderr.isatty() and done % step == 0:
        left = (monotonic() - started) / done * (of - done) / 60
        click.echo(f"Months: {done} of {of}, about {left:.0f} minutes left", err=True)


def _tell(tally: Counter[str]) -> None:
    click.echo(f"{tally[DONE]} acts")
    for what, times in sorted(tally.items()):
        if what.startswith((REFUSED, FAULT)):
            click.echo(f"{times} times {what}")
