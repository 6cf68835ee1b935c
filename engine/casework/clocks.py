"""The clocks of a case: which happening starts, meets or stops one. A deadline is a row, never a date in the engine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engine.base.identifiers import new_id
from engine.casework.case_rows import NEWEST, InstanceRow
from engine.casework.locked_case import CaseWork
from engine.facts.case_now import RunningDeadline
from engine.forms.answer_roles import answer_with_role
from engine.forms.questions import Schema
from engine.process.bundle import START
from engine.tables import Deadline
from engine.timescales.calendar import day_of, start_of
from engine.timescales.rules import Clock, Event, Happening, due


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
    """A deadline that was stopped without being met. `limit` and `calendar` are those that it was counted by."""

    id: str
    clock: str
    number: int
    instance: str
    counted_from: datetime
    limit: int
    due_at: datetime
    calendar: str
    protects: bool = False
    passed: bool = False
    taken_up: dict[str, str] = field(default_factory=dict[str, str])


def tell_clocks(casework: CaseWork, happened: Happened) -> None:
    """Meets, stops and starts the clocks that name what happened: in that order, so that a round begins anew."""
    model = casework.model(happened.instance)
    heard = model.clocks_for(happened.happening, happened.of or happened.instance.process, happened.task)
    agencies = model.agencies_to_ask
    for rule in heard:
        if meets := happened.among(rule.met_on, agencies):
            form = model.form(happened.instance.process, happened.task or START) or {}
            _meet(casework, rule, happened, form, since_called=meets.since_called)
        if happened.among(rule.stopped_on, agencies):
            _stop(casework, _reached(casework, rule, happened), "stopped")
    set_now: list[datetime] = []
    for rule in heard:
        event = happened.among(rule.starts_on, agencies)
        if event and not _runs_already(casework, rule, event, happened.instance):
            set_now += _start(casework, rule, happened, set_now)


def tell_of_case(casework: CaseWork, happening: Happening, instance: InstanceRow, of: str = "") -> None:
    """What no form said: conditions read the case alone."""
    tell_clocks(casework, Happened(happening, instance, "", {"case": casework.case_facts()}, {}, of=of))


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
            _take_up(casework, one, taker)


def _take_up(casework: CaseWork, deadline: RunningDeadline, taker: InstanceRow) -> None:
    deadline.taken_up = {**deadline.taken_up, taker.id: casework.now.isoformat()}
    casework.changes.change(Deadline, deadline.id, taken_up=deadline.taken_up)


def resume_clock(casework: CaseWork, clock: str, instance: InstanceRow) -> None:
    """A clock that was stopped runs again to the same day: what stopped it has been overruled in `instance`."""
    if stopped := stopped_clock(casework, clock):
        casework.changes.change(Deadline, stopped.id, stopped_at=None)
        again = RunningDeadline(
            id=stopped.id,
            clock=clock,
            number=stopped.number,
            instance=stopped.instance,
            due_at=stopped.due_at,
            protects=stopped.protects,
            passed=stopped.passed,
            taken_up=stopped.taken_up,
        )
        _keep(casework, again)
        _take_up(casework, again, instance)
        casework.note("deadline", payload=_payload("resumed", clock, stopped.due_at))


def carry_clock(linked: CaseWork, instance: InstanceRow, stopped: StoppedDeadline) -> None:
    """What was stopped in a case that is closed by now runs on in the one that was opened after it, to the same day.

    By the limit and the calendar that it began with; one of its kind that the new case has set already gives way to it.
    """
    if rule := linked.model(instance).rules.get(stopped.clock):
        _stop(linked, _running(linked, rule, instance), "set anew")
        rule = replace(rule, limit=stopped.limit)
        _insert(linked, rule, instance, stopped.counted_from, stopped.due_at, stopped.calendar)
        resumed = _payload("resumed", stopped.clock, stopped.due_at, counted_from=stopped.counted_from)
        counted = {"calendar": stopped.calendar, "limit": stopped.limit}
        linked.note("deadline", instance, payload=resumed | counted)


def stopped_clock(casework: CaseWork, clock: str) -> StoppedDeadline | None:
    """The newest of its kind, where it was stopped without being met."""
    casework.write_rows()
    newest = casework.connection.execute(
        select(Deadline.__table__)
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
        limit=newest.limit,
        due_at=newest.due_at,
        calendar=newest.calendar,
        protects=bool(newest.protects),
        passed=newest.passed_at is not None,
        taken_up=dict(newest.taken_up),
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


def _of_instance(casework: CaseWork, instance: InstanceRow) -> list[RunningDeadline]:
    return [one for one in casework.deadlines if one.instance == instance.id]


def _running(casework: CaseWork, rule: Clock, instance: InstanceRow) -> list[RunningDeadline]:
    return [one for one in casework.deadlines if one.clock == rule.id and one.is_in_scope(rule, instance.id)]


def _reached(casework: CaseWork, rule: Clock, happened: Happened) -> list[RunningDeadline]:
    """A message that goes out in the case stops what it names wherever that began, but for a clock of one instance."""
    if happened.happening == "thrown" and rule.scope == "origin":
        return [one for one in casework.deadlines if one.clock == rule.id]
    return _running(casework, rule, happened.instance)


def _runs_already(casework: CaseWork, rule: Clock, event: Event, instance: InstanceRow) -> bool:
    runs = event.unless_clock and any(one.clock == event.unless_clock for one in casework.deadlines)
    return bool(runs or (event.unless_running and _running(casework, rule, instance)))


def _start(casework: CaseWork, rule: Clock, happened: Happened, set_now: list[datetime]) -> list[datetime]:
    """Sets the clock, in place of one of its kind that still runs in its scope; gives when it is due."""
    counted_from = _counted_from(casework, rule, happened, set_now)
    if counted_from is None:
        return []
    instance = happened.instance
    _stop(casework, _running(casework, rule, instance), "set anew")
    rule = casework.settled.rule(rule)
    due_at = due(rule, counted_from, casework.calendar)
    _insert(casework, rule, instance, counted_from, due_at, casework.calendar.version)
    counted = {"calendar": casework.calendar.version, "limit": rule.limit}
    payload = _payload("started", rule.id, due_at, counted_from=counted_from) | counted
    casework.note("deadline", instance, payload=payload)
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
        return _before_birthday(casework, set_now)
    if moment.named == "what called for it":
        return casework.happened_at
    if moment.process and moment.process != instance.process:
        return instance.origin_at
    return moment.instant(happened.answers, casework.now)


def _before_birthday(casework: CaseWork, set_now: list[datetime]) -> datetime | None:
    """A review is planned before the child comes of age, if the next one would come after (WT2013, discontinuing)."""
    if casework.case.born is None or not set_now:
        return None
    birthday = of_age(casework.case.born)
    if day_of(max(set_now)) < birthday:
        return None
    return start_of(casework.calendar.last_working_day_before(birthday))


def of_age(born: date) -> date:
    """The eighteenth birthday; of somebody born on 29 February, 1 March."""
    try:
        return born.replace(year=born.year + 18)
    except ValueError:
        return date(born.year + 18, 3, 1)


def _insert(
    casework: CaseWork, rule: Clock, instance: InstanceRow, counted_from: datetime, due_at: datetime, calendar: str
) -> None:
    """`calendar` is the version that it was counted by: an older one is recalculated with the next tick."""
    deadline = RunningDeadline(
        id=new_id(),
        clock=rule.id,
        number=NEWEST,
        instance=instance.id,
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
        calendar=calendar,
        provisional=casework.calendar.is_provisional(day_of(due_at)),
        started_at=casework.now,
        met_at=None,
        stopped_at=None,
        late_reason=None,
        taken_up={},
    )


def _keep(casework: CaseWork, deadline: RunningDeadline) -> None:
    casework.deadlines.append(deadline)
    casework.deadlines.sort(key=lambda one: (one.clock, one.number))


def _meet(casework: CaseWork, rule: Clock, happened: Happened, form: Schema, *, since_called: bool) -> None:
    """`form` is that of what happened; `since_called` leaves a clock running that was called for only after it."""
    at = rule.met_at.instant(happened.answers, casework.now)
    for deadline in _running(casework, rule, happened.instance):
        called_at = deadline.taken_up.get(happened.instance.id)
        if since_called and called_at and at < datetime.fromisoformat(called_at):
            continue
        late = deadline.due_at < at
        reason: str | None = answer_with_role(form, "late_reason", happened.answers) if late else None
        casework.deadlines.remove(deadline)
        casework.changes.change(Deadline, deadline.id, met_at=at, late_reason=reason)
        payload = _payload("met", rule.id, deadline.due_at, met_at=at) | {"late_reason": reason}
        casework.note("deadline", happened.instance, payload=payload)


def _stop(casework: CaseWork, deadlines: Iterable[RunningDeadline], why: str) -> None:
    """As of the day on which that happened which stops it: what fell due after that was never late."""
    at = casework.happened_at
    for deadline in list(deadlines):
        casework.deadlines.remove(deadline)
        casework.changes.change(Deadline, deadline.id, stopped_at=at)
        payload = _payload("stopped", deadline.clock, deadline.due_at, stopped_at=at)
        casework.note("deadline", payload=payload | {"why": why})


def _payload(what: str, clock: str, due_at: datetime, **moments: datetime) -> dict[str, Any]:
    stated = {"what": what, "clock": clock, "due_at": due_at.isoformat()}
    return stated | {name: moment.isoformat() for name, moment in moments.items()}
