"""One place opens transactions: all of a block or nothing of it; a fault of the database says nothing of a child."""

import threading
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, literal, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from engine.base.database import Database, one_at_a_time, shared_with_others, sharing
from engine.base.database_faults import DatabaseUnavailable, Trouble
from engine.tables import Authority, Person, Table
from tests.builders import HERE, MONDAY, add_authority_row


def row(name: str) -> dict[str, object]:
    return {"id": name, "name": name, "host": None, "created_at": MONDAY}


def write(database: Database, *names: str) -> None:
    with database.transaction() as connection:
        for name in names:
            connection.execute(insert(Authority), [row(name)])


def is_postgresql(database: Database) -> bool:
    return database.engine.dialect.name == "postgresql"


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return sorted(connection.execute(select(Authority.id)).scalars())


def test_a_block_is_committed_whole_or_not_at_all(database: Database) -> None:
    write(database, "one", "two")
    with pytest.raises(IntegrityError):
        write(database, "three", "four", "one")
    assert names(database) == ["one", "two"]


def test_reading_changes_nothing_whatever_is_done(database: Database) -> None:
    refused = pytest.raises(DatabaseUnavailable, match="read-only") if is_postgresql(database) else nullcontext()
    with refused, database.read() as connection:
        connection.execute(insert(Authority), [row("one")])
    assert names(database) == []


def test_what_is_asked_again_is_planned_once_though_every_look_ends(postgresql_database: Database) -> None:
    for _ in range(10):  # psycopg has a statement prepared when it is asked for the sixth time
        names(postgresql_database)
    with postgresql_database.read() as connection:
        prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT authority.id%%'"
        assert connection.exec_driver_sql(prepared).scalar_one() == 1


def test_reading_does_not_wait_for_somebody_who_writes(database: Database) -> None:
    with database.transaction() as writing:
        writing.execute(insert(Authority), [row("one")])
        assert names(database) == []
    assert names(database) == ["one"]


def test_two_who_write_wait_for_each_other(database: Database) -> None:
    """What a command read is still true when it writes: the second sees what the first did."""
    seen: list[int] = []
    begun = threading.Event()

    def count_and_add(name: str, first: bool) -> None:
        with database.transaction() as connection:
            if first:
                one_at_a_time(connection, "names")
                begun.set()
            else:
                begun.wait(10)
                one_at_a_time(connection, "names")
            found = connection.execute(select(Authority.id)).scalars().all()
            seen.append(len(found))
            connection.execute(insert(Authority), [row(name)])

    threads = [threading.Thread(target=count_and_add, args=(name, name == "one")) for name in ("one", "two")]
    threads[0].start()
    begun.wait(10)
    threads[1].start()
    for thread in threads:
        thread.join(30)
    assert seen == [0, 1]


def test_sqlite_keeps_what_was_acknowledged_through_a_power_cut(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'one.db'}")
    with database.read() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.dispose()


def test_rows_that_belong_to_nothing_are_refused(database: Database) -> None:
    row = {"family_id": "none", "person_id": "none", "kind": "child"}
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(text("INSERT INTO relationship VALUES (:family_id, :person_id, :kind)"), row)


def test_an_instant_without_a_zone_is_refused_and_comes_back_in_utc(database: Database) -> None:
    with pytest.raises(StatementError), database.transaction() as connection:
        connection.execute(insert(Authority).values(id="one", name="One", created_at=datetime(2026, 3, 2, 10)))  # noqa: DTZ001
    winter = datetime.fromisoformat("2026-07-01T10:00:00.123456+01:00")
    with database.transaction() as connection:
        connection.execute(insert(Authority).values(id="one", name="One", created_at=winter))
    with database.read() as connection:
        found = connection.execute(select(Authority.created_at)).scalar_one()
    assert (found, found.tzinfo) == (winter, UTC)


def test_a_fault_says_nothing_of_the_child_whose_row_it_was(database: Database) -> None:
    child = {
        "id": "p",
        "authority_id": HERE,
        "given_name": "Zebedee",
        "family_name": "Quill",
        "address": "1 Mill Lane",
        "match_name": "z",
    }
    add_authority_row(database=database)
    with database.transaction() as connection:
        connection.execute(insert(Person).values(**child))
    with pytest.raises(IntegrityError) as refused, database.transaction() as connection:
        connection.execute(insert(Person).values(**child))
    assert "Zebedee" not in str(refused.value)
    assert "Mill Lane" not in str(refused.value)


def ask(database: Database, *statements: str) -> None:
    with database.read() as connection:
        for statement in statements:
            connection.execute(text(statement), {"name": "Zebedee"})


def test_a_database_that_cannot_be_used_is_said_plainly(database: Database) -> None:
    faulty = {
        "sqlite": ("SELECT lacking FROM authority WHERE 'Zebedee' = :name",),
        "postgresql": ("SET statement_timeout = 1", "SELECT pg_sleep(1) WHERE 'Zebedee' = :name"),
    }
    with pytest.raises(DatabaseUnavailable) as refused:
        ask(database, *faulty[database.url.get_backend_name()])
    assert "Zebedee" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_place_where_nothing_can_be_opened_is_said_plainly(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'missing' / 'one.db'}")
    with pytest.raises(DatabaseUnavailable, match="unable to open") as refused, database.read() as connection:
        connection.execute(text("SELECT 1"))
    assert refused.value.trouble is Trouble.AWAY


def test_the_tables_are_brought_up_to_date_by_any_number_at_once(database: Database) -> None:
    threads = [threading.Thread(target=database.upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert names(database) == []


@pytest.mark.filterwarnings("ignore:.*expression-based index .?ix_case_listed")
def test_the_migrations_lead_to_the_tables_that_the_code_declares(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_nobody_waits_for_a_lock_without_end(database_url: str) -> None:
    """Two transactions of one thread would else wait for each other for ever."""
    database = Database(database_url, lock_seconds=0.2)
    with database.transaction() as first:
        one_at_a_time(first, "a name")
        with pytest.raises(DatabaseUnavailable, match="lock"), database.transaction() as second:
            one_at_a_time(second, "a name")
    with database.transaction() as free:
        one_at_a_time(free, "a name")
    database.dispose()


@pytest.mark.parametrize("selected", [False, True])
def test_who_shares_a_name_keeps_it_from_who_wants_it_alone(database_url: str, selected: bool) -> None:
    database = Database(database_url, lock_seconds=0.2)
    with database.transaction() as first:
        if selected:
            first.execute(select(literal(1), *sharing(database.engine.dialect.name, literal("a ") + literal("name"))))
        else:
            shared_with_others(first, "a name")
        with pytest.raises(DatabaseUnavailable, match="lock"), database.transaction() as second:
            one_at_a_time(second, "a name")
    database.dispose()
