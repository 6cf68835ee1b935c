"""Databases as a version leaves them, kept beside for good: `make kept VERSION=v1.0` wrote those of v1.0.

The demonstration is what somebody at work would have, the walks are what nobody thought of, in one a drawing could not
go on, and the others hold every command once, in as few databases as it takes for none to be in the way of another.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.base.database import Database
from engine.base.errors import Refusal
from engine.demo import writing
from tests import kept_databases
from tests.builders import ROOT, authority, case_at
from tests.engine.commands.calls import CALLS
from tests.engine.commands.test_setting_aside import failing
from tests.engine.commands.test_setting_aside import written as set_aside
from tests.walks.walking import walks_in

FOLDER = Path(__file__).parent / "kept"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WALKS, STEPS = range(4), 60


def write(version: str) -> None:
    """Raises FileExistsError for one that has been written: what a version left does not change."""
    (FOLDER / version).mkdir(parents=True)
    with empty() as database:
        writing.write(database, NOW, ROOT)
        kept_databases.write(database, FOLDER / version / "demonstration.jsonl.gz")
    with empty() as database:
        walks_in(authority(database=database), WALKS, STEPS)
        kept_databases.write(database, FOLDER / version / "walks.jsonl.gz")
    with empty() as database:
        set_aside(authority(database=database, files=failing()))
        kept_databases.write(database, FOLDER / version / "set_aside.jsonl.gz")
    left, number = sorted(CALLS), 0
    while left:
        number += 1
        with empty() as database:
            at = authority(database=database)
            left = [name for name in left if not _given(at, name)]
            kept_databases.write(database, FOLDER / version / f"commands_{number}.jsonl.gz")


def _given(at: Any, name: str) -> bool:
    """Whether it can be after those before it."""
    try:
        give: Any = CALLS[name](at, case_at(authority=at))
        give()
    except (Refusal, IntegrityError):
        return False
    return True


@contextmanager
def empty() -> Generator[Database]:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/throughline.db")
        database.upgrade()
        yield database
        database.dispose()


if __name__ == "__main__":
    write(sys.argv[1])
