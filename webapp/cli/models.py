"""`throughline lint`, `models` and `db`: whether drawings and forms are sound, which are in force, the tables."""

from collections.abc import Iterator, Mapping, Sequence
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

_MOST_NAMED = 8
_ASKED = ("Not published: there are doubts. If this is meant so, say why with --accept-doubts.",)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("path", required=False, type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print a list of JSON objects, one for each problem.")
@click.pass_context
def lint(context: click.Context, path: Path | None, as_json: bool) -> None:
    """Say every fault and every doubt in the drawings, forms and tables of a folder that holds processes/ and forms/.

    Without PATH: those shipped. The exit status is 1 where there is a fault; a doubt may be what was meant.
    """
    files = files_under(path or settings().models)
    found = problems_in(files, known_checks=KNOWN_CHECKS)
    if as_json:
        click.echo(orjson.dumps([problem.told() for problem in found]))
    elif found:
        for line in lines_of(found):
            click.echo(line)
        click.echo(_counted(found), err=True)
    else:
        click.echo(f"No problem in {len(files)} files.")
    context.exit(1 if any(problem.level == "fault" for problem in found) else 0)


def lines_of(problems: Sequence[Problem]) -> Iterator[str]:
    """What is said of them: of those that follow from one cause the first, and how many more there are."""
    by_cause: dict[str, list[Problem]] = {}
    for number, problem in enumerate(problems):
        by_cause.setdefault(problem.cause or str(number), []).append(problem)
    for first, *others in by_cause.values():
        yield str(first)
        if others:
            named = ", ".join(list(dict.fromkeys(one.element or one.file for one in others))[:_MOST_NAMED])
            yield f"    {len(others)} more of the same cause: {named}{', …' if len(others) > _MOST_NAMED else ''}"


def _counted(problems: Sequence[Problem]) -> str:
    levels = [problem.level for problem in problems]
    counts = ((levels.count("fault"), "fault"), (levels.count("doubt"), "doubt"))
    return ", ".join(f"{count} {word if count == 1 else f'{word}s'}" for count, word in counts if count)


@click.group()
def models() -> None:
    """Publish models, list those that were published, and carry cases that run over to them."""


models.add_command(migrate)


@models.command()
@click.argument("path", type=FOLDER)
@click.option("--reason", default="", help="Why; kept in the record.")
@click.option("--accept-doubts", metavar="REASON", default="", help="Publish in spite of doubts; kept in the record.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@authority_option
@database_option
@click.pass_context
def publish(
    context: click.Context,
    path: Path,
    reason: str,
    accept_doubts: str,
    as_json: bool,
    authority: str | None,
    database_url: str | None,
) -> None:
    """Put the drawings, forms and tables of a folder in force.

    What runs already stays on its models; whatever starts from now on runs on these. Unsound models are refused, and
    those with which a scenario of the folder fails: all are played first, unless these same ones were played before
    with these models and this program. Where there are doubts somebody has to say why they are accepted. The exit
    status is 1 where the models are refused.
    """
    database = open_database(database_url)
    files, stories = files_under(path), stories_under(path)
    problems: Sequence[Problem] = ()
    found: Played | None = None
    try:
        found = _publish(database, system_of(database, authority), files, stories, reason, accept_doubts)
    except BadModel as error:
        problems = error.problems
    failed: Mapping[str, Sequence[str]] = found.failed if found else {}
    published = not problems and not failed
    if as_json:
        said = {"bundle": bundle_hash(files), "published": published, "problems": [one.told() for one in problems]}
        click.echo(orjson.dumps({**said, "stories": found and found._asdict()}))
    elif published:
        click.echo(f"In force: {bundle_hash(files)}")
    doubted = bool(problems) and all(problem.level == "doubt" for problem in problems)
    for line in () if as_json else (*lines_of(problems), *failures(failed), *(_ASKED if doubted else ())):
        click.echo(line, err=True)
    context.exit(0 if published else 1)


def _publish(
    database: Database,
    actor: Actor,
    files: Mapping[str, bytes],
    stories: Mapping[str, bytes],
    reason: str,
    accept_doubts: str,
) -> Played | None:
    """How the stories came out: where one failed, nothing is published. None where these models are in force already.

    What can be seen without playing is looked for first. Raises BadModel.
    """
    with database.read() as connection:
        if is_in_force(connection, actor.within, files):
            return None
        must_be_sound(connection, actor.within, files, accept_doubts)
    found = played(database, actor, now, files, stories, say_progress)
    if not found.failed:
        publish_models(database, actor, now(), files, reason, stories, accept_doubts)
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
