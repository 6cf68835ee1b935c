"""Decision tables and the business rule tasks that name them: what they read is there, and what they decide is used."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.decision_tables.cells import Value, kind_of_value
from engine.decision_tables.decision_table import DecisionTable
from engine.expressions.evaluation import names_read
from engine.lint import row_rules
from engine.lint.comparisons import values_compared
from engine.lint.condition_rules import (
    expressions_of,
    field_read,
    is_readable,
    missing_name,
    missing_value,
    sources_of,
    unsure,
    wrong_value,
)
from engine.lint.form_file import choices_of
from engine.lint.graph import graph_of
from engine.lint.kind_rules import kinds_in
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.material import Material, ReadTable, fault, nearest
from engine.lint.value_kinds import LIST, NUMBER, TEXT, TRUTH, Kinds
from engine.process.drawing import TABLE, Drawing, Element
from engine.process.rule_tasks import named_tables, table_file


@dataclass(frozen=True)
class _Use:
    """A table where a drawing decides by it."""

    read: ReadTable
    drawing: Drawing
    material: Material

    def fault(self, rule: RuleId, column: int, message: str, cause: str = "") -> LintProblem:
        """About an input, or about the result behind the last of them."""
        node = self.read.dmn.columns[column]
        line = node.sourceline or 0
        return LintProblem(self.read.table.file, node.get("id", ""), line, message, rule, cause=cause)


def check(drawing: Drawing, material: Material) -> Iterator[LintProblem]:
    """Each table of the drawing once, however many of its tasks name it."""
    used: dict[str, ReadTable] = {}
    done_before = graph_of(drawing).done_before() if drawing.rule_tasks() else {}
    for task in drawing.rule_tasks():
        file = table_file(drawing.process, task.properties.get(TABLE, ""))
        if file not in material.decision_tables:
            yield fault("rule-task", drawing, task, _no_table(drawing, task, material))
            continue
        used[file] = material.decision_tables[file]
        yield from _not_surely_there(drawing, task, material, done_before[task.id])
    for read in used.values():
        use = _Use(read, drawing, material)
        problems = [*_inputs(use), *_result(use)]
        yield from problems or _rows(use)


def check_all_used(material: Material) -> Iterator[LintProblem]:
    """A table that no drawing names decides nothing."""
    used = {file for drawing in material.drawings.values() for _, file in named_tables(drawing)}
    for file in sorted(material.decision_tables.keys() - used):
        words = "Nothing in the drawing beside it decides by this table: draw a step that does, or take the table out."
        yield LintProblem(file, "", 0, words, "unused-table")


def check_named(material: Material) -> Iterator[LintProblem]:
    """Results that go on alike, as no condition names them: of one alone the default may be meant."""
    for drawing in material.drawings.values():
        for task in drawing.rule_tasks():
            unnamed = _unnamed(drawing, task.id, task.table) if task.table is not None else []
            if len(unnamed) > 1:
                words = f"No condition names {' or '.join(unnamed)}, so the case goes on alike. Is that meant?"
                yield fault("unread-result", drawing, task, words)


def _unnamed(drawing: Drawing, task: str, table: DecisionTable) -> list[str]:
    """None where it is also read otherwise than by comparing it."""
    path = f"{task}.{table.output}"
    reading = [source for source in sources_of(drawing) if is_readable(source) and path in names_read(source)]
    passed_on = {one.source for one in expressions_of(drawing) if one.wanted != TRUTH}.intersection(reading)
    named = {value for source in reading for name, value in values_compared(source) if name == path}
    texts = [value for value in table.results() if isinstance(value, str)]
    return [] if passed_on or not named else [value for value in texts if value not in named]


def _no_table(drawing: Drawing, task: Element, material: Material) -> str:
    named = task.properties.get(TABLE, "")
    beside = drawing.file.rpartition("/")[0]
    there = (file.rpartition("/") for file in material.decision_tables)
    names = frozenset(name.removesuffix(".dmn") for folder, _, name in there if folder == beside)
    if not named:
        return f"Choose the table that decides here (the property `{TABLE}`: a .dmn file beside the drawing)."
    return f"There is no table {table_file(drawing.process, named)}.{nearest(named, names)}"


def _not_surely_there(
    drawing: Drawing, task: Element, material: Material, done: frozenset[str]
) -> Iterator[LintProblem]:
    for one in task.table.inputs if task.table else ():
        if isinstance(field_read(one.path, drawing, material), str):
            continue
        if problem := unsure(one.path, drawing, material, done):
            rule, _, cause = problem
            words = (
                f"Its table reads {one.path}, which may not be known on some way to here, and a table cannot ask for "
                "that: let a decision with has(...) come before, require the answer, or give it a default."
            )
            yield fault(rule, drawing, task, words, cause)


def _inputs(use: _Use) -> Iterator[LintProblem]:
    table, drawing, material = use.read.table, use.drawing, use.material
    for column, one in enumerate(table.inputs):
        found = field_read(one.path, drawing, material)
        if isinstance(found, str):
            yield use.fault("unknown-name", column, found, missing_name(one.path, drawing, material))
            continue
        kinds = _kinds(one.path, use)
        named = {one.kind, *(row.cells[column].kind for row in table.rows)} - {""}
        if message := _wrong_kind(one.path, kinds, named):
            yield use.fault("wrong-kind", column, message)
        else:
            yield from _values(use, column, found)


def _values(use: _Use, column: int, found: dict[str, Any]) -> Iterator[LintProblem]:
    path = use.read.table.inputs[column].path
    for row in use.read.table.rows:
        for value in row.cells[column].values():
            if isinstance(value, str) and (message := wrong_value(path, value, found)):
                cause = missing_value(f"{use.drawing.process}.{path}", value)
                yield LintProblem(use.read.table.file, row.id, row.line, message, "unknown-value", cause=cause)


def _wrong_kind(path: str, kinds: Kinds, named: set[str]) -> str:
    """`kinds` are those that the input may be; `named` those of the cells and the one that the file says of it."""
    if LIST in kinds:
        return f"{path} is a list: a table reads one answer. Let a decision of the drawing ask for a list."
    if len(named) > 1:
        return f"The column {path} is of {' and of '.join(sorted(named))}: let its type and its cells say the same."
    wrong = kinds - (named or {TEXT, NUMBER, TRUTH})
    if not wrong:
        return ""
    cells = f"its cells are {named.pop()}" if named else "a table reads texts, numbers, and what is true or false"
    return f"{path} may be {' or '.join(sorted(wrong))}, and {cells}."


def _result(use: _Use) -> Iterator[LintProblem]:
    table = use.read.table
    kinds = {kind_of_value(row.result) for row in table.rows} | ({table.output_kind} - {""})
    if len(kinds) > 1:
        words = f"The result {table.output} is {' and '.join(sorted(kinds))}: let all rows and its type be of one kind."
        yield use.fault("wrong-kind", len(table.inputs), words)


def _rows(use: _Use) -> Iterator[LintProblem]:
    table = use.read.table
    yield from row_rules.check(use.read, [_known(one.path, use) for one in table.inputs])


def _kinds(path: str, use: _Use) -> Kinds:
    """What another table decided before is of the kind of its results, which conditions know no dates of."""
    before = _decided_before(path, use)
    return frozenset(map(kind_of_value, before)) if before else kinds_in(use.drawing, use.material)(path)


def _decided_before(path: str, use: _Use) -> tuple[Value, ...]:
    owner = use.drawing.elements.get(path.partition(".")[0])
    return owner.table.results() if owner is not None and owner.table is not None else ()


def _known(path: str, use: _Use) -> tuple[Value, ...] | None:
    """All that the input may be, None where anything may come."""
    kinds = _kinds(path, use)
    if before := _decided_before(path, use):
        return before
    if kinds == frozenset({TRUTH}):
        return True, False
    found = field_read(path, use.drawing, use.material)
    choices = choices_of(found) if isinstance(found, Mapping) else None
    return tuple(sorted(choices)) if choices and kinds == frozenset({TEXT}) else None
