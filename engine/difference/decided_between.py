"""The decision table of a task before and now: what it reads, row by row what it decides, which of several rows counts.

A row is said as a condition of a drawing is: what it takes of each answer, and what follows from it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.decision_tables.decision_table import DecisionTable, TableRow
from engine.difference.element_words import DrawnElement
from engine.difference.model_difference import NOTHING_RENAMED, Renames, apart, turned
from engine.process.condition_words import listed, readable
from engine.process.table_words import result_in_words, row_in_words

_HITS: Mapping[str, str] = {
    "UNIQUE": "with one row at most that holds",
    "FIRST": "with the first row that holds deciding",
}
COLUMNS_OF_TABLE: Mapping[str, Callable[[DrawnElement, DecisionTable], str]] = {
    "name": lambda _one, table: f"called “{table.name}”",
    "hit_policy": lambda _one, table: _HITS.get(table.hit_policy, table.hit_policy),
    "inputs": lambda one, table: f"reading {_inputs(one, table)}",
    "output": lambda _one, table: f"deciding what is called “{readable(table.output)}”",
    "output_kind": lambda _one, table: f"deciding {table.output_kind or 'what its rows say'}",
}
"""Of DecisionTable all but its rows, which are said one by one, and its file, which the property of its task names."""


def differences_of_table(name: str, was: DrawnElement, is_now: DrawnElement, renames: Renames) -> Iterator[str]:
    before, now = was.element.table, is_now.element.table
    if before and now:
        name = f"{name}, the table “{now.name}”"
        for column, said in COLUMNS_OF_TABLE.items():
            then, there = getattr(before, column), getattr(now, column)
            if then != there and not renames.explain(then, there):
                yield turned(name, *apart(said(was, before), said(is_now, now), then, there))
        yield from _rows(name, was, is_now, renames)
    elif now:
        yield f"{name}: now {table_in_words(is_now)}."
    elif before:
        yield f"{name}: no longer decided by the table “{before.name}”."


def table_in_words(one: DrawnElement) -> str:
    """Of an element with a table: its name and every row."""
    table = one.element.table
    rows = [f"({number}) {_row(one, table, number)}" for number in range(1, len(table.rows) + 1)] if table else []
    return f"decided by the table “{table.name if table else ''}”: {'; '.join(rows) or 'without a row'}"


def _rows(name: str, was: DrawnElement, is_now: DrawnElement, renames: Renames) -> Iterator[str]:
    before = {_meaning(one, renames): number for number, one in _numbered(was)}
    now = {_meaning(one, NOTHING_RENAMED): number for number, one in _numbered(is_now)}
    yield from (
        f"{name} now has the row: {_row(is_now, is_now.element.table, number)}."
        for each, number in now.items()
        if each not in before
    )
    yield from (
        f"{name} no longer has the row: {_row(was, was.element.table, number)}."
        for each, number in before.items()
        if each not in now
    )
    if [each for each in before if each in now] != [each for each in now if each in before]:
        yield f"{name}: its rows stand in another order now."


def _numbered(one: DrawnElement) -> Iterator[tuple[int, tuple[TableRow, Sequence[str]]]]:
    table = one.element.table
    paths = [each.path for each in table.inputs] if table else []
    return enumerate(((row, paths) for row in table.rows) if table else (), 1)


def _meaning(numbered: tuple[TableRow, Sequence[str]], renames: Renames) -> tuple[object, ...]:
    """What a row takes of which answers and what it decides, in whatever columns and however its cells are spaced."""
    row, paths = numbered
    taken = zip((renames.in_new_words(path) for path in paths), row.cells, strict=True)
    asked = frozenset((path, cell.spans, cell.negated) for path, cell in taken if not cell.takes_all)
    return asked, type(row.result), row.result


def _row(one: DrawnElement, table: DecisionTable | None, number: int) -> str:
    """“What does this child need?” is “Early help”: “Early help”."""
    if table is None:
        return ""
    takes = row_in_words(one.model, one.process, table, number).replace("; ", " and ") or "whatever was answered"
    return f"{takes}: {result_in_words(table.rows[number - 1].result)}"


def _inputs(one: DrawnElement, table: DecisionTable) -> str:
    return listed([_input(one, each.path, each.label, each.kind, each.whole) for each in table.inputs]) or "nothing"


def _input(one: DrawnElement, path: str, label: str, kind: str, whole: bool) -> str:
    said = [*([f"headed “{label}”"] if label != path else []), *([kind] if kind else []), *(["whole"] if whole else [])]
    headed = f" ({', '.join(said)})" if said else ""
    return f"{one.value(path)}{headed}"
