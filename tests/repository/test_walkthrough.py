"""The walkthrough of one task is what the code does: each name in it exists, and it is short enough to be read."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from engine.tables.column_types import Table
from tests.repository.test_names import modules
from tests.repository.tools import ROOT

PAGE = ROOT / "docs" / "walkthrough.md"
MOST_FUNCTIONS = 20
MOST_FILES = 10


def names_in_words(page: str) -> set[str]:
    """What stands between backticks; a block of code is code already."""
    return set(re.findall(r"`([^`]+)`", re.sub(r"^    .*$", "", page, flags=re.MULTILINE)))


@cache
def functions_of(text: str) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}


@cache
def classes_of(text: str) -> Mapping[str, set[str]]:
    """Each class with its fields and members."""
    return dict(_classes_of(text))


def _classes_of(text: str) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            fields = {
                each.target.id
                for each in node.body
                if isinstance(each, ast.AnnAssign | ast.NamedExpr) and isinstance(each.target, ast.Name)
            }
            members = {
                target.id
                for each in node.body
                if isinstance(each, ast.Assign)
                for target in each.targets
                if isinstance(target, ast.Name)
            }
            yield node.name, fields | members


def walked(page: str, texts: Mapping[str, str]) -> dict[str, set[str]]:
    """The files of the code that the page names, with the functions in them that it names."""
    names = names_in_words(page) - Table.metadata.tables.keys()
    return {path: functions_of(texts[path]) & names for path in sorted(names & texts.keys())}


def unknown(page: str, texts: Mapping[str, str]) -> list[str]:
    """Names that are no file, table, column, class, member of a class, nor function of a file that the page names."""
    known = {table.name for table in Table.metadata.tables.values()}
    known |= {f"{table.name}.{column.name}" for table in Table.metadata.tables.values() for column in table.columns}
    for text in texts.values():
        for name, members in classes_of(text).items():
            known |= {name, *(f"{name}.{member}" for member in members)}
    known = known.union(*walked(page, texts).values())
    return sorted(name for name in names_in_words(page) - known if "/" not in name or not (ROOT / name).is_file())


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return modules("engine", "webapp")


def test_every_name_in_the_walkthrough_is_in_the_code(texts: Mapping[str, str]) -> None:
    assert unknown(PAGE.read_text(), texts) == []


def test_the_walkthrough_is_short(texts: Mapping[str, str]) -> None:
    found = walked(PAGE.read_text(), texts)
    assert len(found) <= MOST_FILES
    assert sum(len(functions) for functions in found.values()) <= MOST_FUNCTIONS
    assert all(found.values())


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("`settle`", "`settle_down`"),
        ("`engine/casework/moving.py`", "`engine/casework/walking.py`"),
        ("`PageRight.HOLDS_TASK`", "`PageRight.HAS_TASK`"),
        ("`CaseWork.to_do`", "`CaseWork.queue`"),
        ("`instance.state`", "`instance.status_now`"),
        ("`work_item`", "`inbox_item`"),
        ("`situation`", "`pass_clock`"),  # a function, but of no file that the page names
    ],
)
def test_a_name_that_is_not_in_the_code_would_be_seen(texts: Mapping[str, str], was: str, now: str) -> None:
    page = PAGE.read_text()
    assert was in page
    assert unknown(page.replace(was, now), texts)
