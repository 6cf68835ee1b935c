"""`throughline models export`: models as a package that another installation can bring in as a draft."""

from collections.abc import Mapping
from pathlib import Path

import click
import orjson

from engine.base.clock import now
from engine.importing.package import packed
from engine.reads.studio.models_out import models_out
from webapp.cli.options import (
    authority_option,
    database_option,
    json_option,
    known_database,
    settings,
    system_of,
)


@click.command("export")
@click.argument("path", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--of", "which", default="", metavar="HASH", help="Of published models, or a draft's id.  [default: in force]"
)
@click.option("--zip", "as_zip", is_flag=True, help="Write one file, a zip.")
@json_option
@authority_option
@database_option
def export_models(
    path: Path, which: str, as_zip: bool, as_json: bool, authority: str | None, database_url: str | None
) -> None:
    """Write models and their scenarios into a new folder that another installation can bring in as a draft.

    Without --of: those in force. A small file beside them, manifest.json, says from where they are and what they hold.
    """
    if path.exists() and (as_zip or not path.is_dir() or any(path.iterdir())):
        raise click.UsageError(f"{path} is there already: name a new one.")
    database = known_database(settings(database_url))
    with database.read() as connection:
        out = models_out(connection, system_of(database, authority).within, now(), which)
    if as_zip:
        path.write_bytes(packed(out.files))
    else:
        write_files(path, out.files)
    click.echo(orjson.dumps(out.said) if as_json else f"{out.models} files of {out.said['hash']} in {path}")


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Each at its path below the folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
