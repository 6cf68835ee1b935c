"""`throughline models diff`: what two versions of the models say differently, in words."""

from collections.abc import Mapping
from pathlib import Path

import click
import orjson

from engine.base.errors import BadModel
from engine.difference.between_models import differences_between, under_headings
from engine.difference.model_difference import ModelDifference
from engine.facts.models import files_under, model
from engine.process.bundle import Model, read_bundle
from engine.reads.authority.administration import publications
from webapp.cli.options import (
    authority_option,
    database_option,
    json_option,
    known_database,
    published_hash,
    settings,
    system_of,
)


@click.command()
@click.argument("before", metavar="A")
@click.argument("now", metavar="B")
@json_option
@authority_option
@database_option
@click.pass_context
def diff(
    context: click.Context, before: str, now: str, as_json: bool, authority: str | None, database_url: str | None
) -> None:
    """Say in words what B has otherwise than A: tasks and who does them, questions, time limits, roles, duties.

    Each is a folder that holds processes/ and forms/, or models that were published: their hash, or how it begins.
    The exit status is 0 where both say the same, and 1 where they differ.
    """
    old, new = (_read(each, authority, database_url) for each in (before, now))
    found = differences_between(old, new)
    if as_json:
        said = {"before": old.hash, "now": new.hash, "differences": [one.told() for one in found]}
        click.echo(orjson.dumps(said))
    else:
        _print(under_headings(found, old, new))
    context.exit(1 if found else 0)


def _read(named: str, authority: str | None, database_url: str | None) -> Model:
    """Models that cannot be read are wrong use: there is nothing to compare."""
    try:
        if Path(named).is_dir():
            return read_bundle(files_under(Path(named)))
        database = known_database(settings(database_url))
        here = system_of(database, authority).within
        with database.read() as connection:
            return model(connection, published_hash({one.hash for one in publications(connection, here)}, named))
    except BadModel as error:
        raise click.UsageError(f"{named} cannot be read.\n{error}") from None


def _print(headings: Mapping[str, tuple[ModelDifference, ...]]) -> None:
    for heading, those in headings.items():
        click.echo(heading)
        for one in those:
            click.echo(f"  - {one.words}")
    if not headings:
        click.echo("Both say the same.")
