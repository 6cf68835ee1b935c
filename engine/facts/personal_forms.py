"""What is asked where somebody records who is around a child, and how to communicate with whom."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from engine.facts.sharing_forms import LONG, SHORT
from engine.forms.findings import Finding
from engine.forms.questions import Schema

PERSON, RESPONSIBILITY, HOUSEHOLD, RISK, COMMUNICATION = (
    *("person", "responsibility", "household", "risk", "communication"),
)
"""The kinds of fact. Of the first, second and last somebody has one at a time, of the others several may hold."""
KINDS_OF_PERSON = (PERSON, RISK, RESPONSIBILITY, HOUSEHOLD, COMMUNICATION)
"""As they are read: first what somebody must know."""
ONE_AT_A_TIME = (PERSON, RESPONSIBILITY, COMMUNICATION)
RELATIONS: Mapping[str, str] = {
    "mother": "Mother",
    "father": "Father",
    "step_parent": "Step-parent, or a parent’s partner",
    "carer": "Another carer",
    "sister": "Sister",
    "brother": "Brother",
    "sibling": "Brother or sister, not known which",
    "grandmother": "Grandmother",
    "grandfather": "Grandfather",
    "relative": "Another relative",
    "professional": "Somebody who works with the child or the family",
    "other": "Somebody else",
}
CHILDREN = ("sister", "brother", "sibling")
WITH_SIDE = (*CHILDREN, "step_parent", "grandmother", "grandfather", "relative")
BLOOD: Mapping[str, str] = {
    "full": "Both parents are the same",
    "half": "One parent is the same",
    "step": "No parent is the same",
    "not_known": "Not known",
}
SIDES: Mapping[str, str] = {
    "mother": "The mother’s",
    "father": "The father’s",
    "both": "Both",
    "not_known": "Not known",
}
BLOOD_IN_SHORT: Mapping[str, str] = {"half": "half-", "step": "step-"}
SIDES_IN_SHORT: Mapping[str, str] = {"mother": "mother’s side", "father": "father’s side"}
LIVES: Mapping[str, str] = {
    "yes": "Yes",
    "part": "Some of the time",
    "no": "No",
    "not_known": "Not known",
}
RISKS: Mapping[str, str] = {
    "poses": "They are a risk to the child",
    "may_pose": "They may be a risk to the child",
    "none_found": "It was looked into, and they are no risk",
}
YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No", "not_known": "Not known"}
_LONG: Schema = {"type": "string", "maxLength": LONG, "x-ui": {"kind": "long_text", "rows": 2}}
_LINE: Schema = {"type": "string", "maxLength": SHORT}
_PAST: Schema = {"type": "string", "format": "date", "x-check": "not_in_future"}


def _one_of(titles: Mapping[str, str], title: str, **ui: Any) -> Schema:
    choices = [{"const": value, "title": words} for value, words in titles.items()]
    return {"type": "string", "title": title, "oneOf": choices, "x-ui": {"kind": "one_of", **ui}}


def _beside_family(**ui: Any) -> Schema:
    """Is not asked of somebody who only works with the family."""
    return {**ui, "show_if": {"relation": [one for one in RELATIONS if one != "professional"]}}


_SAID: Mapping[str, Schema] = {
    "known_on": {**_PAST, "title": "Since when is this known?"},
    "source": {**_LINE, "title": "How do you know?", "description": "For example: the mother told me on the visit."},
}
_WHO: Mapping[str, Schema] = {
    "name": {
        **_LINE,
        "title": "What are they called?",
        "description": "If nobody knows the name, say who it is: “the mother’s new partner”.",
    },
    "relation": _one_of(RELATIONS, "Who are they to the child?"),
    "blood": _one_of(BLOOD, "Full, half or step?", show_if={"relation": [*CHILDREN]}),
    "side": _one_of(SIDES, "On whose side?", show_if={"relation": [*WITH_SIDE]}),
    "born_on": {**_PAST, "title": "When were they born, if that is known?"},
    "more": {
        **_LINE,
        "title": "What else says who they are?",
        "description": "For example: where somebody works, or how they can be reached.",
    },
}
_RESPONSIBILITY: Mapping[str, Schema] = {
    "responsibility": _one_of(YES_NO, "Do they have parental responsibility?"),
    "responsibility_by": {
        **_LINE,
        "title": "How do they have it, or why not?",
        "description": "For example: named on the birth certificate; by an order of the court.",
    },
}
_FROM: Mapping[str, Schema] = {"from_day": {**_PAST, "title": "From which day, if that is known?"}}
_HOUSEHOLD: Mapping[str, Schema] = {
    "lives": _one_of(LIVES, "Do they live with the child?"),
    "where": {**_LINE, "title": "Where do they live, if it is not with the child?"},
}
_UNTIL: Mapping[str, Schema] = {
    "until_day": {**_PAST, "title": "Until which day, if that is over?"},
}
_RISK: Mapping[str, Schema] = {
    "risk": _one_of(RISKS, "Are they a risk to the child?"),
    "what": {**_LONG, "title": "What is the risk, or what was found?"},
    "who_said": {**_LINE, "title": "Who said so?"},
}
_COMMUNICATION: Mapping[str, Schema] = {
    "language": {**_LINE, "title": "Which language do they know best?"},
    "interpreter": _one_of(YES_NO, "Is an interpreter needed?"),
    "interpreter_for": {
        **_LINE,
        "title": "For which language, or by what means?",
        "description": "For example: Polish; British Sign Language. Never ask one of the family to interpret.",
        "x-ui": {"kind": "text", "show_if": {"interpreter": "yes"}},
    },
    "disability": {**_LONG, "title": "What makes it harder for them to see, hear, speak, move or understand?"},
    "reading": {**_LONG, "title": "What helps them to read and to write?"},
    "safe_way": {**_LONG, "title": "How, and when, is it safe to make contact?"},
    "never": {
        **_LONG,
        "title": "What must never be done?",
        "description": "For example: leave no message, as somebody else reads it.",
    },
}
_FIELDS: Mapping[str, Mapping[str, Schema]] = {
    PERSON: _WHO,
    RESPONSIBILITY: {**_RESPONSIBILITY, **_FROM},
    HOUSEHOLD: {**_HOUSEHOLD, **_FROM, **_UNTIL},
    RISK: {**_RISK, **_FROM},
    COMMUNICATION: _COMMUNICATION,
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    PERSON: ("name", "relation"),
    RESPONSIBILITY: ("responsibility",),
    HOUSEHOLD: ("lives",),
    RISK: ("risk", "what", "who_said"),
    COMMUNICATION: ("interpreter",),
}
TITLES: Mapping[str, str] = {
    PERSON: "Who they are",
    RESPONSIBILITY: "Parental responsibility",
    HOUSEHOLD: "Where they live",
    RISK: "A risk to the child",
    COMMUNICATION: "How to communicate",
}
OF_CHILD = (COMMUNICATION,)
"""What is kept here of the child: the address, carer, school and legal status are what has changed for the child."""
AS_THEIR_COLUMNS = ("from_day", "until_day", "known_on", "source")
"""Answers that are columns of a row; the others are what is said of the fact."""


def fact_form(kind: str, *, changes: bool = False) -> Schema:
    """`changes`: another takes the place of one that is recorded."""
    asked: Mapping[str, Schema] = _CHANGES if changes else {}
    return {
        "title": TITLES[kind],
        "properties": {**_FIELDS[kind], **asked, **_SAID},
        "required": [*_REQUIRED[kind], *asked, "known_on", "source"],
        "allOf": [_interpreted] if kind == COMMUNICATION else [],
    }


_CHANGES: Mapping[str, Schema] = {
    "ended_as": _one_of(
        {"changed": "It is otherwise now", "wrong": "What stood here was never so"}, "Why does this take its place?"
    )
}
_interpreted: Schema = {
    "if": {"properties": {"interpreter": {"const": "yes"}}, "required": ["interpreter"]},
    "then": {"required": ["interpreter_for"]},
}


def person_form() -> Schema:
    """Who somebody is, with what is asked at once of whoever does not only work with the family."""
    beside = {**_RESPONSIBILITY, **_HOUSEHOLD, **_FROM}
    family = {name: {**field, "x-ui": _beside_family(**_shown_as(field))} for name, field in beside.items()}
    family["from_day"]["title"] = "From which day do they live there, if that is known?"
    needed = ["responsibility", "lives"]
    others = [one for one in RELATIONS if one != "professional"]
    if_family = {"properties": {"relation": {"enum": others}}, "required": ["relation"]}
    return {
        "title": "Add somebody around the child",
        "properties": {**_WHO, **family, **_SAID},
        "required": [*_REQUIRED[PERSON], "known_on", "source"],
        "allOf": [{"if": if_family, "then": {"required": needed}}],
    }


def _shown_as(field: Schema) -> Schema:
    return field.get("x-ui") or {"kind": "date" if field.get("format") == "date" else "text"}


def kinds_of(answers: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The facts that answers to `person_form` hold, each with those of the answers that are its own."""
    for kind in (PERSON, RESPONSIBILITY, HOUSEHOLD):
        fields = [name for name in _FIELDS[kind] if name != "from_day" or kind == HOUSEHOLD]
        own = {name: answers[name] for name in fields if name in answers}
        if set(_REQUIRED[kind]) <= own.keys():
            yield kind, own | {name: answers[name] for name in _SAID}


