"""The fixtures of tests/conftest.py give what they promise."""

import socket

import pytest
from sqlalchemy import text

from engine.base.database import Database


@pytest.mark.parametrize("name", ["first", "second"])
def test_every_test_has_an_upgraded_database_of_its_own(database: Database, name: str) -> None:
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
        connection.execute(text("CREATE TABLE left_behind (name TEXT)"))
        connection.execute(text("INSERT INTO left_behind VALUES (:name)"), {"name": name})


def test_tests_cannot_reach_another_machine() -> None:
    with socket.socket() as reaching, pytest.raises(AssertionError, match="nothing outside this machine"):
        reaching.connect(("192.0.2.1", 80))
