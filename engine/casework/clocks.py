"""The clocks of a case: which happening starts, meets or stops one. A deadline is a row, never a date in the engine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, true

from engine.base.identifiers import new_id
from engine.casework.case_rows import NEWEST, InstanceRow
from engine.casework.locked_case import CaseWork
from engine.facts.case_now import RunningDeadline
from engine.forms.answer_roles import answer_with_role
from engine.forms.questions import Schema
from engine.process.bundle import START
from engine.tables import Deadline
from engine.timescales.calendar import day_of, end_of, of_age, start_of
from engine.timescales.rules import Clock, Event, Happening, before_birthday, due


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that a clock may listen for. `names` is what its conditions read; `task` is empty but for completed.

    `of` names the message that was thrown, or the other clock that was set or passed.
    """

    happening: Happening
    instance: InstanceRow
    task: str
    names: Mapping[str, object]
    answers: Mapping[str, Any]
    of: str = ""

    def among(self, events: tuple[Event, ...], agencies: frozenset[str]) -> Event | None:
        for event in events:
            if event.matches(self.happening, self.of or self.instance.process, self.task, self.names, agencies):
                return event
        return None


@dataclass(frozen=True, slots=True)
class StoppedDeadline:
    """A deadline that was stopped without being met."""

    id: str
    clock: str
    number: int
    instance: str
    counted_from: datetime
    due_at: datetime
    protects: bool = False
    passed: bool = False


def tell_clocks(casework: CaseWork, happened: Happened) -> None:
    """Meets, stops and starts the clocks that name what happened: in that order, so that a round begins anew."""
    model = casework.model(happened.instance)
    heard = model.clocks_for(happened.happening, happened.of or happened.instance.process, happened.task)
    agencies = model.agencies_to_ask
    for rule in heard:
        if happened.among(rule.met_on, agencies):
            _meet(casework, rule, happened, model.form(happened.instance.process, happened.task or START) or {})
        if happened.among(rule.stopped_on, agencies):
            _stop(casework, _running(casework, rule, happened.instance), "stopped")
    set_now: list[datetime] = []
    for rule in heard:
        event = happened.among(rule.starts_on, agencies)
        if event and not (event.unless_running and _running(casework, rule, happened.instance)):
            set_now += _start(casework, rule, happened, set_now)


def tell_of_case(casework: CaseWork, happening: Happening, instance: InstanceRow, of: str = "") -> None:
    """What no form said: conditions read the case alone."""
    tell_clocks(casework, Happened(happening, instance, "", {"case": casework.case_facts()}, {}, of=of))


def resume_clock(casework: CaseWork, clock: str) -> None:
    """A clock that was stopped runs again to the same day: what stopped it has been overruled."""
    if stopped := stopped_clock(casework, clock):
        casework.changes.change(Deadline, stopped.id, stopped_at=None)
        again = RunningDeadline(
            id=stopped.id,
            clock=clock,
            number=stopped.number,
            instance=stopped.instance,
            counted_from=stopped.counted_from,
            due_at=stopped.due_at,
            protects=stopped.protects,
            passed=stopped.passed,
        )
        _keep(casework, again)
        casework.note("deadline", payload=_payload("resumed", clock, stopped.due_at))


def carry_clock(linked: CaseWork, instance: InstanceRow, stopped: StoppedDeadline) -> None:
    """What was stopped in a case that is closed by now runs on in the one that was opened after it, to the same day."""
    if rule := linked.model(instance).rules.get(stopped.clock):
        _insert(linked, rule, instance, stopped.counted_from, stopped.due_at)
        resumed = _payload("resumed", stopped.clock, stopped.due_at, counted_from=stopped.counted_from)
        linked.note("deadline", instance, payload=resumed)


