"""What is asked where somebody says that an answer of the record is wrong (UK GDPR article 16)."""

from collections.abc import Mapping
from typing import Any

from engine.forms.questions import Schema


def dispute_form(form: Schema, answers: Mapping[str, Any]) -> Schema:
    """Of the answers to one form: which of them, who says so, and what they say."""
    fields: Schema = form.get("properties", {})
    asked = [{"const": name, "title": field["title"]} for name, field in fields.items() if name in answers]
    return {
        "title": "Keep what somebody says is wrong",
        "properties": {
            "field": {"type": "string", "title": "Which answer is said to be wrong?", "oneOf": asked},
            "said_by": {
                "type": "string",
                "title": "Who says so?",
                "description": "For example: the child’s mother.",
                "maxLength": 200,
                "x-ui": {"width": "20"},
            },
            "words": {
                "type": "string",
                "title": "What do they say?",
                "description": "In their own words. Everybody who may read the answer reads this beside it.",
                "maxLength": 5000,
                "x-ui": {"kind": "long_text", "rows": 5},
            },
            "said_on": {
                "type": "string",
                "format": "date",
                "title": "When did they say it?",
                "x-check": "not_in_future",
            },
        },
        "required": ["field", "said_by", "words", "said_on"],
    }
