"""A form on its way: shown with what was typed, changed by its own buttons, kept as a draft, sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from flask import redirect, render_template, request

from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import BadAnswers
from engine.base.identifiers import new_id
from engine.commands.drafts import discard_draft, save_draft
from engine.forms.happening import DATING
from engine.forms.questions import Question
from engine.reads.task.form_view import Answering, FormView
from engine.reads.task.task_page import TaskView
from webapp.components import Field, errors_of, fields_of, with_items
from webapp.fields import Typed, answers_of, tidied, typed_of, with_another, without
from webapp.pages import OWN_FIELDS, Answer, Visit

OK, BAD_REQUEST, SEE_OTHER, UNAVAILABLE = 200, 400, 303, 503
FORBIDDEN, CONFLICT = 403, 409
CHANGES, DRAFTS = ("add:", "remove:", "search", "same"), ("save", "discard")
STALE = "This page had been open for too long, so nothing was sent. Check your answers and send them again."
NOT_NOW = (
    "Nothing can be saved just now, so nothing was sent. What you typed is still below: keep this page open and send "
    "it later, or copy it. If it cannot wait, ring {whom}."
)


@dataclass(frozen=True, slots=True)
class FormOnPage:
    """A form as a template draws it. `errors` are for the summary; `focus` is the list that has just grown."""

    asked: FormView
    fields: tuple[Field, ...]
    errors: Sequence[Mapping[str, str]]
    submission: str
    from_draft: bool
    focus: str = ""


class HasForm(Protocol):
    @property
    def form(self) -> FormView: ...


Seen = TypeVar("Seen", bound=HasForm)


@dataclass(frozen=True, slots=True)
class FormPage(Generic[Seen]):
    """What is peculiar to one page whose form was sent.

    `read` gives the page with the questions that what was typed raises, `show` draws it with a status, `send` gives
    the command and says where to go on. `draft` names the draft that “save” keeps; None where none is kept.
    `kept_outside`: what is sent and cannot be saved is kept outside the database, so that the page need not keep it.
    """

    read: Callable[[Typed], Seen]
    show: Callable[[Seen, FormOnPage, int], Answer]
    send: Callable[[Typed], str]
    draft: str | None = None
    kept_outside: bool = False


def respond(visit: Visit, page: FormPage[Seen]) -> Answer:
    """Does what the pressed button says: changes a list, keeps a draft, discards it, or sends. What was refused is
    shown again: nothing that was typed is lost.
    """
    typed = typed_now()
    if visit.stale:
        return _refused(page, typed, {"": STALE})
    if pressed().startswith(CHANGES):
        seen = page.read(typed)
        return page.show(seen, _changed(seen.form, typed), OK)
    try:
        return redirect(_done(visit, page, typed), SEE_OTHER)
    except BadAnswers as bad:
        return _refused(page, typed, bad.problems)
    except DatabaseUnavailable as refused:
        if visit.done or not visit.cannot_write(refused) or (page.kept_outside and is_sent()):
            raise
        return _refused(page, typed, {"": NOT_NOW.format(whom=visit.whom_to_ring)}, UNAVAILABLE)


def _done(visit: Visit, page: FormPage[Any], typed: Typed) -> str:
    """Where to go on."""
    if page.draft is None or pressed() not in DRAFTS:
        return page.send(typed)
    if pressed() == "save":
        visit.do(save_draft, page.draft, typed)
    else:
        visit.do(discard_draft, page.draft)
    return request.path


def _refused(page: FormPage[Seen], typed: Typed, problems: Mapping[str, str], status: int = BAD_REQUEST) -> Answer:
    seen = page.read(typed)
    return page.show(seen, _again(seen.form, typed, problems), status)


def is_sent() -> bool:
    """Whether the pressed button sends the form: the others change it, or its draft."""
    return not pressed().startswith(CHANGES) and pressed() not in DRAFTS


def pressed() -> str:
    """What the button says that sent the form; empty for the one that sends it."""
    return request.form.get("do", "")


def as_answers(typed: Typed) -> Answering:
    """For a read that has to know what else is asked now that this was typed."""
    return lambda questions: answers_of(questions, typed)


def typed_now() -> dict[str, list[str]]:
    return {name: values for name, values in request.form.lists() if name not in OWN_FIELDS}


def blank(asked: FormView, now: datetime) -> FormOnPage:
    """As it is first shown: with the reader's draft, else with earlier answers and the present time filled in."""
    typed: Typed = kept(asked) or at_first(asked, now)
    return FormOnPage(asked, fields_of(asked.questions, typed, {}), [], new_id(), from_draft=bool(asked.draft))


