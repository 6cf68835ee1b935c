"""The days that forms name without knowing them (engine/forms/bounds.py), as they stand for one task or start."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased

from engine.base.subject import Subject
from engine.expressions.evaluation import BadExpression
from engine.facts.case_now import CaseNow
from engine.facts.child import persons_of_child
from engine.facts.models import model as model_of
from engine.forms import decisions
from engine.forms.answer_roles import field_with_role
from engine.forms.bounds import BOUNDS, Bound, bounds_in
from engine.forms.happening import happened_at
from engine.forms.questions import Schema
from engine.forms.wall_time import day_in
from engine.people.identity import Actor
from engine.people.who_knows import Reach, known_by, known_within, reach_of
from engine.process.bundle import START, Model
from engine.tables import Answers, Case, Instance, Instant, NamedRow, models_then
from engine.timescales.calendar import Calendar, day_of
from engine.timescales.rules import Event

ALWAYS = datetime.max.replace(tzinfo=UTC)
MOST_READ = 50
"""Answers to the forms that the bounds of one form name, newest first: more are never looked at."""
_BOUNDING = ("x-not-before", "x-not-after", "x-explained-before")


@dataclass(frozen=True)
class KnownDays:
    """`answers` are those that the actor has given so far, unchecked. `case_now` is None where no case is there yet."""

    connection: Connection
    actor: Actor
    model: Model
    subject: Subject
    case_now: CaseNow | None
    answers: Mapping[str, Any]
    now: datetime

    @property
    def form(self) -> Schema:
        return self.model.form(self.subject.process, self.subject.element) or {}

    @cached_property
    def calendar(self) -> Calendar:
        return self.case_now.settled.calendar if self.case_now else Calendar()

    @property
    def is_of_child(self) -> bool:
        """What begins a process in a case is held against what happened in all cases of the child."""
        return self.subject.instance is None

    @property
    def today(self) -> date:
        return day_of(self.now)

    def day(self, bound: Bound) -> date | None:
        """None where there is no such day: nobody knows it, or it has not been answered yet."""
        start = self._start(bound)
        if start is None:
            return None
        try:
            return bound.moved(start, self.calendar)
        except (OverflowError, ValueError):
            return None

    def may_tell(self, bound: Bound) -> bool:
        """Whether the actor may know the day: not where it is of a case of which they may not know."""
        return self._start(bound) == self._start(bound, only_known=True)

    def words(self, bound: Bound) -> str:
        """“7 days before the day on which …”."""
        return bound.in_words(self._named(bound))

    def _start(self, bound: Bound, *, only_known: bool = False) -> date | None:
        if bound.field:
            return day_in(self.answers.get(bound.field))
        if bound.events:
            rows = (row for row in self._earlier if row.is_known or not only_known)
            found = [day for day in (self._happened(row, bound.events) for row in rows) if day]
            # Of the whole child the latest day counts, in whatever order it was typed in.
            return max(found, default=None) if self.is_of_child else next(iter(found), None)
        if bound.what == "today":
            return self.today
        if bound.what in ("born", "expected", "plan"):
            return self._of_case(bound.what)
        received = self._received.get(bound.what)
        return day_of(received) if received else None

    def _of_case(self, what: str) -> date | None:
        known = self.case_now.case if self.case_now else None
        if known is None:
            return None
        made = known.plan_from
        return {"born": known.born, "expected": known.expected, "plan": day_of(made) if made else None}[what]

    def _named(self, bound: Bound) -> str:
        if bound.field:
            return f"the answer to “{self.form['properties'].get(bound.field, {}).get('title', '')}”"
        if bound.events:
            titles = dict.fromkeys(self.model.title(one.process, one.task or START) for one in bound.events)
            return f"the day of “{'” or “'.join(titles)}”"
        return BOUNDS[bound.what]

    def _happened(self, row: NamedRow, events: Iterable[Event]) -> date | None:
        """The day on which what a row of answers tells happened, where it is one of the events: as the form says that
        was filled in, on whichever bundle.
        """
        form = model_of(self.connection, row.bundle_hash).form(row.process, row.element) or {}
        decided = decisions(form, row.answers)
        names = {**decided, row.element: decided}
        happening, task = ("started", "") if row.element == START else ("completed", row.element)
        for event in events:
            try:
                if event.matches(happening, row.process, task, names, self.model.agencies_to_ask):
                    return day_of(happened_at(form, row.answers, row.at) or row.at)
            except BadExpression:  # a condition on what was not decided there
                continue
        return None

    @cached_property
    def _earlier(self) -> list[NamedRow]:
        """Of the forms that the bounds name, newest first: in this process, or the others before it began."""
        return [row for row in self._history if row.process is not None]

    @cached_property
    def _received(self) -> Mapping[str, datetime | None]:
        row = self._history[0] if self._history else None
        return {"received.case": row.first, "received.process": row.origin} if row else {}

    @cached_property
    def _history(self) -> list[NamedRow]:
        """In one statement: when concerns were received, and the answers that the bounds of this form name. A case that
        came after another, with no concern of its own, has those of the child's earlier cases.
        """
        if self.subject.case is None:
            return []
        reach = reach_of(self.actor) if self.is_of_child else None
        asked = {
            "case": self.subject.case,
            "instance": self.subject.instance,
            "process": self.subject.process,
            "receiving": receiving_processes(self.model),
            "places": sorted(self._places),
            "given_at": self.subject.given_at or ALWAYS,
        }
        return [*self.connection.execute(_received_and_answered(reach), {**asked, **known_by(self.actor)})]

    @cached_property
    def _places(self) -> frozenset[tuple[str, str]]:
        bounds = (
            bound for field in _every_field(self.form) for name in _BOUNDING for bound in bounds_in(field.get(name))
        )
        return frozenset((event.process, event.task or START) for bound in bounds for event in bound.events)


@cache
def _received_and_answered(reach: Reach | None) -> Select[*tuple[Any, ...]]:
    """Made once for each way of asking. `reach`: of all cases of the child; None: of this one."""
    this, instance = bindparam("case", type_=String), bindparam("instance", type_=String)
    mine, asked_on, other = aliased(Instance), aliased(Instance), aliased(Case)
    receiving = Instance.process.in_(bindparam("receiving", expanding=True))
    first = select(func.min(Instance.origin_at)).where(receiving)
    of_case = first.where(Instance.case_id == Case.id).correlate(Case).scalar_subquery()
    of_child = (
        first.join(other, other.id == Instance.case_id)
        .where(other.person_id == Case.person_id)
        .correlate(Case)
        .scalar_subquery()
    )
    led_here = (
        select(func.max(Instance.origin_at))
        .where(receiving, Instance.case_id == Case.id, Instance.origin_at <= mine.origin_at)
        .correlate(Case, mine)
        .scalar_subquery()
    )
    before = or_(mine.id.is_(None), Answers.instance_id == mine.id, Answers.at <= mine.started_at)
    named = tuple_(Answers.process, Answers.element).in_(bindparam("places", expanding=True))
    known_then = Answers.at < bindparam("given_at", type_=Instant)
    elsewhere = or_(Answers.process != bindparam("process", type_=String), Answers.instance_id == mine.id)
    is_asked, is_known = _asked_of(this, reach)
    return (
        select(
            func.coalesce(of_case, of_child).label("first"),
            func.coalesce(led_here, of_case, of_child).label("origin"),
            *(Answers.process, Answers.element, Answers.answers, Answers.at),
            models_then(Answers, asked_on.bundle_hash).label("bundle_hash"),
            is_known.label("is_known"),
        )
        .select_from(Case)
        .outerjoin(mine, mine.id == instance)
        .outerjoin(Answers, and_(is_asked, named, before, elsewhere, known_then))
        .outerjoin(asked_on, asked_on.id == Answers.instance_id)
        .where(Case.id == this)
        .order_by(Answers.at.desc(), Answers.occurrence.desc(), Answers.id.desc())
        .limit(MOST_READ)
    )


def _asked_of(this: BindParameter[str], reach: Reach | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Of `answers`: which are asked for, and whether the actor may know of their case. Of this one they do."""
    here = Answers.case_id == Case.id
    if reach is None:
        return here, true()
    persons, those = persons_of_child(select(Case.id).where(Case.id == this)), aliased(Case)
    others = select(Case.id).where(known_within(reach)).correlate(None)
    of_child = Answers.case_id.in_(select(those.id).where(those.person_id.in_(select(persons.c.id))))
    return of_child, or_(here, Answers.case_id.in_(others))


def receiving_processes(model: Model) -> list[str]:
    """Those that begin with a concern, whose form says when it was received."""
    return [one for one in model.drawings if field_with_role(model.form(one, START) or {}, "received_at")]


def dates_of(form: Schema, answers: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Schema, date]]:
    """Path, field and day of every answer that is a date or a time, in the items of lists as well."""
    for name, field in form.get("properties", {}).items():
        if day := day_in(answers.get(name)):
            yield (name,), field, day
        given = answers.get(name) if "properties" in field.get("items", {}) else None
        for number, item in enumerate(cast("list[object]", given) if isinstance(given, list) else []):
            if isinstance(item, Mapping):
                inside = dates_of(field["items"], cast("Mapping[str, Any]", item))
                yield from (((name, number, *path), inner, day) for path, inner, day in inside)


def _every_field(form: Schema) -> Iterator[Schema]:
    for field in form.get("properties", {}).values():
        yield field
        yield from _every_field(field.get("items", {}))
