"""What is asked where a text is set that is to be signed, and where somebody signed for an organisation."""

from engine.forms.questions import Schema
from engine.people.signed import CONDUCT, SHARING

LONGEST_AGREEMENT = 20_000
TITLES = {SHARING: "Agreement on sharing information", CONDUCT: "Code of conduct"}
SET_TEXT: Schema = {
    "title": "Set a new version",
    "properties": {
        "text": {
            "type": "string",
            "title": "The whole text",
            "description": "It takes the place of the one before, where there is one: whoever signed that signs again.",
            "maxLength": LONGEST_AGREEMENT,
            "x-ui": {"kind": "long_text", "rows": 15},
        },
        "first_day": {
            "type": "string",
            "format": "date",
            "title": "From which day must it be signed?",
            "description": "Leave it empty for now. With a day, organisations can sign before it.",
        },
    },
    "required": ["text"],
}
SIGN_FOR: Schema = {
    "title": "Note that it was signed",
    "properties": {
        "name": {"type": "string", "title": "Who signed for the organisation?", "maxLength": 100},
        "signed_on": {"type": "string", "format": "date", "title": "On which day?", "x-check": "not_in_future"},
    },
    "required": ["name", "signed_on"],
}
