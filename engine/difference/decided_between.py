"""The decision table of a task before and now: what it reads, row by row what it decides, which of several rows counts.

A row is said as a condition of a drawing is: what it takes of each answer, and what follows from it.
"""

from collections.abc import Callable, Iterator, Mapping

from engine.decision_tables.decision_table import DecisionTable
from engine.difference.element_words import DrawnElement
from engine.difference.model_difference import Renames, apart, turned
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
        same_inputs = before.inputs == now.inputs or renames.explain(before.inputs, now.inputs)
        yield from _rows(name, was, is_now, same_inputs=same_inputs)
    elif now:
        yield f"{name}: now {table_in_words(is_now)}."
    elif before:
        yield f"{name}: no longer decided by the table “{before.name}”."


def table_in_words(one: DrawnElement) -> str:
    """Of an element with a table: its name and every row."""
    table = one.element.table
    rows = [f"({number}) {_row(one, table, number)}" for number in range(1, len(table.rows) + 1)] if table else []
    return f"decided by the table “{table.name if table else ''}”: {'; '.join(rows) or 'without a row'}"


def _rows(name: str, was: DrawnElement, is_now: DrawnElement, *, same_inputs: bool) -> Iterator[str]:
    before, now = _numbers(was), _numbers(is_now)
    new = [row for row in now if row not in before or not same_inputs]
    gone = [row for row in before if row not in now or not same_inputs]
    yield from (f"{name} now has the row: {_row(is_now, is_now.element.table, now[each])}." for each in new)
    yield from (f"{name} no longer has the row: {_row(was, was.element.table, before[each])}." for each in gone)
    if [each for each in before if each not in gone] != [each for each in now if each not in new]:
        yield f"{name}: its rows stand in another order now."


def _numbers(one: DrawnElement) -> dict[tuple[object, ...], int]:
    """By what each row means, however its cells are spaced, where it stands."""
    rows = one.element.table.rows if one.element.table else ()
    found = ((*((cell.spans, cell.negated) for cell in row.cells), type(row.result), row.result) for row in rows)
    return {meaning: number for number, meaning in enumerate(found, 1)}


def _row(one: DrawnElement, table: DecisionTable | None, number: int) -> str:
    """“What does this child need?” is “Early help”: “Early help”."""
    if table is None:
        return ""
    takes = row_in_words(one.model, one.process, table, number).replace("; ", " and ") or "whatever was answered"
    return f"{takes}: {result_in_words(table.rows[number - 1].result)}"


def _inputs(one: DrawnElement, table: DecisionTable) -> str:
    return listed([_input(one, each.path, each.label, each.kind, each.whole) for each in table.inputs]) or "nothing"


def _input(one: DrawnElement, path: str, label: str, kind: str, whole: bool) -> str:
    said = [*([f"headed “{label}”"] if label else []), *([kind] if kind else []), *(["whole"] if whole else [])]
    headed = f" ({', '.join(said)})" if said else ""
    return f"{one.value(path)}{headed}"
