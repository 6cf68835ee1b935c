"""`throughline account`: who may sign in, in which roles, and who acts for whom."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from engine.base.clock import now
from engine.base.database import Database
from engine.base.errors import NotFound, RefusalCode
from engine.base.settings import Settings
from engine.commands import accounts, second_factors
from engine.commands.administering import change_person, enable_account
from engine.commands.bringing_in_people import bring_in_people
from engine.commands.choosing_passwords import make_password_link
from engine.commands.enrolling import NamedTeam, enrol
from engine.commands.giving_roles import end_role, give_asked_role
from engine.commands.leavers import hand_back_tasks_of_leavers
from engine.commands.setting_covers import set_cover
from engine.facts.covers import teams_to_cover
from engine.facts.models import in_force
from engine.facts.people_forms import Place, places, roles_to_give
from engine.people.identity import STUDIO, SYSTEM, Actor
from engine.process.bundle import Model
from engine.reads.authority.administration import account_called, membership_called
from engine.reads.authority.administration import accounts as known_accounts
from engine.scenario.misspelt_words import unknown
from engine.timescales.calendar import end_of
from webapp.cli.options import authority_option, brought_up, database_option, open_database, settings, system_of
from webapp.handing_out import hand_out

DAY = click.DateTime(["%Y-%m-%d"])


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
@click.option("--unused", is_flag=True, help="Only those who have not signed in for 90 days.")
@authority_option
@database_option
def list_accounts(unused: bool, authority: str | None, database_url: str | None) -> None:
    """List everybody who has an account, with the roles they hold."""
    database = open_database(database_url)
    system = system_of(database, authority)
    with database.read() as connection:
        for one in known_accounts(connection, system.within, now()):
            if one.is_unused or not unused:
                state = "  DISABLED" if one.disabled else ""
                click.echo(f"{one.email}  {one.name}  {', '.join(one.roles) or 'no role'}{state}")


@account.command()
@click.argument("email")
@database_option
def disable(email: str, database_url: str | None) -> None:
    """Let nobody sign in with this account any more, end its sessions and hand back its tasks.

    What the person did stays in the record.
    """
    database, system, found = _called(email, database_url)
    accounts.disable_account(database, system, now(), found)
    back = hand_back_tasks_of_leavers(database, system, now())
    click.echo(f"{email} is disabled. Tasks handed back to the team: {back}.")


@account.command()
@click.argument("email")
@database_option
def enable(email: str, database_url: str | None) -> None:
    """Open an account again that was disabled, with the roles that have not ended."""
    database, system, found = _called(email, database_url)
    enable_account(database, system, now(), found)
    click.echo(f"{email} is open again.")


@account.command()
@click.argument("email")
@click.option("--name", help="As colleagues know them now.")
@click.option("--new-email", help="What they sign in with from now on.")
@database_option
def change(email: str, name: str | None, new_email: str | None, database_url: str | None) -> None:
    """Change the name or the email address of an account."""
    database, system, found = _called(email, database_url)
    with database.read() as connection:
        known = {one.email: one.name for one in known_accounts(connection, system.within, now())}
    answers = {"name": name or known[accounts.folded(email)], "email_address": new_email or email}
    change_person(database, system, now(), found, answers)
    click.echo("Changed.")


@account.command(name="give-role")
@click.argument("email")
@click.argument("role")
@click.option("--organisation", help="Where the role is held; needed for a role of an agency.")
@click.option("--team", help="The team of that organisation.")
@click.option("--from", "first_day", type=DAY, help="The first day, as 2026-03-27; now if it is not said.")
@click.option("--until", "last_day", type=DAY, help="The last day; no end if it is not said.")
@database_option
def give(
    email: str,
    role: str,
    organisation: str | None,
    team: str | None,
    first_day: datetime | None,
    last_day: datetime | None,
    database_url: str | None,
) -> None:
    """Give a role, from one day until another. What takes two administrators on a page is given here by whoever runs
    the system; where an administrator had proposed it, the person is let in anew (account reset).
    """
    database, system, found = _called(email, database_url)
    with database.read() as connection:
        known, offered = roles_to_give(in_force(connection, system.within)), places(connection, system.within)
    if role not in known:
        raise NotFound(f"{unknown('role', role, known)}.", code=RefusalCode.UNKNOWN_NAME)
    days = {"first_day": first_day, "last_day": last_day}
    answers = {"role": role, **{name: day.date().isoformat() for name, day in days.items() if day}}
    if organisation:
        answers["place"] = _place(offered, organisation, team)
    give_asked_role(database, system, now(), found, answers)
    click.echo(f"{email} is given the role {role}.")


@account.command(name="end-role")
@click.argument("email")
@click.argument("role")
@click.option("--organisation", help="Where it is held; needed where the role is held in several.")
@click.option("--team", help="The team; needed where the role is held in several.")
@click.option("--on", "last_day", type=DAY, help="The last day, as 2026-03-27; now if it is not said.")
@database_option
def end(
    email: str,
    role: str,
    organisation: str | None,
    team: str | None,
    last_day: datetime | None,
    database_url: str | None,
) -> None:
    """End a role, now or with a day. Tasks that were taken by it are handed back."""
    database, system, found = _called(email, database_url)
    with database.read() as connection:
        membership = membership_called(connection, found, role, organisation, team, now())
    end_role(database, system, now(), membership, end_of(last_day.date()) if last_day else None)
    back = hand_back_tasks_of_leavers(database, system, now())
    click.echo(f"The role {role} of {email} ends. Tasks handed back to the team: {back}.")


@account.command()
@click.argument("email")
@click.argument("by")
@click.option("--from", "first_day", type=DAY, help="The first day, as 2026-03-27; now if it is not said.")
@click.option("--until", "last_day", type=DAY, required=True, help="The last day.")
@click.option("--team", help="The team; needed where the one who is away works in several.")
@database_option
def cover(
    email: str, by: str, first_day: datetime | None, last_day: datetime, team: str | None, database_url: str | None
) -> None:
    """Say that BY acts for EMAIL, who is away, between two days."""
    database, system, absent = _called(email, database_url)
    with database.read() as connection:
        covering = account_called(connection, by).account
        teams = teams_to_cover(connection, system, now(), absent)
    days = {"first_day": first_day, "last_day": last_day}
    answers = {"covering": covering, **{name: day.date().isoformat() for name, day in days.items() if day}}
    if len(teams) > 1:
        answers["team"] = next((one.team for one in teams if one.name == team), "")
    set_cover(database, system, now(), absent, answers)
    click.echo(f"{by} acts for {email}.")


@account.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@authority_option
@database_option
def bring_in(file: Path, dry_run: bool, authority: str | None, database_url: str | None) -> None:
    """Add the organisations, teams, people and roles of a CSV FILE that are not there yet: all of them, or none.

    The first line names the columns: agency, organisation, team, name, email, role, first_day, last_day.
    """
    database = open_database(database_url)
    came = bring_in_people(database, system_of(database, authority), now(), file.read_bytes(), dry=dry_run)
    for fault in came.faults:
        click.echo(f"Line {fault.line}: {fault.said}", err=True)
    if came.faults:
        raise click.ClickException("Nothing was done.")
    for done in came.done:
        click.echo(f"Line {done.line}: {done.said}")
    click.echo(f"{'Would be done' if dry_run else 'Done'}: {len(came.done)}.")


def _called(email: str, database_url: str | None) -> tuple[Database, Actor, str]:
    """The database, the system in the authority of the account, and the account."""
    database = open_database(database_url)
    with database.read() as connection:
        found = account_called(connection, email)
    return database, SYSTEM.at(found.authority), found.account


def _place(offered: Sequence[Place], organisation: str, team: str | None) -> str:
    wanted = f"{organisation}: {team}" if team else organisation
    found = next((one.value for one in offered if one.words == wanted), None)
    if found is None:
        known = ", ".join(one.words for one in offered) or "none"
        raise NotFound(f"There is no {wanted}. There is: {known}.", code=RefusalCode.UNKNOWN_NAME)
    return found


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
