"""`throughline docs`: the pathway in words, with each duty and when it is done."""

from pathlib import Path

import click

from engine.facts.models import files_under
from engine.process.bundle import read_bundle
from webapp.cli.options import settings
from webapp.cli.pathway_page import page


@click.command()
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def docs(path: Path | None) -> None:
    """Print the pathway as a page of Markdown: processes, tasks, questions, clocks and duties.

    PATH is a folder that holds processes/ and forms/; without it, those shipped. `make docs` keeps docs/pathway.md.
    """
    model = read_bundle(files_under(path or settings().models))
    click.echo(page(model, tuple(model.duties.values())), nl=False)
