"""A form as JSON with the line of each of its parts, so that the linter can point."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from engine.base.errors import BadModel, Problem
from engine.forms.questions import CHOSEN_AT_RUN_TIME
from engine.lint.lint_problems import LintProblem, RuleId

LARGEST_FORM = 200_000
DEEPEST_FORM = 30
START = "start"
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class FormFile:
    """`task` is `start` for the form that starts the process; `lines` give the line of each part by its path."""

    process: str
    task: str
    file: str
    schema: dict[str, Any]
    lines: dict[Path, int]

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        return self.schema.get("properties", {})

    def fault(self, rule: RuleId, path: Path, message: str, cause: str = "") -> LintProblem:
        field = str(path[1]) if path[:1] == ("properties",) and len(path) > 1 else ""
        return LintProblem(self.file, ".".join(_spoken(path)), self.line(path), message, rule, field, cause)

    def line(self, path: Path) -> int:
        """The line of the part, else of the nearest one that holds it."""
        return next((self.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.lines), 1)


@dataclass(frozen=True)
class Scope:
    """The form, or the item of one of its lists: a group of fields that are answered together."""

    form: FormFile
    path: Path
    schema: dict[str, Any]

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        return self.schema.get("properties", {})

    def fault(self, rule: RuleId, path: Path, message: str, cause: str = "") -> LintProblem:
        return self.form.fault(rule, (*self.path, *path), message, cause)


def scopes(form: FormFile) -> Iterator[Scope]:
    """The form first, then the items of its lists. For a form that keeps to the language."""
    yield Scope(form, (), form.schema)
    for name, field in form.fields.items():
        if "properties" in field.get("items", {}):
            yield Scope(form, ("properties", name, "items"), field["items"])


def kind_of(field: dict[str, Any]) -> str:
    return field.get("x-ui", {}).get("kind", "")


def choices_of(field: dict[str, Any]) -> frozenset[str] | None:
    """The values that can be chosen, None where any can be given or only the case knows them."""
    holder = field.get("items", field)
    if "oneOf" in holder and kind_of(field) not in CHOSEN_AT_RUN_TIME:
        return frozenset(choice["const"] for choice in holder["oneOf"])
    if "enum" in holder:
        return frozenset(holder["enum"])
    return frozenset({"yes", "no"}) if kind_of(field) == "yes_no" else None


def read_form(content: bytes, process: str, task: str, file: str) -> FormFile:
    """Raises BadModel for what is not a JSON object, too large, too deep, or names a key twice."""
    if len(content) > LARGEST_FORM:
        raise _unreadable(file, 0, f"The form is larger than {LARGEST_FORM} bytes.")
    try:
        text = content.decode("utf-8")
        lines = dict(_lines(text, file))
        schema = json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        words = _WORDS_OF_JSON.get(error.msg, f"{error.msg}.")
        raise _unreadable(file, error.lineno, f"This is not JSON: {words}") from None
    except (ValueError, RecursionError) as error:
        raise _unreadable(file, 0, f"This is not JSON that can be used: {error}.") from None
    if not isinstance(schema, dict):
        raise _unreadable(file, 1, "A form is a JSON object.")
    return FormFile(process, task, file, cast(dict[str, Any], schema), lines)


_WORDS_OF_JSON = {
    "Expecting ',' delimiter": "a comma, or a bracket that closes, is missing before what stands here.",
    "Expecting property name enclosed in double quotes": (
        'a name in straight quotation marks ("name") is missing here, or a comma before it is one too many.'
    ),
    "Expecting ':' delimiter": "a colon is missing between a name and what it says.",
    "Expecting value": "a value is missing here, or it has no straight quotation marks, or a comma is one too many.",
    "Extra data": "something stands after the last bracket: take it out.",
    "Invalid control character at": "a text is not closed with a quotation mark on its line.",
    "Unterminated string starting at": "a text is not closed with a quotation mark.",
    "Invalid \\escape": "write two backslashes where one is to stand in a text.",
}
"""What Python's reader says, by what to do about it."""


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {next(name for name in names if names.count(name) > 1)} stands twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number")


_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|\n')


def _lines(text: str, file: str) -> Iterator[tuple[Path, int]]:
    """The path of every key and the line on which it stands."""
    line, last = 1, ""
    path: list[str | int] = []
    for found in _MARK.finditer(text):
        mark = found.group()
        if mark == "\n":
            line += 1
            continue
        _follow(path, mark, last)
        if len(path) > DEEPEST_FORM:
            raise _unreadable(file, line, f"The form is nested deeper than {DEEPEST_FORM}.")
        if mark == ":":
            yield tuple(path), line
        last = mark


def _follow(path: list[str | int], mark: str, last: str) -> None:
    """Keeps `path` where the text stands: `last` is the mark before, a key in quotes when the mark is a colon."""
    if mark in "{[":
        path.append(0 if mark == "[" else "")
    elif path and mark in "}]":
        path.pop()
    elif path and mark == ":":
        path[-1] = last[1:-1]
    elif path and mark == "," and isinstance(path[-1], int):
        path[-1] += 1


def _spoken(path: Path) -> Iterator[str]:
    """The path as a person names it: the fields, without the words of the schema between them."""
    skip = False
    for part in path:
        if not skip and part in ("properties", "items"):
            skip = part == "properties"
            continue
        skip = False
        yield str(part)


def _unreadable(file: str, line: int, message: str) -> BadModel:
    return BadModel([Problem(file, "", line, message)])
