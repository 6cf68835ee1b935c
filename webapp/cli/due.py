"""`throughline due`: the cases of which the time is over, by the rules of an authority."""

import json

import click

from engine.base.clock import now
from engine.facts.which_authority import authority_named
from engine.people.identity import SYSTEM
from engine.reads.task.retention_pages import DueShown, every_due_case
from webapp.cli.options import authority_option, database_option, json_option, known_database, settings


@click.command()
@click.option("--kept", is_flag=True, help="Those instead that something keeps though their time is over.")
@authority_option
@database_option
@json_option
def due(kept: bool, authority: str | None, database_url: str | None, as_json: bool) -> None:
    """Say which cases are due to be erased, since when and by which rule.

    Nothing is erased by a command: a privacy officer proposes it on the pages, and a second person decides. The
    database is read and not written.
    """
    database = known_database(settings(database_url))
    with database.snapshot() as connection:
        named = authority_named(connection, authority)
        found = every_due_case(connection, SYSTEM.at(named), now(), kept=kept)
    if as_json:
        click.echo(json.dumps({"authority": named, "cases": [*map(_said, found)]}))
        return
    for one in found:
        click.echo(f"{one.reference}: {one.why or f'due since {one.since}, {one.rule}'}")
    click.echo(f"{'1 case' if len(found) == 1 else f'{len(found)} cases'} {'kept all the same' if kept else 'due'}.")


def _said(one: DueShown) -> dict[str, object]:
    if one.why:
        return {"case": one.reference, "kept": one.why}
    return {"case": one.reference, "since": one.since, "rule": one.rule, "proposed": one.proposed}
