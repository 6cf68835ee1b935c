"""A page of a long list. How many rows there are in all is counted only where a page says it: on the first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select

from engine.tables import NamedRow

PAGE = 50


@dataclass(frozen=True, slots=True)
class ListPage:
    """`more`: another page follows. `total` is None on every page but the first."""

    rows: tuple[NamedRow, ...]
    more: bool
    total: int | None


def list_page(connection: Connection, statement: Select[*tuple[Any, ...]], page: int) -> ListPage:
    """One row more than fits says whether there is another page. A page past the last is empty."""
    found = connection.execute(statement.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    more = len(found) > PAGE
    total = None if page > 1 else _count(connection, statement) if more else len(found)
    return ListPage(tuple(found[:PAGE]), more, total)


def _count(connection: Connection, statement: Select[*tuple[Any, ...]]) -> int:
    rows = statement.with_only_columns(literal(1), maintain_column_froms=True).order_by(None)
    return connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
