"""A page of a long list, and the first rows of each of several lists on one page, with how many there are in all.

Of one list, how many rows there are is counted only where a page says it: on the first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, ScalarSelect, Select, func, literal, select

from engine.tables import NamedRow

PAGE = 50
FEW = 10
"""Of each list where several stand on one page."""
Row = TypeVar("Row")
Shown_co = TypeVar("Shown_co", covariant=True)
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class ListPage:
    """`more`: another page follows. `total` is None on every page but the first."""

    rows: tuple[NamedRow, ...]
    more: bool
    total: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the lists of a page is wanted for itself, and which page of it; none where all are shown, a few rows
    each. `of` names whose list it is, where each person has one.
    """

    name: str = ""
    page: int = 1
    of: str = ""

    def shows(self, name: str) -> bool:
        return self.name in ("", name)

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE if self.name else 0

    @property
    def last(self) -> int:
        return self.first + (PAGE if self.name else FEW)


OVERVIEW = Wanted()


@dataclass(frozen=True)
class ListPart(Generic[Shown_co]):
    """Some rows of a list of which there are `total` in all, from its `page` on. None: more than are shown, and nobody
    counted them.
    """

    rows: tuple[Shown_co, ...] = ()
    total: int | None = 0
    page: int = 1

    @property
    def first(self) -> int:
        """How many there are before these."""
        return (self.page - 1) * PAGE

    @property
    def is_all(self) -> bool:
        return len(self.rows) == self.total

    def showing(self, rows: Iterable[Other]) -> "ListPart[Other]":
        """The same part of the list, with each of its rows as it is shown."""
        return ListPart(tuple(rows), self.total, self.page)

    @property
    def pages(self) -> int:
        return max(1, -(-(self.total or 0) // PAGE))


def part_of(rows: Sequence[Row], wanted: Wanted) -> ListPart[Row]:
    """Of a list that is known whole. A page past the last is the first."""
    if wanted.first >= len(rows):
        wanted = Wanted(wanted.name, 1, wanted.of)
    return ListPart(tuple(rows[wanted.first : wanted.last]), len(rows), wanted.page)


def named_part(name: str, rows: Sequence[Row], wanted: Wanted) -> ListPart[Row]:
    """As `part_of`, of the list of this name; nothing where another one is wanted."""
    return part_of(rows, wanted) if wanted.shows(name) else ListPart()


def newest_of(rows: Iterator[Row], wanted: Wanted) -> ListPart[Row]:
    """Of rows that cost something to come by: where they stand beside other lists, no more of them are asked for than
    are shown, and one.
    """
    if wanted.name:
        return part_of(tuple(rows), wanted)
    found = tuple(islice(rows, FEW + 1))
    return ListPart(found[:FEW], None if len(found) > FEW else len(found))


def listed(connection: Connection, statement: Select[*tuple[Any, ...]], wanted: Wanted) -> ListPart[NamedRow]:
    """Of what a statement finds, in its order. A page past the last is the first."""
    rows, total = counted(connection, statement, wanted.first, wanted.last)
    if not rows and wanted.page > 1:
        return listed(connection, statement, Wanted(wanted.name, 1, wanted.of))
    return ListPart(rows, total, wanted.page)


def counted(
    connection: Connection, statement: Select[*tuple[Any, ...]], first: int, last: int
) -> tuple[tuple[NamedRow, ...], int]:
    """Its rows from one number to another, and how many it finds in all, in one statement."""
    found = statement.add_columns(_number_of(statement).label("in_all")).limit(last - first).offset(first)
    rows = connection.execute(found).all()
    return tuple(rows), rows[0].in_all if rows else 0


def list_page(
    connection: Connection, statement: Select[*tuple[Any, ...]], page: int, *, number: Select[int]
) -> ListPage:
    """One row more than fits says whether there is another page. A page past the last is empty. `number` is how many
    rows the statement finds, asked for with less to do.
    """
    found = connection.execute(statement.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    more = len(found) > PAGE
    total = None if page > 1 else connection.execute(number).scalar_one() if more else len(found)
    return ListPage(tuple(found[:PAGE]), more, total)


def _number_of(statement: Select[*tuple[Any, ...]]) -> ScalarSelect[int]:
    rows = statement.with_only_columns(literal(1), maintain_column_froms=True).order_by(None)
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()
