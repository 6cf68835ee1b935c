"""An expression of a form about its answers, in words: the titles of its questions and the labels of their choices."""

import ast
from collections.abc import Mapping
from typing import Any

from engine.expressions.syntax import parsed, path_of
from engine.forms.checks import CASE_FACTS
from engine.process.bundle import START, Model

_SAYS: Mapping[type[ast.cmpop], str] = {ast.Eq: "is", ast.In: "is", ast.NotEq: "is not", ast.NotIn: "is not"}
_NO_FIELD: Mapping[str, Any] = {}


def condition_in_words(model: Model, process: str, element: str, source: str) -> str:
    """“Have you seen the child?” is “Yes”. What has no words of its own stands as it is written."""
    return _Words(model, process, element).of(parsed(source))


class _Words:
    def __init__(self, model: Model, process: str, element: str) -> None:
        self._model, self._process, self._element = model, process, element

    def of(self, node: ast.expr) -> str:
        if isinstance(node, ast.BoolOp):
            joined = " and " if isinstance(node.op, ast.And) else " or "
            return joined.join(self._part(node, part) for part in node.values)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self._negated(node.operand)
        if isinstance(node, ast.Call):
            return self._call(node) or f"`{ast.unparse(node)}`"
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node) or f"`{ast.unparse(node)}`"
        return CASE_FACTS.get((path_of(node) or "").removeprefix("case."), f"`{ast.unparse(node)}`")

    def _part(self, whole: ast.BoolOp, part: ast.expr) -> str:
        said = self.of(part)
        mixed = isinstance(part, ast.BoolOp) and type(part.op) is not type(whole.op)
        return f"({said})" if mixed else said

    def _negated(self, node: ast.expr) -> str:
        if isinstance(node, ast.Call) and path_of(node.func) == "has":
            return f"{self._title(path_of(node.args[0]) or '')} is not answered"
        return f"not ({self.of(node)})"

    def _call(self, node: ast.Call) -> str:
        path = path_of(node.args[0]) or ""
        if path_of(node.func) == "has":
            return f"{self._title(path)} is answered"
        if path_of(node.func) == "every":
            inner = f"{path}.{ast.literal_eval(node.args[1])}"
            return f"each time {self._title(inner)} is {self._label(inner, node.args[2])}"
        return ""

    def _compared(self, node: ast.Compare) -> str:
        left, op, right = node.left, node.ops[0], node.comparators[0]
        path, other = path_of(left), path_of(right)
        if path and type(op) in _SAYS:
            values = right.elts if isinstance(right, ast.List) else [right]
            return f"{self._title(path)} {_SAYS[type(op)]} {' or '.join(self._label(path, one) for one in values)}"
        if other and isinstance(op, ast.In | ast.NotIn):
            negated = "not " if isinstance(op, ast.NotIn) else ""
            return f"{self._title(other)} does {negated}name {self._label(other, left)}".replace("does name", "names")
        return self._counted(node)

    def _counted(self, node: ast.Compare) -> str:
        """“Who took part?” names an agency."""
        if not (isinstance(node.left, ast.Call) and ast.unparse(node.comparators[0]) == "0"):
            return ""
        if not isinstance(node.ops[0], ast.Gt) or path_of(node.left.func) != "count":
            return ""
        counted = node.left.args[0]
        if isinstance(counted, ast.Call) and path_of(counted.func) == "agencies_of":
            return f"{self._title(path_of(counted.args[0]) or '')} names another agency"
        return f"{self._title(path_of(counted) or '')} names somebody"

    def _title(self, path: str) -> str:
        return f"“{self._field(path).get('title') or path}”"

    def _label(self, path: str, node: ast.expr) -> str:
        value = ast.literal_eval(node) if isinstance(node, ast.Constant) else ast.unparse(node)
        field = self._field(path)
        offered = {one["const"]: one["title"] for one in field.get("items", field).get("oneOf", ())}
        known = {
            **{one.id: one.name for one in (*self._model.agencies.values(), *self._model.roles.values())},
            **offered,
        }
        return f"“{known.get(value, str(value).replace('_', ' ').capitalize())}”"

    def _field(self, path: str) -> Mapping[str, Any]:
        """Of the form itself, or under `start` and `last.task` of another of the process; then into the items."""
        element, parts = self._element, path.split(".")
        if parts[0] == START:
            element, parts = START, parts[1:]
        elif parts[0] == "last":
            element, parts = parts[1], parts[2:]
        field: Mapping[str, Any] = self._model.form(self._process, element) or {}
        for part in parts:
            field = (field.get("items") or field).get("properties", {}).get(part, _NO_FIELD)
        return field
