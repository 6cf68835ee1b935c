"""`throughline models import`: a draft of models that come from another tool or another installation."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from engine.base.clock import now
from engine.commands.saving_changes import start_change
from engine.difference.between_models import differences_between
from engine.difference.model_difference import ModelDifference
from engine.facts.change_files import published_files
from engine.facts.models import files_under, in_force, is_story, stories_under
from engine.forms.checks import KNOWN_CHECKS
from engine.importing.import_report import Imported, in_json, lines_of_remarks
from engine.importing.package import MANIFEST, sorted_out
from engine.importing.package_import import models_imported, package_imported
from engine.lint import lint as problems_in
from engine.process.bundle import read_bundle
from webapp.cli.export_models import write_files
from webapp.cli.options import (
    authority_option,
    database_option,
    json_option,
    known_database,
    open_database,
    person_called,
    settings,
    system_of,
)
from webapp.cli.problem_lines import lines_of


@click.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option("--to", "folder", type=click.Path(path_type=Path), help="A new folder for the whole draft.")
@click.option("--as", "email", default="", metavar="EMAIL", help="Make a draft in the database; whose it is.")
@click.option("--title", default="", help="What is to change, in a few words; goes with --as.")
@click.option("--reason", default="", help="Why; goes with --as, and is kept in the record.")
@json_option
@authority_option
@database_option
def import_models(
    path: Path,
    folder: Path | None,
    email: str,
    title: str,
    reason: str,
    as_json: bool,
    authority: str | None,
    database_url: str | None,
) -> None:
    """Make a draft of a drawing of another tool, or of models that another installation exported.

    FILE is a .bpmn, or a zip or a folder that holds processes/ and forms/. What was kept and changed is said, and what
    is left to decide. Nothing is published. The exit status is 1 where something stands in the way: then there is no
    draft.
    """
    if folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"{folder} is there already: name a new folder.")
    if bool(email) != bool(title and reason):
        raise click.UsageError("--as, --title and --reason go together: they make a draft in the database.")
    database = open_database(database_url) if email else known_database(settings(database_url))
    person = person_called(database, email, authority) if email else None
    with database.read() as connection:
        here = person.within if person else system_of(database, authority).within
        beside = published_files(connection, here, in_force(connection, here).hash)
    base = {name: content for name, content in beside.items() if not is_story(name)}
    brought = _brought_in(path, base)
    stories = brought.stories or {name: content for name, content in beside.items() if is_story(name)}
    draft = {**stories, **brought.files} if not brought.refused else {}
    made = start_change(database, person, now(), title, reason, draft) if person and draft else ""
    if folder is not None and draft:
        write_files(folder, draft)
    _say(brought, base, made, as_json=as_json)
    click.get_current_context().exit(1 if brought.refused else 0)


def _brought_in(path: Path, base: dict[str, bytes]) -> Imported:
    if path.is_dir():
        beside = {MANIFEST: (path / MANIFEST).read_bytes()} if (path / MANIFEST).is_file() else {}
        return package_imported(sorted_out({**files_under(path), **stories_under(path), **beside}, str(path)), base)
    return models_imported(path.read_bytes(), path.name, base)


def _say(brought: Imported, base: Mapping[str, bytes], made: str, *, as_json: bool) -> None:
    left = () if brought.refused else problems_in(brought.files, known_checks=KNOWN_CHECKS)
    differences = () if brought.refused or any(one.level == "fault" for one in left) else _differences(base, brought)
    if as_json:
        said: dict[str, Any] = {**in_json(brought), "left_to_decide": [one.told() for one in left]}
        click.echo(orjson.dumps({**said, "differences": [one.told() for one in differences], "change": made or None}))
        return
    parts = (
        ("Stands in the way", lines_of_remarks(brought.refused)),
        ("Kept", lines_of_remarks(brought.kept)),
        ("Changed", lines_of_remarks(brought.changed)),
        ("Other than in force", [one.words for one in differences]),
        ("Left to decide", list(lines_of(left))),
    )
    for heading, lines in parts:
        if lines:
            click.echo(f"{heading}:")
            click.echo("\n".join(f"  {line}" for line in lines))
    if made:
        click.echo(f"Draft {made}")


def _differences(base: Mapping[str, bytes], brought: Imported) -> tuple[ModelDifference, ...]:
    """In words, of a draft that can be read as a whole: with a fault it cannot."""
    if base == brought.files:
        return ()
    return differences_between(read_bundle(base), read_bundle(brought.files))
