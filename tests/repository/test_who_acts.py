"""Who acted is passed and never inferred: no argument that is an actor has a default."""

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.repository.test_names import modules


def defaults_for_actors(texts: Mapping[str, str]) -> Iterator[str]:
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                yield from (f"{path}:{argument.lineno}" for argument in _with_default(node.args) if _is_actor(argument))


def _with_default(arguments: ast.arguments) -> Iterator[ast.arg]:
    placed = [*arguments.posonlyargs, *arguments.args]
    yield from placed[len(placed) - len(arguments.defaults) :]
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    yield from (argument for argument, default in pairs if default is not None)


def _is_actor(argument: ast.arg) -> bool:
    return argument.annotation is not None and "Actor" in ast.unparse(argument.annotation)


def compared_with_the_system(texts: Mapping[str, str]) -> Iterator[str]:
    """The system acts in an authority (`SYSTEM.at`) and then equals `SYSTEM` no more: ask `is_system`."""
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Compare):
                sides = (node.left, *node.comparators)
                yield from (f"{path}:{one.lineno}" for one in sides if isinstance(one, ast.Name) and one.id == "SYSTEM")


def test_no_actor_has_a_default() -> None:
    assert list(defaults_for_actors(modules("engine", "webapp"))) == []


def test_nobody_is_taken_for_the_system_by_equality() -> None:
    assert list(compared_with_the_system(modules("engine", "webapp"))) == []


@pytest.mark.parametrize(
    "planted",
    ["def f(by: Actor = SYSTEM): ...", "def f(*, actor: Actor | None = None): ...", "def f(a, b: Actor=X): ..."],
)
def test_a_default_for_an_actor_is_found(planted: str) -> None:
    assert list(defaults_for_actors({"engine/a.py": planted})) == ["engine/a.py:1"]


@pytest.mark.parametrize("planted", ["by == SYSTEM", "if actor is SYSTEM: ..."])
def test_a_comparison_with_the_system_is_found(planted: str) -> None:
    assert list(compared_with_the_system({"engine/a.py": planted})) == ["engine/a.py:1"]
