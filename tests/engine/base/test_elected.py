"""Of all processes that share a database one is elected, and another as soon as that one is gone."""

from pathlib import Path

from sqlalchemy import text

from engine.base.database import Database
from engine.base.elected import Elected

OTHERS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def test_one_is_and_when_it_is_gone_another(postgresql_database: Database) -> None:
    with Elected(postgresql_database, "x") as first, Elected(postgresql_database, "x") as second:
        assert first.is_it()
        assert first.is_it()
        assert not second.is_it()
        with Elected(postgresql_database, "another office") as other:
            assert other.is_it()
        with postgresql_database.transaction() as connection:
            assert connection.execute(OTHERS).scalar_one()  # its machine has lost the database, or died
        assert second.is_it()
        assert not first.is_it()
        assert not first.is_it()
    with Elected(postgresql_database, "x") as next_one:
        assert next_one.is_it()


def test_on_sqlite_there_is_one_process(tmp_path: Path) -> None:
    with Elected(Database(f"sqlite:///{tmp_path / 'x.db'}"), "x") as only:
        assert only.is_it()


def test_nobody_is_while_the_database_is_out_of_reach() -> None:
    with Elected(Database("postgresql://nobody@127.0.0.1:1/none"), "x") as elected:
        assert not elected.is_it()
