"""Whatever bytes it is given, verifying ends with what is wrong and where, and never with a traceback."""

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.base.database import Database
from engine.commands.checkpointing import keep_outside, take
from engine.people.identity import SYSTEM
from engine.record import verifier
from engine.record.checkpoints import HeadsLog, SigningKey
from tests.builders import HOUR, MONDAY, authority, case_at
from tests.engine.record.hand import KEPT

FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
VALUES = ("", "x", "\x00", "ÿ" * 99, -1, 0, 10**18, 1.5, float("inf"), b"", b"\xff", b"x\x9c", b"[" * 9999, "7", b"1")


@dataclass
class Spoilt:
    """A whole record in a file, its folder, and copies of both that may be spoiled."""

    whole: Path
    copy: Path
    told: str = ""

    def anew(self) -> None:
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.whole, self.copy)

    @property
    def database(self) -> Path:
        return self.copy / "throughline.db"

    @property
    def outside(self) -> Path:
        return self.copy / "checkpoints"

    def files(self) -> list[Path]:
        return sorted(path for path in self.copy.rglob("*") if path.is_file())

    def checked(self) -> int:
        """How the verifier ends. Each fault is one that it knows: it was not saved from one that nobody thought of."""
        with redirect_stdout(StringIO()) as told:
            status = verifier.main(str(self.database), str(self.outside))
        self.told = told.getvalue()
        assert "could not be checked to the end" not in self.told
        return status


@pytest.fixture
def spoilt(database: Database, tmp_path: Path) -> Spoilt:
    whole = tmp_path / "whole"
    place, key = whole / "checkpoints", SigningKey(tmp_path / "key.pem")
    log = HeadsLog(place, key)
    at = authority(database=database)
    for hour in range(3):
        case_at(authority=at, now=MONDAY + hour * HOUR)
        keep_outside(database, MONDAY + hour * HOUR, key, place, log)
    take(database, SYSTEM, MONDAY + 4 * HOUR, key, place)
    with closing(sqlite3.connect(database.url.database or "")) as live:
        live.execute("VACUUM INTO ?", [str(whole / "throughline.db")])
    made = Spoilt(whole, tmp_path / "copy")
    made.anew()
    return made


def cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def flip(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice((1, 3, 300))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def spoil_page(content: bytes, random: Random) -> bytes:
    begin = random.randrange(len(content) // 512 + 1) * 512
    return content[:begin] + random.randbytes(512) + content[begin + 512 :]


def exchange(_content: bytes, random: Random) -> bytes:
    return random.choice((b"", b"\n", b"null", b"[]", b'{"statement": 7}', b"\xff\xfe\n", random.randbytes(99)))


def double(content: bytes, _random: Random) -> bytes:
    return content + content


CHANGES: tuple[Callable[[bytes, Random], bytes], ...] = (cut, flip, spoil_page, exchange, double)


def test_what_nobody_thought_of_is_a_fault_and_the_rest_is_checked(
    spoilt: Spoilt, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(verifier, "check_log", fails)
    assert verifier.main(str(spoilt.database), str(spoilt.outside)) == 1
    told = capsys.readouterr().out
    assert "heads: could not be checked to the end: ZeroDivisionError" in told
    assert "Checked 35 entries" in told


@FIXTURES
@given(seed=st.integers(0, 2**32), change=st.sampled_from(CHANGES))
def test_a_spoiled_pack(spoilt: Spoilt, seed: int, change: Callable[[bytes, Random], bytes]) -> None:
    spoilt.anew()
    pack = spoilt.copy / "pack.zip"
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("acts.jsonl", '{"chain": 7}\n' * 9)
        for path in spoilt.outside.glob("*"):
            if path.is_file():
                file.writestr(f"checkpoints/{path.name}", path.read_bytes())
    random = Random(seed)  # noqa: S311 (to be repeated)
    pack.write_bytes(change(pack.read_bytes(), random))
    assert verifier.main(str(pack)) == 1


def test_a_whole_record_has_no_fault(spoilt: Spoilt) -> None:
    assert spoilt.checked() == 0
    assert "no faults" in spoilt.told


@FIXTURES
@given(seed=st.integers(0, 2**32), change=st.sampled_from(CHANGES))
def test_spoiled_bytes_of_any_file(spoilt: Spoilt, seed: int, change: Callable[[bytes, Random], bytes]) -> None:
    random = Random(seed)  # noqa: S311 (to be repeated)
    spoilt.anew()
    path = random.choice(spoilt.files())
    path.write_bytes(change(path.read_bytes(), random))
    assert spoilt.checked() in (0, 1)


@FIXTURES
@given(seed=st.integers(0, 2**32), value=st.sampled_from(VALUES) | st.text() | st.binary())
def test_a_value_that_is_none_of_what_it_should_be(spoilt: Spoilt, seed: int, value: object) -> None:
    """SQLite keeps anything in any column."""
    random = Random(seed)  # noqa: S311
    spoilt.anew()
    with closing(sqlite3.connect(spoilt.database)) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        table = random.choice(KEPT)
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        number = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        column, row = random.choice(columns), random.randrange(number or 1)
        key = f"({', '.join(columns)})"
        chosen = f"SELECT {', '.join(columns)} FROM {table} LIMIT 1 OFFSET {row}"  # noqa: S608
        try:
            database.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ({chosen})", [value])  # noqa: S608
        except sqlite3.IntegrityError:
            return
        database.commit()
    assert spoilt.checked() in (0, 1)


@pytest.mark.parametrize(
    "content",
    [b"7", b'{"heads":[],"key":7,"signature":"","statement":"\\"restored\\":"}', b"[" * 100_000, b"\xff", b""],
)
def test_a_checkpoint_that_is_none(spoilt: Spoilt, content: bytes) -> None:
    (spoilt.outside / "000002.json").write_bytes(content)
    assert spoilt.checked() == 1
    assert "checkpoint 2: cannot be read: it was changed" in spoilt.told


def test_a_restoration_that_nobody_signed_is_not_believed(spoilt: Spoilt) -> None:
    """The planted fault: somebody hides what is gone behind a backup that was never put back."""
    file = json.loads((spoilt.outside / "000004.json").read_bytes())
    form, _, said = file["statement"].partition("\n")
    statement: dict[str, Any] = {**json.loads(said), "number": 5, "restored": {"since": 1, "log": {}}}
    file["statement"] = f"{form}\n{verifier.canonical(statement).decode()}"
    (spoilt.outside / "000005.json").write_bytes(verifier.canonical(file))
    assert spoilt.checked() == 1
    told = spoilt.told
    assert "checkpoint 5: its key is not here, or its signature is not of this key" in told
    assert "a backup was put back" not in told
