"""`throughline rerun`: do cases again from their record, and say whatever is not as it was recorded."""

import sys

import click

from engine.rerun.authority_rerunning import RerunAuthority, rerun_authorities
from engine.rerun.rerunning import Rerun, cases
from engine.rerun.several import rerun_several
from webapp.cli.options import database_option, known_database, settings

# What follows from one thing that was changed may be very much.
SHOWN = 20


@click.command()
@click.argument("case", required=False)
@click.option("--all", "every", is_flag=True, help="Every case, on all cores, and what stands of each authority.")
@database_option
@click.pass_context
def rerun(context: click.Context, case: str | None, every: bool, database_url: str | None) -> None:
    """Do a case again from its entries, on the models of its time, and say every difference.

    CASE is its reference or its id. With --all accounts, roles, teams, working days, limits and the duty list are held
    against the entries that say so as well. The database is read and not written. The exit status is 1 where anything
    differs: then the record, the rows that pages read, the models or this version are not what they were.
    """
    if (case is None) != every:
        raise click.UsageError("Name one case, or say --all.")
    database = known_database(settings(database_url))
    authorities = [*rerun_authorities(database)] if every else []
    found = cases(database, case)
    with click.progressbar(rerun_several(database, found), len(found), label="Cases", file=sys.stderr) as progress:
        done = list(progress)
    for one in authorities:
        _print(f"Authority {one.authority}", one)
        if one.unsaid:
            click.echo(f"Authority {one.authority}: the record says nothing of {one.unsaid} passwords that are older.")
    _say_erased(done)
    differing = [one for one in done if one.differences]
    for one in differing:
        _print(f"Case {one.reference}", one)
    if every:
        click.echo(_of_authorities(authorities))
    click.echo(_total(done, len(differing)))
    context.exit(1 if differing or any(one.differences for one in authorities) else 0)


def _say_erased(done: list[Rerun]) -> None:
    """By decision of two people: it cannot be done again, and that is no difference."""
    for one in done:
        if one.erased:
            click.echo(
                f"Case {one.reference} was erased on {one.erased:%Y-%m-%d}: its record carries nothing any more."
            )


def _print(what: str, one: Rerun | RerunAuthority) -> None:
    """The number of entries and the first differences; nothing where there is none."""
    if one.differences:
        click.echo(f"{what}, {one.entries} entries:")
    for difference in one.differences[:SHOWN]:
        click.echo(f"  {difference}")
    if (more := len(one.differences) - SHOWN) > 0:
        click.echo(f"  and {more} more")


def _of_authorities(done: list[RerunAuthority]) -> str:
    entries, differing = sum(one.entries for one in done), sum(bool(one.differences) for one in done)
    authorities = "1 authority" if len(done) == 1 else f"{len(done)} authorities"
    said = f"{differing} with differences" if differing else "no difference"
    return f"{authorities}, {entries} entries of people, rights and settings: {said}"


def _total(done: list[Rerun], differing: int) -> str:
    entries = sum(one.entries for one in done)
    cases = "1 case" if len(done) == 1 else f"{len(done)} cases"
    said = f"{differing} with differences" if differing else "no difference"
    return f"{cases}, {entries} entries: {said}"
