"""`throughline checkpoint` and `verify`: sign how far the record has come; find out whether it is what was written."""

import click

from engine.base.clock import now
from engine.base.database import Database
from engine.commands.checkpointing import take
from engine.people.identity import SYSTEM
from engine.record.checkpoints import SigningKey, file_name, source
from engine.record.verifier import report
from engine.record.verifier import verify as faults_in
from webapp.cli.options import database_option, open_database, settings


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
def verify(database_url: str | None) -> None:
    """Say whether anything in the record was changed, removed or added, and where.

    Chains, payloads and models are checked by themselves, and against the checkpoints and the log of heads. Nothing is
    written. The exit status is 1 where anything is wrong.
    """
    chosen = settings(database_url)
    if not chosen.checkpoints.is_dir():
        click.echo(
            f"There is no folder {chosen.checkpoints}: checked without what lies outside the database.", err=True
        )
    with Database(chosen.database_url).read() as connection:
        found = faults_in(source(connection, chosen.checkpoints))
    click.echo(report(found))
    if found.faults:
        raise click.ClickException("The record is not what was written.")
