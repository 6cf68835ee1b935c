"""`throughline account`: who may sign in, and in which roles."""

import click

from engine.base.clock import now
from engine.base.database import Database
from engine.base.errors import NotFound
from engine.commands import accounts
from engine.facts.models import in_force
from engine.people.identity import SYSTEM
from engine.process.bundle import Model
from engine.reads.authority.administration import account_called, has_agency, teams_of
from engine.reads.authority.administration import accounts as known_accounts
from engine.scenario.story_words import unknown
from webapp.cli.options import database_option, open_database


@click.group()
def account() -> None:
    """Make, list and disable accounts."""


@account.command()
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--role", "roles", required=True, multiple=True, help="A role of roles.toml; may be repeated.")
@click.option("--team", help="The team of the role's agency; made if there is none of that name.")
@database_option
def create(name: str, email: str, roles: tuple[str, ...], team: str | None, database_url: str | None) -> None:
    """Make an account. The password is asked for, never given on the command line.

    The first team of the agency that has the cases becomes the duty team: the one that referrals reach.
    """
    database = open_database(database_url)
    with database.read() as connection:
        model = in_force(connection)
    for role in roles:
        _must_fit(model, role, team)
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    made = accounts.add_account(database, SYSTEM, now(), name, email, accounts.hashed(password))
    for role in roles:
        agency = model.roles[role].agency
        team_id = _team(database, model, agency, team) if agency and team else None
        accounts.give_role(database, SYSTEM, now(), made, role, agency, team_id)
    click.echo(f"{name} can sign in as {email}.")


@account.command(name="list")
@database_option
def list_accounts(database_url: str | None) -> None:
    """List everybody who has an account, with the roles they hold."""
    with open_database(database_url).read() as connection:
        for one in known_accounts(connection, now()):
            state = "  DISABLED" if one.disabled else ""
            click.echo(f"{one.email}  {one.name}  {', '.join(one.roles) or 'no role'}{state}")


@account.command()
@click.argument("email")
@database_option
def disable(email: str, database_url: str | None) -> None:
    """Let nobody sign in with this account any more, and end its sessions. What the person did stays in the record."""
    database = open_database(database_url)
    with database.read() as connection:
        found = account_called(connection, email)
    accounts.disable_account(database, SYSTEM, now(), found)
    click.echo(f"{email} is disabled.")


def _must_fit(model: Model, role: str, team: str | None) -> None:
    if role not in model.roles:
        raise NotFound(f"{unknown('role', role, model.roles)}.")
    if model.roles[role].agency and not team:
        raise NotFound(f"A {role} works in a team: --team NAME.")


def _team(database: Database, model: Model, agency: str, name: str) -> str:
    with database.read() as connection:
        known, teams = has_agency(connection, agency), teams_of(connection, agency)
    if not known:
        accounts.add_agency(database, SYSTEM, now(), agency, model.agencies[agency].name)
    if name in teams:
        return teams[name]
    return accounts.add_team(database, SYSTEM, now(), agency, name, model.agencies[agency].leads and not teams)