_ENDS: Mapping[str, str] = {"over": "It is so no longer", "wrong": "It was never so"}
_ENDS_OF_PERSON: Mapping[str, str] = {
    "over": "They are not around the child any more",
    "died": "They have died",
    "wrong": "They were recorded by mistake, or twice",
}


def end_form(kind: str) -> Schema:
    """What is asked where a fact holds no longer, and nothing takes its place."""
    ways = _ENDS_OF_PERSON if kind == PERSON else _ENDS
    shown = {"ended_as": [one for one in ways if one != "wrong"]}
    dated: Schema = {"properties": {"ended_as": {"enum": shown["ended_as"]}}, "required": ["ended_as"]}
    return {
        "title": "This holds no longer",
        "properties": {
            "ended_as": _one_of(ways, "What has become of it?"),
            "ended_on": {**_PAST, "title": "Since which day?", "x-ui": {"kind": "date", "show_if": shown}},
            **_SAID,
        },
        "required": ["ended_as", "known_on", "source"],
        "allOf": [{"if": dated, "then": {"required": ["ended_on"]}}],
    }


Against = Callable[[Mapping[str, Any]], Iterator[Finding]]


def days_in_order(since: date | None = None) -> Against:
    """Finds that something ended before it began. `since` is when that began which is to end."""

    def against(answers: Mapping[str, Any]) -> Iterator[Finding]:
        begin = answers.get("from_day") or (since.isoformat() if since else "")
        for name in ("until_day", "ended_on"):
            if begin and answers.get(name, begin) < begin:
                yield Finding((name,), "This is before the day on which it began.")

    return against


def fact_as_asked(said: Mapping[str, Any]) -> tuple[Schema, dict[str, Any]]:
    """The form and the answers of which a row or an entry was made, so that it is told question by question. `said` is
    by the names of the columns; days are in words of ISO 8601. Of whom it is stands first.
    """
    form = end_form(said["kind"]) if said["only_ends"] else fact_form(said["kind"], changes=bool(said["ends_id"]))
    whose = {"of": {**_LINE, "title": "Whom is it about?"}}
    days = {"from_day": said["holds_from"], "until_day": said["holds_until"]}
    own = {"of": said["name"] or "The child", **said["said"], **days}
    own |= {name: said[name] for name in ("ended_as", "ended_on", "known_on", "source")}
    form = {**form, "properties": {**whose, **form["properties"]}}
    return form, {name: own[name] for name in form["properties"] if own.get(name)}
