"""A row of a decision table in words: what was answered that it takes, and what it decided."""

from collections.abc import Iterator

from engine.decision_tables.cells import DATE, TEXT, TRUTH, Cell, Value
from engine.decision_tables.covering import written
from engine.decision_tables.decision_table import DecisionTable, TableInput
from engine.process.bundle import Model
from engine.process.condition_words import condition_in_words, readable, value_in_words


def row_in_words(model: Model, process: str, table: DecisionTable, number: int) -> str:
    """“Is a child in danger?” is “Yes”; …: `number` counts from 1. Empty where the row takes any answers."""
    cells = zip(table.inputs, table.rows[number - 1].cells, strict=True)
    return "; ".join(_cell(model, process, one, cell) for one, cell in cells if not cell.takes_all)


def result_in_words(value: Value) -> str:
    """“Early help”: a text as people read it, whatever else as it is written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{readable(value)}”" if isinstance(value, str) else str(value)


def _cell(model: Model, process: str, one: TableInput, cell: Cell) -> str:
    if cell.kind == TEXT:
        texts = ", ".join(written(value) for value in dict.fromkeys(cell.values()))
        return condition_in_words(model, process, "", f"{one.path} {'not in' if cell.negated else 'in'} [{texts}]")
    if cell.kind == TRUTH and len(cell.spans) == 1:
        holds = cell.spans[0].low is not cell.negated
        return condition_in_words(model, process, "", one.path if holds else f"not {one.path}")
    values = " or ".join(_spans(cell))
    return f"{value_in_words(model, process, '', one.path)} is {'not ' if cell.negated else ''}{values}"


def _spans(cell: Cell) -> Iterator[str]:
    for span in cell.spans:
        low, high = (None if end is None else _plain(end, cell.kind) for end in (span.low, span.high))
        if low is not None and low == high:
            yield low
        elif low is None or high is None:
            word = {True: "from", False: "more than"}[span.with_low] if high is None else ""
            word = word or {True: "up to", False: "less than"}[span.with_high]
            yield f"{word} {low or high}"
        else:
            without = [end for end, taken in ((low, span.with_low), (high, span.with_high)) if not taken]
            yield f"from {low} to {high}" + (f", without {' and '.join(without)}" if without else "")


def _plain(value: Value, kind: str) -> str:
    return f"{value:%d %B %Y}".lstrip("0") if kind == DATE else result_in_words(value)
