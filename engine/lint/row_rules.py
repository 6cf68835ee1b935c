"""The rows of a decision table together: something is decided whatever is answered, once, and by rows that can hold."""

from collections.abc import Iterator, Sequence

from engine.base.errors import BadModel
from engine.decision_tables.cells import Cell, Value, kind_of_value
from engine.decision_tables.covering import Covering, Possible, TooManyWays, possible
from engine.decision_tables.decision_table import DecisionTable
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.material import ReadTable
from engine.process.dmn_file import allowed_values

MOST_OVERLAPS = 20
"""Of so many it is said which rows they are."""


def check(read: ReadTable, known: Sequence[tuple[Value, ...] | None]) -> Iterator[LintProblem]:
    """`known`: by input all that it may be, None where anything may come. The cells fit the kinds of the inputs."""
    table = read.table
    columns = list(zip(*(row.cells for row in table.rows), strict=True))
    inputs = [
        possible(table.kind_of_input(number), cells, known[number], whole=table.inputs[number].whole)
        for number, cells in enumerate(columns)
    ]
    try:
        yield from _allowed(read, inputs)
        covering = Covering(table, inputs)
        yield from _open(covering)
        yield from _never(covering)
        if table.hit_policy == "UNIQUE":
            yield from _twice(covering)
    except TooManyWays:
        words = "The table has too many combinations to be sure that its rows take all of them: make several of it."
        yield LintProblem(table.file, "", 0, words, "too-large")


def _allowed(read: ReadTable, inputs: Sequence[Sequence[Possible]]) -> Iterator[LintProblem]:
    """What the file allows beside its rows (inputValues, outputValues) leaves out nothing that may come."""
    table = read.table
    try:
        allowed = list(allowed_values(read.dmn))
    except BadModel as error:
        yield from (LintProblem(one.file, one.element, one.line, one.message, "bad-cell") for one in error.problems)
        return
    for one in allowed:
        values = [Possible(row.result) for row in table.rows] if one.column is None else inputs[one.column]
        left = next((value for value in values if not _allows(one.cell, value)), None)
        if left is not None:
            name = table.output if one.column is None else table.inputs[one.column].path
            words = (
                f"The file allows only {one.cell.source} of {name}, which may be {left}: take that out, or let it say "
                "all that there is."
            )
            yield LintProblem(table.file, "", one.line, words, "table-language")


def _allows(cell: Cell, one: Possible) -> bool:
    return cell.kind in ("", kind_of_value(one.value)) and cell.may_take(one.value, other=one.other)


def _open(covering: Covering) -> Iterator[LintProblem]:
    left = covering.left_open()
    if left is not None:
        add = "Add a row that does"
        if covering.table.hit_policy == "FIRST":
            add = "Add one, or a last row with - in each cell that takes whatever the rows above leave"
        words = f"No row takes {_in_words(covering.table, left)}. {add}: a case would stop here."
        yield _fault(covering.table, len(covering.table.rows) - 1, "table-incomplete", words)


def _never(covering: Covering) -> Iterator[LintProblem]:
    table = covering.table
    for number, column in covering.never():
        words = f"Row {number + 1} can never hold: rows above it take all that it takes. Take it out, or move it up."
        if column is not None:
            cell = table.rows[number].cells[column].source
            words = f"Row {number + 1} can never hold: {table.inputs[column].path} is never {cell}."
        yield _fault(table, number, "dead-row", words)


def _twice(covering: Covering) -> Iterator[LintProblem]:
    table = covering.table
    for number, (first, second, values) in enumerate(covering.overlaps()):
        if number == MOST_OVERLAPS:
            break
        words = (
            f"The rows {first + 1} and {second + 1} both take {_in_words(table, values)}. Only one row may (UNIQUE): "
            "change one of them, or let the first decide (FIRST)."
        )
        yield _fault(table, second, "table-overlap", words)


def _fault(table: DecisionTable, number: int, rule: RuleId, words: str) -> LintProblem:
    row = table.rows[number]
    return LintProblem(table.file, row.id, row.line, words, rule)


def _in_words(table: DecisionTable, values: Sequence[Possible]) -> str:
    return ", ".join(f"{one.path} = {value}" for one, value in zip(table.inputs, values, strict=True))
