"""The newest of a list that grows with the age of a case: a page stays as short as it was, the rest is on demand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

NEWEST = 10

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Newest(Generic[Row]):
    """`rows` are those to show, `total` says of how many; None where there are more and nobody counted them."""

    rows: tuple[Row, ...]
    total: int | None

    @property
    def is_all(self) -> bool:
        return len(self.rows) == self.total


def newest(rows: Sequence[Row], *, everything: bool = False) -> Newest[Row]:
    """`rows` are newest first."""
    return Newest(tuple(rows if everything else rows[:NEWEST]), len(rows))


def newest_of(rows: Iterator[Row], *, everything: bool = False) -> Newest[Row]:
    """As `newest`, of rows that cost something to come by: no more of them are asked for than are shown, and one."""
    found = tuple(rows if everything else islice(rows, NEWEST + 1))
    if everything or len(found) <= NEWEST:
        return Newest(found, len(found))
    return Newest(found[:NEWEST], None)
