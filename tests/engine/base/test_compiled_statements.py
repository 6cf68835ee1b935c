"""How a statement that was compiled is found again: by itself, and never in place of another."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, literal, select

from engine.base.compiled_statements import CompiledStatements


@contextmanager
def connected(compiled: CompiledStatements) -> Generator[Connection]:
    engine = create_engine("sqlite://", execution_options={"compiled_cache": compiled})
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def mistaken(connection: Connection) -> int:
    """How often a statement that is made anew gives what another would: the next may lie where one was that is gone."""
    wrong = 0
    for number in range(500):
        wanted = tuple(range(number % 7 + 1))
        wrong += tuple(connection.execute(select(*map(literal, wanted))).one()) != wanted
    return wrong


def test_a_statement_that_is_made_once_is_found_without_what_it_is_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = CompiledStatements()
    with connected(compiled) as connection:
        once = select(literal(1))
        for _ in range(2):
            connection.execute(once)
        monkeypatch.setattr("sqlalchemy.util.LRUCache.__setitem__", None)  # nothing is compiled and kept again
        assert connection.execute(once).scalar_one() == 1


def test_one_that_is_made_anew_is_never_taken_for_another() -> None:
    with connected(CompiledStatements()) as connection:
        assert mistaken(connection) == 0


def test_known_by_its_place_alone_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: what the statement is made of is not kept, so that something else comes to lie there."""

    def get(self: CompiledStatements, key: tuple[Any, ...], default: Any = None) -> Any:
        place = (id(key[1]), *key[2:])
        by_place[place] = by_place.get(place) or super(CompiledStatements, self).get(key, default)
        return by_place[place]

    by_place: dict[tuple[Any, ...], Any] = {}
    monkeypatch.setattr(CompiledStatements, "get", get)
    with connected(CompiledStatements()) as connection:
        try:
            wrong = mistaken(connection)
        except Exception:  # noqa: BLE001 - the number of parameters differs
            wrong = 1
        assert wrong > 0
