"""The verifier of a few lines in the document says of a record what it should."""

import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete

from engine.base.database import Database
from engine.record.chain import case_chain
from engine.tables import Payload
from tests.builders import ROOT, authority, case_at
from tests.engine.commands.calls_of_retention import closed, erases
from tests.engine.record.hand import take_triggers_away

DOCUMENT = ROOT / "docs" / "record.md"


@dataclass
class Short:
    """A record, and the program of the document beside it."""

    database: Database
    folder: Path

    def said(self) -> tuple[int, str]:
        command = [sys.executable, "-I", "-S", "short.py", "throughline.db"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def short(tmp_path: Path, sqlite_template: Path) -> Generator[Short]:
    file = tmp_path / "throughline.db"
    file.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "short.py").write_text(DOCUMENT.read_text().partition("```python\n")[2].partition("```")[0])
    database = Database(f"sqlite:///{file}")
    yield Short(database, tmp_path)
    database.dispose()


def test_the_verifier_in_the_document_checks_a_record(short: Short) -> None:
    case_at(authority=authority(database=short.database), point="accepted")
    assert short.said() == (0, "whole\n")
    for table, column in (("act", "hash"), ("payload", "salt")):
        with short.database.engine.begin() as connection:
            if table == "act":
                take_triggers_away(connection)
            changed = f"UPDATE {table} SET {column} = x'00' WHERE number = (SELECT max(number) FROM {table})"  # noqa: S608
            before = connection.exec_driver_sql(f"SELECT chain, number, {column} FROM {table}").all()  # noqa: S608
            connection.exec_driver_sql(changed)
        status, words = short.said()
        assert (status, "is not what was written" in words) == (1, True)
        with short.database.engine.begin() as connection:
            for row in before:
                put_back = f"UPDATE {table} SET {column} = ? WHERE chain = ? AND number = ?"  # noqa: S608
                connection.exec_driver_sql(put_back, (row[2], row[0], row[1]))


def test_what_was_erased_may_be_missing_there_and_nothing_else(short: Short) -> None:
    at = authority(database=short.database)
    case = case_at(authority=at, point="accepted")
    erases(at, closed(at))
    assert short.said() == (0, "whole\n")
    with short.database.engine.begin() as connection:
        take_triggers_away(connection)
        connection.execute(delete(Payload).where(Payload.chain == case_chain(case)))
    status, words = short.said()
    assert (status, "no entry says that it was erased" in words) == (1, True)
