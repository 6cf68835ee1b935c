"""An installation whose database may be lost, and empty databases into which a backup is put back."""

import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from engine.base.database import Database
from engine.record.checkpoints import SigningKey
from tests import databases
from tests.builders import authority
from tests.engine.commands.house import House


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    authority(database=database)
    return House(database, tmp_path / "checkpoints", SigningKey(tmp_path / "key.pem"))


@pytest.fixture
def new_database(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> Generator[Callable[[str], Database]]:
    """Makes an empty database of a kind."""
    made: list[tuple[Database, str]] = []

    def make(kind: str = "") -> Database:
        if (kind or database.url.get_backend_name()) == "sqlite":
            path = tmp_path / f"new{len(made)}.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            address = f"sqlite:///{path}"
        else:
            address = request.getfixturevalue("postgresql_copies").make()
        new = databases.not_to_the_disk(Database(address))
        made.append((new, address))
        return new

    yield make
    for new, address in made:
        new.dispose()
        if address.startswith("postgresql"):
            request.getfixturevalue("postgresql_copies").remove(address)
