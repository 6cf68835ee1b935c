"""A decision table that has been read, and which of its rows fires (DMN 1.3, clause 8)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from engine.decision_tables.cells import TEXT, Cell, Value, as_value
from engine.expressions.syntax import BadExpression

HitPolicy = Literal["UNIQUE", "FIRST"]
"""UNIQUE: never more than one row takes the answers; FIRST: the first that does, in the order of the file."""


@dataclass(frozen=True, slots=True)
class TableInput:
    """One column: the value that it reads (`task.field`), what stands above it, and the kind that the file names, or
    none. `whole`: of numbers only whole ones.
    """

    path: str
    label: str
    kind: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """Its cells in the order of the inputs, and what it decides. `id` and `line` are where it stands in the file."""

    cells: tuple[Cell, ...]
    result: Value
    id: str = field(compare=False)
    line: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Fired:
    """Which row took the answers, counted from 1, and what it decided, as process data hold it."""

    row: int
    output: str
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """`output` is the name of what it decides, `output_kind` the kind that the file names for it or empty."""

    file: str
    name: str
    hit_policy: HitPolicy
    inputs: tuple[TableInput, ...]
    output: str
    output_kind: str
    rows: tuple[TableRow, ...]

    def decide(self, value_of: Callable[[str], object]) -> Fired:
        """`value_of` gives what a path reads.

        Raises BadExpression where something is not there or of another kind than the cells, where no row takes the
        values, and under UNIQUE where several do.
        """
        values = [self._given(number, value_of) for number in range(len(self.inputs))]
        hits = [number for number, row in enumerate(self.rows, 1) if _takes(row, values)]
        if not hits:
            raise BadExpression(f"No row of the table “{self.name}” takes what was answered.")
        if len(hits) > 1 and self.hit_policy == "UNIQUE":
            raise BadExpression(f"The rows {hits[0]} and {hits[1]} of the table “{self.name}” both hold.")
        return Fired(hits[0], self.output, as_data(self.rows[hits[0] - 1].result))

    def _given(self, number: int, value_of: Callable[[str], object]) -> Value:
        one = self.inputs[number]
        value = as_value(value_of(one.path), self.kind_of_input(number), one.path)
        if one.whole and isinstance(value, float) and not value.is_integer():
            raise BadExpression(f"{one.path} is not a whole number.")
        return value

    def kind_of_input(self, number: int) -> str:
        """That of its cells, or what the file says where no cell names a value; empty where nothing does."""
        named = (row.cells[number].kind for row in self.rows)
        return next((kind for kind in named if kind), self.inputs[number].kind)

    def results(self) -> tuple[Value, ...]:
        """Each that it may decide, once, in the order of its rows."""
        return tuple(dict.fromkeys(row.result for row in self.rows))

    def reads(self) -> Iterator[str]:
        """Its inputs as expressions: each path, beside the texts that the cells of its column name."""
        for number, one in enumerate(self.inputs):
            cells = (row.cells[number] for row in self.rows)
            named = dict.fromkeys(value for cell in cells if cell.kind == TEXT for value in cell.values())
            texts = ", ".join(f'"{text}"' for text in named)
            yield f"{one.path} in [{texts}]" if named else one.path


def as_data(value: Value) -> str | float | bool:
    """In process data a date is a text."""
    return value.isoformat() if isinstance(value, date) else value


def _takes(row: TableRow, values: list[Value]) -> bool:
    return all(cell.takes_all or cell.takes(value) for cell, value in zip(row.cells, values, strict=True))
