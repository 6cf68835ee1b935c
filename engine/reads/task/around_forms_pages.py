"""The pages on which somebody records who is around a child, and how to communicate with whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.base.subject import Subject
from engine.facts.people_around import fact_that_holds, facts_around, may_be_recorded, whose_name
from engine.facts.personal_forms import end_form, fact_form, person_form
from engine.forms.contacts import CONTACTS
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.people.who_knows import must_see_all, must_take_part
from engine.process.bundle import Model
from engine.reads.case.around_page import FactView, NeedView, fact_view, needs_to_know
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.task.form_view import FormView, asked_plainly
from engine.timescales.calendar import day_of


@dataclass(frozen=True, slots=True)
class AroundForm:
    """`name` is of whom it is asked, empty for the child; `fact` what is to hold no longer."""

    case: str
    bar: CaseBar
    name: str
    fact: FactView | None
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.bar.cases_shown


def person_to_record(connection: Connection, actor: Actor, now: datetime, case: str) -> AroundForm:
    """Raises NotFound, NotAllowed for who does not see all answers of the case or only oversees it."""
    _may(connection, actor, case)
    return _page(connection, actor, now, case, "", None, person_form())


def fact_to_record(connection: Connection, actor: Actor, now: datetime, case: str, about: str, kind: str) -> AroundForm:
    """Raises as `person_to_record`, NotFound also where nothing of the kind is kept of them, and AlreadyDone where that
    holds of which they have one at a time.
    """
    _may(connection, actor, case)
    facts = facts_around(connection, actor, case)
    may_be_recorded(facts, about, kind)
    return _page(connection, actor, now, case, whose_name(facts, about), None, fact_form(kind))


def fact_to_change(connection: Connection, actor: Actor, now: datetime, case: str, fact: str) -> AroundForm:
    """With what it says to be changed. Raises as `person_to_record`, AlreadyDone for one that holds no longer."""
    _may(connection, actor, case)
    was = fact_that_holds(connection, actor, case, fact)
    form: Schema = {**fact_form(was.kind, changes=True), "title": "Record another in its place"}
    return _page(connection, actor, now, case, was.name, fact_view(was), form, dict(was.said))


def fact_to_end(connection: Connection, actor: Actor, now: datetime, case: str, fact: str) -> AroundForm:
    """Raises as `fact_to_change`."""
    _may(connection, actor, case)
    was = fact_that_holds(connection, actor, case, fact)
    return _page(connection, actor, now, case, was.name, fact_view(was), end_form(was.kind))


def _may(connection: Connection, actor: Actor, case: str) -> None:
    must_see_all(connection, actor, case)
    must_take_part(connection, actor, case)


def _page(
    connection: Connection,
    actor: Actor,
    now: datetime,
    case: str,
    name: str,
    fact: FactView | None,
    form: Schema,
    filled: dict[str, Any] | None = None,
) -> AroundForm:
    asked = asked_plainly(form, {"known_on": day_of(now).isoformat(), **(filled or {})})
    return AroundForm(case, case_bar(connection, actor, now, case), name, fact, asked)


def needs_beside(connection: Connection, actor: Actor, model: Model, about: Subject) -> tuple[NeedView, ...]:
    """How to communicate with those with whom the form of a task makes contact; of nobody beside any other."""
    whom = (model.form(about.process, about.element) or {}).get(CONTACTS, ())
    if about.case is None or not whom:
        return ()
    return tuple(one for one in needs_to_know(connection, actor, about.case) if one.group in whom)
