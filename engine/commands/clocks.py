"""The clocks of a case: which happening starts, meets or stops one. A deadline is a row, never a date in the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from engine.calendar import Calendar, day_of
from engine.commands.casework import CaseWork, InstanceRow
from engine.identifiers import new_id
from engine.tables import Deadline, Instance, WorkItem
from engine.timescales import Event, Happening, Rule, due

CALENDAR = Calendar()


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that a clock may listen for. `names` is what its conditions read; `task` is empty but for completed."""

    happening: Happening
    instance: InstanceRow
    task: str
    names: Mapping[str, object]
    answers: Mapping[str, Any]

    def among(self, events: tuple[Event, ...]) -> Event | None:
        for event in events:
            if event.matches(self.happening, self.instance.process, self.task, self.names):
                return event
        return None


@dataclass(frozen=True, slots=True)
class Running:
    """A deadline that is neither met nor stopped."""

    id: str
    clock: str
    instance: str
    due_at: datetime


def tell_clocks(casework: CaseWork, happened: Happened) -> None:
    """Meets, stops and starts the clocks that name what happened: in that order, so that a round begins anew."""
    rules = casework.model(happened.instance).rules.values()
    for rule in rules:
        if happened.among(rule.met_on):
            _meet(casework, rule, happened)
        if happened.among(rule.stopped_on):
            _stop(casework, _running(casework, rule, happened.instance), "stopped")
    for rule in rules:
        event = happened.among(rule.starts_on)
        if event and not (event.unless_running and _running(casework, rule, happened.instance)):
            _start(casework, rule, happened)


def stop_clocks_of_instance(casework: CaseWork, instance: InstanceRow, why: str) -> None:
    """What runs for an instance stops with it: nobody is left who could meet it."""
    _stop(casework, [one for one in _unfinished(casework) if one.instance == instance.id], why)


def stop_all_clocks(casework: CaseWork, why: str) -> None:
    _stop(casework, _unfinished(casework), why)


def stop_clocks_of_task(casework: CaseWork, instance: InstanceRow, element: str) -> None:
    """A clock of this instance that only a withdrawn task could have met stops with it."""
    for rule in casework.model(instance).rules.values():
        tasks = {event.task for event in rule.met_on if event.process == instance.process}
        if rule.scope == "instance" and tasks == {element}:
            _stop(casework, _running(casework, rule, instance), "withdrawn")


def press(casework: CaseWork) -> None:
    """Gives each open task of the case the running clock that presses on it, for the inbox to sort by."""
    connection = casework.connection
    running = sorted(_unfinished(casework), key=lambda one: (one.due_at, one.id))
    items = connection.execute(
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
        .where(WorkItem.case_id == casework.case.id, WorkItem.closed_at.is_(None))
    )
    for item in items.all():
        row = InstanceRow(item.instance_id, item.process, 0, item.bundle_hash, casework.now)
        pressing = _pressing(casework.model(row).rules, running, item)
        urgent = pressing is not None and casework.model(row).rules[pressing.clock].unit in ("hours", "instant")
        deadline = pressing.id if pressing else None
        if (deadline, urgent) != (item.deadline_id, item.urgent):
            connection.execute(
                update(WorkItem).where(WorkItem.id == item.id).values(deadline_id=deadline, urgent=urgent)
            )


def _pressing(rules: Mapping[str, Rule], running: list[Running], item: Any) -> Running | None:
    """The earliest clock that completing the task meets; without one, the earliest of its instance."""
    own = [one for one in running if one.clock in rules and _is_met_by(rules[one.clock], one, item)]
    return next(iter(own), None) or next((one for one in running if one.instance == item.instance_id), None)


def _is_met_by(rule: Rule, deadline: Running, item: Any) -> bool:
    if rule.scope == "instance" and deadline.instance != item.instance_id:
        return False
    return any((event.process, event.task) == (item.process, item.element) for event in rule.met_on)


def _unfinished(casework: CaseWork) -> list[Running]:
    rows = casework.connection.execute(
        select(Deadline.id, Deadline.clock, Deadline.instance_id, Deadline.due_at)
        .where(Deadline.case_id == casework.case.id, Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))
        .order_by(Deadline.clock, Deadline.number)
    )
    return [Running(*row) for row in rows]


def _running(casework: CaseWork, rule: Rule, instance: InstanceRow) -> list[Running]:
    found = [one for one in _unfinished(casework) if one.clock == rule.id]
    return [one for one in found if rule.scope == "case" or one.instance == instance.id]


def _start(casework: CaseWork, rule: Rule, happened: Happened) -> None:
    instance = happened.instance
    led_here = rule.counts_from.process and rule.counts_from.process != instance.process
    counted_from = instance.origin_at if led_here else rule.counts_from.instant(happened.answers, casework.now)
    due_at = due(rule, counted_from, CALENDAR)
    connection, case = casework.connection, casework.case.id
    number = connection.execute(
        select(func.count()).select_from(Deadline).where(Deadline.case_id == case, Deadline.clock == rule.id)
    ).scalar_one()
    connection.execute(
        insert(Deadline).values(
            id=new_id(),
            case_id=case,
            instance_id=instance.id,
            clock=rule.id,
            number=number + 1,
            title=rule.title,
            kind=rule.kind,
            counted_from=counted_from,
            due_at=due_at,
            calendar=CALENDAR.version,
            provisional=CALENDAR.is_provisional(day_of(due_at)),
            started_at=casework.now,
        )
    )
    casework.note("deadline", instance, payload=_payload("started", rule.id, due_at, counted_from=counted_from))


def _meet(casework: CaseWork, rule: Rule, happened: Happened) -> None:
    at = rule.met_at.instant(happened.answers, casework.now)
    for deadline in _running(casework, rule, happened.instance):
        reason = happened.answers.get("late_reason") if deadline.due_at < at else None
        casework.connection.execute(
            update(Deadline).where(Deadline.id == deadline.id).values(met_at=at, late_reason=reason)
        )
        payload = _payload("met", rule.id, deadline.due_at, met_at=at) | {"late_reason": reason}
        casework.note("deadline", happened.instance, payload=payload)


def _stop(casework: CaseWork, deadlines: list[Running], why: str) -> None:
    for deadline in deadlines:
        casework.connection.execute(update(Deadline).where(Deadline.id == deadline.id).values(stopped_at=casework.now))
        casework.note("deadline", payload=_payload("stopped", deadline.clock, deadline.due_at) | {"why": why})


def _payload(what: str, clock: str, due_at: datetime, **moments: datetime) -> dict[str, Any]:
    stated = {"what": what, "clock": clock, "due_at": due_at.isoformat()}
    return stated | {name: moment.isoformat() for name, moment in moments.items()}
