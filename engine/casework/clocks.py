"""The clocks of a case: which happening starts, meets or stops one. A deadline is a row, never a date in the engine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, true

from engine.casework import case_rows
from engine.casework.case_rows import InstanceRow
from engine.casework.deadline_rows import (
    SET_ANEW,
    came_late,
    insert_deadline,
    meet_deadline,
    number_now,
    stop_deadlines,
    take_up,
    told_of_clock,
)
from engine.casework.locked_case import CaseWork
from engine.casework.news_of_child import MET, STOPPED, tell_clock
from engine.casework.to_do import ActOnPassedClocks
from engine.facts.case_now import RunningDeadline
from engine.forms.answer_roles import answer_with_role
from engine.forms.questions import Schema
from engine.process.bundle import START, Model
from engine.tables import Deadline
from engine.timescales.calendar import day_of, end_of, of_age, start_of
from engine.timescales.rules import WHOLE_CASE, Clock, Event, Happening, before_birthday, due

Beside = Literal["", "skipped", "further"]
"""Of a task that was not done as drawn, or that was done outside the drawing (docs/departures.md)."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that a clock may listen for. `names` is what its conditions read; `task` is empty but for completed.

    `of` names the message that was thrown, or the other clock that was set or passed; a message that reached the
    instance stands in `task`. `beside` says how somebody proceeded differently from the drawing, where they did.
    """

    happening: Happening
    instance: InstanceRow
    task: str
    names: Mapping[str, object]
    answers: Mapping[str, Any]
    of: str = ""
    beside: Beside = ""

    def among(self, events: tuple[Event, ...], agencies: frozenset[str]) -> Event | None:
        its = (self.happening, self.of or self.instance.process, self.task, self.names, agencies)
        return next((event for event in events if event.matches(*its)), None)


def tell_clocks(casework: CaseWork, happened: Happened) -> None:
    """Meets, stops and starts the clocks that name what happened: in that order, so that a round begins anew.

    What was skipped meets and stops none: nobody did it. A further step stops none: nothing goes on by it.
    """
    model = casework.model(happened.instance)
    heard = model.clocks_for(happened.happening, happened.of or happened.instance.process, happened.task)
    may_set = _set_by(casework, heard, happened)
    for rule in heard if happened.beside != "skipped" else ():
        _meet_and_stop(casework, rule, happened)
    set_now: list[datetime] = []
    for rule in may_set:
        event = happened.among(rule.starts_on, model.agencies_to_ask)
        if event and _may_start(casework, rule, event, happened.instance):
            set_now += _start(casework, rule, happened, set_now)


def _set_by(casework: CaseWork, heard: Sequence[Clock], happened: Happened) -> Sequence[Clock]:
    """Those that it may set. What was skipped sets none that runs or that it would have met; a further step sets the
    next round of what it meets, and after the last one, as where a plan has ended, none.
    """
    if not happened.beside:
        return heard
    met = [rule for rule in heard if happened.among(rule.met_on, casework.model(happened.instance).agencies_to_ask)]
    if happened.beside == "skipped":
        return [rule for rule in heard if rule not in met and not _running(casework, rule, happened.instance)]
    return met if any(_running(casework, rule, happened.instance) for rule in met) else ()


def _meet_and_stop(casework: CaseWork, rule: Clock, happened: Happened) -> None:
    model = casework.model(happened.instance)
    meets = happened.among(rule.met_on, model.agencies_to_ask)
    if meets:
        form = model.form(happened.instance.process, happened.task or START) or {}
        _meet(casework, rule, happened, form, since_called=meets.since_called)
    if not happened.beside and happened.among(rule.stopped_on, model.agencies_to_ask):
        _stop(casework, rule, happened, _what_stops(model, happened))


def _stop(casework: CaseWork, rule: Clock, happened: Happened, why: str) -> None:
    stop_deadlines(casework, _reached(casework, rule, happened), why)
    if _concerns_child(rule, happened):
        tell_clock(casework, rule.id, STOPPED, casework.happened_at)


def _concerns_child(rule: Clock, happened: Happened) -> bool:
    """A message reaches the other cases of the child by itself."""
    return rule.scope == "person" and happened.happening != "thrown"


def _what_stops(model: Model, happened: Happened) -> str:
    """In words that people read: the task that was done, as one that calls a meeting off; what the case was told by the
    name that its drawing gives it; or the process that ended.
    """
    drawing = model.drawings[happened.instance.process]
    if happened.task:
        return f"“{model.title(drawing.process, happened.task)}” was done"
    told = next((one.name for one in drawing.elements.values() if happened.of and one.message == happened.of), "")
    return f"the rest of the case was told: “{told}”" if told else f"{drawing.name} ended"


def tell_of_case(casework: CaseWork, happening: Happening, instance: InstanceRow, of: str = "") -> None:
    """What no form said: conditions read the case alone."""
    tell_clocks(casework, Happened(happening, instance, "", {"case": casework.case_facts()}, {}, of=of))


def tell_of_message(casework: CaseWork, taker: InstanceRow, message: str) -> None:
    """It came to an instance that waited for it; to one that it ended no clock can begin."""
    if taker.id in casework.running:
        tell_clocks(casework, Happened("reached", taker, message, {"case": casework.case_facts()}, {}))


def follow(casework: CaseWork, thrower: InstanceRow, taker: InstanceRow) -> None:
    """A message reached the taker: the clocks of what led to it (`origin`) are met and stopped there as well, and it
    takes over those that its start event says it carries on, unless another one like it has.
    """
    model = casework.model(taker)
    carried = model.start_event(taker.process).properties.get("carries_on_clock", "")
    others = {one.id for one in casework.running_of(taker.process)}
    for one in casework.deadlines:
        rule = model.rules.get(one.clock)
        if rule is None or rule.scope != "origin" or one.is_in_scope(rule, taker.id):
            continue
        if one.is_in_scope(rule, thrower.id) or (one.clock == carried and not others & one.taken_up.keys()):
            take_up(casework, one, taker)


def pass_by(casework: CaseWork, deadline: RunningDeadline) -> None:
    """Marks a clock as run out; its entry says which of its kind it was. What waits for it is moved by `settle`."""
    deadline.passed = True
    casework.changes.change(Deadline, deadline.id, passed_at=casework.now)
    running = casework.running.get(deadline.instance)
    instance = running.row if running else case_rows.instance(casework.connection, deadline.instance)
    which = {"clock": deadline.clock, "number": deadline.number, "due_at": deadline.due_at.isoformat()}
    casework.note("deadline", instance, payload={"what": "passed", **which, **came_late(deadline)})
    casework.to_do.add(ActOnPassedClocks())
    tell_of_case(casework, "passed", instance, of=deadline.clock)


def stop_clocks_of_ended(casework: CaseWork, instance: InstanceRow, why: str = "") -> None:
    """What only this instance could have met stops with it; a clock of the case is met by another, later one."""
    rules = casework.model(instance).rules
    own = [one for one in _of_instance(casework, instance) if rules[one.clock].scope == "instance"]
    stop_deadlines(casework, own, why or f"{casework.model(instance).title(instance.process, START)} ended")


def stop_clocks_of_withdrawn(casework: CaseWork, instance: InstanceRow) -> None:
    """Nothing follows from what was withdrawn: every clock that it set stops."""
    why = f"{casework.model(instance).title(instance.process, START)} was withdrawn"
    stop_deadlines(casework, _of_instance(casework, instance), why)


def stop_all_clocks(casework: CaseWork, why: str) -> None:
    stop_deadlines(casework, casework.deadlines, why)


def stop_clocks_of_task(casework: CaseWork, instance: InstanceRow, element: str) -> None:
    """A clock of this instance that only a withdrawn task could have met stops with it."""
    for rule in casework.model(instance).clocks_for("completed", instance.process, element):
        tasks = {event.task for event in rule.met_on if event.process == instance.process}
        if rule.scope == "instance" and tasks == {element}:
            why = f"“{casework.model(instance).title(instance.process, element)}” was withdrawn"
            stop_deadlines(casework, _running(casework, rule, instance), why)


def _of_instance(casework: CaseWork, instance: InstanceRow) -> list[RunningDeadline]:
    return [one for one in casework.deadlines if one.instance == instance.id]


def _running(casework: CaseWork, rule: Clock, instance: InstanceRow) -> list[RunningDeadline]:
    return [one for one in casework.deadlines if one.clock == rule.id and one.is_in_scope(rule, instance.id)]


def _reached(casework: CaseWork, rule: Clock, happened: Happened) -> list[RunningDeadline]:
    """A message that goes out in the case stops what it names wherever that began; a clock of one instance only where
    it is about the child.
    """
    if happened.happening == "thrown" and (rule.scope == "origin" or _is_about_child(casework, happened)):
        return [one for one in casework.deadlines if one.clock == rule.id]
    return _running(casework, rule, happened.instance)


def _is_about_child(casework: CaseWork, happened: Happened) -> bool:
    return "reaches_child" in casework.model(happened.instance).messages[happened.of].effects


def _may_start(casework: CaseWork, rule: Clock, event: Event, instance: InstanceRow) -> bool:
    if event.unless_clock and any(one.clock == event.unless_clock for one in casework.deadlines):
        return False
    if event.unless_running or event.while_running:
        return bool(_running(casework, rule, instance)) is event.while_running
    return True


def _start(casework: CaseWork, rule: Clock, happened: Happened, set_now: list[datetime]) -> list[datetime]:
    """Sets the clock, in place of one of its kind that still runs in its scope; gives when it is due."""
    counted_from = _counted_from(casework, rule, happened, set_now)
    if counted_from is None:
        return []
    instance, running = happened.instance, _running(casework, rule, happened.instance)
    if _newer_counts(rule, running, counted_from):
        return []
    stop_deadlines(casework, running, SET_ANEW)
    rule = casework.settled.rule(rule)
    due_at = due(rule, counted_from, casework.calendar)
    set_here = insert_deadline(casework, rule, instance, counted_from, due_at, casework.calendar.version)
    counted = {"calendar": casework.calendar.version, "limit": rule.limit}
    payload = told_of_clock("started", rule.id, due_at, counted_from=counted_from) | counted | came_late(set_here)
    casework.note("deadline", instance, payload=payload)
    tell_clocks(casework, Happened("set", instance, "", happened.names, happened.answers, of=rule.id))
    if rule.unit == "instant" and due_at < casework.now:  # it was heard of after it had come
        number_now(casework, set_here)
        pass_by(casework, set_here)
    return [due_at]


def recalculated_from(casework: CaseWork, rule: Clock, before: datetime) -> datetime:
    """A date that was answered stays; one that the engine found may lie elsewhere when the calendar has changed."""
    casework.read_deadlines_again()
    if rule.counts_from.named == "its due date":
        return _due_of_watched(casework, rule) or before
    if rule.counts_from.named == "the eighteenth birthday" and casework.case.born:
        return start_of(casework.calendar.last_working_day_before(of_age(casework.case.born)))
    return before


def _due_of_watched(casework: CaseWork, rule: Clock) -> datetime | None:
    watched = {event.process for event in rule.starts_on if event.happening == "set"}
    return min((one.due_at for one in casework.deadlines if one.clock in watched), default=None)


def _counted_from(casework: CaseWork, rule: Clock, happened: Happened, set_now: list[datetime]) -> datetime | None:
    moment, instance = rule.counts_from, happened.instance
    if moment.named == "its due date":
        return _due_of_watched(casework, rule)
    if moment.named == "the eighteenth birthday":
        return before_birthday(casework.case.born, set_now, casework.calendar)
    if moment.named == "coming of age":
        return start_of(of_age(casework.case.born)) if casework.case.born else None
    if moment.named == "what called for it":
        return casework.happened_at
    if moment.process and moment.process != instance.process:
        return instance.origin_at
    return moment.instant(happened.answers, casework.happened_at if moment.newest else casework.now)


def _meet(casework: CaseWork, rule: Clock, happened: Happened, form: Schema, *, since_called: bool) -> None:
    """`form` is that of what happened; `since_called` leaves a clock running that was called for only after it."""
    recorded_at = casework.happened_at if happened.happening == "thrown" else casework.now
    at = rule.met_at.instant(happened.answers, recorded_at)
    if _concerns_child(rule, happened):
        tell_clock(casework, rule.id, MET, at)
    running = _running(casework, rule, happened.instance)
    if _newer_counts(rule, running, at):
        _meet_before(casework, rule, happened.instance, at)
        return
    for deadline in running:
        called_at = deadline.taken_up.get(happened.instance.id)
        if since_called and called_at and at < datetime.fromisoformat(called_at):
            continue
        reason: str | None = answer_with_role(form, "late_reason", happened.answers) if deadline.due_at < at else None
        meet_deadline(casework, deadline, at, reason, happened.instance)


def _newer_counts(rule: Clock, running: Iterable[RunningDeadline], at: datetime) -> bool:
    """By the day: of two on one day the one typed last goes for the newest."""
    return rule.counts_from.newest and any(day_of(one.counted_from) > day_of(at) for one in running)


def _meet_before(casework: CaseWork, rule: Clock, instance: InstanceRow, at: datetime) -> None:
    """What is typed after something newer meets, in time, the one that only the newer met, and late."""
    missed = casework.connection.execute(
        select(Deadline.id, Deadline.due_at)
        .where(
            *(Deadline.case_id == casework.case.id, Deadline.clock == rule.id, Deadline.met_at > Deadline.due_at),
            *(Deadline.due_at >= at, Deadline.counted_from < end_of(day_of(at))),
            true() if rule.scope in WHOLE_CASE else Deadline.instance_id == instance.id,
        )
        .order_by(Deadline.number)
    )
    for one in missed.all():
        casework.changes.change(Deadline, one.id, met_at=at, late_reason=None)
        casework.note("deadline", instance, payload=told_of_clock("met_earlier", rule.id, one.due_at, met_at=at))
