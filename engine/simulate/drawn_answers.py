"""What somebody answers to a form: what the table of rates says of it, and the product's own valid answers for the rest."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import Connection

from engine import forms
from engine.base.clock import LONDON
from engine.base.subject import Subject
from engine.facts.case_now import CaseRead
from engine.facts.circumstances import situation
from engine.forms.filling import TEXT, leading_nowhere
from engine.forms.questions import SEVERAL, Question, is_shown
from engine.forms.schema import conditions_of, refusals_of
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.simulate.chance import ahead, drawn, one_of
from engine.simulate.families import invented
from engine.simulate.rates import HOURS, Rates

# What was filled in may make another question hold, and that one more; no form goes on for longer.
ROUNDS = 5
MOST_SENTENCES = 3
PLANNED_AT = time(14, 0)


def drawn_answers(
    connection: Connection,
    who: Actor,
    model: Model,
    rates: Rates,
    subject: Subject,
    random: Random,
    now: datetime,
    *,
    given: Mapping[str, Any],
    number: int = 1,
) -> dict[str, Any]:
    """`given` stays as it is. `number`: how often the process has run in the case, this time included."""
    form = model.form(subject.process, subject.element)
    if form is None:
        return {}
    case_now = CaseRead(connection, subject.case, who) if subject.case else None
    stands = situation(connection, who, model, subject, given, now, case_now)
    asked = forms.questions(form, stands.holding, stands.choices)
    answers = {**given, **_chosen(rates, subject, random, now, asked, given, number)}
    before = dict.fromkeys(name for name in answers if name not in given)
    hangs_on_answers = bool(conditions_of(form) or refusals_of(form))
    for _ in range(ROUNDS if hangs_on_answers else 1):
        if hangs_on_answers:
            stands = situation(connection, who, model, subject, answers, now, case_now)
        answers, more = forms.fill(form, answers, stands.holding, now, stands.choices, before)
        before |= dict.fromkeys(more)
        if not more:
            break
    kinds = {one.id: one.kind for question in asked for one in (question, *question.questions)}
    return {name: _worded(random, answer, name, kinds) for name, answer in answers.items()}


def _chosen(
    rates: Rates,
    subject: Subject,
    random: Random,
    now: datetime,
    asked: Sequence[Question],
    given: Mapping[str, Any],
    number: int,
) -> dict[str, Any]:
    """Of the questions that are shown, in their order: those of the table, and somebody where a person is asked for."""
    chosen: dict[str, Any] = {}
    for question in asked:
        path = f"{subject.process}.{subject.element}.{question.id}"
        if question.id in given or not is_shown(question, {**given, **chosen}):
            continue
        if question.choices and path in rates.chosen:
            answer = _of_choices(rates, path, random, asked, question, number)
        elif path in rates.planned:
            answer = _ahead(rates, path, random, question, now)
        elif question.kind == "person" and question.choices and question.required:
            answer = random.choice(sorted(question.choices, key=lambda one: one.label)).value
        else:
            continue
        if answer:
            chosen[question.id] = answer
    return chosen


def _of_choices(
    rates: Rates, path: str, random: Random, asked: Sequence[Question], question: Question, number: int
) -> Any:
    """Of what is offered now. None where the table gives it no share."""
    dead = leading_nowhere(asked, question)
    offered = [one.value for one in question.choices if one.value not in dead]
    shares = {value: rates.share(path, value, number) for value in offered}
    if question.kind in SEVERAL:
        return [value for value, share in shares.items() if random.random() < share]
    return one_of(random, shares)


def _ahead(rates: Rates, path: str, random: Random, question: Question, now: datetime) -> str:
    span = rates.planned[path]
    number = drawn(random, span)
    if span.unit == HOURS:
        moment = (now + number * timedelta(hours=1)).astimezone(LONDON).replace(microsecond=0)
        return moment.isoformat()
    day = ahead(now, span.unit, number)
    if question.kind == "date_time":
        return datetime.combine(day, PLANNED_AT, LONDON).isoformat()
    return day.isoformat()


def _worded(random: Random, answer: Any, name: str, kinds: Mapping[str, str]) -> Any:
    """With invented words for what the product fills in where words are asked for: sentences, or who somebody is."""
    if answer == TEXT:
        lists = invented()
        if kinds.get(name) == "text":
            return f"{random.choice(lists['given_names'])} {random.choice(lists['family_names'])}"
        return " ".join(random.sample(lists["sentences"], random.randint(1, MOST_SENTENCES)))
    if isinstance(answer, list):
        return [_worded(random, one, name, kinds) for one in cast("list[Any]", answer)]
    if isinstance(answer, dict):
        items = cast("dict[str, Any]", answer).items()
        return {inner: _worded(random, one, inner, kinds) for inner, one in items}
    return answer
