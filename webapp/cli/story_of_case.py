"""`throughline models story`: a story for the tests of the models, made from a recorded case."""

from random import SystemRandom

import click
import orjson

from engine.base.clock import now
from engine.reads.audit.exportable import case_called
from engine.trial.retelling import RetoldCase, story_of_case
from webapp.cli.options import authority_option, database_option, json_option, open_database, person_called


@click.command("story")
@click.argument("case")
@click.option("--as", "email", required=True, metavar="EMAIL", help="Who takes it: kept in the record.")
@json_option
@authority_option
@database_option
def make_story(case: str, email: str, as_json: bool, authority: str | None, database_url: str | None) -> None:
    """Print a story made from a case, without anything in it of whom it was about.

    CASE is its reference or its id. Whoever takes it must see all answers of the case. It has been played on the models
    of the case, and ends where it could not be told on. Read it before you keep it.
    """
    database = open_database(database_url)
    taker = person_called(database, email, authority)
    with database.read() as connection:
        found = case_called(connection, case) or case
    made = story_of_case(database, taker, now(), found, SystemRandom())
    click.echo(orjson.dumps(_told(made)) if as_json else made.text, nl=as_json)
    if not as_json:
        click.echo(f"{made.steps} of {made.of} acts of people.", err=True)


def _told(made: RetoldCase) -> dict[str, object]:
    return {
        "story": made.text,
        "sha256": made.sha256,
        "steps": made.steps,
        "of": made.of,
        "remarks": made.remarks,
    }
