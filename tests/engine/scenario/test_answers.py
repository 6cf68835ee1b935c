"""What a story writes short, its form gets long."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine import forms
from engine.forms import Choice
from engine.scenario.story_answers import Expansion, expand

AT = datetime(2013, 9, 2, 14, 30, tzinfo=UTC)
FORM = {
    "properties": {
        "reason": {"type": "string"},
        "lead": {"type": "string", "x-ui": {"kind": "person"}},
        "contributors": {"type": "array", "items": {"type": "string"}, "x-ui": {"kind": "agencies"}},
        "review_date": {"type": "string", "format": "date"},
        "held_at": {"type": "string", "format": "date-time"},
        "told": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "told": {"type": "string", "oneOf": [{"const": "yes", "title": "Yes"}]},
                    "on": {"type": "string", "format": "date"},
                },
            },
        },
        "others": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"given_name": {"type": "string"}, "at_risk": {"type": "string"}},
            },
        },
        "withdrawn": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"what": {"type": "string", "x-role": "row"}, "why": {"type": "string"}},
            },
            "x-ui": {"kind": "list"},
            "x-choices": "running_work",
        },
    }
}
CHOICES = {"withdrawn": (Choice("referral", "Referral"), Choice("assessment", "Assessment"))}


def called(name: str) -> str:
    return f"<{name}>"


@pytest.mark.parametrize(
    ("written", "answers"),
    [
        ({"reason": "Because"}, {"reason": "Because"}),
        ({"lead": "social_worker.2"}, {"lead": "<social_worker.2>"}),
        ({"contributors": "police"}, {"contributors": ["police"]}),
        ({"contributors": ["police", "health"]}, {"contributors": ["police", "health"]}),
        ({"review_date": date(2013, 9, 9)}, {"review_date": "2013-09-09"}),
        ({"review_date": datetime(2013, 9, 9, 10)}, {"review_date": "2013-09-09"}),  # noqa: DTZ001
        ({"held_at": datetime(2013, 9, 1, 10)}, {"held_at": "2013-09-01T10:00:00"}),  # noqa: DTZ001
        ({"held_at": date(2013, 9, 1)}, {"held_at": "2013-09-01T15:30:00"}),
        ({"told": "yes"}, {"told": [{"told": "yes"}]}),
        ({"name": "Mum"}, {"told": [{"name": "Mum"}]}),
        ({"told": {"told": "yes", "on": date(2013, 9, 1)}}, {"told": [{"told": "yes", "on": "2013-09-01"}]}),
        ({"told": [{"told": "yes"}, {"name": "Dad"}]}, {"told": [{"told": "yes"}, {"name": "Dad"}]}),
        (
            {"why": "Not needed"},
            {"withdrawn": [{"what": "referral", "why": "Not needed"}, {"what": "assessment", "why": "Not needed"}]},
        ),
        ({"others": ["ben"]}, {"others": [{"given_name": "Ben"}]}),
        ({"others": [{"child": "ben", "at_risk": "no"}]}, {"others": [{"given_name": "Ben", "at_risk": "no"}]}),
        ({"others": ["tom"]}, {"others": ["tom"]}),
        ({"unknown": [date(2013, 9, 1)]}, {"unknown": ["2013-09-01"]}),
        ({"contributors": 5, "told": ["yes"]}, {"contributors": [5], "told": ["yes"]}),
    ],
)
def test_short_forms_are_made_long(written: dict[str, Any], answers: dict[str, Any]) -> None:
    asked = {question.id: question for question in forms.questions(FORM, frozenset(), CHOICES)}
    expansion = Expansion(called, AT, {"ben": {"given_name": "Ben", "born": date(2009, 6, 3)}})
    assert expand(written, asked, expansion) == answers
