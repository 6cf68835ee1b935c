"""A form as it stands for one reader now: its questions, why they are asked, and what is filled in already."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, select

from engine.base.subject import Subject
from engine.facts.circumstances import Situation, situation
from engine.facts.kept_drafts import draft_days, has_ended, kept_until
from engine.forms import questions
from engine.forms.offering import Choices
from engine.forms.questions import Question, Schema
from engine.people.identity import Actor
from engine.process.bundle import START, Model
from engine.reads.case.answered import latest
from engine.reads.case.earlier import EarlierAnswers
from engine.tables import Draft

Answering: TypeAlias = Callable[[Sequence[Question]], Mapping[str, Any]]
"""What has been typed so far, read as answers to the questions given."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where an answer that is filled in comes from."""

    title: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class FormView:
    """`filled` are earlier answers to confirm or change, `earlier` says of each field where its answer comes from.
    Where a process began without its form, the defaults of that form are filled in.

    `cases_named` are those that choices name. `duties` are the duties that the questions name, by id. `draft` is what
    the reader typed and did not send, and `draft_days` how many days such is kept.
    """

    subject: str
    title: str
    guidance: str
    questions: tuple[Question, ...]
    duties: Mapping[str, str]
    filled: Mapping[str, Any]
    earlier: Mapping[str, Earlier]
    draft: Mapping[str, Any]
    drafted_at: datetime | None
    cases_named: tuple[str, ...] = ()
    draft_days: int = 0

    @property
    def draft_until(self) -> datetime | None:
        return kept_until(self.drafted_at, self.draft_days) if self.drafted_at else None


def nothing_typed(_questions: Sequence[Question]) -> Mapping[str, Any]:
    return {}


def questions_now(
    connection: Connection, actor: Actor, now: datetime, model: Model, about: Subject, typed: Answering
) -> tuple[Question, ...]:
    """What is asked now. It may hang on what is typed (whether it is late, for one), which may answer any question of
    the form: so both are settled in one go.
    """
    stands = _stands(connection, actor, now, model, about, typed)
    return questions(model.form(about.process, about.element) or {}, stands.holding, stands.choices)


def _stands(
    connection: Connection, actor: Actor, now: datetime, model: Model, about: Subject, typed: Answering
) -> Situation:
    answers = typed(model.every_question(about.process, about.element))
    return situation(connection, actor, model, about, answers, now)


def asked(
    connection: Connection,
    actor: Actor,
    now: datetime,
    model: Model,
    about: Subject,
    *,
    draft_of: str,
    typed: Answering,
    earlier: EarlierAnswers | None,
) -> FormView:
    form = model.form(about.process, about.element) or {}
    stands = _stands(connection, actor, now, model, about, typed)
    asked_now = questions(form, stands.holding, stands.choices)
    places = {one.id: one.prefill for one in asked_now if one.prefill}
    there = earlier.for_places(places.values()) if earlier else ()
    found = {field: latest(there, place) for field, place in places.items()}
    known = {field: answer for field, answer in found.items() if answer}
    defaults = {one.id: _default(model, one.prefill) for one in asked_now if one.prefill and one.id not in known}
    days = draft_days(connection, actor.within) if actor.account else 0
    draft = _draft(connection, actor, draft_of, now, days)
    return FormView(
        subject=draft_of,
        title=form.get("title", ""),
        guidance=form.get("description", ""),
        questions=asked_now,
        duties={name: model.duties[name].duty for one in asked_now for name in one.duties if name in model.duties},
        filled={field: default for field, default in defaults.items() if default is not None}
        | {field: answer for field, (answer, _) in known.items()},
        earlier={field: Earlier(one.title, one.at, one.by) for field, (_, one) in known.items()},
        draft=draft[0],
        drafted_at=draft[1],
        cases_named=named_by(stands.choices),
        draft_days=days,
    )


def named_by(choices: Choices) -> tuple[str, ...]:
    """The cases that they name."""
    return tuple(one.case for offered in choices.values() for one in offered if one.case)


def asked_plainly(
    form: Schema, filled: Mapping[str, Any], circumstances: frozenset[str] = frozenset[str]()
) -> FormView:
    """A form of the product itself: nobody's draft. `circumstances` are its conditions that hold."""
    asked_now = questions(form, circumstances)
    return FormView("", form["title"], "", asked_now, {}, filled, {}, {}, None)


def _default(model: Model, places: str) -> Any:
    """What holds where a process began without its form: the default that this form names."""
    for process, element, field in (place.split(".") for place in places.split()):
        form = model.form(process, START) if element == START else None
        default = (form or {}).get("properties", {}).get(field, {}).get("default")
        if default is not None:
            return default
    return None


def _draft(
    connection: Connection, actor: Actor, subject: str, now: datetime, days: int
) -> tuple[Mapping[str, Any], datetime | None]:
    """One whose days are over is gone, whether or not the clock has come to it."""
    mine = (Draft.account_id == actor.account, Draft.subject == subject, ~has_ended(now, days))
    row = connection.execute(select(Draft.answers, Draft.saved_at).where(*mine)).one_or_none()
    return (row.answers, row.saved_at) if row else ({}, None)
