"""What is asked where somebody records what was shared with whom, or what is wished about that."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms.findings import Finding
from engine.forms.questions import Schema
from engine.forms.sharing_block import AGAINST_WISHES, Recipients, recipients
from engine.process.bundle import Model

SHORT, LONG = 500, 2000
_TEXT: Schema = {"type": "string", "maxLength": LONG, "x-ui": {"kind": "long_text", "rows": 3}}
_LINE: Schema = {"type": "string", "maxLength": SHORT}
_PAST: Schema = {"type": "string", "format": "date", "x-check": "not_in_future"}
_WITHOUT: Schema = {"show_if": {"consent": ["refused", "not_sought"]}}


def _choice(**titles: str) -> list[dict[str, str]]:
    return [{"const": value, "title": title} for value, title in titles.items()]


CONSENT_WORDS: Mapping[str, str] = {
    "given": "Yes, they agreed",
    "refused": "No, they refused",
    "not_sought": "They were not asked",
}
WITHOUT_CONSENT_WORDS: Mapping[str, str] = {
    "not_possible": "It was not possible to ask",
    "not_reasonable_to_expect": "It was not reasonable to expect me to ask",
    "would_put_a_child_at_risk": "To ask would have put a child at risk",
    "protects_a_child": "A child would be at risk if it were not shared",
    "required_by_law": "The law requires it to be shared",
}
AGAINST_WORDS: Mapping[str, str] = {
    "anybody": "With anybody at all",
    "agencies": "With these agencies",
    "somebody": "With somebody else",
}
_ABOUT_CONSENT: Mapping[str, Schema] = {
    "consent": {
        "type": "string",
        "title": "Did those whom it is about agree?",
        "oneOf": _choice(**CONSENT_WORDS),
        "x-role": "consent",
        "x-decision": True,
    },
    "without_consent_because": {
        "type": "string",
        "title": "Why was it shared without consent?",
        "oneOf": _choice(**WITHOUT_CONSENT_WORDS),
        "x-ui": {"kind": "one_of", **_WITHOUT},
        "x-role": "without_consent_because",
        "x-decision": True,
    },
    "told_of_it": {
        "type": "string",
        "title": "Were they told that it was shared?",
        "x-ui": {"kind": "yes_no", **_WITHOUT},
        "x-role": "told_of_it",
        "x-decision": True,
    },
    "not_told_because": {
        **_TEXT,
        "title": "Why were they not told?",
        "x-ui": {"kind": "long_text", "rows": 2, "show_if": {"told_of_it": "no"}},
        "x-role": "not_told_because",
    },
    "against_wishes_because": {
        **_TEXT,
        "title": "This goes against a wish. Why was it shared all the same?",
        "x-when": AGAINST_WISHES,
        "x-role": "against_wishes_because",
    },
}
_REQUIRED_THEN: tuple[Schema, ...] = (
    {
        "if": {"properties": {"consent": {"enum": ["refused", "not_sought"]}}, "required": ["consent"]},
        "then": {"required": ["without_consent_because", "told_of_it"]},
    },
    {
        "if": {"properties": {"told_of_it": {"const": "no"}}, "required": ["told_of_it"]},
        "then": {"required": ["not_told_because"]},
    },
)


def _agencies(agencies: Mapping[str, str], **also: Any) -> Schema:
    return {
        "type": "array",
        "items": {"type": "string", "oneOf": _choice(**agencies)},
        "uniqueItems": True,
        **also,
    }


def agency_names(model: Model) -> dict[str, str]:
    """By id."""
    return {one.id: one.name for one in model.agencies.values()}


def agencies_to_tell(model: Model) -> dict[str, str]:
    """Those with whom the agency that has the cases may share, by id."""
    return {one: name for one, name in agency_names(model).items() if one in model.agencies_to_ask}


def share_form(agencies: Mapping[str, str]) -> Schema:
    """`agencies` are the names of those that can be chosen, by id."""
    return {
        "title": "Record what was shared",
        "properties": {
            "what": {**_TEXT, "title": "What was shared?", "x-ui": {"kind": "long_text", "rows": 2}},
            "agencies": _agencies(agencies, title="With which agencies?", **{"x-role": "shared_with"}),
            "others": {
                **_LINE,
                "title": "With whom else?",
                "description": "For example: the GP of the father.",
                "x-role": "shared_with",
            },
            "why": {**_TEXT, "title": "Why did they need it?", "x-ui": {"kind": "long_text", "rows": 2}},
            "shared_on": {**_PAST, "title": "When was it shared?"},
            **_ABOUT_CONSENT,
        },
        "required": ["what", "why", "shared_on", "consent"],
        "allOf": [*_REQUIRED_THEN],
    }


def with_somebody(form: Schema) -> Any:
    """Finds that what is recorded as shared went to nobody."""

    def against(answers: Mapping[str, Any]) -> Iterator[Finding]:
        if not recipients(form, answers):
            yield Finding(("agencies",), "Say with whom it was shared: choose an agency, or name somebody.")

    return against


def recipients_in(agencies: Mapping[str, str], answers: Mapping[str, Any]) -> Recipients:
    return recipients(share_form(agencies), answers)


def wish_form(agencies: Mapping[str, str]) -> Schema:
    """`agencies` as in `share_form`."""
    return {
        "title": "Record a wish about sharing",
        "properties": {**_WHOSE, **_with_whom(agencies), "why": _WHY_NOT, **_SAID},
        "required": ["whose", "what", "against", "said_on", "source"],
        "allOf": [
            _then("whose", "parent", "who"),
            _then("against", "agencies", "agencies"),
            _then("against", "somebody", "others"),
        ],
    }


_WHOSE: Mapping[str, Schema] = {
    "whose": {
        "type": "string",
        "title": "Whose wish is it?",
        "oneOf": _choice(child="The child’s", parent="A parent’s, or of somebody else who cares for the child"),
    },
    "who": {
        **_LINE,
        "title": "Who is it?",
        "description": "For example: the mother.",
        "x-ui": {"kind": "text", "show_if": {"whose": "parent"}},
    },
    "what": {
        **_TEXT,
        "title": "What do they not want to be shared?",
        "description": "In their own words, if you can.",
    },
}
_WHY_NOT: Schema = {
    **_TEXT,
    "title": "Why do they not want it?",
    "description": "Leave this empty if they did not say.",
}


def _with_whom(agencies: Mapping[str, str]) -> Mapping[str, Schema]:
    shown = {"kind": "any_of", "show_if": {"against": "agencies"}}
    return {
        "against": {
            "type": "string",
            "title": "With whom should it not be shared?",
            "oneOf": _choice(**AGAINST_WORDS),
        },
        "agencies": _agencies(agencies, title="Which agencies?", **{"x-ui": shown}),
        "others": {**_LINE, "title": "With whom?", "x-ui": {"kind": "text", "show_if": {"against": "somebody"}}},
    }


_SAID: Mapping[str, Schema] = {
    "said_on": {**_PAST, "title": "When did they say so?"},
    "source": {
        **_LINE,
        "title": "How do you know?",
        "description": "For example: she told me on the visit.",
    },
}
WITHDRAW_WISH: Schema = {
    "title": "This wish holds no longer",
    "properties": {**_SAID},
    "required": ["said_on", "source"],
}


def _then(field: str, value: str, asked: str) -> Schema:
    return {
        "if": {"properties": {field: {"const": value}}, "required": [field]},
        "then": {"required": [asked]},
    }


def as_asked(said: Mapping[str, Any], agencies: Mapping[str, str]) -> tuple[Schema, dict[str, Any]]:
    """The form and the answers of which a row or an entry was made, be it of a share or of a wish, so that it is told
    question by question. `said` is by the names of the columns; days are in words of ISO 8601.
    """
    if "whose" in said:
        form = wish_form(agencies)
        return form, {name: said[name] for name in form["properties"] if said.get(name)}
    answers = {**said, "without_consent_because": said["without_consent"], "told_of_it": said["told"]}
    form = share_form(agencies)
    return form, {name: answers[name] for name in form["properties"] if answers.get(name)}
