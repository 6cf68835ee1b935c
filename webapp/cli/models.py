"""`throughline lint`, `models` and `db`: whether drawings and forms are sound, which are in force, the tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from engine.base.clock import LONDON
from engine.base.database import Database
from engine.base.database_role import grant
from engine.base.errors import NotFound, Problem
from engine.facts.models import files_under, in_force
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint as problems_in
from engine.reads.authority.administration import publications
from webapp.cli.changes import CHANGE_COMMANDS
from webapp.cli.diff_models import diff
from webapp.cli.export_models import export_models
from webapp.cli.import_models import import_models
from webapp.cli.migrate import migrate
from webapp.cli.migrate_all import agree_to_migration, migrations, stop_migration
from webapp.cli.options import (
    authority_option,
    database_option,
    json_option,
    open_database,
    settings,
    system_of,
    upgraded,
)
from webapp.cli.print_models import questions, roles
from webapp.cli.problem_lines import lines_of
from webapp.cli.story_of_case import make_story
from webapp.cli.try_models import try_models

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


def _counted(problems: Sequence[Problem]) -> str:
    levels = [problem.level for problem in problems]
    counts = ((levels.count("fault"), "fault"), (levels.count("doubt"), "doubt"))
    return ", ".join(f"{count} {word if count == 1 else f'{word}s'}" for count, word in counts if count)


class NamesWhatIsThere(click.Group):
    """A name that nothing bears is wrong use, as an option that is not there."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except NotFound as unknown:
            raise click.UsageError(str(unknown)) from None


@click.group(cls=NamesWhatIsThere)
def models() -> None:
    """Change models in drafts, publish what a second person approved, and carry cases that run over to it.

    The exit status of each is 0 where all is well, 1 where something was found or is refused, 2 for wrong use.
    """


@click.command(name="list")
@json_option
@authority_option
@database_option
def list_models(as_json: bool, authority: str | None, database_url: str | None) -> None:
    """List what was published, the newest first; that one is in force."""
    database = open_database(database_url)
    here = system_of(database, authority).within
    with database.read() as connection:
        edition, found = in_force(connection, here).edition.name, publications(connection, here)
    if as_json:
        click.echo(orjson.dumps(found))
        return
    click.echo(edition)
    for one in found:
        at = one.published_at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
        origin = "shipped" if one.shipped else f"published by {one.published_by}"
        click.echo(f"{one.number:>4}  {at}  {one.hash}  {origin}")


for each in (
    *CHANGE_COMMANDS,
    *(list_models, diff, try_models, make_story, import_models, export_models, roles, questions),
    *(migrate, agree_to_migration, stop_migration, migrations),
):
    models.add_command(each)


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
