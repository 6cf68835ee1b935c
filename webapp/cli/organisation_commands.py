"""`throughline organisation`: the organisations that work together in an authority, and their teams."""

from collections.abc import Callable

import click

from engine.base.clock import now
from engine.base.database import Database
from engine.base.errors import NotFound, RefusalCode
from engine.commands.administering import (
    add_named_organisation,
    add_named_team,
    choose_duty_team,
    rename_organisation,
    rename_team,
)
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.reads.authority.organisation_pages import OrganisationRow, organisation_rows
from engine.scenario.misspelt_words import unknown
from webapp.cli.options import authority_option, database_option, open_database, system_of


@click.group()
def organisation() -> None:
    """Add, list and rename organisations and their teams, and say which is the duty team."""


@organisation.command(name="list")
@authority_option
@database_option
def list_organisations(authority: str | None, database_url: str | None) -> None:
    """List the organisations with their agencies and teams."""
    _database, _system, rows = _opened(authority, database_url)
    for row in rows:
        click.echo(f"{row.name}  {row.kind}  {row.people} people")
        for team in row.teams:
            click.echo(f"  {team.name}  {team.people} people{'  DUTY TEAM' if team.duty else ''}")


@organisation.command()
@click.argument("agency")
@click.argument("name")
@authority_option
@database_option
def add(agency: str, name: str, authority: str | None, database_url: str | None) -> None:
    """Add the organisation NAME of an AGENCY of roles.toml."""
    database, system, _rows = _opened(authority, database_url)
    with database.read() as connection:
        agencies = in_force(connection, system.within).agencies
    if agency not in agencies:
        raise NotFound(f"{unknown('agency', agency, agencies)}.", code=RefusalCode.UNKNOWN_NAME)
    add_named_organisation(database, system, now(), {"agency": agency, "name": name})
    click.echo(f"{name} is there.")


@organisation.command()
@click.argument("name")
@click.argument("new_name")
@authority_option
@database_option
def rename(name: str, new_name: str, authority: str | None, database_url: str | None) -> None:
    """Call the organisation NAME otherwise."""
    database, system, rows = _opened(authority, database_url)
    rename_organisation(database, system, now(), _called(rows, name).organisation, {"name": new_name})
    click.echo(f"{name} is called {new_name}.")


@organisation.command(name="add-team")
@click.argument("name")
@click.argument("team")
@authority_option
@database_option
def add_team(name: str, team: str, authority: str | None, database_url: str | None) -> None:
    """Add a TEAM to the organisation NAME."""
    database, system, rows = _opened(authority, database_url)
    add_named_team(database, system, now(), _called(rows, name).organisation, {"name": team})
    click.echo(f"{name} has the team {team}.")


@organisation.command(name="rename-team")
@click.argument("name")
@click.argument("team")
@click.argument("new_name")
@authority_option
@database_option
def rename_its_team(name: str, team: str, new_name: str, authority: str | None, database_url: str | None) -> None:
    """Call a TEAM of the organisation NAME otherwise."""
    _of_team(name, team, authority, database_url, lambda by, key: rename_team(*by, now(), key, {"name": new_name}))
    click.echo(f"{team} is called {new_name}.")


@organisation.command(name="duty-team")
@click.argument("name")
@click.argument("team")
@authority_option
@database_option
def duty_team(name: str, team: str, authority: str | None, database_url: str | None) -> None:
    """Let referrals reach this TEAM of the organisation NAME first."""
    _of_team(name, team, authority, database_url, lambda by, key: choose_duty_team(*by, now(), key))
    click.echo(f"{team} is the duty team.")


def _of_team(
    name: str,
    team: str,
    authority: str | None,
    database_url: str | None,
    deed: Callable[[tuple[Database, Actor], str], None],
) -> None:
    database, system, rows = _opened(authority, database_url)
    found = next((one for one in _called(rows, name).teams if one.name == team), None)
    if found is None:
        raise NotFound(f"{name} has no team called {team}.", code=RefusalCode.UNKNOWN_NAME)
    deed((database, system), found.team)


def _opened(authority: str | None, database_url: str | None) -> tuple[Database, Actor, tuple[OrganisationRow, ...]]:
    database = open_database(database_url)
    system = system_of(database, authority)
    with database.read() as connection:
        return database, system, organisation_rows(connection, system.within, now())


def _called(rows: tuple[OrganisationRow, ...], name: str) -> OrganisationRow:
    found = [row for row in rows if row.name == name]
    if len(found) != 1:
        words = f"There is no organisation called {name}." if not found else f"Several organisations are called {name}."
        raise NotFound(words, code=RefusalCode.UNKNOWN_NAME)
    return found[0]
