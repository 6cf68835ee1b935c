"""Answers as random as a form allows: any of its choices, any time near now, and sometimes what no form could take."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from engine import forms
from engine.base.subject import Subject
from engine.facts.circumstances import situation
from engine.facts.models import in_force
from engine.forms.questions import SEVERAL, Question
from tests.builders import DAY, HERE, Authority, child, filled, who_sees_all

# What leads on: taken every other time where it is offered, so that walks come far and still turn off everywhere.
ONWARD = (
    *("strategy_discussion", "section_47", "substantiated_continuing_risk", "plan", "continue", "yes", "child_in_need"),
    *("permanent", "conference_held", "police_protection", "order_made", "seek_order", "extend_order", "moved", "act"),
    "child_in_need_plan",
)
NONSENSE: tuple[Any, ...] = (
    None,
    7,
    -1,
    True,
    "",
    "\x00",
    "nobody",
    "9999-99-99",
    [],
    [None],
    {},
    {"what": []},
    "x" * 30_000,
)
BEHIND = frozenset({"answered_on", "concluded_on", "confirmed_on", "born"})
LONGEST_AGO = 12
FURTHEST_AHEAD = 40
WEEK = timedelta(days=7)


def answers_of(at: Authority, random: Random, subject: Subject, now: datetime) -> dict[str, Any]:
    """Answers that a person might give; a few are refused all the same."""
    with at.database.read() as connection:
        model = in_force(connection, HERE)
        stands = situation(connection, who_sees_all(HERE), model, subject, {}, now)
        form = model.form(subject.process, subject.element) or {}
    asked = forms.questions(form, stands.holding, stands.choices) if form else ()
    given = _given(random, asked, now)
    if "children" in form.get("properties", {}):
        given["children"] = [a_child(random, now) for _ in range(random.choice((1, 1, 1, 2)))]
    return filled(database=at.database, subject=subject, given=given, now=now)


def nonsense_for(random: Random, answers: Mapping[str, Any]) -> Any:
    """The answers with one of them spoilt, one left out, one too many; or no answers at all."""
    if random.random() < 0.1:
        return random.choice(NONSENSE)
    spoilt = dict(answers)
    name = random.choice([*spoilt, "unknown"])
    if random.random() < 0.3:
        spoilt.pop(name, None)
        return spoilt
    return {**spoilt, name: random.choice(NONSENSE)}


def a_child(random: Random, now: datetime) -> dict[str, str]:
    """From not yet born to nearly of age."""
    name = random.choice(("Ada", "Ben", "Cleo", "Dan"))
    if random.random() < 0.2:
        expected = now + random.randrange(1, 30) * WEEK
        return {"given_name": name, "family_name": "Example", "expected": f"{expected:%Y-%m-%d}"}
    born = now - timedelta(days=random.choice((1, 40, 900, 3000, 6000, 6500, 6570)))
    return child(given_name=name, born=f"{born:%Y-%m-%d}")


def _given(random: Random, asked: Sequence[Question], now: datetime) -> dict[str, Any]:
    chosen = {question.id: _chosen(random, question, now) for question in asked}
    return {name: value for name, value in chosen.items() if value is not None}


def _chosen(random: Random, question: Question, now: datetime) -> Any:
    """None leaves it to the builders, which fill in what is required."""
    if not question.decision and random.random() < 0.4:
        return None
    if question.kind == "list":
        return _rows(random, question, now)
    if question.choices:
        return _of_choices(random, question)
    if question.kind in ("date", "date_time"):
        return _when(random, question, now)
    return None


def _rows(random: Random, question: Question, now: datetime) -> Any:
    if question.choices:
        return None
    return [_given(random, question.questions, now) for _ in range(random.randrange(3))] or None


def _of_choices(random: Random, question: Question) -> Any:
    values = [choice.value for choice in question.choices]
    if question.kind in SEVERAL:
        return random.sample(values, random.randint(1, len(values)))
    onward = [value for value in values if value in ONWARD]
    return random.choice(onward if onward and random.random() < 0.5 else values)


def _when(random: Random, question: Question, now: datetime) -> str | None:
    """Meetings and visits lie behind, what is planned lies ahead; now and then it is the other way round."""
    behind = question.id in BEHIND or (question.id.endswith("_at") and question.id != "order_ends_at")
    days = -random.randrange(LONGEST_AGO) if behind else random.choice((1, 2, 5, 7, 14, FURTHEST_AHEAD))
    at = now + (-days if random.random() < 0.05 else days) * DAY
    return at.isoformat() if question.kind == "date_time" else f"{at:%Y-%m-%d}"
