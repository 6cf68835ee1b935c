"""`throughline checkpoint` and `verify`: sign how far the record has come; find out whether it is what was written."""

import json

import click

from engine.base.clock import now
from engine.commands.checkpointing import checked, take
from engine.people.identity import SYSTEM
from engine.record.checkpoints import SigningKey, file_name
from engine.record.verifier import NOTHING_OUTSIDE, Found, report, told_of
from webapp.cli.options import database_option, json_option, known_database, open_database, settings


@click.command()
@database_option
def checkpoint(database_url: str | None) -> None:
    """Sign a checkpoint of the whole record now, and lay it in the folder for checkpoints.

    The server takes one every hour by itself.
    """
    chosen = settings(database_url)
    key = SigningKey(chosen.checkpoint_key)
    number = take(open_database(database_url), SYSTEM, now(), key, chosen.checkpoints)
    click.echo(f"{chosen.checkpoints / file_name(number)}, signed with the key {key.name}")


@click.command()
@database_option
@json_option
@click.pass_context
def verify(context: click.Context, database_url: str | None, as_json: bool) -> None:
    """Say whether anything in the record was changed, removed or added, and where.

    Chains, payloads and models are checked by themselves, and against the checkpoints and the log of heads; and whether
    the database holds off changes as the product sets it. Nothing is written. The exit status is 1 where anything is
    wrong, or nothing outside the database was there to check.
    """
    chosen = settings(database_url)
    database = known_database(chosen)
    try:
        found = checked(database, chosen.checkpoints)
    except OSError as error:
        raise click.ClickException(f"What lies outside the database cannot be read: {error}") from None
    finally:
        database.dispose()
    click.echo(json.dumps(_said(found)) if as_json else report(found))
    if not chosen.checkpoints.is_dir():
        click.echo(f"There is no folder {chosen.checkpoints}: {NOTHING_OUTSIDE}.", err=True)
    if found.faults:
        click.echo("Error: The record is not what was written.", err=True)
    context.exit(1 if found.faults or not found.counts["outside"] else 0)


def _said(found: Found) -> dict[str, object]:
    return {
        "faults": [{"where": fault.where, "what": fault.what} for fault in found.faults],
        "declared": [told_of(one) for one in found.restorations],
        "counts": dict(found.counts),
        "keys": sorted(found.keys),
    }
