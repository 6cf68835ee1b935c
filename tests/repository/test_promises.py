"""Promises of the design that no linter knows: each is a check here, seen to find a planted fault."""

import ast
import graphlib
from collections.abc import Callable, Iterator
from pathlib import Path

import grimp
import pytest

from tests.repository.tools import ROOT

TRANSACTION = ("engine.begin", "connection.begin", ".begin_nested", ".commit", ".rollback")


def code(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def found_in(paths: list[Path], find: Callable[[str], Iterator[str]], but: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in paths
        if not path.is_relative_to(ROOT / but)
        for fault in find(path.read_text())
    ]


def transactions(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(TRANSACTION):
            yield f"line {node.lineno} calls {ast.unparse(node.func)}()"


def asked_times(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ImportFrom(module="engine.base.clock", names=names) if "now" in {name.name for name in names}:
                yield f"line {node.lineno} takes now from engine.base.clock"
            case ast.Attribute(attr="now", value=whose) if ast.unparse(whose).endswith("clock"):
                yield f"line {node.lineno} asks the clock"
            case _:
                continue


def slack_types(text: str) -> Iterator[str]:
    if text.startswith("# pyright: basic") and "SpiffWorkflow" not in text:
        yield "is checked slackly and imports nothing untyped"


def test_one_module_commits() -> None:
    assert found_in(code("engine", "webapp"), transactions, but="engine/base/database.py") == []


def test_the_engine_takes_the_time_as_an_argument() -> None:
    assert found_in(code("engine"), asked_times, but="engine/base/clock.py") == []


def test_types_are_slack_only_beside_spiffworkflow() -> None:
    assert found_in(code("engine", "webapp"), slack_types, but="engine/_data") == []


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (transactions, "connection.commit()"),
        (transactions, "with engine.begin():\n    pass"),
        (asked_times, "from engine.base.clock import now"),
        (asked_times, "from engine.base import clock\nstarted = clock.now()"),
        (slack_types, "# pyright: basic\nimport json"),
    ],
)
def test_a_broken_promise_is_found(find: Callable[[str], Iterator[str]], text: str) -> None:
    assert len(list(find(text))) == 1


def circle(imports: dict[str, set[str]]) -> list[str]:
    """The modules of one circle of imports, or nothing."""
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def test_there_is_no_circle_of_imports() -> None:
    graph = grimp.build_graph("engine", "webapp", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) - {module} for module in graph.modules}
    assert circle(imports) == []


def test_a_circle_of_imports_is_found() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()})) == {"a", "b", "c"}
