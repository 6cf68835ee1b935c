"""The small language of conditions in drawings and tables: an allow-list over Python's syntax, never Python itself.

It knows texts, numbers, true, false, none, lists and dicts; `and`, `or`, `not`; comparisons with `in` and `is None`;
`+ - * / // %` on numbers; `a if b else c`; members (`decide_response.response`, a lookup in a dict and nothing else);
items (`list[0]`, `dict["key"]`, `dict[name]`); and five functions, `count(list)`, `agencies_of(list)` (those of a list
that can be asked; whoever evaluates says which there are), `added([new, old])` (what only the new list holds),
`every(list, "field", "value")` (there are items, and the field of each has this value) and `has(path)`.
What is not listed is refused when the expression is read, before anything is evaluated, and everything is bounded: what
comes out is never larger than what stands in the source or in the data.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.expressions import values
from engine.expressions.syntax import LONGEST_SOURCE, BadExpression, parsed, path_of

__all__ = ["BadExpression", "check", "evaluate", "names_read"]


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression can look up: plain data by name, and what counts as an agency."""

    data: Mapping[str, object]
    agencies: frozenset[str]


Evaluation = Callable[[Names], object]


def check(source: str) -> None:
    """Raises BadExpression unless the whole expression is in the language; evaluates nothing."""
    _read(source)


def evaluate(source: str, names: Mapping[str, object], agencies: frozenset[str]) -> object:
    """The value of the expression over plain data. Raises BadExpression, also for a missing name or member.

    `agencies` are those that `agencies_of` leaves in a list.
    """
    return _read(source)[0](Names(names, agencies))


def names_read(source: str) -> frozenset[str]:
    """The dotted paths that the expression looks up, such as `decide_response.response`. Raises BadExpression."""
    return _read(source)[1]


def _read(source: str) -> tuple[Evaluation, frozenset[str]]:
    if len(source) > LONGEST_SOURCE:
        raise BadExpression(f"The expression is longer than {LONGEST_SOURCE} characters.")
    return _compiled(source)


@lru_cache(maxsize=4096)
def _compiled(source: str) -> tuple[Evaluation, frozenset[str]]:
    tree = parsed(source)
    return _build(tree), frozenset(_paths(tree))


def _paths(node: ast.AST) -> Iterator[str]:
    path = path_of(node)
    if path is not None:
        yield path
        return
    children = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
    for child in children:
        yield from _paths(child)


def _build(node: ast.expr) -> Evaluation:
    builder = _BUILDERS.get(type(node))
    if builder is None:
        raise BadExpression(f"{_plain_name(node)} is not allowed in an expression.")
    return builder(node)


def _plain_name(node: ast.AST) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).capitalize()


def _constant(node: ast.Constant) -> Evaluation:
    value = node.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        values.bounded(value)
    return lambda _names: value


def _name(node: ast.Name) -> Evaluation:
    name = node.id
    if name in _FUNCTIONS:
        raise BadExpression(f"{name} is a function: write {name}(...).")

    def look_up(names: Names) -> object:
        if name not in names.data:
            raise BadExpression(f"There is no {name}.")
        return values.plain(names.data[name], name)

    return look_up


def _attribute(node: ast.Attribute) -> Evaluation:
    if not isinstance(node.value, ast.Name | ast.Attribute | ast.Subscript):
        raise BadExpression(f"Only a named value has members: .{node.attr}")
    holder, member, path = _build(node.value), node.attr, path_of(node) or node.attr
    return lambda names: values.member(holder(names), member, path)


def _subscript(node: ast.Subscript) -> Evaluation:
    holder, index = _build(node.value), node.slice
    if not isinstance(index, ast.Constant | ast.Name | ast.Attribute):
        raise BadExpression("An item is named by a constant or a name.")
    if isinstance(index, ast.Constant) and "__" in str(index.value):
        raise BadExpression(f"The name {index.value} is not allowed: two underscores.")
    path, key = ast.unparse(node), _build(index)
    return lambda names: values.item(holder(names), key(names), path)


def _list(node: ast.List) -> Evaluation:
    items = [_build(item) for item in node.elts]
    return lambda names: [item(names) for item in items]


def _dict(node: ast.Dict) -> Evaluation:
    pairs: list[tuple[str, Evaluation]] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            raise BadExpression("The keys of a dict are texts.")
        pairs.append((key.value, _build(value)))
    return lambda names: {key: value(names) for key, value in pairs}


def _bool_op(node: ast.BoolOp) -> Evaluation:
    operands, stops_at = [_build(operand) for operand in node.values], isinstance(node.op, ast.Or)

    def decide(names: Names) -> object:
        value: object = None
        for operand in operands:
            value = operand(names)
            if bool(value) is stops_at:
                break
        return value

    return decide