def at_first(asked: FormView, now: datetime) -> Typed:
    """What is filled in before anybody has typed anything."""
    return typed_of(asked.questions, {**_times(asked.questions, now), **asked.filled})


def kept(asked: FormView) -> Typed:
    """The reader's draft: from a page as it was typed, in lists; from a command that could not be saved, answers."""
    is_typed = all(isinstance(value, list) for value in asked.draft.values())
    return asked.draft if is_typed else typed_of(asked.questions, asked.draft)


def _again(asked: FormView, typed: Typed, problems: Mapping[str, str]) -> FormOnPage:
    """With everything that was typed, and what is wrong with it."""
    fields = fields_of(asked.questions, tidied(asked.questions, typed), problems)
    return FormOnPage(asked, fields, errors_of(fields, problems), submission_key(), from_draft=False)


def _changed(asked: FormView, typed: Typed) -> FormOnPage:
    """After “add another”, “remove” or “search”: nothing is checked and nothing is sent."""
    action, _, path = pressed().partition(":")
    change = {"add": with_another, "remove": without}.get(action)
    fields = fields_of(asked.questions, change(asked.questions, typed, path) if change else typed, {})
    return FormOnPage(asked, fields, [], submission_key(), from_draft=False, focus=path if action == "add" else "")


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What can be sent no more, to be copied: `texts` are questions with what was typed. `kept`: it is the reader's
    draft, which waits here until they throw it away.
    """

    texts: Sequence[tuple[str, str]]
    kept: bool


def not_theirs(seen: TaskView, typed: Typed) -> Answer:
    """Somebody else has done it, has it, or is to do it: who and when, with what was typed to be copied."""
    words = render_template("tasks/not_yours.html", seen=seen, not_taken=not_taken_of(seen.form, typed))
    return words, CONFLICT if seen.closed else FORBIDDEN


def not_taken(asked: FormView) -> NotTaken:
    """What was sent just now, question by question; else what the reader had kept."""
    return not_taken_of(asked, typed_now())


def not_taken_of(asked: FormView, sent: Typed) -> NotTaken:
    fields = with_items(fields_of(asked.questions, sent or kept(asked), {}))
    texts = [(_label(field), text) for field in fields if (text := _text(field))]
    return NotTaken(texts, kept=bool(asked.draft) and not sent)


def _label(field: Field) -> str:
    number = next((int(part) + 1 for part in reversed(field.name.split(".")) if part.isdecimal()), 0)
    return f"{field.question.title} ({number})" if number else field.question.title


def _text(field: Field) -> str:
    if field.question.kind in ("date", "date_time"):
        return " ".join(part for part in map(field.part, ("day", "month", "year", "time")) if part)
    words = {choice.value: choice.label for choice in field.question.choices}
    return "" if field.items else ", ".join(words.get(value, value) for value in field.values)


def submission_key() -> str:
    """The key of this sending: it stays the same while the form is corrected."""
    return request.form.get("submission", "")[:64] or new_id()


def _times(questions: Sequence[Question], now: datetime) -> dict[str, str]:
    """When something happened is asked of what has just happened, most often; nothing ends, or is planned for, now."""
    happened = (one for one in questions if one.kind == "date_time" and one.role in DATING)
    return {question.id: now.isoformat() for question in happened}
