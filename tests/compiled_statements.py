"""Statements are compiled once in a run: each database that a test makes would compile every one of its own anew."""

from functools import partial
from typing import Any

import sqlalchemy
from sqlalchemy.util import LRUCache

MOST = 5000


class CompiledOnce:
    """By the kind of the database, where SQLAlchemy's own cache goes by the database itself. All are set up alike."""

    def __init__(self) -> None:
        self._compiled: LRUCache[Any, Any] = LRUCache(MOST)

    def get(self, key: tuple[Any, ...]) -> Any:
        return self._compiled.get(_by_kind(key))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._compiled[_by_kind(key)] = compiled


def _by_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return (type(dialect), *statement)


create_engine = partial(sqlalchemy.create_engine, execution_options={"compiled_cache": CompiledOnce()})
