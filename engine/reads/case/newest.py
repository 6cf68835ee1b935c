"""The newest of a list that grows with the age of a case: a page stays as short as it was, the rest is on demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

NEWEST = 10

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Newest(Generic[Row]):
    """`rows` are those to show, `total` says of how many."""

    rows: tuple[Row, ...]
    total: int

    @property
    def is_all(self) -> bool:
        return len(self.rows) == self.total


def newest(rows: Sequence[Row], *, everything: bool = False) -> Newest[Row]:
    """`rows` are newest first."""
    return Newest(tuple(rows if everything else rows[:NEWEST]), len(rows))
