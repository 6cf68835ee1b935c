"""`throughline models import`: a draft of models that come from another tool or another installation."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from engine.base.clock import now
from engine.commands.bringing_in import bring_in, make_draft_of
from engine.difference.between_models import differences_between
from engine.difference.model_difference import ModelDifference
from engine.facts.models import files_under, stories_under
from engine.forms.checks import KNOWN_CHECKS
from engine.importing.import_report import Imported, in_json, lines_of_remarks
from engine.importing.package import MANIFEST, packed
from engine.lint import lint as problems_in
from engine.people.command import must_be_let
from engine.process.bundle import read_bundle
from engine.reads.studio.brought_in import what_comes
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
    if person:
        must_be_let(bring_in, database, person, now())
    with database.read() as connection:
        here = person.within if person else system_of(database, authority).within
        comes = what_comes(connection, here, None, content := _content(path), path.name)
    brought = comes.imported
    made = ""
    if person and not brought.refused:
        kept = bring_in(database, person, now(), content, path.name, title, reason)
        made = make_draft_of(database, person, now(), kept, comes.standing)
    if folder is not None and not brought.refused:
        write_files(folder, brought.draft)
    _say(brought, comes.models_before, made, as_json=as_json)
    click.get_current_context().exit(1 if brought.refused else 0)


def _content(path: Path) -> bytes:
    """A folder is packed, and so kept to what a package may hold."""
    if not path.is_dir():
        return path.read_bytes()
    beside = {MANIFEST: (path / MANIFEST).read_bytes()} if (path / MANIFEST).is_file() else {}
    return packed({**files_under(path), **stories_under(path), **beside})


def _say(brought: Imported, base: Mapping[str, bytes], made: str, *, as_json: bool) -> None:
    left = () if brought.refused else problems_in(brought.files, known_checks=KNOWN_CHECKS)
    differences = () if brought.refused or any(one.level == "fault" for one in left) else _differences(base, brought)
    if as_json:
        said: dict[str, Any] = {**in_json(brought), "left_to_decide": [one.told() for one in left]}
        told = [one.told() for one in differences]
        click.echo(orjson.dumps({**said, "differences": told, "files": sorted(brought.files), "change": made or None}))
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
