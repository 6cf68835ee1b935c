"""`throughline serve`, `demo` and `scheduler`: the site, the data that it is shown with, the clock on its own."""

import click

from engine.base.clock import LONDON, now, uptime
from engine.base.database import Database
from engine.base.settings import MOST_WORKERS, BadSetting, Settings, is_loopback
from engine.commands.ticks import confirm_time
from engine.demo.writing import Holds, held, write
from engine.people.identity import SYSTEM
from engine.scenario.databases import empty
from webapp.cli.listening import address_of, listen
from webapp.cli.options import brought_up, database_option, settings
from webapp.cli.starting import look_first
from webapp.cli.ticking import tick_until_stopped
from webapp.cli.worker import serve_here
from webapp.cli.workers import Workers

PORT = click.IntRange(1, 65535)


@click.command()
@click.option("--host", help="The address to listen on.  [default: HOST, else 127.0.0.1]")
@click.option("--port", type=PORT, help="The port to listen on.  [default: PORT, else 8000]")
@database_option
@click.option("--demo", is_flag=True, help="With invented people and cases; only for this machine.")
@click.option("--scheduler/--no-scheduler", default=True, help="Whether the clock ticks in the site.")
@click.option(
    "--workers",
    type=click.IntRange(1, MOST_WORKERS),
    help="How many processes serve, on PostgreSQL.  [default: THROUGHLINE_WORKERS, else 1]",
)
def serve(
    host: str | None, port: int | None, database_url: str | None, demo: bool, scheduler: bool, workers: int | None
) -> None:
    """Serve the site, bringing the database up to date first.

    Keys and data are kept in var/, readable by you alone; THROUGHLINE_VAR names another folder.
    """
    chosen = settings(database_url, host=host, port=port, workers=workers)
    _must_share(chosen, demo=demo)
    if demo:
        _must_be_loopback(chosen)
    with listen(chosen.host, chosen.port) as listener:
        database = _with_demonstration(chosen) if demo else brought_up(chosen)
        look_first(database, chosen, demo=demo)
        database.dispose()
        said = f"Throughline is at {address_of(listener)} (stop it with Ctrl+C)"
        if chosen.workers > 1:
            Workers(chosen, listener, chosen.workers, scheduler=scheduler).run(lambda: click.echo(said))
        else:
            serve_here(chosen, listener, demo=demo, scheduler=scheduler, ready=lambda _: click.echo(said))


@click.command()
@database_option
def demo(database_url: str | None) -> None:
    """Write the demonstration into an empty database: invented people, and seven cases dated from today."""
    chosen = settings(database_url)
    _must_be_loopback(chosen)
    _with_demonstration(chosen).dispose()
    click.echo("The demonstration is ready: throughline serve --demo")


@click.command()
@database_option
@click.option(
    "--the-time-is-right",
    "confirmed",
    is_flag=True,
    help="Only say that the clock of the machine is right, where deadlines are not being checked as it may be wrong.",
)
def scheduler(database_url: str | None, confirmed: bool) -> None:
    """Let the clock tick: act on whatever falls due, until stopped.

    For servers started with --no-scheduler. Several may run against one database.
    """
    chosen = settings(database_url)
    database = brought_up(chosen)
    if confirmed:
        confirm_time(database, SYSTEM, now(), uptime())
        click.echo(f"Noted: the time is right, and it is {now().astimezone(LONDON):%H:%M on %A %d %B %Y}.")
        click.echo("Deadlines are checked again with the next tick of the site, or of throughline scheduler.")
        return
    look_first(database, chosen, site=False)
    tick_until_stopped(database, chosen)


def _with_demonstration(chosen: Settings) -> Database:
    """Raises NotPossible where the database holds anything else."""
    database = brought_up(chosen)
    if held(database) is Holds.HALF:
        click.echo("Writing the demonstration was cut short last time. It is written anew.")
        empty(database)
        database = brought_up(chosen)
    if held(database) is not Holds.DEMONSTRATION:
        write(database, now(), chosen.models)
    return database


def _must_share(chosen: Settings, *, demo: bool) -> None:
    """Raises BadSetting where several processes are asked for that cannot work side by side."""
    if chosen.workers == 1:
        return
    if chosen.database_url.startswith("sqlite"):
        raise BadSetting(
            f"{chosen.workers} workers need PostgreSQL. SQLite lets one process write at a time, so that several are "
            "slower than one: take --workers 1, or name a database of PostgreSQL."
        )
    if demo:
        raise BadSetting("The demonstration keeps its letters in one process: take --workers 1.")


def _must_be_loopback(chosen: Settings) -> None:
    if not is_loopback(chosen.host):
        raise click.ClickException(
            f"In the demonstration anybody is let in as anybody, so it is only for this machine: not on {chosen.host}."
        )
