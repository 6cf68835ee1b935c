"""What an expression compares with what, so that a misspelled value is found before a case runs into it."""

import ast
from collections.abc import Iterable, Iterator
from itertools import pairwise

from engine.expressions.syntax import parsed, path_of


def values_compared(source: str) -> frozenset[tuple[str, str]]:
    """Pairs of a path and a text that it is compared with: `a.b == "x"`, `a.b in ["x", "y"]`, `"x" in a.b`; and
    `a.b` with `"x"` for `every(a, "b", "x")`.
    """
    nodes = tuple(ast.walk(parsed(source)))
    compared = (pair for node in nodes if isinstance(node, ast.Compare) for pair in _pairs(node))
    return frozenset(compared) | frozenset(
        (f"{path}.{field}", value) for path, field, value in _everies(nodes) if value is not None
    )


def bare_names(source: str) -> frozenset[str]:
    """The names that stand where a text is compared with: `x` in `a.b == x` and in `a.b in [x, y]`."""
    sides = (side for node in ast.walk(parsed(source)) if isinstance(node, ast.Compare) for side in node.comparators)
    items = (item for side in sides for item in (side.elts if isinstance(side, ast.List) else [side]))
    return frozenset(item.id for item in items if isinstance(item, ast.Name))


def fields_of_items(source: str) -> frozenset[str]:
    """`a.b` for `every(a, "b", "x")`."""
    return frozenset(f"{path}.{field}" for path, field, _ in _everies(ast.walk(parsed(source))))


def _everies(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str, str | None]]:
    for node in nodes:
        if isinstance(node, ast.Call) and path_of(node.func) == "every" and len(node.args) == 3:
            path, field, value = path_of(node.args[0]), *map(_text, node.args[1:])
            if path is not None and field is not None:
                yield path, field, value


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def texts_given(source: str) -> frozenset[str]:
    """The texts that the expression itself may give: `"x"`, `"x" if a.b else "y"`."""
    return frozenset(_given(parsed(source)))


def _given(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_given(node.body), *_given(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def agencies_given(source: str) -> frozenset[tuple[str | None, str]]:
    """What the expression may name as an agency, each as a path and no text, or as no path and a text.

    What `agencies_of(...)` gives is none of it: those are agencies whatever the list holds.
    """
    return frozenset(_named(parsed(source)))


def _named(node: ast.expr) -> Iterator[tuple[str | None, str]]:
    path = path_of(node)
    match node:
        case _ if path is not None:
            yield path, ""
        case ast.IfExp():
            yield from (*_named(node.body), *_named(node.orelse))
        case ast.List():
            yield from (found for item in node.elts for found in _named(item))
        case ast.Call(func=ast.Name(id="added"), args=[ast.List(elts=[new, _])]):
            yield from _named(new)
        case ast.Constant():
            yield None, str(node.value)
        case _:
            pass


def _pairs(node: ast.Compare) -> Iterator[tuple[str, str]]:
    sides = [node.left, *node.comparators]
    for left, right in pairwise(sides):
        for one, other in ((left, right), (right, left)):
            path = path_of(one)
            if path is not None:
                yield from ((path, text) for text in _texts(other))


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.List):
        for item in node.elts:
            yield from _texts(item)
