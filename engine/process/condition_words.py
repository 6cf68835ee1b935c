"""An expression of a form, a drawing or a table, in words: the titles of its questions and the labels of their choices.

It never says less than the expression: what has no words of its own stands as it is written, in backticks.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from engine.expressions.evaluation import check, names_read
from engine.expressions.plain_parts import inward, joins, said_parts
from engine.expressions.syntax import BadExpression, parsed, path_of
from engine.forms.checks import CASE_FACTS_DENIED, FACTS
from engine.process.bundle import START, Model
from engine.process.drawing import PAYLOAD, Element

_SAYS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "is",
    ast.In: "is",
    ast.Is: "is",
    ast.NotEq: "is not",
    ast.NotIn: "is not",
    ast.IsNot: "is not",
    ast.Lt: "is less than",
    ast.LtE: "is at most",
    ast.Gt: "is more than",
    ast.GtE: "is at least",
}
_CALCULATES: Mapping[type[ast.operator], str] = {
    ast.Add: "plus",
    ast.Sub: "minus",
    ast.Mult: "times",
    ast.Div: "divided by",
    ast.FloorDiv: "divided in whole numbers by",
    ast.Mod: "after division in whole numbers by",
}
_NO_FIELD: Mapping[str, Any] = {}
_ALWAYS: Mapping[str, str] = {"yes": "always", "no": "never"}
_ANSWER_OF_CHILD = 6
_ANNOTATION = re.compile(r" \(`x-[a-z-]+`\)")


def condition_in_words(model: Model, process: str, element: str, source: str) -> str:
    """“Have you seen the child?” is “Yes”. `element` is the task whose form it reads, empty where it stands in a
    drawing and each of its paths begins with a task. What cannot be read stands as it is written.
    """
    try:
        check(source)
        return _Words(model, process, element).of(parsed(source))
    except BadExpression:
        return f"`{source}`"


def value_in_words(model: Model, process: str, element: str, source: str) -> str:
    """As `condition_in_words`, of an expression that gives a text, a number or a list: “Whom do you ask?”."""
    try:
        check(source)
        return _Words(model, process, element).value(parsed(source))
    except BadExpression:
        return f"`{source}`"


def readable(identifier: str) -> str:
    """What has no title, by its id: “Kind of visit”."""
    return identifier.replace("_", " ").strip().capitalize()


def listed(words: Sequence[str], last: str = "and") -> str:
    """“a, b and c”."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _constant(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)


