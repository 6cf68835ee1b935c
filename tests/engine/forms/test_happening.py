"""When something happened, as forms say it: one answer for the dates of a plan and for the replay of a case."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import forms
from engine.forms.happening import DATING, happened_at
from engine.forms.schema import conditions_of
from tests.builders import MONDAY, shipped_model
from tests.engine.forms.builders import NOW, make_field, make_form

EARLIER, LATER = NOW - timedelta(days=1), NOW + timedelta(days=1)


def moment(role: str = "happened_at") -> dict[str, Any]:
    return make_field(kind="date_time", x_role=role)


def test_the_first_answer_in_the_order_of_the_form_counts() -> None:
    form = make_form(note=make_field(), first=moment(), second=moment("order_made_at"))
    answers = {"second": NOW.isoformat(), "first": EARLIER.isoformat(), "note": "2013-01-01"}
    assert happened_at(form, answers, NOW) == EARLIER
    assert happened_at(form, {"second": NOW.isoformat()}, NOW) == NOW
    assert happened_at(form, {"note": "2013-01-01"}, NOW) is None


def test_what_lies_ahead_of_the_recording_has_not_happened() -> None:
    form = make_form(first=moment(), second=moment("received_at"))
    assert happened_at(form, {"first": LATER.isoformat(), "second": EARLIER.isoformat()}, NOW) == EARLIER
    assert happened_at(form, {"first": LATER.isoformat()}, NOW) is None


def dated(form: Mapping[str, Any]) -> list[str]:
    return [name for name, field in form["properties"].items() if field.get("x-check") == "not_in_future"]


@pytest.mark.parametrize("path", sorted(shipped_model().forms))
def test_every_shipped_form_that_asks_when_something_happened_says_so(path: str) -> None:
    """What may not lie in the future has happened: each such question dates it, so nothing is dated by its name."""
    form = shipped_model().forms[path]
    if "other_reference" in json.dumps(form):
        return  # it asks many days of what happened in another system, and comes from files
    assert dated(form) == [name for name, field in form["properties"].items() if field.get("x-role") in DATING]


@pytest.mark.parametrize("path", [path for path, form in shipped_model().forms.items() if dated(form)])
def test_a_filled_form_is_dated_by_its_first_answer(path: str) -> None:
    form = shipped_model().forms[path]
    answers, _ = forms.fill(form, {}, conditions_of(form), MONDAY)
    given = [answers[name] for name in dated(form) if name in answers]
    expected = datetime.fromisoformat(given[0]).date() if given else None
    found = happened_at(form, answers, MONDAY)
    assert (found.date() if found else None) == expected
