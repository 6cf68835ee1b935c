"""Databases that are really lost, full, spoiled or without tables: each is known for what it is, and told plainly."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, select, text
from sqlalchemy.exc import IntegrityError

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable, Trouble, once_more
from engine.tables import Authority
from tests.engine.base.test_database import names, row, write


def cut_off(database: Database) -> None:
    """As a restart of the server does to everybody who is connected."""
    other = Database(database.url.render_as_string(hide_password=False))
    with other.read() as connection:
        ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        connection.execute(text(f"{ended} WHERE datname = current_database() AND pid <> pg_backend_pid()")).all()
    other.dispose()


def test_a_connection_that_was_lost_while_idle_costs_nobody_a_page(postgresql_database: Database) -> None:
    write(postgresql_database, "one")
    cut_off(postgresql_database)
    assert names(postgresql_database) == ["one"]
    cut_off(postgresql_database)
    write(postgresql_database, "two")
    assert names(postgresql_database) == ["one", "two"]


def test_a_read_that_is_cut_off_is_asked_once_more_and_no_oftener(postgresql_database: Database) -> None:
    asked: list[int] = []

    def ask(times: int) -> list[str]:
        asked.append(1)
        with postgresql_database.read() as connection:
            connection.execute(text("SELECT 1"))
            if len(asked) <= times:
                cut_off(postgresql_database)
            return list(connection.execute(select(Authority.id)).scalars())

    assert once_more(lambda: ask(1)) == []
    assert len(asked) == 2
    asked.clear()
    with pytest.raises(DatabaseUnavailable) as lost:
        once_more(lambda: ask(2))
    assert (lost.value.trouble, len(asked)) == (Trouble.AWAY, 2)


@pytest.mark.parametrize("at_the_end", [False, True])
def test_of_what_is_cut_off_at_its_commit_alone_the_end_is_not_known(
    postgresql_database: Database, at_the_end: bool
) -> None:

    def cut_off_in_between() -> None:
        with postgresql_database.transaction() as connection:
            connection.execute(insert(Authority), [row("one")])
            cut_off(postgresql_database)
            if not at_the_end:
                connection.execute(insert(Authority), [row("two")])

    with pytest.raises(DatabaseUnavailable) as lost:
        cut_off_in_between()
    assert lost.value.trouble is (Trouble.UNKNOWN if at_the_end else Trouble.AWAY)
    assert names(postgresql_database) == []


def test_what_is_no_fault_of_the_database_is_asked_once(postgresql_database: Database) -> None:
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        write(postgresql_database, "one", "one")

    with pytest.raises(IntegrityError):
        once_more(ask)
    assert asked == [1]


def test_a_full_disk_is_known_on_postgresql(postgresql_database: Database) -> None:
    fill_table(postgresql_database, "authority")
    with pytest.raises(DatabaseUnavailable) as full:
        write(postgresql_database, "one")
    assert (full.value.trouble, full.value.code, full.value.is_unwritable) == (Trouble.FULL, "53100", True)


def fill_table(database: Database, table: str) -> None:
    """From now on this server says of every new row what it says of a full disk."""
    said = "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'"
    with database.transaction() as connection:
        body = f"CREATE FUNCTION full_disk() RETURNS trigger AS $$ BEGIN {said}; END $$ LANGUAGE plpgsql"
        connection.execute(text(body))
        connection.execute(text(f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION full_disk()"))


def empty_disk(database: Database, table: str) -> None:
    with database.transaction() as connection:
        connection.execute(text(f"DROP TRIGGER full_disk ON {table}"))


def test_a_full_disk_is_known_on_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'one.db'}")
    database.upgrade()

    def no_more_room(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(database.engine, "begin", no_more_room)
    with pytest.raises(DatabaseUnavailable) as full:
        write(database, *(f"{number} {'long ' * 200}" for number in range(20)))
    assert (full.value.trouble, full.value.code) == (Trouble.FULL, "SQLITE_FULL")
    event.remove(database.engine, "begin", no_more_room)
    database.dispose()


def test_a_spoiled_file_is_known(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.dispose()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(DatabaseUnavailable) as spoiled:
        names(database)
    assert spoiled.value.trouble is Trouble.SPOILED
    database.dispose()


def test_a_database_without_tables_is_told_what_to_do(postgresql_database: Database, tmp_path: Path) -> None:
    with postgresql_database.transaction() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    for database in (postgresql_database, Database(f"sqlite:///{tmp_path / 'empty.db'}")):
        with pytest.raises(DatabaseUnavailable, match="throughline db upgrade") as bare:
            names(database)
        assert bare.value.trouble is Trouble.UNPREPARED
        assert "SELECT" not in str(bare.value)
        database.dispose()
