"""Clocks that counted from a day, or were met or stopped on one, that was answered wrongly: they follow the day that is
said now, each with an entry that has both.

A correction sets no clock that the step did not set, and ends none that it did not end: what the step would have led to
with other answers does not come of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from engine.casework.case_rows import InstanceRow
from engine.casework.clocks import recalculated_from
from engine.casework.deadline_rows import SET_ANEW, told_of_clock
from engine.casework.locked_case import CaseWork
from engine.casework.task_deadlines import reassign_deadlines
from engine.facts.models import model
from engine.forms.answer_roles import answer_with_role, field_with_role
from engine.forms.happening import happened_at
from engine.forms.questions import Schema
from engine.process.bundle import START, Model
from engine.process.drawing import THROWS
from engine.tables import Case, Deadline, Instance, NamedRow
from engine.timescales.calendar import day_of, of_age, start_of
from engine.timescales.rules import WHOLE_CASE, Clock, DateRule, Event, due


@dataclass(frozen=True, slots=True)
class Corrected:
    """The answers to one form as they stood and as they stand. `at` is when they were given."""

    instance: InstanceRow
    element: str
    model: Model
    form: Schema
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    at: datetime

    def moved(self, rule: DateRule) -> tuple[datetime, datetime]:
        """The date that counts, by the answers before and by those now."""
        return rule.instant(self.before, self.at), rule.instant(self.after, self.at)

    @property
    def happened(self) -> tuple[datetime, datetime]:
        """When it happened, by both."""
        was, now = (happened_at(self.form, answers, self.at) for answers in (self.before, self.after))
        return was or self.at, now or self.at

    @property
    def thrown(self) -> frozenset[str]:
        """The messages that its process sends."""
        elements = self.model.drawings[self.instance.process].elements.values()
        return frozenset(one.message for one in elements if one.kind in THROWS and one.message)

    def is_meant(self, event: Event) -> bool:
        """Whether the event is the step itself, or news that its process sends."""
        if event.happening == "thrown":
            return event.process in self.thrown
        task = "" if self.element == START else self.element
        happening = "started" if self.element == START else "completed"
        return (event.happening, event.process, event.task) == (happening, self.instance.process, task)


def correct_clocks(casework: CaseWork, said: Corrected, born_before: date | None) -> None:
    """`born_before` is the birth date as it stood before the correction."""
    origins = _move_origins(casework, said)
    _move_plan(casework, said)
    casework.read_again()
    rows = casework.connection.execute(
        select(Deadline.__table__, Instance.process, Instance.bundle_hash)
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(Deadline.case_id == casework.case.id)
        .order_by(Deadline.clock, Deadline.number)
    )
    models = [(model(casework.connection, row.bundle_hash), row) for row in rows.all()]
    known = [(its_model.rules[row.clock], its_model, row) for its_model, row in models if row.clock in its_model.rules]
    # In the order of the table: a clock that counts from another one's day stands below it.
    for rule, _, row in sorted(known, key=lambda one: [*one[1].rules].index(one[2].clock)):
        _correct_clock(casework, said, rule, row, origins, is_of_birth=born_before != casework.case.born)
    reassign_deadlines(casework)


def _move_origins(casework: CaseWork, said: Corrected) -> tuple[datetime, datetime] | None:
    """When the concern reached the authority, of the process that began with it and of all that it led to."""
    received = field_with_role(said.form, "received_at") if said.element == START else None
    if received is None:
        return None
    was, now = said.moved(DateRule(received))
    if was == now:
        return None
    led_on = (Instance.case_id == casework.case.id, Instance.origin_at == was)
    later = Instance.started_at >= said.instance.started_at
    casework.connection.execute(update(Instance).where(*led_on, later).values(origin_at=now))
    return was, now


def _move_plan(casework: CaseWork, said: Corrected) -> None:
    """A plan begins and ends on the day of the meeting, or of what happened."""
    was, now = said.happened
    if was == now or said.element == START:
        return
    sent = [one for name in said.thrown if (one := said.model.messages.get(name))]
    row = casework.connection.execute(select(Case.plan_from, Case.plan_until).where(Case.id == casework.case.id)).one()
    moved: dict[str, datetime] = {}
    if row.plan_from == was and any("starts_plan" in one.effects for one in sent):
        moved["plan_from"] = now
    if row.plan_until == was and any("ends_plan" in one.effects for one in sent):
        moved["plan_until"] = now
    begins, ends = moved.get("plan_from", row.plan_from), moved.get("plan_until", row.plan_until)
    if begins and ends and ends < begins:  # what ends it may be dated before it began: it then ends as it began
        moved["plan_until"] = begins
    if moved:
        casework.connection.execute(update(Case).where(Case.id == casework.case.id).values(moved))


def _correct_clock(
    casework: CaseWork,
    said: Corrected,
    rule: Clock,
    row: NamedRow,
    origins: tuple[datetime, datetime] | None,
    *,
    is_of_birth: bool,
) -> None:
    counted_from = _counted_from(casework, said, rule, row, origins, is_of_birth=is_of_birth)
    values: dict[str, Any] = {}
    if counted_from != row.counted_from:
        due_at = due(replace(rule, limit=row.limit), counted_from, casework.calendar)
        provisional = casework.calendar.is_provisional(day_of(due_at))
        values |= {"counted_from": counted_from, "due_at": due_at, "calendar": casework.calendar.version}
        values |= {"provisional": provisional}
    met_at, stopped_at = _met_at(said, rule, row), _stopped_at(casework, said, rule, row)
    values |= {"met_at": met_at} if met_at != row.met_at else {}
    values |= {"stopped_at": stopped_at} if stopped_at != row.stopped_at else {}
    late_reason = _late_reason(said, rule, row, values)
    values |= {"late_reason": late_reason} if late_reason != row.late_reason else {}
    if not values:
        return
    due_at = values.get("due_at", row.due_at)
    if row.passed_at and row.passed_at <= due_at:
        values["passed_at"] = None
    casework.connection.execute(update(Deadline).where(Deadline.id == row.id).values(values))
    for told in _told(row, values, due_at):
        casework.note("deadline", payload=told)


def _told(row: NamedRow, values: Mapping[str, Any], due_at: datetime) -> Iterator[dict[str, Any]]:
    if due_at != row.due_at:
        yield told_of_clock("due_corrected", row.clock, due_at, before=row.due_at, counted_from=values["counted_from"])
    if "met_at" in values:
        yield told_of_clock("met_corrected", row.clock, due_at, met_at=values["met_at"], was=row.met_at)
    if "stopped_at" in values:
        yield told_of_clock("stop_corrected", row.clock, due_at, stopped_at=values["stopped_at"], was=row.stopped_at)


def _counted_from(
    casework: CaseWork,
    said: Corrected,
    rule: Clock,
    row: NamedRow,
    origins: tuple[datetime, datetime] | None,
    *,
    is_of_birth: bool,
) -> datetime:
    """As it is now, or as the corrected answers have it where it was counted from what they said before."""
    moment, runs = rule.counts_from, row.met_at is None and row.stopped_at is None
    set_here = row.started_at == said.at
    was: datetime | None = None
    now = row.counted_from
    if moment.named in ("its due date", "the eighteenth birthday"):
        of_birth = moment.named == "the eighteenth birthday"
        return recalculated_from(casework, rule, now) if runs and (is_of_birth or not of_birth) else now
    if moment.named == "coming of age":
        return start_of(of_age(casework.case.born)) if runs and is_of_birth and casework.case.born else now
    if moment.named == "what called for it":
        was, now = said.happened if set_here else (None, now)
    elif moment.process and moment.process != row.process:
        was, now = origins or (None, now)
    elif row.instance_id == said.instance.id and set_here:
        was, now = said.moved(moment)
    return now if was == row.counted_from else row.counted_from


def _met_at(said: Corrected, rule: Clock, row: NamedRow) -> datetime | None:
    if row.met_at is None or row.started_at > said.at or not _reaches(said, rule, row):
        return row.met_at
    for event in rule.met_on:
        if said.is_meant(event):
            was, now = said.happened if event.happening == "thrown" else said.moved(rule.met_at)
            if was == row.met_at:
                return now
    return row.met_at


def _stopped_at(casework: CaseWork, said: Corrected, rule: Clock, row: NamedRow) -> datetime | None:
    """Where the step stopped it, or set one of its kind in its place."""
    was, now = said.happened
    if row.stopped_at != was or was == now or row.started_at > said.at:
        return row.stopped_at
    if any(said.is_meant(event) for event in rule.stopped_on) and _reaches(said, rule, row):
        return now
    if row.stopped_because != SET_ANEW:
        return row.stopped_at
    next_one = (Deadline.case_id == casework.case.id, Deadline.clock == row.clock, Deadline.started_at == said.at)
    is_set_here = casework.connection.execute(select(Deadline.id).where(*next_one).limit(1)).one_or_none()
    return now if is_set_here else row.stopped_at


def _reaches(said: Corrected, rule: Clock, row: NamedRow) -> bool:
    """Whether what happens in the run of the step concerns the clock."""
    if rule.scope in WHOLE_CASE or row.instance_id == said.instance.id:
        return True
    return rule.scope == "origin" and (said.instance.id in row.taken_up or bool(said.thrown))


def _late_reason(said: Corrected, rule: Clock, row: NamedRow, values: Mapping[str, Any]) -> str | None:
    """That of the corrected form, of what is late still."""
    met_at, due_at = values.get("met_at", row.met_at), values.get("due_at", row.due_at)
    if met_at is None or met_at <= due_at:
        return None if met_at else row.late_reason
    was, now = (answer_with_role(said.form, "late_reason", answers) for answers in (said.before, said.after))
    is_met_here = any(said.is_meant(event) for event in rule.met_on) and _reaches(said, rule, row)
    return now if is_met_here and row.late_reason == was else row.late_reason