def _unary(node: ast.UnaryOp) -> Evaluation:
    if isinstance(node.op, ast.Not):
        truth = _build(node.operand)
        return lambda names: not truth(names)
    if isinstance(node.op, ast.USub):
        number = _operand(node.operand)
        return lambda names: -values.number(number(names))
    raise BadExpression(f"{_plain_name(node.op)} is not allowed in an expression.")


_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Mod: lambda left, right: left % right,
}


def _operand(node: ast.expr) -> Evaluation:
    """Texts and lists are refused before they are evaluated: `"a" * 10` has no place even where it is never reached."""
    if isinstance(node, ast.List | ast.Dict) or (
        isinstance(node, ast.Constant) and not isinstance(node.value, int | float)
    ):
        raise BadExpression("Arithmetic takes numbers, not texts or lists.")
    return _build(node)


def _arithmetic(node: ast.BinOp) -> Evaluation:
    compute = _ARITHMETIC.get(type(node.op))
    if compute is None:
        raise BadExpression(f"{_plain_name(node.op)} is not allowed in an expression.")
    left, right = (_operand(operand) for operand in (node.left, node.right))

    def result(names: Names) -> object:
        try:
            return values.bounded(compute(values.number(left(names)), values.number(right(names))))
        except ZeroDivisionError:
            raise BadExpression("A number is divided by zero.") from None

    return result


_COMPARISON: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: lambda left, right: values.order(left, right) < 0,
    ast.LtE: lambda left, right: values.order(left, right) <= 0,
    ast.Gt: lambda left, right: values.order(left, right) > 0,
    ast.GtE: lambda left, right: values.order(left, right) >= 0,
    ast.In: values.contained,
    ast.NotIn: lambda left, right: not values.contained(left, right),
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


def _compare(node: ast.Compare) -> Evaluation:
    for op, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, ast.Is | ast.IsNot) and not (isinstance(right, ast.Constant) and right.value is None):
            raise BadExpression("`is` compares with None only; write == instead.")
    first = _build(node.left)
    steps = [(_COMPARISON[type(op)], _build(right)) for op, right in zip(node.ops, node.comparators, strict=True)]

    def holds(names: Names) -> object:
        left = first(names)
        for compare, operand in steps:
            right = operand(names)
            if not compare(left, right):
                return False
            left = right
        return True

    return holds


def _if_else(node: ast.IfExp) -> Evaluation:
    test, then, otherwise = _build(node.test), _build(node.body), _build(node.orelse)
    return lambda names: then(names) if test(names) else otherwise(names)


def _call(node: ast.Call) -> Evaluation:
    function = _FUNCTIONS.get(node.func.id) if isinstance(node.func, ast.Name) else None
    if function is None:
        raise BadExpression(f"Only these can be called: {', '.join(sorted(_FUNCTIONS))}.")
    taken = 3 if function is _every else 1
    if len(node.args) != taken or node.keywords:
        raise BadExpression(f"{ast.unparse(node.func)} takes {'three values' if taken == 3 else 'one value'}.")
    return function(*node.args)


def _added(node: ast.expr) -> Evaluation:
    pair = _build(node)
    return lambda names: values.added(pair(names))


def _agencies_of(node: ast.expr) -> Evaluation:
    named = _build(node)
    return lambda names: values.agencies_of(named(names), names.agencies)


def _count(node: ast.expr) -> Evaluation:
    counted = _build(node)
    return lambda names: values.length(counted(names))


def _every(items: ast.expr, field: ast.expr, value: ast.expr) -> Evaluation:
    listed, named, wanted = (_build(one) for one in (items, field, value))
    return lambda names: values.every(listed(names), named(names), wanted(names))


def _has(node: ast.expr) -> Evaluation:
    if path_of(node) is None:
        raise BadExpression("has(...) takes the path of a value, such as has(decide_response.response).")
    value = _build(node)

    def found(names: Names) -> object:
        try:
            value(names)
        except BadExpression:
            return False
        return True

    return found


_FUNCTIONS: dict[str, Callable[..., Evaluation]] = {
    "added": _added,
    "agencies_of": _agencies_of,
    "count": _count,
    "every": _every,
    "has": _has,
}

_BUILDERS: dict[type[ast.AST], Callable[..., Evaluation]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.List: _list,
    ast.Dict: _dict,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary,
    ast.BinOp: _arithmetic,
    ast.Compare: _compare,
    ast.IfExp: _if_else,
    ast.Call: _call,
}
