"""The models that cases run on: read from the bundles in the database, each parsed once."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, bindparam, select

from engine.base.errors import BadModel, NotPossible, Problem, RefusalCode
from engine.process.bundle import Model, bundle_hash, read_bundle
from engine.tables import BundleFile, Publication

# As many bundles as may be running side by side before the oldest is read again.
KEPT = 32
_read: dict[str, Model] = {}


_NEWEST = (
    select(Publication.bundle_hash)
    .where(Publication.authority_id == bindparam("authority"))
    .order_by(Publication.number.desc())
    .limit(1)
)


def in_force(connection: Connection, authority: str) -> Model:
    """The model that new instances of this authority start on. Raises NotPossible before one is published there."""
    return published(connection, connection.execute(_NEWEST, {"authority": authority}).scalar_one_or_none())


def published(connection: Connection, bundle: str | None) -> Model:
    """The model of what an authority has in force. Raises NotPossible where that is nothing."""
    if bundle is None:
        raise NotPossible("No processes have been published yet.", code=RefusalCode.NOTHING_PUBLISHED)
    return model(connection, bundle)


def model(connection: Connection, bundle: str) -> Model:
    """The model of a bundle by its hash. A bundle never changes, so what was read once stays true.

    Raises BadModel where the stored files are not those that were published under this hash.
    """
    return _known(bundle, lambda: _stored(connection, bundle))


def model_of(files: Mapping[str, bytes]) -> Model:
    """The model of files that nobody need have published. Raises BadModel where they cannot be read."""
    return _known(bundle_hash(files), lambda: read_bundle(files))


def drawn_model_of(files: Mapping[str, bytes]) -> Model:
    """The model of files by which nothing need run yet. Raises BadModel where they cannot be read."""
    return _known(f"{bundle_hash(files)} as drawn", lambda: read_bundle(files, runs=False))


def _known(bundle: str, read: Callable[[], Model]) -> Model:
    found = _read.get(bundle)
    if found is None:
        found = read()
        while len(_read) >= KEPT:
            _read.pop(next(iter(_read)), None)
        _read[bundle] = found
    return found


def _stored(connection: Connection, bundle: str) -> Model:
    found = read_bundle(files(connection, bundle))
    if found.hash != bundle:
        raise BadModel([Problem("", "", 0, f"what is stored as bundle {bundle[:12]} is not what was published")])
    return found


def files(connection: Connection, bundle: str, path: str | None = None) -> dict[str, bytes]:
    """Path -> content of every file of a bundle, or of the one that is named."""
    those = select(BundleFile.path, BundleFile.content).where(BundleFile.bundle_hash == bundle)
    rows = connection.execute(those if path is None else those.where(BundleFile.path == path))
    return {row.path: row.content for row in rows}


def files_under(folder: Path) -> dict[str, bytes]:
    """The bundle that lies in a folder with `processes/` and `forms/`: every file below them but the scenarios.

    Also what nothing will read, so that the linter can say so; files that begin with a dot are the computer's own.
    """
    return {name: path.read_bytes() for name, path in _files(folder) if not is_story(name)}


def stories_under(folder: Path) -> dict[str, bytes]:
    """The scenarios that lie beside it: they are played before it is put in force, and are no part of it."""
    return {name: path.read_bytes() for name, path in _files(folder) if is_story(name)}


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    found = sorted(path for place in ("processes", "forms") for path in (folder / place).rglob("*") if path.is_file())
    for path in found:
        name = path.relative_to(folder)
        if not any(part.startswith(".") for part in name.parts):
            yield name.as_posix(), path


def is_story(name: str) -> bool:
    """Whether a file of this path is a scenario, which lies beside a bundle."""
    path = PurePosixPath(name)
    return path.suffix == ".toml" and path.parts[0] == "processes" and "scenarios" in path.parts[1:3]
