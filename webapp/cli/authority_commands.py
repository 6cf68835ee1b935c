"""`throughline authority`: which authorities share this installation."""

import click

from engine.base.clock import now
from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands.authorities import add_authority, set_telephone
from engine.commands.first_administrator import make_first_code
from engine.facts.which_authority import authorities
from engine.people.identity import SYSTEM
from webapp.cli.options import (
    brought_up,
    database_option,
    open_database,
    publish_shipped_to_all,
    settings,
    system_of,
)


@click.group()
def authority() -> None:
    """Add and list authorities: each has its own people, cases, settings and models in force."""


@authority.command()
@click.argument("authority_id", metavar="ID")
@click.argument("name")
@click.option("--host", help="The host name at which the public refers to it; needed only where there are several.")
@database_option
def add(authority_id: str, name: str, host: str | None, database_url: str | None) -> None:
    """Add the authority NAME under an ID of small letters, with the shipped models in force."""
    chosen = settings(database_url)
    database = brought_up(chosen)
    add_authority(database, SYSTEM, now(), authority_id, name, host)
    publish_shipped_to_all(database, chosen)
    click.echo(f"{name} is there.")
    _print_code(database, chosen, authority_id)


@authority.command()
@click.argument("authority_id", metavar="ID")
@database_option
def first_administrator(authority_id: str, database_url: str | None) -> None:
    """Print a code for the first administrator of the authority ID, where it has none: good once, for a day.

    An earlier code opens nothing any more.
    """
    chosen = settings(database_url)
    database = brought_up(chosen)
    _print_code(database, chosen, system_of(database, authority_id).within)


@authority.command()
@click.argument("authority_id", metavar="ID")
@click.argument("number")
@database_option
def telephone(authority_id: str, number: str, database_url: str | None) -> None:
    """Say where children’s social care of the authority ID is reached at any hour: pages name the NUMBER."""
    set_telephone(open_database(database_url), SYSTEM, now(), authority_id, number)
    click.echo(f"Pages of {authority_id} name {number.strip()}.")


def _print_code(database: Database, chosen: Settings, authority_id: str) -> None:
    code = make_first_code(database, SYSTEM.at(authority_id), now())
    page = f"{chosen.address}/first-administrator"
    click.echo(f"Its first administrator opens {page} and gives this code, good once, for a day:\n{code}")


@authority.command(name="list")
@database_option
def list_authorities(database_url: str | None) -> None:
    """List the authorities by id, with their names."""
    with open_database(database_url).read() as connection:
        for one, name in authorities(connection).items():
            click.echo(f"{one}  {name}")
