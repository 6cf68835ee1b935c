"""Everything that the linter looks at, read once: drawings, forms, tables, and the names that the engine knows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from engine.decision_tables.decision_table import DecisionTable
from engine.lint.form_file import FormFile
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.table_files import Tables
from engine.process.dmn_file import DmnFile
from engine.process.drawing import Drawing, Element, Flow
from engine.process.safe_xml import XmlElement


@dataclass(frozen=True)
class Known:
    """Names that stand in code, not in the bundle: `x-check`, and the facts that drawings read as `case.…`."""

    checks: frozenset[str]
    facts: frozenset[str]


@dataclass(frozen=True)
class ReadTable:
    """A decision table, and the file as it is written."""

    table: DecisionTable
    dmn: DmnFile


@dataclass(frozen=True)
class Material:
    """`drawings` by process, with the XML that they were read from in `roots`; `forms` by process and task,
    `decision_tables` by file.
    """

    drawings: Mapping[str, Drawing]
    roots: Mapping[str, XmlElement]
    forms: Mapping[tuple[str, str], FormFile]
    tables: Tables
    known: Known
    decision_tables: Mapping[str, ReadTable] = field(default_factory=dict[str, ReadTable])


def fault(rule: RuleId, drawing: Drawing, where: Element | Flow | None, message: str, cause: str = "") -> LintProblem:
    element, line = ("", 0) if where is None else (where.id, where.line)
    return LintProblem(drawing.file, element, line, message, rule, cause=cause)


def of_kind(drawing: Drawing, *kinds: str) -> Iterator[Element]:
    return (element for element in drawing.elements.values() if element.kind in kinds)


def missing_flow(drawing: Drawing) -> str:
    """The cause of all that is said where a flow was taken out: the ways that break off, and what lies behind them."""
    return f"a flow of {drawing.process} is missing"


def missing_role(role: str) -> str:
    return f"no role {role}"


def as_text(name: str) -> str:
    """A hint for the end of a sentence about a name that nobody knows: it may be a text that was left bare."""
    return "" if "." in name else f' A text stands in quotation marks: "{name}".'


def nearest(name: str, known: frozenset[str]) -> str:
    """A hint for the end of a sentence: the known name that looks most like the wrong one."""
    close = get_close_matches(name, sorted(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""
