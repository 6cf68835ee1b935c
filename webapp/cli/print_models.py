"""`throughline models roles` and `questions`: tables of the models for a spreadsheet, as CSV."""

from collections.abc import Callable
from pathlib import Path

import click

from engine.export.printed import dictionary_of_forms, matrix_of_roles
from engine.facts.models import files_under
from engine.process.bundle import Model, read_bundle
from webapp.cli.options import settings

FOLDER = click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.command()
@FOLDER
def roles(path: Path | None) -> None:
    """Print who may begin and do what, as CSV: of the models under PATH, else of those shipped."""
    _print(path, matrix_of_roles)


@click.command()
@FOLDER
def questions(path: Path | None) -> None:
    """Print every question of the forms, as CSV: of the models under PATH, else of those shipped."""
    _print(path, dictionary_of_forms)


def _print(path: Path | None, table: Callable[[Model], bytes]) -> None:
    click.echo(table(read_bundle(files_under(path or settings().models))), nl=False)
