"""A DMN file as a decision table (DMN 1.3, clause 8): what stands in it is taken over, or refused in words.

Read are the parts of one decision with one decision table; what a modeller keeps beside them (its picture, requirements
that draw which answers are used, attributes of its own) is left as it is and means nothing here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from engine.base.errors import BadModel, Problem
from engine.decision_tables.cells import DATE, NUMBER, TEXT, TRUTH, BadCell, Cell, Value, read_cell, read_result
from engine.decision_tables.decision_table import DecisionTable, HitPolicy, TableInput, TableRow
from engine.process.drawing import line_of, local_name
from engine.process.safe_xml import XmlElement, parse_xml

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
MOST_ROWS, MOST_INPUTS = 200, 20
KINDS = {
    "string": TEXT,
    "boolean": TRUTH,
    "date": DATE,
    **dict.fromkeys(("number", "integer", "long", "double"), NUMBER),
}
"""The types that a column may have in the file. One without a type takes what its cells name."""
WHOLE = ("integer", "long")
_PATH = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
_ANY_DMN = re.compile(r"\{https?://www\.omg\.org/spec/(?:DMN|FEEL)/")
_FEEL = re.compile(r"(s-)?feel|https?://www\.omg\.org/spec/(DMN|FEEL)/[0-9]+/(S-)?FEEL/?", re.IGNORECASE)
_BESIDE = {"description", "extensionElements", "variable", "question", "allowedAnswers", "informationRequirement"}
_PARTS = {
    "definitions": {"decision", "inputData", "textAnnotation", "association", "knowledgeSource"} | _BESIDE,
    "decision": {"decisionTable", "authorityRequirement"} | _BESIDE,
    "decisionTable": {"input", "output", "annotation", "rule"} | _BESIDE,
    "input": {"inputExpression", "inputValues"} | _BESIDE,
    "output": {"outputValues"} | _BESIDE,
    "rule": {"inputEntry", "outputEntry", "annotationEntry"} | _BESIDE,
}
"""What may stand in what. Another decision that this one needs, a result by default or code would be something else."""


@dataclass(frozen=True, slots=True)
class AllowedValues:
    """What a file says that an input may be (`inputValues`), or its result (`outputValues`); `column` counts from 0."""

    column: int | None
    cell: Cell
    line: int


@dataclass(frozen=True, slots=True)
class DmnFile:
    """The table of a file as it is written. `columns` are its inputs and, last, its result."""

    file: str
    name: str
    hit_policy: HitPolicy
    inputs: tuple[TableInput, ...]
    output: str
    output_kind: str
    columns: tuple[XmlElement, ...]
    rules: tuple[XmlElement, ...]


def read_table(content: bytes, file: str) -> DecisionTable:
    """Raises BadModel."""
    return table_of(read_dmn(content, file))


def read_dmn(content: bytes, file: str) -> DmnFile:
    """The parts of the file; the cells are not read yet. Raises BadModel with all that is not a plain table."""
    root = parse_xml(content, file)
    if root.tag != f"{DMN}definitions":
        raise BadModel([Problem(file, "", line_of(root), _no_dmn(root))])
    tables = list(root.iterfind(f"{DMN}decision/{DMN}decisionTable"))
    if len(tables) != 1 or len(list(root.iterchildren(f"{DMN}decision"))) != 1:
        message = "A file holds one decision with one decision table: put each into a file of its own."
        raise BadModel([Problem(file, "", line_of(root), message)])
    problems = [Problem(file, _id(node), line_of(node), message) for node, message in _refused(root, tables[0])]
    if problems:
        raise BadModel(problems)
    (output,) = tables[0].iterchildren(f"{DMN}output")
    decision = cast(XmlElement, tables[0].getparent())
    return DmnFile(
        file,
        decision.get("name", "").strip(),
        cast(HitPolicy, tables[0].get("hitPolicy", "UNIQUE")),
        tuple(_input(node) for node in tables[0].iterchildren(f"{DMN}input")),
        output.get("name", ""),
        KINDS.get(output.get("typeRef", ""), ""),
        (*tables[0].iterchildren(f"{DMN}input"), output),
        tuple(tables[0].iterchildren(f"{DMN}rule")),
    )


def table_of(dmn: DmnFile) -> DecisionTable:
    """The table with its cells read. Raises BadModel with each that cannot be."""
    must_be_readable(dmn)
    problems: list[Problem] = []
    read = [_row(dmn, number, rule, problems) for number, rule in enumerate(dmn.rules, 1)]
    rows = [row for row in read if row is not None]
    problems = problems or list(_of_two_kinds(dmn, rows))
    if problems:
        raise BadModel(problems)
    return DecisionTable(dmn.file, dmn.name, dmn.hit_policy, dmn.inputs, dmn.output, dmn.output_kind, tuple(rows))


def must_be_readable(dmn: DmnFile) -> None:
    """What is chosen on the page of the table, and other programs write otherwise: each input is an answer, and the
    result has a name for conditions. Raises BadModel.
    """
    of_inputs = (
        (
            node,
            f"A column reads one answer: write task.field, start.field or case.fact, not {one.path[:60] or 'nothing'}.",
        )
        for node, one in zip(dmn.columns, dmn.inputs, strict=False)
        if not _PATH.fullmatch(one.path)
    )
    problems = [Problem(dmn.file, _id(node), line_of(node), message) for node, message in of_inputs]
    if not _NAME.fullmatch(dmn.output) or dmn.output == "typename":
        message = (
            "Give the result a name in small letters and digits, words joined by single underscores: conditions read "
            "it by that."
        )
        output = dmn.columns[-1]
        problems.append(Problem(dmn.file, _id(output), line_of(output), message))
    if problems:
        raise BadModel(problems)


def _row(dmn: DmnFile, number: int, rule: XmlElement, problems: list[Problem]) -> TableRow | None:
    """None where a cell of it cannot be read; why goes to `problems`."""
    cells, result = list[Cell](), list[Value]()
    for column, entry in enumerate(_entries(rule)):
        try:
            if column < len(dmn.inputs):
                cells.append(read_cell(_text(entry)))
            else:
                result.append(read_result(_text(entry)))
        except BadCell as error:
            place = f"Row {number}, {_column(dmn, column)}: {_text(entry)}"
            problems.append(Problem(dmn.file, _id(entry), line_of(entry), f"{place}: {error}"))
    is_read = len(cells) == len(dmn.inputs) and result
    return TableRow(tuple(cells), result[0], _id(rule), line_of(rule)) if is_read else None


def allowed_values(dmn: DmnFile) -> Iterator[AllowedValues]:
    """What the file says of values beside its rows. Raises BadModel where that cannot be read."""
    for number, of in enumerate(dmn.columns):
        column = number if number < len(dmn.inputs) else None
        node = of.find(f"{DMN}inputValues") if column is not None else of.find(f"{DMN}outputValues")
        if node is not None:
            try:
                yield AllowedValues(column, read_cell(_text(node)), line_of(node))
            except BadCell as error:
                message = f"The values that are allowed: {_text(node)}: {error}"
                raise BadModel([Problem(dmn.file, _id(node), line_of(node), message)]) from None


def _no_dmn(root: XmlElement) -> str:
    if _ANY_DMN.match(str(root.tag)):
        return "This is another version of DMN: save it as DMN 1.3."
    return f"This is no DMN 1.3: the file must begin with the element definitions of {DMN[1:-1]}."


def _refused(root: XmlElement, table: XmlElement) -> Iterator[tuple[XmlElement, str]]:
    """What stands there and is no part of a plain table, and what is missing of one."""
    yield from _foreign_parts(root)
    yield from _languages(root)
    yield from _of_table(table)
    for node in table.iterchildren(f"{DMN}input"):
        yield from _of_input(node)
    for node in table.iterchildren(f"{DMN}output"):
        yield from _type(node)
    for number, rule in enumerate(table.iterchildren(f"{DMN}rule"), 1):
        yield from _of_rule(rule, number, table)


def _foreign_parts(root: XmlElement) -> Iterator[tuple[XmlElement, str]]:
    for node in root.iter(*(DMN + name for name in _PARTS)):
        allowed = _PARTS[local_name(node)]
        for child in node.iterchildren(f"{DMN}*"):
            if local_name(child) not in allowed:
                yield child, f"{local_name(child)} is not supported in {local_name(node)}: take it out."
    for node in root.iter(f"{DMN}requiredDecision"):
        yield node, "The table needs another decision: let the drawing make that one before, and read its result."


def _languages(root: XmlElement) -> Iterator[tuple[XmlElement, str]]:
    for node in root.iter("{*}*"):
        language = node.get("expressionLanguage", "feel")
        if not _FEEL.fullmatch(language):
            yield node, f"Cells are written in S-FEEL, not in {language[:40]}: take out expressionLanguage."


def _of_table(table: XmlElement) -> Iterator[tuple[XmlElement, str]]:
    policy = table.get("hitPolicy", "UNIQUE")
    if policy not in ("UNIQUE", "FIRST"):
        yield table, f"The hit policy is UNIQUE or FIRST, not {policy[:40]}: one row decides."
    if table.get("aggregation"):
        yield table, "Nothing is added up: take out aggregation."
    inputs, outputs, rules = (len(table.findall(DMN + name)) for name in ("input", "output", "rule"))
    decision = cast(XmlElement, table.getparent())
    if not decision.get("name", "").strip():
        yield decision, "Give the decision a name, as people say it: the record names it."
    if outputs != 1:
        yield table, f"A table decides one thing, and this one has {outputs} results: make a table for each."
    yield from _size(table, inputs, rules)


def _size(table: XmlElement, inputs: int, rules: int) -> Iterator[tuple[XmlElement, str]]:
    if not 0 < inputs <= MOST_INPUTS:
        yield table, f"A table has at least one input and at most {MOST_INPUTS}."
    if not 0 < rules <= MOST_ROWS:
        yield table, f"A table has at least one row and at most {MOST_ROWS}."


def _of_input(node: XmlElement) -> Iterator[tuple[XmlElement, str]]:
    expression = node.find(f"{DMN}inputExpression")
    if expression is None or len(expression.findall(f"{DMN}text")) != 1:
        yield node, "A column says in one text of its inputExpression which answer it reads."
    yield from _type(node if expression is None else expression)


def _type(node: XmlElement) -> Iterator[tuple[XmlElement, str]]:
    named = node.get("typeRef", "")
    if named not in ("", "Any", *KINDS):
        yield node, f"The type {named[:40]} is not supported: write {', '.join(KINDS)}, or leave typeRef out."


def _of_rule(rule: XmlElement, number: int, table: XmlElement) -> Iterator[tuple[XmlElement, str]]:
    for entry, column in (("inputEntry", "input"), ("outputEntry", "output")):
        cells, columns = len(rule.findall(DMN + entry)), len(table.findall(DMN + column))
        if cells != columns:
            yield rule, f"Row {number} has {cells} cells for {columns} columns ({column})."
    for entry in _entries(rule):
        if len(entry.findall(f"{DMN}text")) != 1:
            yield entry, f"Row {number}: a cell has one text. Write - where any value will do."


def _of_two_kinds(dmn: DmnFile, rows: list[TableRow]) -> Iterator[Problem]:
    for column in range(len(dmn.inputs)):
        kinds = {row.cells[column].kind: row for row in rows if row.cells[column].kind}
        if len(kinds) > 1:
            row = list(kinds.values())[-1]
            message = (
                f"The cells of {_column(dmn, column)} name {' and '.join(sorted(kinds))}: one input is of one kind."
            )
            yield Problem(dmn.file, row.id, row.line, message)


def _input(node: XmlElement) -> TableInput:
    expression = cast(XmlElement, node.find(f"{DMN}inputExpression"))
    path, named = _text(expression), expression.get("typeRef", "")
    return TableInput(path, node.get("label", "").strip() or path, KINDS.get(named, ""), named in WHOLE)


def _column(dmn: DmnFile, number: int) -> str:
    return f"“{dmn.inputs[number].label}”" if number < len(dmn.inputs) else f"the result {dmn.output}"


def _entries(rule: XmlElement) -> list[XmlElement]:
    return [*rule.iterchildren(f"{DMN}inputEntry"), *rule.iterchildren(f"{DMN}outputEntry")]


def _text(node: XmlElement) -> str:
    """What stands in its text, however it is broken over lines."""
    found = node.find(f"{DMN}text")
    return "" if found is None else "".join(str(part) for part in found.itertext(with_tail=False)).strip()


def _id(node: XmlElement) -> str:
    return next((one.get("id", "") for one in (node, *node.iterancestors()) if one.get("id")), "")
