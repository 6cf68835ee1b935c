"""The folder of a backup: the file that holds every row, and the manifest, which is written last.

A folder without a manifest is no backup: making it was cut short. docs/running.md names the fields of the manifest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from engine.backup.copying import copy_rows, in_one_file
from engine.base.database import Database
from engine.base.laying import lay, sync
from engine.record.checkpoints import heads
from engine.tables import Checkpoint

FORMAT = "throughline-backup/1"
ROWS, MANIFEST = "throughline.db", "manifest.json"


class BadBackup(Exception):
    """The folder is no whole backup that this version can put back. `problems` says everything that is wrong."""

    def __init__(self, folder: Path, problems: list[str]) -> None:
        super().__init__("\n".join(f"{folder}: {problem}" for problem in problems))
        self.problems = problems


class OtherTables(Exception):
    """The tables are not in the form that this version needs."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `schema` is the form of the tables, `rows` how many each has, `heads` the number
    and hash of the last act of every chain, `files` size and SHA-256 by name, `keys` fingerprints by name: never a key.

    `checkpoints` names the folder with the checkpoints, which is no part of the backup: it lies elsewhere for a reason.
    """

    format: str
    version: str
    schema: str
    made_at: str
    checkpoints: str
    newest_checkpoint: int
    keys: Mapping[str, str]
    rows: Mapping[str, int]
    files: Mapping[str, Mapping[str, Any]]
    heads: list[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole one: its folder, what it says of itself, and the SHA-256 of the bytes in which it does."""

    folder: Path
    manifest: Manifest
    digest: str

    @property
    def rows(self) -> Path:
        return self.folder / ROWS


def make_backup(database: Database, folder: Path, now: datetime, checkpoints: Path, keys: Mapping[str, str]) -> Backup:
    """All that the database holds at one moment, whoever writes meanwhile. The folder is new, or empty.

    Raises OtherTables where the tables are of another version, OSError where the folder cannot be written, and
    DatabaseUnavailable; nothing is left in it then.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / ROWS
    file.touch(mode=0o600, exist_ok=False)
    copy = Database(f"sqlite:///{file.absolute()}")
    try:
        copy.upgrade()
        with database.snapshot() as source, copy.transaction() as target:
            schema = same_form(source, target)
            rows = copy_rows(source, target)
            ends = [(chain, *head) for chain, head in sorted(heads(target).items())]
            newest = target.scalar(select(func.max(Checkpoint.number))) or 0
        copy.dispose()
        in_one_file(file)
        sync(file)
        manifest = Manifest(
            format=FORMAT,
            version=version("throughline"),
            schema=schema,
            made_at=now.isoformat(timespec="seconds"),
            checkpoints=str(checkpoints),
            newest_checkpoint=newest,
            keys=keys,
            rows=rows,
            files={ROWS: _said_of(file)},
            heads=ends,
        )
        content = orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n"
        lay(folder / MANIFEST, content)
    except BaseException:
        copy.dispose()
        take_away(folder)
        raise
    return Backup(folder, manifest, sha256(content).hexdigest())


def take_away(folder: Path) -> None:
    """What a backup that failed has left. It is none as soon as its manifest is gone."""
    (folder / MANIFEST).unlink(missing_ok=True)
    for left in (*folder.glob(f"{ROWS}*"), *folder.glob(f".{MANIFEST}.*")):
        left.unlink()


def same_form(one: Connection, other: Connection) -> str:
    """The form in which the tables of both are. Raises OtherTables."""
    form = "SELECT version_num FROM alembic_version"
    found, needed = (here.exec_driver_sql(form).scalar_one() for here in (one, other))
    if found != needed:
        raise OtherTables(f"The tables are in the form {found}, and this version needs {needed}: docs/running.md.")
    return found


def _said_of(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"sha256": file_digest(file, "sha256").hexdigest(), "size": path.stat().st_size}


def read_backup(folder: Path) -> Backup:
    """Checked before anything of it is used. Raises BadBackup with everything that is wrong."""
    try:
        content = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        made = "making it was cut short" if (folder / ROWS).exists() else "this is no backup"
        raise BadBackup(folder, [f"{MANIFEST} is missing: {made}."]) from None
    except OSError as error:
        raise BadBackup(folder, [f"{MANIFEST} cannot be read: {error.strerror}."]) from None
    manifest = _read_manifest(folder, content)
    problems = [problem for name, what in manifest.files.items() for problem in _wrong_with(folder / name, what)]
    if ROWS not in manifest.files:
        problems.append(f"{MANIFEST} does not name {ROWS}.")
    if problems:
        raise BadBackup(folder, problems)
    return Backup(folder, manifest, sha256(content).hexdigest())


def _read_manifest(folder: Path, content: bytes) -> Manifest:
    try:
        said = orjson.loads(content)
        if said["format"] != FORMAT:
            raise BadBackup(folder, [f"{MANIFEST} is of the format {said['format']}, and this version reads {FORMAT}."])
        said["files"] = {str(name): {**what} for name, what in said["files"].items()}
        return Manifest(**said)
    except (ValueError, TypeError, LookupError, AttributeError):
        raise BadBackup(folder, [f"{MANIFEST} cannot be read: it was changed, or cut short."]) from None


def _wrong_with(path: Path, said: Mapping[str, Any]) -> list[str]:
    try:
        found = _said_of(path)
    except FileNotFoundError:
        return [f"{path.name} is missing."]
    except OSError as error:
        return [f"{path.name} cannot be read: {error.strerror}."]
    if found["size"] != said.get("size"):
        return [f"{path.name} has {found['size']} bytes, and had {said.get('size')}: it was cut short or changed."]
    if found["sha256"] != said.get("sha256"):
        return [f"{path.name} was changed: its SHA-256 is not the one that {MANIFEST} names."]
    return []
