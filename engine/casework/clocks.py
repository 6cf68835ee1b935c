"""The clocks of a case: which happening starts, meets or stops one. A deadline is a row, never a date in the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from engine.base.identifiers import new_id
from engine.casework.locked_case import CaseWork, InstanceRow
from engine.facts.authority import local_rule
from engine.forms.answer_roles import answer_with_role
from engine.process.bundle import START
from engine.tables import Deadline, Instance, WorkItem
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
class RunningDeadline:
    """A deadline that is neither met nor stopped."""

    id: str
    clock: str
    instance: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StoppedDeadline:
    """A deadline that was stopped without being met."""

    id: str
    counted_from: datetime
    due_at: datetime


def tell_clocks(casework: CaseWork, happened: Happened) -> None:
    """Meets, stops and starts the clocks that name what happened: in that order, so that a round begins anew."""
    model = casework.model(happened.instance)
    rules, agencies = model.rules.values(), model.agencies_to_ask
    for rule in rules:
        if happened.among(rule.met_on, agencies):
            _meet(casework, rule, happened)
        if happened.among(rule.stopped_on, agencies):
            _stop(casework, _running(casework, rule, happened.instance), "stopped")
    set_now: list[datetime] = []
    for rule in rules:
        event = happened.among(rule.starts_on, agencies)
        if event and not (event.unless_running and _running(casework, rule, happened.instance)):
            set_now += _start(casework, rule, happened, set_now)


def resume_clock(casework: CaseWork, clock: str) -> None:
    """A clock that was stopped runs again to the same day: what stopped it has been overruled."""
    if stopped := stopped_clock(casework, clock):
        casework.connection.execute(update(Deadline).where(Deadline.id == stopped.id).values(stopped_at=None))
        casework.note("deadline", payload=_payload("resumed", clock, stopped.due_at))


def carry_clock(linked: CaseWork, instance: InstanceRow, clock: str, stopped: StoppedDeadline) -> None:
    """What was stopped in a case that is closed by now runs on in the one that was opened after it, to the same day."""
    if rule := linked.model(instance).rules.get(clock):
        _insert(linked, rule, instance, stopped.counted_from, stopped.due_at)
        resumed = _payload("resumed", clock, stopped.due_at, counted_from=stopped.counted_from)
        linked.note("deadline", instance, payload=resumed)


def stopped_clock(casework: CaseWork, clock: str) -> StoppedDeadline | None:
    """The newest of its kind, where it was stopped without being met."""
    newest = casework.connection.execute(
        select(Deadline.id, Deadline.counted_from, Deadline.due_at, Deadline.stopped_at)
        .where(Deadline.case_id == casework.case.id, Deadline.clock == clock)
        .order_by(Deadline.number.desc())
        .limit(1)
    ).one_or_none()
    return StoppedDeadline(*newest[:3]) if newest and newest.stopped_at else None


def stop_clocks_of_ended(casework: CaseWork, instance: InstanceRow) -> None:
    """What only this instance could have met stops with it; a clock of the case is met by another, later one."""
    rules = casework.model(instance).rules
    own = [one for one in _of_instance(casework, instance) if rules[one.clock].scope == "instance"]
    _stop(casework, own, "ended")


def stop_clocks_of_withdrawn(casework: CaseWork, instance: InstanceRow) -> None:
    """Nothing follows from what was withdrawn: every clock that it set stops."""
    _stop(casework, _of_instance(casework, instance), "withdrawn")


def _of_instance(casework: CaseWork, instance: InstanceRow) -> list[RunningDeadline]:
    return [one for one in _unfinished(casework) if one.instance == instance.id]


def stop_all_clocks(casework: CaseWork, why: str) -> None:
    _stop(casework, _unfinished(casework), why)


def stop_clocks_of_task(casework: CaseWork, instance: InstanceRow, element: str) -> None:
    """A clock of this instance that only a withdrawn task could have met stops with it."""
    for rule in casework.model(instance).rules.values():
        tasks = {event.task for event in rule.met_on if event.process == instance.process}
        if rule.scope == "instance" and tasks == {element}:
            _stop(casework, _running(casework, rule, instance), "withdrawn")


_OPEN_ITEMS = (
    select(
        WorkItem.id,
        WorkItem.process,
        WorkItem.element,
        WorkItem.instance_id,
        WorkItem.deadline_id,
        WorkItem.urgent,
        Instance.bundle_hash,
    )
    .join(Instance, Instance.id == WorkItem.instance_id)
    .where(WorkItem.case_id == bindparam("case"), WorkItem.closed_at.is_(None))
)


def assign_deadlines(casework: CaseWork) -> None:
    """Gives each open task of the case the running clock that presses on it, for the inbox to sort by."""
    connection = casework.connection
    running = sorted(_unfinished(casework), key=lambda one: one.due_at)  # of two on one day the first by name
    for item in connection.execute(_OPEN_ITEMS, {"case": casework.case.id}).all():
        row = InstanceRow(item.instance_id, item.process, 0, item.bundle_hash, casework.now)
        pressing = _pressing(casework.model(row).rules, running, item)
        urgent = pressing is not None and casework.model(row).rules[pressing.clock].unit in ("hours", "instant")
        deadline = pressing.id if pressing else None
        if (deadline, urgent) != (item.deadline_id, item.urgent):
            connection.execute(
                update(WorkItem).where(WorkItem.id == item.id).values(deadline_id=deadline, urgent=urgent)
            )


def _pressing(rules: Mapping[str, Clock], running: list[RunningDeadline], item: Any) -> RunningDeadline | None:
    """The earliest clock that completing the task meets; without one, the earliest of its instance."""
    own = [one for one in running if one.clock in rules and _is_met_by(rules[one.clock], one, item)]
    return next(iter(own), None) or next((one for one in running if one.instance == item.instance_id), None)


def _is_met_by(rule: Clock, deadline: RunningDeadline, item: Any) -> bool:
    if rule.scope == "instance" and deadline.instance != item.instance_id:
        return False
    return any((event.process, event.task) == (item.process, item.element) for event in rule.met_on)


_UNFINISHED = (
    select(Deadline.id, Deadline.clock, Deadline.instance_id, Deadline.due_at)
    .where(Deadline.case_id == bindparam("case"), Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))
    .order_by(Deadline.clock, Deadline.number)
)


def _unfinished(casework: CaseWork) -> list[RunningDeadline]:
    return [RunningDeadline(*row) for row in casework.connection.execute(_UNFINISHED, {"case": casework.case.id})]


def _running(casework: CaseWork, rule: Clock, instance: InstanceRow) -> list[RunningDeadline]:
    found = [one for one in _unfinished(casework) if one.clock == rule.id]
    return [one for one in found if rule.scope == "case" or one.instance == instance.id]


def _start(casework: CaseWork, rule: Clock, happened: Happened, set_now: list[datetime]) -> list[datetime]:
    """Sets the clock, in place of one of its kind that still runs in its scope; gives when it is due."""
    counted_from = _counted_from(casework, rule, happened, set_now)
    if counted_from is None:
        return []
    instance = happened.instance
    _stop(casework, _running(casework, rule, instance), "set anew")
    rule = local_rule(casework.connection, rule)
    due_at = due(rule, counted_from, casework.calendar)
    _insert(casework, rule, instance, counted_from, due_at)
    counted = {"calendar": casework.calendar.version, "limit": rule.limit}
    payload = _payload("started", rule.id, due_at, counted_from=counted_from) | counted
    casework.note("deadline", instance, payload=payload)
    tell_clocks(casework, Happened("set", instance, "", happened.names, happened.answers, of=rule.id))
    return [due_at]


def recalculated_from(casework: CaseWork, rule: Clock, before: datetime) -> datetime:
    """A date that was answered stays; one that the engine found may lie elsewhere when the calendar has changed."""
    if rule.counts_from.named == "its due date":
        return _due_of_watched(casework, rule) or before
    if rule.counts_from.named == "the eighteenth birthday" and casework.case.born:
        return start_of(casework.calendar.last_working_day_before(of_age(casework.case.born)))
    return before


def _due_of_watched(casework: CaseWork, rule: Clock) -> datetime | None:
    watched = {event.process for event in rule.starts_on if event.happening == "set"}
    return min((one.due_at for one in _unfinished(casework) if one.clock in watched), default=None)


def _counted_from(casework: CaseWork, rule: Clock, happened: Happened, set_now: list[datetime]) -> datetime | None:
    moment, instance = rule.counts_from, happened.instance
    if moment.named == "its due date":
        return _due_of_watched(casework, rule)
    if moment.named == "the eighteenth birthday":
        return _before_birthday(casework, set_now)
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


def _insert(casework: CaseWork, rule: Clock, instance: InstanceRow, counted_from: datetime, due_at: datetime) -> None:
    of_kind = (Deadline.case_id == casework.case.id, Deadline.clock == rule.id)
    number = casework.connection.execute(select(func.count()).select_from(Deadline).where(*of_kind)).scalar_one()
    casework.connection.execute(
        insert(Deadline),
        {
            "id": new_id(),
            "case_id": casework.case.id,
            "instance_id": instance.id,
            "clock": rule.id,
            "number": number + 1,
            "title": rule.title,
            "kind": rule.kind,
            "protects": rule.protects,
            "counted_from": counted_from,
            "limit": rule.limit,
            "due_at": due_at,
            "calendar": casework.calendar.version,
            "provisional": casework.calendar.is_provisional(day_of(due_at)),
            "started_at": casework.now,
        },
    )


def _meet(casework: CaseWork, rule: Clock, happened: Happened) -> None:
    at = rule.met_at.instant(happened.answers, casework.now)
    form = casework.model(happened.instance).form(happened.instance.process, happened.task or START) or {}
    for deadline in _running(casework, rule, happened.instance):
        reason = answer_with_role(form, "late_reason", happened.answers) if deadline.due_at < at else None
        casework.connection.execute(
            update(Deadline).where(Deadline.id == deadline.id).values(met_at=at, late_reason=reason)
        )
        payload = _payload("met", rule.id, deadline.due_at, met_at=at) | {"late_reason": reason}
        casework.note("deadline", happened.instance, payload=payload)


def _stop(casework: CaseWork, deadlines: list[RunningDeadline], why: str) -> None:
    for deadline in deadlines:
        casework.connection.execute(update(Deadline).where(Deadline.id == deadline.id).values(stopped_at=casework.now))
        casework.note("deadline", payload=_payload("stopped", deadline.clock, deadline.due_at) | {"why": why})


def _payload(what: str, clock: str, due_at: datetime, **moments: datetime) -> dict[str, Any]:
    stated = {"what": what, "clock": clock, "due_at": due_at.isoformat()}
    return stated | {name: moment.isoformat() for name, moment in moments.items()}
