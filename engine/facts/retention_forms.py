"""What is asked where it is settled how long cases are kept, one is put on legal hold, or one is erased."""

from collections.abc import Mapping
from typing import Any

from engine.facts.keeping_forms import reason
from engine.forms.questions import Schema

EVERY_CASE = "every"
MOST_YEARS = 150


def _reason(title: str) -> Schema:
    """It stays when all else of the case is erased."""
    return reason(title, "This stays in the record for good, so name no child and nobody of a family.")


def _chosen(title: str, choices: Mapping[str, str], description: str = "") -> Schema:
    offered: list[dict[str, Any]] = [{"const": value, "title": words} for value, words in choices.items()]
    about = {"description": description} if description else {}
    return {"type": "string", "title": title, **about, "oneOf": offered, "x-ui": {"kind": "one_of"}}


def rule_form(processes: Mapping[str, str]) -> Schema:
    """`processes` are titles by process."""
    return {
        "title": "Add a rule",
        "properties": {
            "years": {
                "type": "integer",
                "title": "How many years is a case kept?",
                "minimum": 1,
                "maximum": MOST_YEARS,
            },
            "counts_from": _chosen(
                "Counted from when?",
                {"closure": "The day on which the case was closed", "birth": "The day on which the child was born"},
            ),
            "cases": _chosen(
                "For which cases?",
                {EVERY_CASE: "Every case", **processes},
                "Every case, or those alone in which this process ran.",
            ),
        },
        "required": ["years", "counts_from", "cases"],
    }


END_RULE: Schema = {
    "title": "End this rule",
    "properties": {"reason": _reason("Why does it hold no longer?")},
    "required": ["reason"],
}
HOLD: Schema = {
    "title": "Put a case on legal hold",
    "properties": {
        "reference": {
            "type": "string",
            "title": "Which case?",
            "description": "Its reference, like MBF7-HJD3.",
            "maxLength": 20,
        },
        "reason": _reason("Why must it be kept?"),
    },
    "required": ["reference", "reason"],
}
LIFT: Schema = {
    "title": "Lift the hold",
    "properties": {"reason": _reason("Why need it be kept no longer?")},
    "required": ["reason"],
}
PROPOSE: Schema = {
    "title": "Propose to erase this case",
    "properties": {"reason": _reason("Why is it right to erase it now?")},
    "required": ["reason"],
}
DECIDE: Schema = {
    "title": "Decide about the erasure",
    "properties": {
        "verdict": _chosen(
            "Is this case to be erased?",
            {"erase": "Yes, erase it. Nobody can bring it back", "keep": "No, keep it"},
        ),
        "reason": _reason("Why?"),
    },
    "required": ["verdict", "reason"],
}
