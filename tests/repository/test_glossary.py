"""docs/glossary.md: one word for each thing, where it says, and no word of the old dialect."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import pytest

from engine.tables import Table
from tests.repository.test_names import modules
from tests.repository.tools import ROOT

GLOSSARY = (ROOT / "docs/glossary.md").read_text()
NAMED = re.compile(r"`(\w+)` in `((?:engine|webapp)/[\w/]+\.py)`")
COLUMN = re.compile(r"column `(\w+)` of `(\w+)`")

BANNED = {
    r"\breckon\w*": "calculate",
    r"\bputs? down\b": "record",
    r"\bcount(s|ed|ing)? (\w+ )?anew\b": "recalculate",
    r"(?<!ast\.)\bwalk(s|ed|ing)?\b(?!/)": "follow, path",
    r"\bpress(es|ed|ing)? on\b": "assign to",
    r"\bnobody['’]s tasks\b": "tasks that nobody has taken",
    r"\bmust_be_theirs\b": "require_may_work_on",
}
"""Nowhere in the text of a module, with what to write instead."""

BANNED_NAMES = re.compile(r"(?:^|_)(teach|glance|consult|admit|reel|rises|reckon|arrive|walk)(?:s|d|ed|ing)?(?:$|_)")
"""Not the name of a function, class, argument or variable, nor a part of one."""


def homes_of_classes(texts: Mapping[str, str]) -> dict[str, list[str]]:
    homes: dict[str, list[str]] = defaultdict(list)
    for path, text in texts.items():
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(path)
    return homes


def misplaced(glossary: str, texts: Mapping[str, str]) -> Iterator[str]:
    homes = homes_of_classes(texts)
    for name, module in NAMED.findall(glossary):
        if homes.get(name) != [module]:
            yield f"{name}: {homes.get(name)}"


def old_dialect(texts: Mapping[str, str]) -> Iterator[str]:
    for path, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            yield from (
                f"{path}:{number}: {but}" for banned, but in BANNED.items() if re.search(banned, line, re.IGNORECASE)
            )
        for node in ast.walk(ast.parse(text)):
            if BANNED_NAMES.search(_bound(node).lower()):
                yield f"{path}: the name {_bound(node)}"


def _bound(node: ast.AST) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.arg):
        return node.arg
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else ""


def test_each_class_of_the_glossary_stands_in_the_module_that_it_names() -> None:
    assert list(misplaced(GLOSSARY, modules("engine", "webapp"))) == []


def test_each_column_of_the_glossary_is_one_of_its_table() -> None:
    columns = {one.class_.__name__: set(one.columns.keys()) for one in Table.registry.mappers}
    named = COLUMN.findall(GLOSSARY)
    assert named
    assert [name for name, table in named if name not in columns[table]] == []


def test_the_code_is_written_in_standard_english() -> None:
    assert list(old_dialect(modules("engine", "webapp"))) == []


def test_a_class_that_has_moved_or_stands_twice_is_found() -> None:
    glossary, clock = "| Clock | `Clock` in `engine/a.py` |", "class Clock: ..."
    assert list(misplaced(glossary, {"engine/a.py": clock})) == []
    assert list(misplaced(glossary, {"engine/b.py": clock})) == ["Clock: ['engine/b.py']"]
    assert list(misplaced(glossary, {"engine/a.py": clock, "webapp/c.py": clock}))


@pytest.mark.parametrize(
    "planted",
    [
        "# The chain is walked.",
        "# What was put down.",
        "# Clocks are counted anew.",
        '"""The clock that presses on a task."""',
        "def teach_it(): ...",
        "def f(consulted): ...",
        "walk = 1",
    ],
)
def test_a_word_of_the_old_dialect_is_found(planted: str) -> None:
    assert list(old_dialect({"engine/a.py": planted}))


@pytest.mark.parametrize("planted", ["ast.walk(tree)", "# tests/walks/invariants.py", "# A message has arrived."])
def test_standard_english_passes(planted: str) -> None:
    assert list(old_dialect({"engine/a.py": planted})) == []
