"""Everything that the linter looks at, read once: drawings, forms, tables, and the names that the engine knows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from engine.decision_tables.decision_table import DecisionTable
from engine.lint.form_file import FormFile
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.table_files import MESSAGES, ROLES, TIMESCALES, Tables
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


Kind = Literal["role", "clock", "message", "duty", "process"]
_NOT_THERE = "no {} {}"
_TABLE_OF: Mapping[str, str] = {"role": ROLES, "clock": TIMESCALES, "message": MESSAGES}


def missing(kind: Kind, name: str) -> str:
    """The cause of all that is said where something is named that the whole pathway has not."""
    return _NOT_THERE.format(kind, name)


def missing_task(process: str, task: str) -> str:
    return f"{process}.{task}"


def in_order(found: Iterable[LintProblem]) -> tuple[LintProblem, ...]:
    """By file and line. What follows from one cause stands where the missing thing would stand: first what is said of
    that very file, then of drawings. So the first that is told of a cause is the cause, or what is nearest to it.
    """
    return tuple(sorted(found, key=_place))


def _place(one: LintProblem) -> tuple[str, int, str, int, str]:
    home = _home(one.cause) or one.file
    rank = 0 if one.file == home else 1 if one.kind == "drawing" else 2
    return home, rank, one.file, one.line, one.element


def _home(cause: str) -> str:
    """The file in which what is missing would stand; empty where the cause names none."""
    if cause.startswith("no "):
        _, kind, name = cause.split(" ", 2)
        return f"processes/{name}/{name}.bpmn" if kind == "process" else _TABLE_OF.get(kind, "")
    process, *rest = cause.partition(" = ")[0].split(".")
    return f"forms/{process}/{rest[0]}.json" if rest else ""


def as_text(name: str) -> str:
    """A hint for the end of a sentence about a name that nobody knows: it may be a text that was left bare."""
    return "" if "." in name else f' A text stands in quotation marks: "{name}".'


def nearest(name: str, known: frozenset[str]) -> str:
    """A hint for the end of a sentence: the known name that looks most like the wrong one."""
    close = get_close_matches(name, sorted(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


def instead_of_role(role: str, known: frozenset[str], material: Material) -> str:
    """What several drawings name is not misspelt: another role in its place would be another person."""
    if sum(role in drawing.lanes for drawing in material.drawings.values()) > 1:
        return " Several drawings name it: put it back, or say in each lane who does this now."
    return nearest(role, known)


def role_gone(role: str, material: Material) -> str:
    """The cause of what is said of a role that a drawing has a lane for and roles.toml has not; else empty."""
    lanes = (drawing.lanes for drawing in material.drawings.values())
    return missing("role", role) if role not in material.tables.roles and any(role in one for one in lanes) else ""
