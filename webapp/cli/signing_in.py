"""`throughline account link`, whom a provider of single sign-on means by an account; `throughline sessions`, which ends
what was opened.
"""

import click

from engine.base.clock import now
from engine.base.settings import BadSetting
from engine.commands import sessions as standing
from engine.commands.provider_links import link_account, unlink_account
from engine.people.identity import SYSTEM
from engine.reads.authority.administration import account_called
from webapp.cli.account import account
from webapp.cli.options import authority_option, brought_up, database_option, open_database, settings, system_of


@account.command()
@click.argument("email")
@click.argument("subject", required=False)
@database_option
def link(email: str, subject: str | None, database_url: str | None) -> None:
    """Let whoever the provider of single sign-on knows as SUBJECT open this account; without it nobody any more."""
    chosen = settings(database_url)
    if chosen.provider is None:
        raise BadSetting("THROUGHLINE_OIDC_ISSUER is not set, so there is no single sign-on.")
    database = brought_up(chosen)
    with database.read() as connection:
        found = account_called(connection, email)
    system, name = SYSTEM.at(found.authority), chosen.provider.name
    if subject is None:
        unlink_account(database, system, now(), found.account)
        click.echo(f"Nobody signs in with {name} as {email} any more.")
        return
    link_account(database, system, now(), found.account, chosen.provider.issuer, subject)
    click.echo(f"Whoever {name} knows as {subject} opens {email}.")


@click.group()
def sessions() -> None:
    """End what people have opened by signing in."""


@sessions.command()
@click.argument("email", required=False)
@click.option("--all", "everybody", is_flag=True, help="Of everybody in the authority.")
@authority_option
@database_option
def end(email: str | None, everybody: bool, authority: str | None, database_url: str | None) -> None:
    """End the sessions of EMAIL, or with --all of everybody: whoever works on signs in again."""
    if everybody == (email is not None):
        raise click.UsageError("Say whose: EMAIL, or --all.")
    database = open_database(database_url)
    if email is None:
        system, account = system_of(database, authority), None
    else:
        with database.read() as connection:
            found = account_called(connection, email)
        system, account = SYSTEM.at(found.authority), found.account
    click.echo(f"Sessions ended: {standing.end_for_others(database, system, now(), account)}.")
