"""`throughline rerun`: do cases again from their record, and say whatever is not as it was recorded."""

import sys

import click

from engine.rerun.rerunning import Rerun, cases
from engine.rerun.several import rerun_several
from webapp.cli.options import database_option, known_database, settings

# What follows from one thing that was changed may be very much.
SHOWN = 20


@click.command()
@click.argument("case", required=False)
@click.option("--all", "every", is_flag=True, help="Every case, on all cores.")
@database_option
@click.pass_context
def rerun(context: click.Context, case: str | None, every: bool, database_url: str | None) -> None:
    """Do a case again from its entries, on the models of its time, and say every difference.

    CASE is its reference or its id. The database is read and not written. The exit status is 1 where anything differs:
    then the record, the rows that pages read, the models or this version are not what they were.
    """
    if (case is None) != every:
        raise click.UsageError("Name one case, or say --all.")
    database = known_database(settings(database_url))
    found = cases(database, case)
    with click.progressbar(rerun_several(database, found), len(found), label="Cases", file=sys.stderr) as progress:
        done = list(progress)
    differing = [one for one in done if one.differences]
    for one in differing:
        _print(one)
    click.echo(_total(done, len(differing)))
    context.exit(1 if differing else 0)


def _print(one: Rerun) -> None:
    click.echo(f"Case {one.reference}, {one.entries} entries:")
    for difference in one.differences[:SHOWN]:
        click.echo(f"  {difference}")
    if (more := len(one.differences) - SHOWN) > 0:
        click.echo(f"  and {more} more")


def _total(done: list[Rerun], differing: int) -> str:
    entries = sum(one.entries for one in done)
    cases = "1 case" if len(done) == 1 else f"{len(done)} cases"
    said = f"{differing} with differences" if differing else "no difference"
    return f"{cases}, {entries} entries: {said}"