class _Words:
    def __init__(self, model: Model, process: str, element: str) -> None:
        self._model, self._process, self._element = model, process, element

    def of(self, node: ast.expr) -> str:
        """What is true or false."""
        node = inward(node)
        match node:
            case ast.BoolOp() | ast.IfExp():
                return self._joined(node)
            case ast.UnaryOp(op=ast.Not()):
                return self._negated(node.operand)
            case ast.Call():
                return self._call(node) or self.value(node)
            case ast.Compare():
                sides = pairwise([node.left, *node.comparators])
                return " and ".join(self._compared(*pair, op) for pair, op in zip(sides, node.ops, strict=True))
            case _:
                return self._fact(path_of(node) or "") or _ALWAYS.get(said := self.value(node), said)

    def _joined(self, node: ast.BoolOp | ast.IfExp) -> str:
        if isinstance(node, ast.IfExp):
            first, other = self._nested(node.body), self._nested(node.orelse)
            return f"{first}, where {self._nested(node.test)}, and otherwise {other}"
        joined = " and " if isinstance(node.op, ast.And) else " or "
        return joined.join(self._part(node, part) for part in said_parts(node))

    def value(self, node: ast.expr) -> str:
        """What is a text, a number or a list of them."""
        match node:
            case ast.Constant():
                return self._label("", node) if isinstance(node.value, str) else _constant(node.value)
            case ast.List():
                return listed([self.value(one) for one in node.elts]) or "nobody"
            case ast.IfExp():
                test = self._nested(node.test)
                return f"{self.value(node.body)} where {test}, and otherwise {self.value(node.orelse)}"
            case ast.BinOp():
                return f"{self.value(node.left)} {_CALCULATES[type(node.op)]} {self.value(node.right)}"
            case _:
                path = path_of(node)
                given = self._given(node) if isinstance(node, ast.Call) else ""
                return self._title(path) if path else given or f"`{ast.unparse(node)}`"

    def _given(self, node: ast.Call) -> str:
        inner = node.args[0]
        match path_of(node.func), inner:
            case "agencies_of", _:
                return f"the agencies of {self.value(inner)}"
            case "added", ast.List(elts=[new, old]):
                return f"those of {self.value(new)} that are not in {self.value(old)}"
            case "count", _:
                return f"the number of {self.value(inner)}"
            case "has" | "every", _:
                return self._call(node)
            case _:
                return ""

    def _part(self, whole: ast.BoolOp, part: ast.expr) -> str:
        return f"({self.of(part)})" if joins(part) not in (None, type(whole.op)) else self.of(part)

    def _nested(self, node: ast.expr) -> str:
        node = inward(node)
        return f"({self.of(node)})" if joins(node) else self.of(node)

    def _negated(self, node: ast.expr) -> str:
        """Of what holds no `not` any more, and is no comparison."""
        said = self._call(node, "not ") if isinstance(node, ast.Call) else self._denied(path_of(node) or "")
        return said or f"it is not so that {self._nested(node)}"

    def _call(self, node: ast.Call, denied: str = "") -> str:
        path = path_of(node.args[0]) or ""
        if path_of(node.func) == "has":
            known = f"it is {denied}known {FACTS.get(path)}"
            return known if path in FACTS else f"{self._title(path)} is {denied}answered"
        if path_of(node.func) == "every":
            inner = f"{path}.{ast.literal_eval(node.args[1])}"
            said = f"each time {self._title(inner)} is {self._label(inner, node.args[2])}"
            return f"it is not so that {said}" if denied else said
        return ""

    def _compared(self, left: ast.expr, right: ast.expr, op: ast.cmpop) -> str:
        path, other = path_of(left), path_of(right)
        if isinstance(left, ast.IfExp):
            first, second = (self._compared(part, right, op) for part in (left.body, left.orelse))
            return f"({first}, where {self._nested(left.test)}, and otherwise {second})"
        if isinstance(right, ast.Constant) and right.value is None:
            return f"{self.value(left)} is {'not ' if isinstance(op, ast.Is | ast.Eq) else ''}known"
        if (
            path
            and isinstance(right, ast.Constant | ast.List)
            and isinstance(op, ast.Eq | ast.In | ast.NotEq | ast.NotIn)
        ):
            values = right.elts if isinstance(right, ast.List) else [right]
            labels = [self._label(path, one) for one in values]
            several = isinstance(op, ast.NotIn) and len(labels) > 1
            said = f"is none of {listed(labels, 'or')}" if several else f"{_SAYS[type(op)]} {' or '.join(labels)}"
            return f"{self._title(path)} {said}"
        if other and isinstance(op, ast.In | ast.NotIn):
            does = "does not name" if isinstance(op, ast.NotIn) else "names"
            return f"{self._title(other)} {does} {self._label(other, left)}"
        return self._counted(left, right, op) or f"{self.value(left)} {_SAYS[type(op)]} {self.value(right)}"

    def _counted(self, left: ast.expr, right: ast.expr, op: ast.cmpop) -> str:
        """“Who took part?” names an agency."""
        if not (isinstance(left, ast.Call) and ast.unparse(right) == "0" and path_of(left.func) == "count"):
            return ""
        if not isinstance(op, ast.Gt | ast.LtE):
            return ""
        counted, named = left.args[0], isinstance(op, ast.Gt)
        if isinstance(counted, ast.Call) and path_of(counted.func) == "agencies_of":
            return f"{self.value(counted.args[0])} names {'another' if named else 'no other'} agency"
        return f"{self.value(counted)} names {'somebody' if named else 'nobody'}"

    def _denied(self, path: str) -> str:
        """Of the facts that can say in words of their own what is not so."""
        first, _, rest = path.partition(".")
        if path in CASE_FACTS_DENIED:
            return CASE_FACTS_DENIED[path]
        if first in ("open", "done") and rest:
            return f"{self._step(rest)} {'waits for nobody' if first == 'open' else 'has not been done'}"
        if first == "running" and rest in self._model.rules:
            return f"the time limit “{self._model.rules[rest].title}” does not run"
        return ""

    def _step(self, element: str) -> str:
        named = self._draws(element)
        return f"“{self._model.drawings[self._process].elements[element].name}”" if named else element

    def _fact(self, path: str) -> str:
        """Of those that engine/forms/checks.py lists, which say themselves what is so."""
        first, _, rest = path.partition(".")
        if path in FACTS:
            return _ANNOTATION.sub("", FACTS[path])
        if first in ("open", "done") and rest:
            return f"{self._step(rest)} {'still waits for somebody' if first == 'open' else 'has been done'}"
        if first == "running" and rest in self._model.rules:
            return f"the time limit “{self._model.rules[rest].title}” runs"
        if first == "child" and path.count(".") + 1 == _ANSWER_OF_CHILD:
            return self._of_child(*path.split(".")[1:])
        return f"{self._title(path)} holds" if path else ""

    def _draws(self, element: str) -> bool:
        drawing = self._model.drawings.get(self._process)
        return drawing is not None and element in drawing.elements

    def _of_child(self, which: str, process: str, task: str, field: str, answer: str) -> str:
        there = _Words(self._model, process, task)
        known = self._model.drawings.get(process)
        name = f"“{known.name}”" if known else readable(process)
        said = f"{there._title(field)} was answered with {there._label(field, ast.Constant(answer))} in {name}"
        if which == "answered":
            return f"{said}, in this or another case of the child"
        return f"{name} runs in this or another case of the child, and not yet is it so that {said}"

    def _title(self, path: str) -> str:
        if path in FACTS:
            return FACTS[path]
        if decided := self._decided(path):
            return f"“{decided.name}”"
        brought = " (as a message says)" if path.partition(".")[0] in self._model.messages else ""
        return f"“{self._field(path).get('title') or readable(path.rpartition('.')[2])}”{brought}"

    def _decided(self, path: str) -> Element | None:
        """The business rule task whose result it is."""
        drawing = self._model.drawings.get(self._process)
        owner = drawing.elements.get(path.partition(".")[0]) if drawing else None
        return owner if owner is not None and owner.table is not None else None

    def _label(self, path: str, node: ast.expr) -> str:
        value = ast.literal_eval(node) if isinstance(node, ast.Constant) else ast.unparse(node)
        field = self._field(path)
        offered = {one["const"]: one["title"] for one in field.get("items", field).get("oneOf", ())}
        known = {
            **{one.id: one.name for one in (*self._model.agencies.values(), *self._model.roles.values())},
            **offered,
        }
        return f"“{known.get(value) or readable(str(value))}”"

    def _field(self, path: str) -> Mapping[str, Any]:
        """Of the form itself; of `start`, `last.task` or `task`, another of the process; or what a message brought.
        Then into the items.
        """
        element, parts = self._element, path.split(".")
        own = (self._model.form(self._process, element) or {}).get("properties", {}) if element else _NO_FIELD
        if len(parts) > 1 and parts[0] not in own:
            if parts[0] in ("last", "answers"):
                element, parts = (parts[1], parts[2:]) if parts[0] == "last" else (element, parts[1:])
            else:
                element, parts = parts[0], parts[1:]
        form = self._model.form(self._process, element) if element else None
        field: Mapping[str, Any] = form or self._brought(element, parts[0])
        for part in parts if form else parts[1:]:
            field = (field.get("items") or field).get("properties", {}).get(part, _NO_FIELD)
        return field

    def _brought(self, named: str, said: str) -> Mapping[str, Any]:
        """The question whose answer a message says in one of its fields: of whichever drawing throws it."""
        drawing = self._model.drawings.get(self._process)
        start = drawing.elements.get(START) if drawing else None
        message = start.message if named == START and start else named
        for thrower in self._model.drawings.values() if message else ():
            sources = (
                one.properties.get(f"{PAYLOAD}{said}") for one in thrower.elements.values() if one.message == message
            )
            for path in (path for source in sources if source for path in sorted(names_read(source))):
                task, _, field = path.partition(".")
                asked = (self._model.form(thrower.process, task) or {}).get("properties", {})
                if field in asked:
                    return asked[field]
        return _NO_FIELD
