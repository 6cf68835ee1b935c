"""Faults of forms that share something: a question about consent that is missing, or asked where it is never shown."""

import json
from collections.abc import Callable
from typing import Any

from tests.engine.lint.planted import Fault
from tests.engine.lint.small_bundle import TEXT, form, list_of

CONTRIBUTE = "forms/visit/contribute.json"
SHARES: dict[str, Any] = {"what": "What is known", "why": "To help", "with": ["social_care"]}
NO_CONSENT = ["refused", "not_sought"]
LONG = {"type": "string", "title": "Why?"}


def _one_of(*values: str) -> list[dict[str, str]]:
    return [{"const": one, "title": one} for one in values]


def _whole() -> dict[str, Any]:
    """A form that has no fault."""
    after = {"show_if": {"consent": NO_CONSENT}}
    block: dict[str, Any] = {
        "consent": {"type": "string", "title": "Agreed?", "oneOf": _one_of("given", *NO_CONSENT), "x-role": "consent"},
        "without": {
            "type": "string",
            "title": "Why?",
            "oneOf": _one_of(
                "not_possible", "not_reasonable_to_expect", "would_put_a_child_at_risk", "required_by_law"
            ),
            "x-role": "without_consent_because",
            "x-ui": after,
        },
        "told": {"type": "string", "title": "Told?", "x-role": "told_of_it", "x-ui": {"kind": "yes_no", **after}},
        "not_told": {**LONG, "x-role": "not_told_because", "x-ui": {"kind": "long_text", "show_if": {"told": "no"}}},
        "against": {
            **LONG,
            "x-role": "against_wishes_because",
            "x-when": "against_wishes",
            "x-ui": {"kind": "long_text"},
        },
    }
    schema: dict[str, Any] = json.loads(form(contribution=TEXT, **block))
    schema["x-shares"] = {**SHARES}
    schema["required"] = ["consent"]
    schema["allOf"] = [
        {
            "if": {"properties": {"consent": {"enum": NO_CONSENT}}, "required": ["consent"]},
            "then": {"required": ["without", "told"]},
        },
        {
            "if": {"properties": {"told": {"const": "no"}}, "required": ["told"]},
            "then": {"required": ["not_told"]},
        },
    ]
    return schema


WHOLE = json.dumps(_whole())


def _but(change: Callable[[dict[str, Any]], object], element: str = "x-shares", rule: str = "sharing-block") -> Fault:
    schema = _whole()
    change(schema)
    return Fault(rule, CONTRIBUTE, "", json.dumps(schema), element)


def _asked(schema: dict[str, Any], field: str, **said: Any) -> None:
    schema["properties"][field] |= {name.replace("_", "-"): value for name, value in said.items()}


SHARING_FAULTS = [
    *(_but(lambda schema, one=one: schema["properties"].pop(one)) for one in ("without", "told", "not_told")),
    _but(lambda schema: schema["properties"].pop("against")),
    _but(lambda schema: schema.pop("x-shares"), "consent"),
    _but(lambda schema: schema["x-shares"].pop("with")),
    _but(lambda schema: schema["x-shares"].update({"with": ["socail_care"]})),
    _but(lambda schema: schema["x-shares"].pop("why"), "x-shares", "form-language"),
    _but(lambda schema: schema.update(required=[])),
    _but(lambda schema: schema["allOf"].pop(0)),
    _but(lambda schema: schema["allOf"].pop(1)),
    _but(lambda schema: _asked(schema, "against", x_when="late")),
    _but(lambda schema: _asked(schema, "told", x_ui={"kind": "yes_no", "show_if": {"consent": "refused"}})),
    _but(
        lambda schema: schema["properties"].update(
            rows=list_of(whom={**TEXT, "x-role": "shared_with"}),
        ),
        "rows.whom",
    ),
]

_SEEN: dict[str, Any] = {"type": "string", "title": "Seen?", "x-role": "child_seen", "x-ui": {"kind": "yes_no"}}
CONTACT_FAULTS = [
    Fault("contact-unmarked", CONTRIBUTE, "", form(contribution=TEXT, seen=_SEEN), "seen"),
    Fault("form-language", CONTRIBUTE, "", json.dumps(_whole() | {"x-contacts": ["everybody"]}), "x-contacts.0"),
]
