"""`throughline read-only`: the site shows, and neither it nor the clock writes anything, until it is ended."""

import click

from engine.base.clock import now
from engine.base.read_only import ReadOnly
from webapp.cli.options import settings


@click.command(name="read-only")
@click.argument("state", type=click.Choice(["on", "off"]))
def read_only(state: str) -> None:
    """Let the site only be read from now on, or written again.

    It holds for all processes that have this var/, at once; no database is asked. Whoever is signed in reads on, and
    what they open is kept in a file until it can be taken into the record. When a disk is full it begins and ends by
    itself. Other commands of the command line write all the same.
    """
    mode = ReadOnly(settings().var)
    if state == "on":
        mode.begin(now())
        click.echo("Read only: throughline read-only off ends it.")
    else:
        mode.end()
        click.echo("The site can be written.")
