"""`throughline who-could-see`: who could know of a case at a moment, and by which rule."""

import json
from datetime import datetime

import click

from engine.base.clock import LONDON, now
from engine.people.identity import SYSTEM
from engine.reads.audit.who_could_see import CouldSee, everybody_who_could_see
from engine.reads.authority.administration import case_called
from webapp.cli.options import database_option, json_option, known_database, settings


@click.command()
@click.argument("case")
@click.option("--at", "at", metavar="MOMENT", help="Like 2026-11-27T14:30, in London.  [default: now]")
@database_option
@json_option
def who_could_see(case: str, at: str | None, database_url: str | None, as_json: bool) -> None:
    """Say who could know of a case at a moment, and by which rule.

    CASE is its reference or its id. It is read from the roles, teams and parts that were held then; that these are what
    the record says is shown by `throughline rerun --all`. The database is read and not written.
    """
    database = known_database(settings(database_url))
    moment = _moment(at)
    with database.snapshot() as connection:
        found = case_called(connection, case)
        people = everybody_who_could_see(connection, SYSTEM.at(found.authority), found.case, moment)
    if as_json:
        click.echo(json.dumps({"case": found.reference, "at": moment.isoformat(), "people": [*map(_said, people)]}))
        return
    for one in people:
        click.echo(f"{one.name}, {', '.join(one.roles)}: {'; '.join(one.rules)}")
    count = "1 person" if len(people) == 1 else f"{len(people)} people"
    click.echo(f"{count} could know of case {found.reference} at {moment.isoformat(timespec='seconds')}.")


def _moment(typed: str | None) -> datetime:
    if typed is None:
        return now()
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise click.UsageError(f"{typed} is no moment. Give it like 2026-11-27T14:30.") from None
    return at if at.tzinfo else at.replace(tzinfo=LONDON)


def _said(one: CouldSee) -> dict[str, object]:
    return {"account": one.account, "name": one.name, "roles": one.roles, "rules": one.rules}
