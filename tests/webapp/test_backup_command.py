"""`throughline backup`, `restore`, `status` and `verify` as an operator types them: what they say, and how they end."""

import json
import os
import sqlite3
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import Result
from sqlalchemy import update

from engine.backup import backup_folder
from engine.backup.backup_folder import MANIFEST, ROWS
from engine.base.clock import now
from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.commands.checkpointing import keep_outside
from engine.record.checkpoints import HeadsLog, SigningKey
from engine.tables import Checkpoint, Instance
from tests.builders import DAY, HOUR, authority, case_at
from tests.engine.record.hand import take_triggers_away
from webapp.cli import status
from webapp.cli.ticking import ticking

Run = Callable[..., Result]
WELL, FINDINGS, WRONG_USE = 0, 1, 2


@pytest.fixture
def lived_in(run: Run, tmp_path: Path) -> Path:
    """A folder in which the product has worked: `var/throughline.db` has a case, and a checkpoint lies outside."""
    assert run("db", "upgrade").exit_code == WELL
    var = tmp_path / "var"
    database = Database(f"sqlite:///{var / 'throughline.db'}")
    case_at(authority=authority(database=database), now=now() - HOUR)
    key = SigningKey(var / "keys" / "checkpoints.pem")
    keep_outside(database, now(), key, var / "checkpoints", HeadsLog(var / "checkpoints", key))
    database.dispose()
    return tmp_path


def test_there_and_back(run: Run, lived_in: Path) -> None:
    made = run("backup", "copy", "--json")
    assert made.exit_code == WELL
    said = json.loads(made.stdout)
    assert said["checkpoints"] == str(lived_in / "var" / "checkpoints")
    assert set(said["keys"]) == {"checkpoints"}
    files = sorted(path.name for path in (lived_in / "copy").iterdir())
    assert files == [MANIFEST, ROWS]
    assert {stat.S_IMODE((lived_in / "copy" / name).stat().st_mode) for name in files} == {0o600}
    assert b"PRIVATE" not in b"".join((lived_in / "copy" / name).read_bytes() for name in files)
    again = run("backup", "copy")
    assert (again.exit_code, "is not empty: name a new folder" in again.stderr) == (WRONG_USE, True)
    held = run("restore", "copy")
    assert (held.exit_code, "This database is not empty" in held.stderr) == (WRONG_USE, True)
    for path in (lived_in / "var").glob("throughline.db*"):
        path.unlink()
    done = run("restore", "copy")
    assert done.exit_code == WELL
    assert "Checkpoint 2 declares it" in done.stdout
    checked = run("verify")
    assert (checked.exit_code, checked.stderr) == (WELL, "")
    assert "a backup was put back, and no checkpoint was made in between" in checked.stdout
    assert json.loads(run("verify", "--json").stdout)["faults"] == []


def is_full(*_: object) -> NoReturn:
    raise sqlite3.OperationalError("database or disk is full")


def will_not_write(*_: object) -> NoReturn:
    raise DatabaseUnavailable("The database cannot be used just now: database or disk is full")


@pytest.mark.parametrize(
    ("place", "name", "fails"), [(sqlite3, "connect", is_full), (backup_folder, "copy_rows", will_not_write)]
)
def test_a_disk_that_is_full_is_said_and_no_row_stays_behind(
    run: Run, lived_in: Path, monkeypatch: pytest.MonkeyPatch, place: object, name: str, fails: object
) -> None:
    monkeypatch.setattr(place, name, fails)
    full = run("backup", "copy")
    assert full.exit_code == FINDINGS
    assert full.stderr.startswith("Error: There is no backup in copy: ")
    assert full.stderr.endswith("database or disk is full\n")
    assert [*(lived_in / "copy").iterdir()] == []


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_folder_that_no_disk_takes_is_said_in_one_line(run: Run, command: str) -> None:
    said = run(command, "x" * 300)
    assert (said.exit_code, "File name too long" in said.stderr) == (FINDINGS, True)
    assert said.stderr.count("\n") == 1


def test_a_broken_key_stops_a_restoration_before_it_begins(run: Run, lived_in: Path) -> None:
    secret = lived_in / "var" / "keys" / "forms"
    secret.write_bytes(bytes(32))
    run("backup", "copy")
    for path in (lived_in / "var").glob("throughline.db*"):
        path.unlink()
    os.truncate(secret, 31)
    broken = run("restore", "copy")
    assert (broken.exit_code, "is not a key" in broken.stderr) == (WRONG_USE, True)
    assert not (lived_in / "var" / "throughline.db").exists()


def truncated(folder: Path) -> None:
    os.truncate(folder / ROWS, 5000)


def flipped(folder: Path) -> None:
    content = bytearray((folder / ROWS).read_bytes())
    content[5000] ^= 1
    (folder / ROWS).write_bytes(content)


def said_otherwise(folder: Path, **fields: object) -> None:
    said = json.loads((folder / MANIFEST).read_bytes())
    (folder / MANIFEST).write_text(json.dumps({**said, **fields}))


SPOILED: dict[str, Callable[[Path], object]] = {
    "manifest.json is missing: making it was cut short": lambda folder: (folder / MANIFEST).unlink(),
    "throughline.db is missing": lambda folder: (folder / ROWS).unlink(),
    "throughline.db has 5000 bytes, and had": truncated,
    "throughline.db was changed: its SHA-256": flipped,
    "manifest.json cannot be read": lambda folder: os.truncate(folder / MANIFEST, 90),
    "is of the format another/1": lambda folder: said_otherwise(folder, format="another/1"),
    "manifest.json does not name throughline.db": lambda folder: said_otherwise(folder, files={}),
}


