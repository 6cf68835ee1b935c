"""One of two servers that complete the same task: says that it is ready, is told which, and says what came of it."""

import json
import sys

import click

from engine.base.database import Database
from engine.base.errors import Refusal
from engine.commands.cases import complete_task
from engine.people import identity
from tests.builders import MONDAY


def main() -> None:
    click.echo("ready")
    given = json.load(sys.stdin)
    database = Database(given["url"])
    with database.read() as connection:
        actor = identity.actor(connection, sys.argv[1], MONDAY)
    try:
        complete_task(database, actor, MONDAY, given["item"], given["answers"])
        click.echo("done")
    except Refusal as refused:
        click.echo(f"{type(refused).__name__}: {refused}")
    finally:
        database.dispose()


if __name__ == "__main__":
    main()
