"""A task that comes up again in its instance: what was answered the last time, and why it came back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.base.subject import Subject
from engine.forms import decisions
from engine.process.bundle import Model
from engine.reads.case.answered import Given
from engine.reads.case.earlier import EarlierAnswers, was_left_out
from engine.reads.task.form_view import FormView
from engine.tables import Answers


@dataclass(frozen=True, slots=True)
class Before:
    """`given` are the answers of the last time. `verdict` is what whoever judged them since said of them, where the
    drawing lets somebody judge them (property `not_by`).
    """

    given: Given
    verdict: Given | None


def before(model: Model, about: Subject, earlier: EarlierAnswers) -> Before | None:
    """Of what the reader may see. None where the task comes up for the first time.

    What several agencies do side by side is no repetition.
    """
    elements = model.drawings[about.process].elements
    if "for_each" in elements[about.element].properties:
        return None
    here = Answers.instance_id == about.instance
    done = (here, Answers.element == about.element, ~was_left_out())
    last = next(iter(earlier.those(*done, most=1)), None)
    if last is None:
        return None
    judging = {name for name, one in elements.items() if one.properties.get("not_by") == about.element}
    since = (here, Answers.element.in_(judging), Answers.at >= last.at)
    return Before(last, next(iter(earlier.those(*since, most=1) if judging else ()), None))


def filled_again(form: FormView, model: Model, last: Given) -> FormView:
    """With the answers of the last time, so that nobody types twice. What is decided, when it happened and what hangs
    on the moment (why it is late) is answered anew.
    """
    schema = model.form(last.process, last.element) or {}
    fields: Mapping[str, Any] = schema.get("properties", {})
    anew = decisions(schema, last.answers)
    again = {
        one.id: last.answers[one.id]
        for one in form.questions
        if one.id in last.answers and one.id not in anew and not _of_a_moment(fields.get(one.id))
    }
    others = {name: one for name, one in form.earlier.items() if name not in again}
    return replace(form, filled={**form.filled, **again}, earlier=others)


def _of_a_moment(field: Mapping[str, Any] | None) -> bool:
    return field is None or "x-when" in field or field.get("format") in ("date", "date-time")
