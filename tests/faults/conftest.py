"""What batteries ask for besides: a database that is on the disk when it says so."""

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from engine.base.database import Database


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> Generator[Database]:
    """As a site opens it."""
    path = tmp_path / "throughline.db"
    shutil.copy(sqlite_template, path)
    made = Database(f"sqlite:///{path}")
    yield made
    made.dispose()
