"""`throughline export`: a case in one file, for an auditor, a court or an inquiry."""

import os
from pathlib import Path

import click

from engine.base.clock import now
from engine.export import export_case
from engine.facts.which_authority import authority_of
from engine.people.identity import SYSTEM
from engine.reads.audit.exportable import case_called
from webapp.cli.options import database_option, open_database, settings

OWNER_ALONE = 0o600


@click.group()
def export() -> None:
    """Take something out of the system."""


@export.command(name="case")
@click.argument("reference")
@click.option("--redacted", is_flag=True, help="Without names, addresses and what was written.")
@click.option(
    "--reason", prompt="Why is this pack made", help="Why it is made; kept in the record. Asked for if left out."
)
@click.option(
    "--to",
    "folder",
    default=Path(),
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="The folder to write the file into.  [default: this one]",
)
@database_option
def export_one(reference: str, redacted: bool, reason: str, folder: Path, database_url: str | None) -> None:
    """Write the audit pack of the case with this REFERENCE, once its making is in the record.

    docs/export.md says what is in it.
    """
    database = open_database(database_url)
    with database.read() as connection:
        case = case_called(connection, reference)
        if case is None:
            raise click.ClickException(f"There is no case {reference}.")
        system = SYSTEM.at(authority_of(connection, case))
    place = settings(database_url).checkpoints
    made = export_case(database, system, now(), case, reason, redacted=redacted, checkpoints=place)
    path = folder / made.name
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE), "wb") as file:
        file.write(made.content)
    click.echo(f"{path}\nSHA-256 {made.sha256}")
