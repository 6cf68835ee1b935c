"""`throughline models export`: models as a package that another installation can bring in as a draft."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import orjson

from engine.base.clock import LONDON, now
from engine.base.database import Connection
from engine.base.errors import NotFound, RefusalCode
from engine.base.program import program
from engine.facts.change_files import change_row, files_of_change, published_files
from engine.facts.models import in_force, is_story
from engine.facts.which_authority import authorities
from engine.importing.package import MANIFEST, packed
from engine.process.bundle import bundle_hash, read_bundle
from engine.reads.authority.administration import PublicationRow, publications
from webapp.cli.options import (
    SHORTEST_HASH,
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
        files, said = _chosen(connection, system_of(database, authority).within, which)
    models = {name: content for name, content in files.items() if not is_story(name)}
    manifest = {
        "edition": read_bundle(models).edition.name,
        "hash": bundle_hash(models),
        **said,
        "exported_at": now().astimezone(LONDON).isoformat(timespec="seconds"),
        "program": program(),
    }
    whole = {**files, MANIFEST: orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)}
    if as_zip:
        path.write_bytes(packed(whole))
    else:
        write_files(path, whole)
    click.echo(orjson.dumps(manifest) if as_json else f"{len(models)} files of {manifest['hash']} in {path}")


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Each at its path below the folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _chosen(connection: Connection, authority: str, which: str) -> tuple[dict[str, bytes], dict[str, str]]:
    """All files, stories among them, and what is known of how they came about. Raises NotFound."""
    origin = {"authority": authorities(connection)[authority]}
    named = which or in_force(connection, authority).hash
    found = _published(publications(connection, authority), named)
    if found is not None:
        by = "the program itself" if found.shipped else str(found.published_by)
        at = found.published_at.astimezone(LONDON).isoformat(timespec="seconds")
        return published_files(connection, authority, found.hash), {**origin, "published_at": at, "published_by": by}
    try:
        row = change_row(connection, authority, which)
    except NotFound:
        message = f"Neither published models nor a draft are called {which!r} here."
        raise NotFound(message, code=RefusalCode.UNKNOWN_NAME) from None
    return dict(files_of_change(connection, authority, row).now), {**origin, "draft": row.title}


def _published(published: Sequence[PublicationRow], named: str) -> PublicationRow | None:
    return next((one for one in published if len(named) >= SHORTEST_HASH and one.hash.startswith(named)), None)