def stopped_clock(casework: CaseWork, clock: str) -> StoppedDeadline | None:
    """The newest of its kind, where it was stopped without being met."""
    casework.write_rows()
    newest = casework.connection.execute(
        select(
            Deadline.id,
            Deadline.number,
            Deadline.instance_id,
            Deadline.counted_from,
            Deadline.due_at,
            Deadline.protects,
            Deadline.passed_at,
            Deadline.stopped_at,
        )
        .where(Deadline.case_id == casework.case.id, Deadline.clock == clock)
        .order_by(Deadline.number.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest.stopped_at is None:
        return None
    return StoppedDeadline(
        id=newest.id,
        clock=clock,
        number=newest.number,
        instance=newest.instance_id,
        counted_from=newest.counted_from,
        due_at=newest.due_at,
        protects=bool(newest.protects),
        passed=newest.passed_at is not None,
    )


def stop_clocks_of_ended(casework: CaseWork, instance: InstanceRow) -> None:
    """What only this instance could have met stops with it; a clock of the case is met by another, later one."""
    rules = casework.model(instance).rules
    own = [one for one in _of_instance(casework, instance) if rules[one.clock].scope == "instance"]
    _stop(casework, own, "ended")


def stop_clocks_of_withdrawn(casework: CaseWork, instance: InstanceRow) -> None:
    """Nothing follows from what was withdrawn: every clock that it set stops."""
    _stop(casework, _of_instance(casework, instance), "withdrawn")


def stop_all_clocks(casework: CaseWork, why: str) -> None:
    _stop(casework, casework.deadlines, why)


def stop_clocks_of_task(casework: CaseWork, instance: InstanceRow, element: str) -> None:
    """A clock of this instance that only a withdrawn task could have met stops with it."""
    for rule in casework.model(instance).clocks_for("completed", instance.process, element):
        tasks = {event.task for event in rule.met_on if event.process == instance.process}
        if rule.scope == "instance" and tasks == {element}:
            _stop(casework, _running(casework, rule, instance), "withdrawn")


def is_in_scope(rule: Clock, deadline: RunningDeadline, instance: str) -> bool:
    return rule.scope == "case" or deadline.instance == instance


def _of_instance(casework: CaseWork, instance: InstanceRow) -> list[RunningDeadline]:
    return [one for one in casework.deadlines if one.instance == instance.id]


def _running(casework: CaseWork, rule: Clock, instance: InstanceRow) -> list[RunningDeadline]:
    return [one for one in casework.deadlines if one.clock == rule.id and is_in_scope(rule, one, instance.id)]


def _start(casework: CaseWork, rule: Clock, happened: Happened, set_now: list[datetime]) -> list[datetime]:
    """Sets the clock, in place of one of its kind that still runs in its scope; gives when it is due."""
    counted_from = _counted_from(casework, rule, happened, set_now)
    if counted_from is None:
        return []
    instance, running = happened.instance, _running(casework, rule, happened.instance)
    if _newer_counts(rule, running, counted_from):
        return []
    _stop(casework, running, "set anew")
    rule = casework.settled.rule(rule)
    due_at = due(rule, counted_from, casework.calendar)
    _insert(casework, rule, instance, counted_from, due_at)
    payload = _payload("started", rule.id, due_at, counted_from=counted_from)
    casework.note("deadline", instance, payload=payload | {"calendar": casework.calendar.version, "limit": rule.limit})
    tell_clocks(casework, Happened("set", instance, "", happened.names, happened.answers, of=rule.id))
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
    if moment.process and moment.process != instance.process:
        return instance.origin_at
    return moment.instant(happened.answers, casework.now)


def _insert(casework: CaseWork, rule: Clock, instance: InstanceRow, counted_from: datetime, due_at: datetime) -> None:
    deadline = RunningDeadline(
        id=new_id(),
        clock=rule.id,
        number=NEWEST,
        instance=instance.id,
        counted_from=counted_from,
        due_at=due_at,
        protects=bool(rule.protects),
        passed=False,
    )
    _keep(casework, deadline)
    casework.changes.add_numbered(
        Deadline,
        deadline.id,
        rule.id,
        case_id=casework.case.id,
        instance_id=instance.id,
        clock=rule.id,
        title=rule.title,
        kind=rule.kind,
        protects=rule.protects,
        counted_from=counted_from,
        limit=rule.limit,
        due_at=due_at,
        calendar=casework.calendar.version,
        provisional=casework.calendar.is_provisional(day_of(due_at)),
        started_at=casework.now,
        **dict.fromkeys(("met_at", "stopped_at", "late_reason")),
    )


def _keep(casework: CaseWork, deadline: RunningDeadline) -> None:
    casework.deadlines.append(deadline)
    casework.deadlines.sort(key=lambda one: (one.clock, one.number))


def _meet(casework: CaseWork, rule: Clock, happened: Happened, form: Schema) -> None:
    """`form` is that of what happened."""
    at = rule.met_at.instant(happened.answers, casework.now)
    running = _running(casework, rule, happened.instance)
    if _newer_counts(rule, running, at):
        _meet_before(casework, rule, happened.instance, at)
        return
    for deadline in running:
        reason: str | None = answer_with_role(form, "late_reason", happened.answers) if deadline.due_at < at else None
        casework.deadlines.remove(deadline)
        casework.changes.change(Deadline, deadline.id, met_at=at, late_reason=reason)
        payload = _payload("met", rule.id, deadline.due_at, met_at=at) | {"late_reason": reason}
        casework.note("deadline", happened.instance, payload=payload)


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
            true() if rule.scope == "case" else Deadline.instance_id == instance.id,
        )
        .order_by(Deadline.number)
    )
    for one in missed.all():
        casework.changes.change(Deadline, one.id, met_at=at, late_reason=None)
        casework.note("deadline", instance, payload=_payload("met_earlier", rule.id, one.due_at, met_at=at))


def _stop(casework: CaseWork, deadlines: Iterable[RunningDeadline], why: str) -> None:
    for deadline in list(deadlines):
        casework.deadlines.remove(deadline)
        casework.changes.change(Deadline, deadline.id, stopped_at=casework.now)
        casework.note("deadline", payload=_payload("stopped", deadline.clock, deadline.due_at) | {"why": why})


def _payload(what: str, clock: str, due_at: datetime, **moments: datetime) -> dict[str, Any]:
    stated = {"what": what, "clock": clock, "due_at": due_at.isoformat()}
    return stated | {name: moment.isoformat() for name, moment in moments.items()}
