"""What kind of value an expression gives, and where it puts together what does not go together."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.decision_tables.cells import NUMBER, TEXT, TRUTH
from engine.expressions.evaluation import BadExpression, check
from engine.expressions.syntax import parsed, path_of

Kinds = frozenset[str]
"""Each that a value may be; none at all where nothing is known of it, which then fits everywhere."""
KindsOf = Callable[[str], Kinds]

LIST, _FIELDS, _NOTHING = "a list", "a group of fields", "nothing"
UNKNOWN: Kinds = frozenset()
_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_TAKES: Mapping[str, tuple[str, str]] = {"count": (LIST, NUMBER), "agencies_of": (LIST, LIST), "added": (LIST, LIST)}


def kind_faults(source: str, kinds_of: KindsOf, wanted: str = "") -> Iterator[str]:
    """What is wrong with the kinds of an expression; `wanted` is what it must give. `kinds_of` tells of a path.

    Nothing for what is not in the language: another rule says so.
    """
    try:
        check(source)
    except BadExpression:
        return
    reader = _Reader(kinds_of, [])
    given = reader.kinds(parsed(source))
    yield from reader.faults
    if not reader.faults and wanted and given - {wanted}:
        yield f"{source} is {' or '.join(sorted(given))}, and must be {wanted}."


def kinds_given(source: str, kinds_of: KindsOf) -> Kinds:
    """What the expression may give; unknown for what is not in the language."""
    try:
        check(source)
    except BadExpression:
        return UNKNOWN
    return _Reader(kinds_of, []).kinds(parsed(source))


@dataclass(frozen=True, slots=True)
class _Reader:
    kinds_of: KindsOf
    faults: list[str]

    def kinds(self, node: ast.expr) -> Kinds:
        path = path_of(node)
        if path is not None:
            return self.kinds_of(path)
        reader = _READERS.get(type(node))
        return UNKNOWN if reader is None else reader(self, node)

    def _must_be(self, node: ast.expr, *wanted: str) -> None:
        if wrong := self.kinds(node) - {*wanted}:
            self.faults.append(f"{ast.unparse(node)} is {' or '.join(sorted(wrong))}, not {' or '.join(wanted)}.")

    def constant(self, node: ast.Constant) -> Kinds:
        match node.value:
            case bool():
                return frozenset({TRUTH})
            case str():
                return frozenset({TEXT})
            case None:
                return frozenset({_NOTHING})
            case _:
                return frozenset({NUMBER})

    def items(self, node: ast.List) -> Kinds:
        for item in node.elts:
            self.kinds(item)
        return frozenset({LIST})

    def fields(self, node: ast.Dict) -> Kinds:
        for value in node.values:
            self.kinds(value)
        return frozenset({_FIELDS})

    def either(self, node: ast.BoolOp) -> Kinds:
        return self._any_of(*node.values)

    def if_else(self, node: ast.IfExp) -> Kinds:
        self.kinds(node.test)
        return self._any_of(node.body, node.orelse)

    def _any_of(self, *nodes: ast.expr) -> Kinds:
        found = [self.kinds(node) for node in nodes]
        return UNKNOWN if UNKNOWN in found else frozenset(kind for kinds in found for kind in kinds)

    def unary(self, node: ast.UnaryOp) -> Kinds:
        if isinstance(node.op, ast.Not):
            self.kinds(node.operand)
            return frozenset({TRUTH})
        self._must_be(node.operand, NUMBER)
        return frozenset({NUMBER})

    def arithmetic(self, node: ast.BinOp) -> Kinds:
        self._must_be(node.left, NUMBER)
        self._must_be(node.right, NUMBER)
        divides = isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
        if divides and not (isinstance(node.right, ast.Constant) and node.right.value):
            self.faults.append(f"{ast.unparse(node.right)} may be 0, and nothing is divided by that: write a number.")
        return frozenset({NUMBER})

    def compare(self, node: ast.Compare) -> Kinds:
        for (left, right), op in zip(pairwise([node.left, *node.comparators]), node.ops, strict=True):
            self._pair(left, op, right)
        return frozenset({TRUTH})

    def _pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> None:
        if isinstance(op, ast.In | ast.NotIn):
            self.kinds(left)
            self._must_be(right, LIST)
            return
        first, second = self.kinds(left), self.kinds(right)
        if isinstance(op, _ORDERS):
            self._must_be(left, TEXT, NUMBER)
            self._must_be(right, TEXT, NUMBER)
        may_differ = first | second != first & second if isinstance(op, _ORDERS) else not first & second
        if first and second and may_differ and not isinstance(op, ast.Is | ast.IsNot):
            named = (
                f"{ast.unparse(one)} is {' or '.join(sorted(kinds))}" for one, kinds in ((left, first), (right, second))
            )
            self.faults.append(f"{', '.join(named)}: they cannot be compared.")

    def item(self, node: ast.Subscript) -> Kinds:
        self.kinds(node.value)
        self.faults.append(f"{ast.unparse(node)} may not be there: ask with `in` whether a list holds something.")
        return UNKNOWN

    def call(self, node: ast.Call) -> Kinds:
        takes, gives = _TAKES.get(ast.unparse(node.func), ("", TRUTH))
        if takes:
            self._must_be(node.args[0], takes)
        if ast.unparse(node.func) == "added":
            self._pair_of_lists(node.args[0])
        return frozenset({gives})

    def _pair_of_lists(self, pair: ast.expr) -> None:
        lists = pair.elts if isinstance(pair, ast.List) else []
        if len(lists) != 2:
            self.faults.append("added(...) takes a list of two lists: the new one and the old one.")
        for one in lists:
            self._must_be(one, LIST)


_READERS: Mapping[type[ast.expr], Callable[[_Reader, Any], Kinds]] = {
    ast.Constant: _Reader.constant,
    ast.List: _Reader.items,
    ast.Dict: _Reader.fields,
    ast.BoolOp: _Reader.either,
    ast.IfExp: _Reader.if_else,
    ast.UnaryOp: _Reader.unary,
    ast.BinOp: _Reader.arithmetic,
    ast.Compare: _Reader.compare,
    ast.Subscript: _Reader.item,
    ast.Call: _Reader.call,
}
