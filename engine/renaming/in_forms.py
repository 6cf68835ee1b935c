"""A form under a new name: its own questions and answers, and what it says of other steps and their answers."""

from collections.abc import Mapping
from typing import Any, cast

from engine.forms.duty_judgement import JUDGING
from engine.renaming.renaming import Reads, Renaming

_PLACES = frozenset({"x-prefill", "x-choices", "x-decided-in", "x-read-by"})
_CONDITIONS = frozenset({"x-when", "when"})
_BOUNDS = frozenset({"x-not-before", "x-not-after", "x-explained-before"})
_ANSWERS = frozenset({"const", "enum", "default", "x-by-system"})


def form_renamed(schema: Mapping[str, Any], process: str, task: str, renaming: Renaming) -> dict[str, Any]:
    """The form of a step, or of the start of a process."""
    here = process == renaming.process
    own = here and task == renaming.task
    found = _annotated(schema, renaming, Reads(here=here, own=own, asks_case=True))
    return _own(found, renaming) if own and renaming.question else found


def _annotated(part: Mapping[str, Any], renaming: Renaming, scope: Reads) -> dict[str, Any]:
    """Of the form and of all within it: what it says in the languages of conditions, places and days."""
    return {key: _value(key, value, renaming, scope) for key, value in part.items()}


def _value(key: str, value: Any, renaming: Renaming, scope: Reads) -> Any:
    if isinstance(value, dict):
        part = cast("dict[str, Any]", value)
        return _judged(part, renaming, scope) if key in JUDGING else _annotated(part, renaming, scope)
    if isinstance(value, list):
        return [_value(key, one, renaming, scope) for one in cast("list[Any]", value)]
    return _said(key, value, renaming, scope) if isinstance(value, str) else value


def _judged(duties: Mapping[str, Any], renaming: Renaming, scope: Reads) -> dict[str, Any]:
    judges = Reads(here=scope.here, own=scope.own)
    return {duty: renaming.expression(said, judges) for duty, said in duties.items()}


def _said(key: str, value: str, renaming: Renaming, scope: Reads) -> str:
    if key in _CONDITIONS:
        return renaming.expression(value, scope)
    if key in _BOUNDS:
        return renaming.bound(value, own=scope.own)
    return renaming.places(value) if key in _PLACES else value


def _own(form: dict[str, Any], renaming: Renaming) -> dict[str, Any]:
    """The questions of the form itself; those of a list have names of their own."""
    found = {**form}
    if "properties" in found:
        questions = cast("dict[str, dict[str, Any]]", found["properties"])
        found["properties"] = {
            _question(name, renaming): _field(name, one, renaming) for name, one in questions.items()
        }
    if "required" in found:
        found["required"] = [_question(name, renaming) for name in found["required"]]
    if "allOf" in found:
        found["allOf"] = [
            {branch: _rule(part, renaming) for branch, part in rule.items()}
            for rule in cast("list[dict[str, dict[str, Any]]]", found["allOf"])
        ]
    return found


def _question(name: str, renaming: Renaming) -> str:
    return renaming.renamed(name) if renaming.what == "question" else name


def _rule(part: Mapping[str, Any], renaming: Renaming) -> dict[str, Any]:
    """`if`, `then` or `else`."""
    found = {**part}
    if "required" in found:
        found["required"] = [_question(name, renaming) for name in found["required"]]
    if "properties" in found:
        tested = cast("dict[str, dict[str, Any]]", found["properties"])
        found["properties"] = {
            _question(name, renaming): _answers(test, renaming) if name == renaming.question else test
            for name, test in tested.items()
        }
    return found


def _field(name: str, field: Mapping[str, Any], renaming: Renaming) -> dict[str, Any]:
    found = {**field}
    if "x-excludes" in found:
        found["x-excludes"] = _question(found["x-excludes"], renaming)
    if shown := found.get("x-ui", {}).get("show_if"):
        asked = {_question(one, renaming): _shown(one, values, renaming) for one, values in shown.items()}
        found["x-ui"] = {**found["x-ui"], "show_if": asked}
    if name == renaming.question:
        found = _answers(found, renaming)
        if "oneOf" in found:
            found["oneOf"] = [_answers(choice, renaming) for choice in found["oneOf"]]
        if isinstance(found.get("items"), dict) and "properties" not in found["items"]:
            found["items"] = _field(name, found["items"], renaming)
    return found


def _shown(question: str, values: Any, renaming: Renaming) -> Any:
    return _answer(values, renaming) if question == renaming.question else values


def _answers(part: Mapping[str, Any], renaming: Renaming) -> dict[str, Any]:
    return {key: _answer(value, renaming) if key in _ANSWERS else value for key, value in part.items()}


def _answer(value: Any, renaming: Renaming) -> Any:
    if renaming.what != "answer":
        return value
    if isinstance(value, list):
        return [_answer(one, renaming) for one in cast("list[Any]", value)]
    return renaming.renamed(value) if isinstance(value, str) else value
