"""A form on its way: shown with what was typed, changed by its own buttons, kept as a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request

from engine.base.identifiers import new_id
from engine.forms.questions import Question
from engine.reads.task.form_view import FormView
from webapp.components import Field, errors_of, fields_of, with_items
from webapp.fields import Typed, tidied, typed_of, with_another, without
from webapp.pages import OWN_FIELDS

STALE = "This page had been open for too long, so nothing was sent. Check your answers and send them again."


@dataclass(frozen=True, slots=True)
class FormOnPage:
    """A form as a template draws it. `errors` are for the summary; `focus` is the list that has just grown."""

    asked: FormView
    fields: tuple[Field, ...]
    errors: Sequence[Mapping[str, str]]
    submission: str
    from_draft: bool
    focus: str = ""


def typed_now() -> dict[str, list[str]]:
    return {name: values for name, values in request.form.lists() if name not in OWN_FIELDS}


def blank(asked: FormView, now: datetime) -> FormOnPage:
    """As it is first shown: with the reader's draft, else with earlier answers and the present time filled in."""
    typed: Typed = _kept(asked) or typed_of(asked.questions, {**_times(asked.questions, now), **asked.filled})
    return FormOnPage(asked, fields_of(asked.questions, typed, {}), [], new_id(), from_draft=bool(asked.draft))


def _kept(asked: FormView) -> Typed:
    """The reader's draft: from a page as it was typed, in lists; from a command that could not be saved, answers."""
    is_typed = all(isinstance(value, list) for value in asked.draft.values())
    return asked.draft if is_typed else typed_of(asked.questions, asked.draft)


def again(asked: FormView, typed: Typed, problems: Mapping[str, str]) -> FormOnPage:
    """With everything that was typed, and what is wrong with it."""
    fields = fields_of(asked.questions, tidied(asked.questions, typed), problems)
    return FormOnPage(asked, fields, errors_of(fields, problems), _submission(), from_draft=False)


def changes_a_list() -> bool:
    return request.form.get("do", "").startswith(("add:", "remove:"))


def changed(asked: FormView, typed: Typed) -> FormOnPage:
    """After “add another” or “remove”: nothing is checked and nothing is sent."""
    action, _, path = request.form.get("do", "").partition(":")
    change = with_another if action == "add" else without
    fields = fields_of(asked.questions, change(asked.questions, typed, path), {})
    return FormOnPage(asked, fields, [], _submission(), from_draft=False, focus=path if action == "add" else "")


def copied(questions: Sequence[Question], typed: Typed) -> list[tuple[str, str]]:
    """What was typed, question by question, for somebody who will want to copy it."""
    return [(_label(field), text) for field in with_items(fields_of(questions, typed, {})) if (text := _text(field))]


def _label(field: Field) -> str:
    number = next((int(part) + 1 for part in reversed(field.name.split(".")) if part.isdecimal()), 0)
    return f"{field.question.title} ({number})" if number else field.question.title


def _text(field: Field) -> str:
    if field.question.kind in ("date", "date_time"):
        return " ".join(part for part in map(field.part, ("day", "month", "year", "time")) if part)
    words = {choice.value: choice.label for choice in field.question.choices}
    return "" if field.items else ", ".join(words.get(value, value) for value in field.values)


def _submission() -> str:
    """The key of this sending: it stays the same while the form is corrected."""
    return request.form.get("submission", "")[:64] or new_id()


def _times(questions: Sequence[Question], now: datetime) -> dict[str, str]:
    """When something happened is asked of what has just happened, most often."""
    return {question.id: now.isoformat() for question in questions if question.kind == "date_time"}
