"""`throughline models import` and `export`: drafts of models that come from elsewhere, and models for others."""

from collections.abc import Mapping
from pathlib import Path

import click
import orjson

from engine.base.clock import now
from engine.base.database import Database
from engine.facts.models import files as files_of
from engine.facts.models import files_under, in_force, stories_under
from engine.forms.checks import KNOWN_CHECKS
from engine.importing.import_report import Imported, in_json, lines_of_remarks
from engine.importing.package import MANIFEST, Package, packed
from engine.importing.package_import import models_imported, package_imported
from engine.lint import lint as problems_in
from engine.process.bundle import read_bundle
from engine.reads.authority.administration import publications
from webapp.cli.options import authority_option, database_option, json_option, known_database, settings, system_of

_HEADINGS = (("kept", "Kept"), ("changed", "Changed"), ("refused", "Stands in the way"))


@click.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option("--to", "folder", type=click.Path(path_type=Path), help="A new folder for the whole draft.")
@json_option
@authority_option
@database_option
@click.pass_context
def import_models(
    context: click.Context,
    path: Path,
    folder: Path | None,
    as_json: bool,
    authority: str | None,
    database_url: str | None,
) -> None:
    """Make a draft of a drawing of another tool, or of the models that another installation exported.

    FILE is a .bpmn, or a zip or a folder that holds processes/ and forms/. It is laid over the models in force; what was
    kept, changed and left to decide is said. Nothing is published. The exit status is 1 where something stands in the
    way, and then there is no draft.
    """
    if folder is not None and folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} holds something already: name a new folder.")
    database = known_database(settings(database_url))
    here = system_of(database, authority).within
    with database.read() as connection:
        base = files_of(connection, in_force(connection, here).hash)
    brought = _brought_in(path, base)
    left = [] if brought.refused else [one.told() for one in problems_in(brought.files, known_checks=KNOWN_CHECKS)]
    if as_json:
        click.echo(orjson.dumps({**in_json(brought), "left_to_decide": left}))
    else:
        _print(brought, [f"{one['file']}: {one['element']}: {one['message']}" for one in left])
    if folder is not None and not brought.refused:
        _write(folder, {**brought.files, **brought.stories})
    context.exit(1 if brought.refused else 0)
