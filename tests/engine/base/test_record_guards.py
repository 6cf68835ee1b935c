"""What holds off changes in the database itself: what is taken away, switched off or given besides is named."""

import secrets
from collections.abc import Generator

import pytest
from sqlalchemy import text

from engine.base.database import Database
from engine.base.database_role import KEPT, grant
from engine.base.record_guards import FIRST, faults_of_guards, what_is_unguarded
from tests.engine.record import hand


def on_postgresql(database: Database) -> bool:
    return database.url.get_backend_name() == "postgresql"


def run(database: Database, *statements: str) -> None:
    with database.transaction() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_as_the_product_sets_it_nothing_is_wrong(database: Database) -> None:
    assert faults_of_guards(database) == ()
    assert what_is_unguarded(database) == ""


def test_every_trigger_that_is_missing_is_named(database: Database) -> None:
    with database.transaction() as connection:
        hand.take_triggers_away(connection)
    found = faults_of_guards(database)
    assert len(found) == 3 * len(KEPT)
    assert what_is_unguarded(database).endswith(f", and {len(found) - FIRST} more")
    assert found[0] == ("trigger act_no_delete", "is missing: the database does not hold off what it should")


def test_a_trigger_that_does_nothing_any_more_is_named(database: Database) -> None:
    if on_postgresql(database):
        run(
            database,
            "ALTER TABLE act DISABLE TRIGGER act_no_update",
            "CREATE FUNCTION lets_through() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "CREATE OR REPLACE TRIGGER act_no_delete BEFORE DELETE ON act FOR EACH ROW EXECUTE FUNCTION lets_through()",
            "CREATE TRIGGER planted BEFORE INSERT ON act FOR EACH ROW EXECUTE FUNCTION lets_through()",
        )
        wanted = ["act_no_delete", "act_no_update", "planted"]
    else:
        run(
            database,
            "DROP TRIGGER act_no_update",
            "CREATE TRIGGER act_no_update BEFORE UPDATE ON act WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END",
            "CREATE TRIGGER planted AFTER INSERT ON act BEGIN SELECT 1; END",
        )
        wanted = ["act_no_update", "planted"]
    assert [where.removeprefix("trigger ") for where, _ in faults_of_guards(database)] == wanted


def test_a_function_that_refuses_nothing_any_more_is_named(database: Database) -> None:
    if not on_postgresql(database):
        return
    lets = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    run(database, f"CREATE OR REPLACE FUNCTION record_is_kept() {lets}")
    assert len(faults_of_guards(database)) == 3 * len(KEPT) - 1
    caught = "BEGIN RAISE EXCEPTION 'No.'; EXCEPTION WHEN OTHERS THEN RETURN OLD; END"
    run(database, f"CREATE OR REPLACE FUNCTION record_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ {caught} $$")
    assert len(faults_of_guards(database)) == 3 * len(KEPT) - 1
    run(database, f"CREATE OR REPLACE FUNCTION payload_is_kept() {lets}")
    assert len(faults_of_guards(database)) == 3 * len(KEPT)


@pytest.fixture
def role(database: Database) -> Generator[str]:
    name = f"site_{secrets.token_hex(4)}"
    if on_postgresql(database):
        run(database, f"CREATE ROLE {name}")
    yield name
    if on_postgresql(database):
        run(database, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_rights_that_the_product_does_not_give_are_named(database: Database, role: str) -> None:
    if not on_postgresql(database):
        return
    grant(database, role)
    assert faults_of_guards(database) == ()
    run(database, f"GRANT UPDATE, DELETE ON act TO {role}", f"GRANT UPDATE (body) ON payload TO {role}")
    assert faults_of_guards(database) == (
        ("table act", f"the role {role} has rights that the product does not give: DELETE, UPDATE"),
        ("table payload", f"the role {role} has rights that the product does not give: UPDATE"),
    )
