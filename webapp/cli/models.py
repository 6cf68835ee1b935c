"""`throughline lint`, `models` and `db`: whether drawings and forms are sound, which are in force, the tables."""

from pathlib import Path

import click

from engine.base.clock import LONDON, now
from engine.base.database import Database
from engine.base.database_role import grant
from engine.commands.publishing import publish as publish_models
from engine.facts.models import files_under, in_force
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint as problems_in
from engine.people.identity import SYSTEM
from engine.reads.authority.administration import bundles
from webapp.cli.options import database_option, open_database, settings

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
    """Publish models, and list those that were published."""


@models.command()
@click.argument("path", type=FOLDER)
@database_option
def publish(path: Path, database_url: str | None) -> None:
    """Put the drawings, forms and tables of a folder in force.

    What runs already stays on its models; whatever starts from now on runs on these. Unsound models are refused.
    """
    name = publish_models(open_database(database_url), SYSTEM, now(), files_under(path))
    click.echo(f"In force: {name}")


@models.command(name="list")
@database_option
def list_models(database_url: str | None) -> None:
    """List what was published, the newest first; that one is in force."""
    with open_database(database_url).read() as connection:
        click.echo(in_force(connection).edition.name)
        for bundle in bundles(connection):
            at = bundle.published_at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
            origin = "shipped" if bundle.shipped else f"published by {bundle.published_by}"
            click.echo(f"{bundle.number:>4}  {at}  {bundle.hash}  {origin}")


@click.group()
def db() -> None:
    """Look after the tables."""


@db.command()
@database_option
def upgrade(database_url: str | None) -> None:
    """Bring the tables to the form that this version needs. Safe to repeat; serve does it at every start."""
    Database(settings(database_url).database_url).upgrade()
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
