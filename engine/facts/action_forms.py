"""What is asked where somebody adds an action to a case by hand, or says what became of one."""

from collections.abc import Mapping
from typing import Any

from engine.forms.action_block import DONE, NO_AGENCY, OPEN, OVERTAKEN, REFUSED
from engine.forms.questions import Schema
from engine.process.bundle import Model

STATE_WORDS: Mapping[str, str] = {
    OPEN: "Open",
    DONE: "Done",
    OVERTAKEN: "Overtaken",
    REFUSED: "Refused",
}
_WHY: Schema = {"type": "string", "maxLength": 2000, "x-ui": {"kind": "long_text", "rows": 2}}


def add_form(agencies: Mapping[str, str], leading: str, colleagues: Mapping[str, str]) -> Schema:
    """`agencies` are those for which an action may be, by id (`agencies_to_act`); `leading` has the cases: of its
    people some may be named, `colleagues` by account.
    """
    return {
        "title": "Add an action",
        "properties": {
            "what": {"type": "string", "title": "What is to be done?", "maxLength": 500},
            "agency": {
                "type": "string",
                "title": "Which agency is to do it?",
                "description": "It stands among the tasks of its people, and gives it a part in the case.",
                "oneOf": [{"const": one, "title": name} for one, name in agencies.items()],
            },
            **(_colleague(leading, colleagues) if colleagues else {}),
            "who": {
                "type": "string",
                "title": "Who is it, in words?",
                "description": "For example: the mother, the health visitor.",
                "maxLength": 200,
            },
            "by_when": {"type": "string", "format": "date", "title": "By when?"},
        },
        "required": ["what", "agency", "by_when"],
        "allOf": [
            {
                "if": {"properties": {"agency": {"const": NO_AGENCY}}, "required": ["agency"]},
                "then": {"required": ["who"]},
            }
        ],
    }


def _colleague(leading: str, colleagues: Mapping[str, str]) -> Schema:
    return {
        "colleague": {
            "type": "string",
            "title": "Which colleague?",
            "description": "Leave this empty if the lead social worker sees to it.",
            "oneOf": [{"const": account, "title": name} for account, name in colleagues.items()],
            "x-ui": {"kind": "one_of", "show_if": {"agency": leading}},
        }
    }


def tell_form(state: str) -> Schema:
    """What became of an action that stands so: one that is over may be open again."""
    words = {
        DONE: "It is done",
        OVERTAKEN: "It is overtaken: it is not needed any more",
        REFUSED: "It is refused: whoever was to do it does not",
    }
    offered = words if state == OPEN else {OPEN: "It is still to be done after all"}
    always = [] if state == OPEN else ["why"]
    return {
        "title": "Say what became of an action",
        "properties": {
            "state": {
                "type": "string",
                "title": "What became of it?",
                "oneOf": [{"const": one, "title": said} for one, said in offered.items()],
            },
            "why": {
                **_WHY,
                "title": "Why, or what came of it?",
                "description": "It must be said why, unless it is done." if state == OPEN else "",
            },
        },
        "required": ["state", *always],
        "allOf": [
            {
                "if": {"properties": {"state": {"enum": [OVERTAKEN, REFUSED]}}, "required": ["state"]},
                "then": {"required": ["why"]},
            }
        ],
    }


def agencies_to_act(model: Model) -> Mapping[str, str]:
    """For which agencies an action may be, by id; and that it is for none."""
    names = {one.id: one.name for one in model.agencies.values()}
    return {NO_AGENCY: "No agency: the family, or somebody else", **names}


def action_as_asked(said: Mapping[str, Any], model: Model) -> tuple[Schema, dict[str, Any]]:
    """The form and the answers of which a row or an entry was made, so that it is told question by question; of a row
    also what became of it. `said` is by the names of the columns; the day is in words of ISO 8601.
    """
    person = said["person_id"] or ""
    form = add_form(agencies_to_act(model), model.leading_agency, {person: person} if person else {})
    fields = {**form["properties"], **_BECAME}
    agency = said["agency"] or NO_AGENCY
    colleague = person if agency == model.leading_agency else ""
    given = {**said, "agency": agency, "colleague": colleague, "why_so": said.get("why")}
    return {**form, "properties": fields}, {name: given[name] for name in fields if given.get(name)}


_BECAME: Mapping[str, Schema] = {
    "state": {
        "type": "string",
        "title": "What became of it?",
        "oneOf": [{"const": state, "title": words} for state, words in STATE_WORDS.items()],
    },
    "why_so": {**_WHY, "title": "Why, or what came of it?"},
}
