"""What comes of a file of another tool, for tests: files of the usual kinds, written for this."""

from functools import lru_cache
from pathlib import Path

from engine.forms.checks import KNOWN_CHECKS
from engine.importing.drawing_import import imported
from engine.importing.import_report import Imported
from engine.lint import lint
from engine.lint.lint_problems import LintProblem
from tests.builders import shipped

FOREIGN = Path(__file__).parent / "foreign"


@lru_cache
def brought_in(name: str) -> Imported:
    return imported((FOREIGN / f"{name}.bpmn").read_bytes(), f"{name}.bpmn", shipped())


def left_to_decide(brought: Imported) -> list[tuple[str, str]]:
    """What the linter still says: rule and element."""
    return sorted((one.rule, one.element) for one in found_in(brought))


def found_in(brought: Imported) -> tuple[LintProblem, ...]:
    return lint(brought.files, known_checks=KNOWN_CHECKS)


def said(brought: Imported) -> str:
    """Every remark, a line each."""
    remarks = (*brought.kept, *brought.changed, *brought.refused)
    return "\n".join(f"{one.element} > {one.now}: {one.words}" for one in remarks)
