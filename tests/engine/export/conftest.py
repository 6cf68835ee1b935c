"""A long case and a short one, played once for all tests that only read them."""

from datetime import datetime
from pathlib import Path

import pytest

from engine.export.stored import StoredCase
from tests.engine.export.packs import played, story_database

LONG = "scenarios/police_protection_on_easter_weekend.toml"


@pytest.fixture(scope="session")
def long_case(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[StoredCase, datetime]:
    """A case of many processes, and a day after its end."""
    database = story_database(tmp_path_factory.mktemp("export"), sqlite_template)
    cases, at = played(database, LONG)
    database.dispose()
    return max(cases, key=lambda case: len(case.entries)), at
