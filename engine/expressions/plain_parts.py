"""The parts of an expression as people read them: each `not` before one thing alone, and nothing said twice."""

import ast
from collections.abc import Mapping, Sequence
from itertools import pairwise

from engine.expressions.syntax import path_of

_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
}


def inward(node: ast.expr, *, denied: bool = False) -> ast.expr:
    """`not (a == "b" and has(c))` as `a != "b" or not has(c)`, which means the same; `node` itself stays as it is."""
    match node:
        case ast.UnaryOp(op=ast.Not()):
            return inward(node.operand, denied=not denied)
        case ast.BoolOp():
            turned = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            return ast.BoolOp(turned if denied else node.op, [inward(part, denied=denied) for part in node.values])
        case ast.Compare(ops=[op]) if denied:
            return ast.Compare(node.left, [_OPPOSITE[type(op)]()], node.comparators)
        case _:
            return ast.UnaryOp(ast.Not(), node) if denied else node


def said_parts(node: ast.BoolOp) -> Sequence[ast.expr]:
    """Without `has(a)` before `a == "b"`, which says by itself that there is an answer."""
    if isinstance(node.op, ast.Or):
        return node.values
    before = pairwise(node.values)
    return [part for part, next_one in before if not _asks_for_answer(part, next_one)] + node.values[-1:]


def _asks_for_answer(part: ast.expr, of: ast.expr) -> bool:
    if not (isinstance(part, ast.Call) and path_of(part.func) == "has" and isinstance(of, ast.Compare)):
        return False
    return isinstance(of.ops[0], ast.Eq | ast.In) and path_of(of.left) == path_of(part.args[0])


def joins(node: ast.expr) -> type[ast.AST] | None:
    """By what its words hold several parts together; None where they are one."""
    match node:
        case ast.BoolOp():
            parts = said_parts(node)
            return type(node.op) if len(parts) > 1 else joins(parts[0])
        case ast.Compare():
            return ast.And if len(node.ops) > 1 else None
        case _:
            return ast.IfExp if isinstance(node, ast.IfExp) else None
