"""The keys by which a child is found again: no readable copy of what they are made of, and never read through."""

from sqlalchemy import func, select, text

from engine.base.database import Database
from engine.tables import Person, PersonKey, PossibleMatch
from tests.builders import authority, refer
from tests.engine.facts.test_matching import ADA


def test_keys_are_no_readable_copy(database: Database) -> None:
    at = authority(database=database)
    refer(authority=at, children=[ADA])
    with database.read() as connection:
        keys = connection.execute(select(PersonKey.key)).scalars().all()
        assert connection.execute(select(func.count()).select_from(PossibleMatch)).scalar_one() == 0
        assert connection.execute(select(Person.match_name)).scalar_one() == "ada lovelace"
    assert 10 < len(keys) < 80
    assert all(isinstance(key, int) for key in keys)


def test_keys_are_looked_up_and_never_read_through(database: Database) -> None:
    """By the index of keys, on either database."""
    looked = (
        select(PersonKey.person_id)
        .where(PersonKey.key.in_([1, 2]))
        .compile(database.engine, compile_kwargs={"literal_binds": True})
    )
    explain = "EXPLAIN QUERY PLAN" if database.engine.dialect.name == "sqlite" else "EXPLAIN"
    with database.transaction() as connection:
        if database.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = " ".join(str(row) for row in connection.execute(text(f"{explain} {looked}")))
    assert "PRIMARY KEY" in plan or "pk_person_key" in plan
