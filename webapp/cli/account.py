"""`throughline account`: who may sign in, and in which roles."""

import click

from engine.base.clock import now
from engine.base.errors import NotFound, RefusalCode
from engine.commands import accounts
from engine.commands.enrolling import NamedTeam, enrol
from engine.commands.leavers import hand_back_tasks_of_leavers
from engine.facts.models import in_force
from engine.people.identity import STUDIO, SYSTEM
from engine.process.bundle import Model
from engine.reads.authority.administration import account_called
from engine.reads.authority.administration import accounts as known_accounts
from engine.scenario.story_words import unknown
from webapp.cli.options import authority_option, database_option, open_database, system_of


@click.group()
def account() -> None:
    """Make, list and disable accounts."""


@account.command()
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--role", "roles", required=True, multiple=True, help="A role of roles.toml; may be repeated.")
@click.option(
    "--organisation", help="The school, trust or force of the role's agency; made if there is none of that name."
)
@click.option("--team", help="The team of the role's agency; made if there is none of that name.")
@authority_option
@database_option
def create(
    name: str,
    email: str,
    roles: tuple[str, ...],
    organisation: str | None,
    team: str | None,
    authority: str | None,
    database_url: str | None,
) -> None:
    """Make an account. The password is asked for, never given on the command line.

    Whoever works in one organisation knows nothing of the cases in which only another of the same agency has a part.
    Without a name the first of the agency is meant.

    The first team of the agency that has the cases becomes the duty team: the one that referrals reach.
    """
    database = open_database(database_url)
    system = system_of(database, authority)
    with database.read() as connection:
        model = in_force(connection, system.within)
    for role in roles:
        _must_fit(model, role, team)
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    named = NamedTeam(organisation, team) if team else None
    enrol(database, system, now(), name, email, accounts.hashed(password), roles, named)
    click.echo(f"{name} can sign in as {email}.")


@account.command(name="list")
@authority_option
@database_option
def list_accounts(authority: str | None, database_url: str | None) -> None:
    """List everybody who has an account, with the roles they hold."""
    database = open_database(database_url)
    system = system_of(database, authority)
    with database.read() as connection:
        for one in known_accounts(connection, system.within, now()):
            state = "  DISABLED" if one.disabled else ""
            click.echo(f"{one.email}  {one.name}  {', '.join(one.roles) or 'no role'}{state}")


@account.command()
@click.argument("email")
@database_option
def disable(email: str, database_url: str | None) -> None:
    """Let nobody sign in with this account any more, end its sessions and hand back its tasks.

    What the person did stays in the record.
    """
    database = open_database(database_url)
    with database.read() as connection:
        found = account_called(connection, email)
    system = SYSTEM.at(found.authority)
    accounts.disable_account(database, system, now(), found.account)
    back = hand_back_tasks_of_leavers(database, system, now())
    click.echo(f"{email} is disabled. Tasks handed back to the team: {back}.")


def _must_fit(model: Model, role: str, team: str | None) -> None:
    if role in STUDIO - model.roles.keys():  # which the product itself needs, and which work in no team
        return
    if role not in model.roles:
        raise NotFound(f"{unknown('role', role, model.roles)}.", code=RefusalCode.UNKNOWN_NAME)
    if model.roles[role].agency and not team:
        raise NotFound(f"A {role} works in a team: --team NAME.", code=RefusalCode.TEAM_NEEDED)
