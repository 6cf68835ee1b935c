"""Faults of lists that make actions, or ask what became of them: a question that is missing, or that nobody keeps."""

import json
from collections.abc import Callable
from typing import Any

from tests.engine.lint.planted import Fault
from tests.engine.lint.small_bundle import TEXT, form

CONTRIBUTE = "forms/visit/contribute.json"
LINE = {"type": "string", "title": "Which?", "x-ui": {"kind": "text"}}
DATE = {"type": "string", "title": "By when?", "format": "date"}


def _one_of(*values: str) -> list[dict[str, str]]:
    return [{"const": one, "title": one} for one in values]


def _list(role: str, required: list[str], **fields: Any) -> dict[str, Any]:
    items = {"type": "object", "properties": fields, "required": required}
    return {"type": "array", "title": "List", "items": items, "x-ui": {"kind": "list"}, "x-role": role}


def _whole() -> dict[str, Any]:
    """A form that has no fault."""
    agency = {"type": "string", "title": "Which?", "oneOf": _one_of("none", "social_care"), "x-role": "action_agency"}
    actions = _list(
        *("actions", ["what", "agency", "by"]),
        what={**LINE, "x-role": "action"},
        agency=agency,
        by={**DATE, "x-role": "action_by"},
    )
    states = _one_of("done", "open", "overtaken", "refused")
    why = {"kind": "long_text", "show_if": {"became": ["overtaken", "refused"]}}
    outcomes = _list(
        *("action_outcomes", ["which", "became"]),
        which={**LINE, "x-role": "row"},
        became={"type": "string", "title": "What became of it?", "oneOf": states, "x-role": "action_state"},
        why={**TEXT, "x-role": "action_why", "x-ui": why},
    )
    tested = {"properties": {"became": {"enum": ["overtaken", "refused"]}}, "required": ["became"]}
    outcomes["items"]["allOf"] = [{"if": tested, "then": {"required": ["why"]}}]
    outcomes["x-choices"] = "open_actions"
    return json.loads(form(contribution=TEXT, agreed=actions, outcomes=outcomes))


WHOLE_OF_ACTIONS = json.dumps(_whole())


def _but(element: str, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> Fault:
    schema = _whole()
    fields = schema["properties"]
    change(fields["agreed"]["items"], fields["outcomes"])
    return Fault("action-block", CONTRIBUTE, "", json.dumps(schema), element)


ACTION_FAULTS = [
    _but("agreed", lambda item, _: item["properties"]["what"].pop("x-role")),
    _but("agreed", lambda item, _: item["required"].remove("by")),
    _but("agreed", lambda item, _: item["required"].remove("agency")),
    _but("agreed", lambda item, _: item["properties"]["agency"]["oneOf"].append({"const": "helth", "title": "H"})),
    _but("outcomes", lambda _, outcomes: outcomes["items"]["required"].remove("became")),
    _but("outcomes", lambda _, outcomes: outcomes["items"].pop("allOf")),
    _but("outcomes", lambda _, outcomes: outcomes["items"]["properties"]["why"].pop("x-ui")),
    _but("outcomes", lambda _, outcomes: outcomes.update({"x-choices": "running_work"})),
    _but("outcomes.became", lambda _, outcomes: outcomes.pop("x-role")),
    _but("agreed.why", lambda item, _: item["properties"].update(why={**TEXT, "x-role": "action_why"})),
]
