"""`throughline agreements`: what organisations and people sign before the door opens."""

from datetime import datetime
from pathlib import Path

import click

from engine.base.clock import now
from engine.base.errors import NotFound, RefusalCode
from engine.commands.signing_agreements import note_signed, set_agreement
from engine.facts.agreement_forms import TITLES
from engine.reads.authority.agreement_pages import agreements_of
from webapp.cli.options import authority_option, database_option, open_database, system_of

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def agreements() -> None:
    """Set what organisations and people sign before anything opens to them, and see who has not."""


@agreements.command(name="set")
@click.argument("agreement", type=click.Choice(sorted(TITLES)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "first_day", type=DAY, help="The first day, as 2026-03-27; now if it is not said.")
@authority_option
@database_option
def set_text(
    agreement: str, file: Path, first_day: datetime | None, authority: str | None, database_url: str | None
) -> None:
    """Set the text in FILE as a new version: of the agreement on sharing, or of the code of conduct."""
    database = open_database(database_url)
    answers = {"text": file.read_text(encoding="utf-8")}
    if first_day:
        answers["first_day"] = first_day.date().isoformat()
    version = set_agreement(database, system_of(database, authority), now(), agreement, answers)
    click.echo(f"{TITLES[agreement]}: version {version} is set.")


@agreements.command(name="list")
@authority_option
@database_option
def list_unsigned(authority: str | None, database_url: str | None) -> None:
    """List what is set, and the organisations and people who have not signed it."""
    database = open_database(database_url)
    system = system_of(database, authority)
    with database.read() as connection:
        found = agreements_of(connection, system.within, now())
    for text in found.texts:
        click.echo(f"{text.title}  version {text.version}  from {text.holds_from:%Y-%m-%d}")
    for organisation in found.organisations:
        if organisation.missing:
            click.echo(f"  not signed: {organisation.name}")
    for person in found.people:
        click.echo(f"  not agreed: {person.name}")


@agreements.command()
@click.argument("organisation")
@click.option("--by", "name", required=True, help="Who signed for the organisation.")
@click.option("--on", "day", type=DAY, required=True, help="The day, as 2026-03-27.")
@authority_option
@database_option
def signed(organisation: str, name: str, day: datetime, authority: str | None, database_url: str | None) -> None:
    """Note that the newest agreement on sharing was signed for ORGANISATION."""
    database = open_database(database_url)
    system = system_of(database, authority)
    with database.read() as connection:
        known = agreements_of(connection, system.within, now()).organisations
    found = next((one.organisation for one in known if one.name == organisation), None)
    if found is None:
        names = ", ".join(one.name for one in known) or "none"
        raise NotFound(
            f"No organisation called {organisation} has to sign. There is: {names}.", code=RefusalCode.UNKNOWN_NAME
        )
    note_signed(database, system, now(), found, {"name": name, "signed_on": day.date().isoformat()})
    click.echo(f"Noted: {name} signed for {organisation}.")
