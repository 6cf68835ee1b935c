"""`throughline lint`, `models` and `db`: whether drawings and forms are sound, which are in force, the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from engine.base.clock import LONDON, now
from engine.base.database import Database
from engine.base.database_role import grant
from engine.base.errors import BadModel, Problem
from engine.commands.publishing import is_in_force, must_be_sound
from engine.commands.publishing import publish as publish_models
from engine.facts.models import files_under, in_force, stories_under
from engine.facts.stories_played import Played
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint as problems_in
from engine.people.identity import Actor
from engine.process.bundle import bundle_hash
from engine.reads.authority.administration import publications
from engine.scenario.playing import played
from webapp.cli.migrate import migrate
from webapp.cli.options import (
    authority_option,
    database_option,
    failures,
    open_database,
    say_progress,
    settings,
    system_of,
    upgraded,
)

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("path", required=False, type=FOLDER)
def lint(path: Path | None) -> None:
    """Say every problem in the drawings, forms and tables of a folder that holds processes/ and forms/.

    Without PATH: those shipped. The exit status is 1 where there is a problem.
    """
    files = files_under(path or settings().models)
    found = problems_in(files, known_checks=KNOWN_CHECKS)
    for problem in found:
        click.echo(str(problem))
    if found:
        raise click.ClickException(f"{len(found)} {'problem' if len(found) == 1 else 'problems'}")
    click.echo(f"No problem in {len(files)} files.")


@click.group()
def models() -> None:
    """Publish models, list those that were published, and carry cases that run over to them."""


models.add_command(migrate)


@models.command()
@click.argument("path", type=FOLDER)
@click.option("--reason", default="", help="Why; kept in the record.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@authority_option
@database_option
@click.pass_context
def publish(
    context: click.Context,
    path: Path,
    reason: str,
    as_json: bool,
    authority: str | None,
    database_url: str | None,
) -> None:
    """Put the drawings, forms and tables of a folder in force.

    What runs already stays on its models; whatever starts from now on runs on these. Unsound models are refused, and
    those with which a scenario of the folder fails: all are played first, unless these same ones were played before
    with these models and this program. The exit status is 1 where the models are refused.
    """
    database = open_database(database_url)
    files, stories = files_under(path), stories_under(path)
    problems: Sequence[Problem] = ()
    found: Played | None = None
    try:
        found = _publish(database, system_of(database, authority), files, stories, reason)
    except BadModel as error:
        problems = error.problems
    failed: Mapping[str, Sequence[str]] = found.failed if found else {}
    published = not problems and not failed
    if as_json:
        said = {"bundle": bundle_hash(files), "published": published, "problems": list(map(asdict, problems))}
        click.echo(orjson.dumps({**said, "stories": found and found._asdict()}))
    elif published:
        click.echo(f"In force: {bundle_hash(files)}")
    for line in () if as_json else (*map(str, problems), *failures(failed)):
        click.echo(line, err=True)
    context.exit(0 if published else 1)


def _publish(
    database: Database, actor: Actor, files: Mapping[str, bytes], stories: Mapping[str, bytes], reason: str
) -> Played | None:
    """How the stories came out: where one failed, nothing is published. None where these models are in force already.

    What can be seen without playing is looked for first. Raises BadModel.
    """
    with database.read() as connection:
        if is_in_force(connection, actor.within, files):
            return None
        must_be_sound(connection, actor.within, files)
    found = played(database, actor, now, files, stories, say_progress)
    if not found.failed:
        publish_models(database, actor, now(), files, reason, stories)
    return found


@models.command(name="list")
@authority_option
@database_option
def list_models(authority: str | None, database_url: str | None) -> None:
    """List what was published, the newest first; that one is in force."""
    database = open_database(database_url)
    here = system_of(database, authority).within
    with database.read() as connection:
        click.echo(in_force(connection, here).edition.name)
        for one in publications(connection, here):
            at = one.published_at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
            origin = "shipped" if one.shipped else f"published by {one.published_by}"
            click.echo(f"{one.number:>4}  {at}  {one.hash}  {origin}")


@click.group()
def db() -> None:
    """Look after the tables."""


@db.command()
@database_option
def upgrade(database_url: str | None) -> None:
    """Bring the tables to the form that this version needs. Safe to repeat; serve does it at every start."""
    upgraded(settings(database_url)).dispose()
    click.echo("The tables are up to date.")


@db.command()
@click.argument("name")
@database_option
def role(name: str, database_url: str | None) -> None:
    """Give a role of PostgreSQL the rights that the site and the clock need, and take all others from it.

    It can add to the record, and neither change nor remove what stands there. Repeat it after every upgrade.
    """
    grant(Database(settings(database_url).database_url), name)
    click.echo(f"{name} may work with these tables, and only add to the record.")
