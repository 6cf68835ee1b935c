"""`throughline scenario`: play stories, and say which of their expectations failed."""

from contextlib import AbstractContextManager
from pathlib import Path

import click

from engine.scenario import report
from engine.scenario.databases import Fresh, given, temporary
from engine.scenario.player import Result
from engine.scenario.running import run, story_files
from engine.scenario.story_words import described
from webapp.cli.options import database_option, settings

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _print_words(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(described())
        context.exit()


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each file, one a line.")
@click.option("--verbose", "-v", is_flag=True, help="Name each story, and what it left to be filled in.")
@click.option("--models", type=FOLDER, help="A folder with processes/ and forms/.  [default: those shipped]")
@click.option(
    "--words",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_words,
    help="Print every word that a scenario may use.",
)
@database_option
@click.pass_context
def scenario(
    context: click.Context,
    paths: tuple[Path, ...],
    as_json: bool,
    verbose: bool,
    models: Path | None,
    database_url: str | None,
) -> None:
    """Play the scenarios in these files and folders, each on an empty database.

    The database is a temporary one. With --database it is that one: it must be empty or hold only what scenarios made,
    is emptied before each of them, and keeps what the last one played. Ends with how many passed and how many failed;
    the exit status is 0 only if all passed. docs/scenarios.md shows how to write one.
    """
    files = list(story_files(paths))
    if not files:
        raise click.ClickException(f"There is no scenario (*.toml) in {', '.join(map(str, paths))}.")
    results: list[Result] = []
    chosen = settings(database_url)
    with _databases(models or chosen.models, database_url) as fresh:
        for result in run(files, fresh):
            results.append(result)
            _print(result, as_json=as_json, verbose=verbose)
    click.echo(report.summary(results), err=as_json)
    context.exit(0 if all(result.passed for result in results) else 1)


def _databases(models: Path, database_url: str | None) -> AbstractContextManager[Fresh]:
    return given(database_url, models) if database_url else temporary(models)


def _print(result: Result, *, as_json: bool, verbose: bool) -> None:
    if as_json:
        click.echo(report.as_json(result))
        return
    for line in report.lines(result, verbose=verbose):
        click.echo(line)
