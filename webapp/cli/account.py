"""`throughline account`: who may sign in, and in which roles."""

import click

from engine.base.clock import now
from engine.base.database import Database
from engine.base.errors import NotFound, RefusalCode
from engine.base.settings import Settings
from engine.commands import accounts, second_factors
from engine.commands.choosing_passwords import make_password_link
from engine.commands.enrolling import NamedTeam, enrol
from engine.commands.leavers import hand_back_tasks_of_leavers
from engine.facts.models import in_force
from engine.people.identity import STUDIO, SYSTEM, Actor
from engine.process.bundle import Model
from engine.reads.authority.administration import account_called
from engine.reads.authority.administration import accounts as known_accounts
from engine.scenario.story_words import unknown
from webapp.cli.options import authority_option, brought_up, database_option, open_database, settings, system_of
from webapp.handing_out import hand_out


@click.group()
def account() -> None:
    """Make, list and disable accounts, and let people in who have lost what they sign in with."""


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
    """Make an account. Its password is chosen by the person, by a link that goes to them or is printed here.

    Whoever works in one organisation knows nothing of the cases in which only another of the same agency has a part.
    Without a name the first of the agency is meant.

    The first team of the agency that has the cases becomes the duty team: the one that referrals reach.
    """
    chosen = settings(database_url)
    database = brought_up(chosen)
    system = system_of(database, authority)
    with database.read() as connection:
        model = in_force(connection, system.within)
    for role in roles:
        _must_fit(model, role, team)
    named = NamedTeam(organisation, team) if team else None
    made = enrol(database, system, now(), name, email, None, roles, named)
    click.echo(f"{name} has an account: {email}.")
    _hand_out_link(database, chosen, system, made, email)


@account.command()
@click.argument("email")
@database_option
def reset(email: str, database_url: str | None) -> None:
    """Make a link by which the person chooses another password, once and within three days.

    It goes to them by letter, or is printed here for you to hand over. Their password from before holds until then.
    """
    chosen = settings(database_url)
    database = brought_up(chosen)
    with database.read() as connection:
        found = account_called(connection, email)
    _hand_out_link(database, chosen, SYSTEM.at(found.authority), found.account, email)


@account.command()
@click.argument("email")
@database_option
def take_away_second_factor(email: str, database_url: str | None) -> None:
    """Take away the app, passkeys and recovery codes of somebody who has lost them, and end their sessions.

    By their password alone they can set up another, so make sure that it is them who asks.
    """
    database = open_database(database_url)
    with database.read() as connection:
        found = account_called(connection, email)
    second_factors.take_away_second_factor(database, SYSTEM.at(found.authority), now(), found.account)
    click.echo(f"{email} has no second factor any more.")


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


def _hand_out_link(database: Database, chosen: Settings, system: Actor, made: str, email: str) -> None:
    """Printed only where no letter takes it along: whoever reads the screen could use it."""
    word = make_password_link(database, system, now(), made)
    out = hand_out(chosen, now(), email, word)
    if not out.link:
        click.echo("A letter is on its way to them, with a link to choose a password: good once, for three days.")
        return
    where = "" if chosen.address else " (after the address of the site)"
    click.echo(f"{out.why} Give them this link{where}, good once, for three days:\n{out.link}")


def _must_fit(model: Model, role: str, team: str | None) -> None:
    if role in STUDIO - model.roles.keys():  # which the product itself needs, and which work in no team
        return
    if role not in model.roles:
        raise NotFound(f"{unknown('role', role, model.roles)}.", code=RefusalCode.UNKNOWN_NAME)
    if model.roles[role].agency and not team:
        raise NotFound(f"A {role} works in a team: --team NAME.", code=RefusalCode.TEAM_NEEDED)
