"""What the rows of a decision table leave open, take twice, and can never take.

Of each input all values between two that the cells name are alike, so one of each stands for the rest: what holds for
every combination of these holds for every answer. The combinations are looked through column by column, those rows
together that are still possible, and never more than MOST_STEPS of them; never more than MOST_COMPARISONS single values
are held against cells. So no table takes longer than two seconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, pairwise
from math import ceil, floor
from typing import cast

from engine.decision_tables.cells import DATE, NUMBER, TRUTH, Cell, Value
from engine.decision_tables.decision_table import DecisionTable

MOST_STEPS = 200_000
MOST_COMPARISONS = 2_000_000


class TooManyWays(Exception):
    """The table has more combinations than can be looked through in reasonable time."""


@dataclass(frozen=True, slots=True)
class Possible:
    """Values of an input that no cell tells apart, by one of them. `other`: any text that no cell names."""

    value: Value
    other: bool = False

    def __str__(self) -> str:
        return "anything else" if self.other else written(self.value)


def written(value: Value) -> str:
    """As it is written in a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return f'"{value}"' if isinstance(value, str) else str(value)


def possible(
    kind: str, cells: Sequence[Cell], known: Iterable[Value] | None = None, *, whole: bool = False
) -> tuple[Possible, ...]:
    """One of each that the cells of a column tell apart; `known` are all the values that there are, where that is so.

    `kind` is that of the input, empty where nothing is known of it; `whole`: of numbers only whole ones.
    """
    if known is not None:
        return tuple(Possible(value) for value in known)
    named = {value for cell in cells for value in cell.values()}
    if kind == TRUTH:
        return Possible(True), Possible(False)
    if whole:
        named = {turned(value) for value in named for turned in (floor, ceil) if isinstance(value, int | float)}
    if kind in (NUMBER, DATE):
        return tuple(map(Possible, _between(sorted(cast("set[float]", named)), whole=whole)))
    texts = sorted(value for value in named if isinstance(value, str))
    return (*map(Possible, texts), Possible("", other=True))


def _between(named: Sequence[float], *, whole: bool) -> Iterator[Value]:
    """Each value that is named, one below, one above, and one between each two where there is one."""
    if not named:
        yield 0
        return
    yield from _next_to(named[0], -1)
    for low, high in pairwise(named):
        yield low
        yield from _inside(low, high, whole=whole)
    yield named[-1]
    yield from _next_to(named[-1], 1)


def _inside(low: float | date, high: float | date, *, whole: bool) -> Iterator[Value]:
    if isinstance(low, date):
        between = low + timedelta(days=1)
    else:
        between = floor(low) + 1 if whole else (low + cast(float, high)) / 2
    if cast(float, low) < cast(float, between) < cast(float, high):
        yield between


def _next_to(value: float | date, way: int) -> Iterator[Value]:
    if not isinstance(value, date):
        yield ceil(value) - 1 if way < 0 else floor(value) + 1
    elif date.min < value < date.max:
        yield value + timedelta(days=way)


@dataclass(slots=True)
class Covering:
    """A table with what each of its inputs may be."""

    table: DecisionTable
    inputs: Sequence[Sequence[Possible]]
    _taken: list[list[int]] = field(init=False)
    _open_rows: list[int] = field(init=False)
    _steps: int = 0

    def __post_init__(self) -> None:
        """`_taken`: by column and value the rows that take it, one bit each; `_open_rows`: by column the rows that
        take whatever stands in it and in all after it.

        Raises TooManyWays.
        """
        columns = range(len(self.inputs))
        spans = [sum(len(row.cells[column].spans) for row in self.table.rows) for column in columns]
        if sum(len(self.inputs[column]) * spans[column] for column in columns) > MOST_COMPARISONS:
            raise TooManyWays
        self._taken = [[self._rows_taking(column, one) for one in self.inputs[column]] for column in columns]
        self._open_rows = [(1 << len(self.table.rows)) - 1]
        for column in reversed(columns):
            whole = self._open_rows[0]
            for rows in self._taken[column]:
                whole &= rows
            self._open_rows.insert(0, whole)

    def _rows_taking(self, column: int, one: Possible) -> int:
        cells = (row.cells[column] for row in self.table.rows)
        return sum(1 << number for number, cell in enumerate(cells) if cell.may_take(one.value, other=one.other))

    def left_open(self) -> tuple[Possible, ...] | None:
        """Values that no row takes, one of each input; None where the rows take all. Raises TooManyWays."""
        everything = [range(len(each)) for each in self.inputs]
        return self._not_taken(everything, (1 << len(self.table.rows)) - 1)

    def never(self) -> Iterator[tuple[int, int | None]]:
        """The rows that can never fire, counted from 0: because of a cell (its column), or because rows above take
        all that it takes (None). Raises TooManyWays.
        """
        for number in range(len(self.table.rows)):
            own = self._values_of(number)
            empty = [column for column, values in enumerate(own) if not values]
            if empty:
                yield number, empty[0]
            elif self.table.hit_policy == "FIRST" and self._not_taken(own, (1 << number) - 1) is None:
                yield number, None

    def overlaps(self) -> Iterator[tuple[int, int, tuple[Possible, ...]]]:
        """Each two rows that take the same values, with such values. Two rows of FIRST may."""
        own = [self._values_of(number) for number in range(len(self.table.rows))]
        bits = [[sum(1 << value for value in values) for values in row] for row in own]
        for first, second in combinations(range(len(own)), 2):
            shared = [one & other for one, other in zip(bits[first], bits[second], strict=True)]
            if all(shared):
                lowest = [(each & -each).bit_length() - 1 for each in shared]
                yield first, second, self._named(lowest)

    def _values_of(self, number: int) -> list[list[int]]:
        """By column the values that a row takes."""
        return [[value for value, rows in enumerate(column) if rows >> number & 1] for column in self._taken]

    def _not_taken(self, within: Sequence[Sequence[int]], rows: int) -> tuple[Possible, ...] | None:
        """Of these values by column such that none of these rows takes."""
        found = self._search(within, 0, rows, set())
        return None if found is None else self._named(found)

    def _search(
        self, within: Sequence[Sequence[int]], column: int, rows: int, covered: set[tuple[int, int]]
    ) -> list[int] | None:
        if not rows:
            return [values[0] for values in within[column:]]
        if rows & self._open_rows[column] or (column, rows) in covered:
            return None
        for value in within[column]:
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise TooManyWays
            rest = self._search(within, column + 1, rows & self._taken[column][value], covered)
            if rest is not None:
                return [value, *rest]
        covered.add((column, rows))
        return None

    def _named(self, values: Sequence[int]) -> tuple[Possible, ...]:
        return tuple(each[value] for each, value in zip(self.inputs, values, strict=True))