def test_what_is_wrong_with_a_backup_is_named_and_nothing_is_written(run: Run, lived_in: Path) -> None:
    assert run("backup", "copy").exit_code == WELL
    for path in (lived_in / "var").glob("throughline.db*"):
        path.unlink()
    for number, (words, spoil) in enumerate(SPOILED.items()):
        folder = lived_in / str(number)
        folder.mkdir()
        for name in (MANIFEST, ROWS):
            (folder / name).write_bytes((lived_in / "copy" / name).read_bytes())
        spoil(folder)
        said = run("restore", folder, "--json")
        assert (said.exit_code, words in said.stderr) == (FINDINGS, True), said.stderr
        assert any(words in problem for problem in json.loads(said.stdout)["problems"])
    empty = run("restore", lived_in / "nowhere")
    assert (empty.exit_code, "this is no backup" in empty.stderr) == (FINDINGS, True)
    assert not (lived_in / "var" / "throughline.db").exists()
    assert run("restore", "copy").exit_code == WELL


def test_a_key_that_is_another_one_is_said(run: Run, lived_in: Path) -> None:
    run("backup", "copy")
    for path in (lived_in / "var").glob("throughline.db*"):
        path.unlink()
    (lived_in / "var" / "keys" / "checkpoints.pem").unlink()
    assert "The key “checkpoints” is another one" in run("restore", "copy").stdout
    assert run("verify").exit_code == WELL


def test_a_folder_of_checkpoints_that_cannot_be_written_is_said_and_the_rows_are_back(
    run: Run, lived_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", "copy")
    for path in (lived_in / "var").glob("throughline.db*"):
        path.unlink()
    (lived_in / "file").write_text("a file where the folder should be")
    monkeypatch.setenv("THROUGHLINE_CHECKPOINTS", str(lived_in / "file"))
    done = run("restore", "copy")
    assert (done.exit_code, "is put back as of" in done.stdout) == (WELL, True)
    assert "Checkpoint 2 cannot be kept outside" in done.stderr


def test_status_when_all_is_well(run: Run, lived_in: Path) -> None:
    run("backup", "copy")
    key = SigningKey(lived_in / "var" / "keys" / "checkpoints.pem")
    database = Database(f"sqlite:///{lived_in / 'var' / 'throughline.db'}")
    place = lived_in / "var" / "checkpoints"
    keep_outside(database, now(), key, place, HeadsLog(place, key))
    ticking(database)()
    database.dispose()
    said = run("status", "--json")
    stands = json.loads(said.stdout)
    problems = [one for one in stands["problems"] if "% free" not in one]  # the disk of this machine may be full
    assert problems == []
    assert said.exit_code == (FINDINGS if stands["problems"] else WELL)
    assert stands["outbox"] == {"waiting": 0, "handing_over": 0, "refused": 0, "unknown": 0}
    assert (stands["checkpoint"], stands["set_aside"]) == (1, [])
    ages = [stands[f"{what}_age_seconds"] for what in ("tick", "checkpoint", "heads_noted", "newest_entry", "backup")]
    assert all(0 <= age < 3600 for age in ages)
    assert all(disk["free"] > 0 for disk in stands["disk"].values())


def test_status_names_what_should_be_looked_at(run: Run, lived_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{lived_in / 'var' / 'throughline.db'}")
    with database.transaction() as connection:
        take_triggers_away(connection)
        connection.execute(update(Instance).values(status="stuck", ended_at=now()))
        connection.execute(update(Checkpoint).values(at=now() - DAY))
    database.dispose()
    for log in (lived_in / "var" / "checkpoints" / "heads").glob("*.log"):
        log.unlink()
    monkeypatch.setattr(status, "LEAST_FREE", 2)
    monkeypatch.setattr(status, "LONGEST_UNNOTED", timedelta(0))
    said = run("status")
    assert said.exit_code == FINDINGS
    for words in (
        "1 process is set aside: its drawing cannot go on", "deadlines have not been checked at any time",
        "no checkpoint was made for two hours", "are not noted outside", "% free",
        "the database no longer refuses changes of the record as it should: trigger act_no_delete is missing", "more",
    ):  # fmt: skip
        assert words in said.stdout


def test_verify_ends_with_what_it_found(run: Run, lived_in: Path) -> None:
    assert run("verify").exit_code == WELL
    (lived_in / "var" / "checkpoints" / "000001.json").unlink()
    lost = run("verify")
    assert (lost.exit_code, "The record is not what was written." in lost.stderr) == (FINDINGS, True)
    (lived_in / "var" / "checkpoints").rename(lived_in / "elsewhere")
    alone = run("verify")
    assert (alone.exit_code, "nothing outside the database was checked" in alone.stderr) == (FINDINGS, True)
    os.truncate(lived_in / "var" / "throughline.db", 40_000)
    spoiled = run("verify")
    assert spoiled.exit_code == FINDINGS
    assert "Traceback" not in spoiled.output


@pytest.mark.parametrize("command", [("backup", "x"), ("restore", "x"), ("status",), ("verify",)])
def test_wrong_use(run: Run, command: tuple[str, ...]) -> None:
    assert run(*command, "--database", "nonsense").exit_code == WRONG_USE
    missing = () if command[0] == "restore" else run(*command, "--database", "sqlite:///missing.db")
    assert not missing or (missing.exit_code, "There is no database" in missing.stderr) == (WRONG_USE, True)
    assert not Path("missing.db").exists()
    assert run(*command, "--no-such-option").exit_code == WRONG_USE
    assert run(*command, "--database", "postgresql://nobody@127.0.0.1:1/none").exit_code == FINDINGS
