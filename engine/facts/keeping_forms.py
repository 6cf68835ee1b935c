"""What is asked where somebody is barred from a child, a case is restricted, somebody breaks the glass or opens very
many cases.
"""

from collections.abc import Mapping

from engine.forms.questions import Schema

LONGEST_REASON = 500


def reason(title: str, description: str = "This is kept in the record. Name no child.") -> Schema:
    ui = {"kind": "long_text", "rows": 3}
    return {"type": "string", "title": title, "description": description, "maxLength": LONGEST_REASON, "x-ui": ui}


def _review(question: str) -> Schema:
    return {
        "title": "What did you find?",
        "properties": {
            "verdict": {
                "type": "string",
                "title": question,
                "oneOf": [{"const": "right", "title": "Yes"}, {"const": "wrong", "title": "No"}],
                "x-ui": {"kind": "one_of"},
            },
            "reason": reason("How do you know?"),
        },
        "required": ["verdict", "reason"],
    }


def _text(title: str, description: str, longest: int = 254) -> Schema:
    return {"type": "string", "title": title, "description": description, "maxLength": longest}


_REFERENCE = _text("Which case?", "Its reference, like MBF7-HJD3.", 20)
_EMAILS: Schema = {
    "type": "string",
    "title": "Who may know of it?",
    "description": "Their email addresses, one on each line. At least one must be able to lead the case in its team.",
    "maxLength": 10_000,
    "x-ui": {"kind": "long_text", "rows": 5},
}
BAR: Schema = {
    "title": "Bar somebody from a child",
    "properties": {
        "reference": {**_REFERENCE, "title": "Which child?", "description": "The reference of any case of the child."},
        "who": _text("Who is barred?", "The email address with which they sign in."),
        "reason": reason("Why?"),
    },
    "required": ["reference", "who", "reason"],
}
END_BAR: Schema = {
    "title": "Ask to end this bar",
    "properties": {"reason": reason("Why may they know of this child again?")},
    "required": ["reason"],
}
RESTRICT_BY_REFERENCE: Schema = {
    "title": "Restrict a case",
    "properties": {"reference": _REFERENCE, "emails": _EMAILS, "reason": reason("Why?")},
    "required": ["reference", "emails", "reason"],
}
NAME_BY_EMAIL: Schema = {
    "title": "Change who may know of it",
    "properties": {"emails": _EMAILS},
    "required": ["emails"],
}
END_RESTRICTION: Schema = {
    "title": "End the restriction",
    "properties": {"reason": reason("Why may everybody of the team know of it again?")},
    "required": ["reason"],
}
WHY_MANY: Schema = {
    "title": "Why do you open so many cases?",
    "properties": {"reason": reason("Why?")},
    "required": ["reason"],
}
BREAK_GLASS: Schema = {
    "title": "Open a case in an emergency",
    "properties": {
        "reference": _text("Reference of the case", "If you have it. Else the child’s name and birth date.", 20),
        "given_name": _text("First name", "", 100),
        "family_name": _text("Last name", "", 100),
        "born": {"type": "string", "format": "date", "title": "Date of birth"},
        "reason": reason(
            "Why do you need to see it now?",
            "A privacy officer reads this and asks you about it. It is kept in the record: name no child.",
        ),
    },
    "required": ["reason"],
}
REVIEW, LOOK_REVIEW = _review("Was it right to open the case?"), _review("Did they have a reason to look?")
"""What was found of a use of break glass, and of an unusual look."""


def restrict_form(people: Mapping[str, str], *, asks_reason: bool) -> Schema:
    """`people` are those who would know of the case, by account: who may know of it is chosen among them."""
    choices = [{"const": account, "title": name} for account, name in people.items()]
    accounts: Schema = {
        "type": "array",
        "title": "Who may know of it?",
        "description": "At least one of them must be able to lead the case in its team.",
        "items": {"type": "string", "oneOf": choices},
        "minItems": 1,
        "x-ui": {"kind": "any_of"},
    }
    why = {"reason": reason("Why?")} if asks_reason else {}
    title = "Restrict this case" if asks_reason else "Change who may know of this case"
    return {"title": title, "properties": {"accounts": accounts, **why}, "required": ["accounts", *why]}
