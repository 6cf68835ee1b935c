"""An instance begins, moves and ends: its position becomes the rows that pages and people work from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from engine.base.identifiers import new_id
from engine.casework.clocks import (
    Happened,
    said_to_have_happened,
    stop_clocks_of_ended,
    stop_clocks_of_task,
    stop_clocks_of_withdrawn,
    tell_clocks,
)
from engine.casework.locked_case import CaseWork, InstanceRow, running
from engine.casework.parts import give_part
from engine.forms import decisions
from engine.people.identity import SOCIAL_CARE, Actor
from engine.process import run
from engine.process.bundle import START, Model
from engine.process.run import OpenTask, Position
from engine.tables import Answers, Instance, Wait, WorkItem

CLOSURE = "case_closure"


def begin(
    casework: CaseWork,
    process: str,
    answers: Mapping[str, Any],
    *,
    led_here: InstanceRow | None = None,
    payload: Mapping[str, Any] = MappingProxyType({}),
    submission: str | None = None,
) -> InstanceRow:
    """Starts a process on the bundle in force.

    `answers` are of its start form, already checked; a message has none, but a payload, and defaults hold for the rest.

    A closure that waits for its manager is withdrawn: the case has work again.
    """
    if process != CLOSURE:
        for closure in running(casework, CLOSURE):
            withdraw(casework, closure, f"{process} started")
    model = casework.model_in_force
    form = model.form(process, START)
    decided = {**(decisions(form, answers) if form else {}), **payload}
    instance = _insert(casework, model, process, answers, led_here, submission)
    if answers:
        keep_answers(casework, instance, START, 1, answers, casework.work.actor)
        casework.happened = said_to_have_happened(answers, casework.now)
    facts = casework.case_facts()
    led_by = {"by": led_here and led_here.id, "payload": dict(payload)}
    asked = {"process": process, "answers": answers, "submission": submission}
    casework.note("started", instance, bundle=instance.bundle, payload={**asked, "facts": facts, **led_by})
    position = run.start(model, process, {START: decided, "case": facts})
    names = {**decided, START: decided, "case": facts}
    tell_clocks(casework, Happened("started", instance, "", names, answers))
    move(casework, instance, position)
    return instance


_MOVE = (
    update(Instance)
    .where(Instance.id == bindparam("instance"))
    .values(state=bindparam("state"), version=Instance.version + 1)
)


def move(casework: CaseWork, instance: InstanceRow, position: Position) -> None:
    """Rewrites the projections to where the instance stands now and puts down how it got there."""
    casework.connection.execute(_MOVE, {"instance": instance.id, "state": position.state})
    open_tasks = {(task.element, task.occurrence): task for task in position.open}
    for step in position.trace:
        if step.kind != "completed":  # that one is noted with its answers
            casework.note(step.kind, instance, element=step.element, occurrence=step.occurrence, flows=step.flows)
        if step.kind == "opened" and (step.element, step.occurrence) in open_tasks:
            _open_item(casework, instance, open_tasks[step.element, step.occurrence])
        elif step.kind == "withdrawn":
            _close_item(casework, instance, step.element, step.occurrence)
            stop_clocks_of_task(casework, instance, step.element)
    _rewrite_waits(casework, instance, position)
    casework.thrown += [(instance, thrown) for thrown in position.thrown]
    if position.ended:
        ended = {"status": "ended", "ended_at": casework.now, "outcome": position.outcome}
        casework.connection.execute(update(Instance).where(Instance.id == instance.id).values(ended))
        casework.something_ended = True
        casework.note("ended", instance, element=position.outcome)
        tell_clocks(casework, Happened("ended", instance, "", {"case": casework.case_facts()}, {}))
        stop_clocks_of_ended(casework, instance)


def withdraw(casework: CaseWork, instance: InstanceRow, why: str) -> None:
    """Ends an instance without its drawing: its open tasks and clocks end with it, each with an entry."""
    connection, now = casework.connection, casework.now
    open_items = connection.execute(
        select(WorkItem.element, WorkItem.occurrence)
        .where(WorkItem.instance_id == instance.id, WorkItem.closed_at.is_(None))
        .order_by(WorkItem.element, WorkItem.occurrence)
    )
    for element, occurrence in open_items.all():
        casework.note("withdrawn", instance, element=element, occurrence=occurrence)
        _close_item(casework, instance, element, occurrence)
    connection.execute(delete(Wait).where(Wait.instance_id == instance.id))
    connection.execute(update(Instance).where(Instance.id == instance.id).values(status="withdrawn", ended_at=now))
    casework.something_ended = True
    casework.note("withdrawn", instance, payload={"why": why})
    tell_clocks(casework, Happened("ended", instance, "", {"case": casework.case_facts()}, {}))
    stop_clocks_of_withdrawn(casework, instance)


def keep_answers(
    casework: CaseWork, instance: InstanceRow, element: str, occurrence: int, answers: Mapping[str, Any], by: Actor
) -> None:
    """The projection of what was answered; the payload of the entry is the record of it."""
    row = {
        "id": new_id(),
        "case_id": casework.case.id,
        "instance_id": instance.id,
        "process": instance.process,
        "element": element,
        "occurrence": occurrence,
        "answers": dict(answers),
        "at": casework.now,
        "account_id": by.account,
        "agency_id": next((one.agency for one in by.held if one.agency), None),
    }
    casework.connection.execute(insert(Answers), row)


def _insert(
    casework: CaseWork,
    model: Model,
    process: str,
    answers: Mapping[str, Any],
    led_here: InstanceRow | None,
    submission: str | None,
) -> InstanceRow:
    count = select(func.count()).select_from(Instance)
    of_process = count.where(Instance.case_id == casework.case.id, Instance.process == process)
    number = casework.connection.execute(of_process).scalar_one() + 1
    origin_at = _origin(casework, model, process, answers, led_here)
    instance = InstanceRow(new_id(), process, number, model.hash, origin_at)
    casework.connection.execute(
        insert(Instance),
        {
            "id": instance.id,
            "case_id": casework.case.id,
            "process": process,
            "number": number,
            "bundle_hash": model.hash,
            "version": 0,
            "state": b"",
            "status": "running",
            "started_at": casework.now,
            "origin_at": origin_at,
            "submission": submission,
        },
    )
    return instance


def _origin(
    casework: CaseWork, model: Model, process: str, answers: Mapping[str, Any], led_here: InstanceRow | None
) -> Any:
    """When the concern that led here reached the authority: with the referral, or now for one that arose later."""
    if led_here is not None:
        return led_here.origin_at if _hands_on(casework, led_here) else casework.now
    received = [rule.counts_from for rule in model.rules.values() if rule.counts_from.process == process]
    return received[0].instant(answers, casework.now) if received else casework.now


def _hands_on(casework: CaseWork, led_here: InstanceRow) -> bool:
    """Whether the concern that an instance was started for is still the one that it leads to.

    Immediate protection that a person starts counts for nothing yet: what it calls for is the day that counts.
    """
    if led_here.process != "immediate_protection":
        return led_here.process in ("referral", "strategy_discussion")
    started_at = select(Instance.started_at).where(Instance.id == led_here.id)
    return led_here.origin_at < casework.connection.execute(started_at).scalar_one()


def _open_item(casework: CaseWork, instance: InstanceRow, task: OpenTask) -> None:
    model = casework.model(instance)
    element = model.drawings[instance.process].elements[task.element]
    lane = element.lane or ""
    agency = task.agency or model.roles[lane].agency
    role = model.agencies[agency].role if lane == "agency" and agency else lane
    if agency:
        give_part(casework, agency, "has something to do")
    item = new_id()
    casework.connection.execute(
        insert(WorkItem),
        {
            "id": item,
            "case_id": casework.case.id,
            "instance_id": instance.id,
            "process": instance.process,
            "element": task.element,
            "occurrence": task.occurrence,
            "title": element.name,
            "role": role,
            "also": element.properties.get("also", "").split(),
            "agency_id": agency,
            "team_id": casework.case.team if agency == SOCIAL_CARE else None,
            "urgent": False,
            "opened_at": casework.now,
        },
    )
    if task.automatic:
        casework.automatic.append(item)


def _close_item(casework: CaseWork, instance: InstanceRow, element: str, occurrence: int) -> None:
    casework.connection.execute(
        update(WorkItem)
        .where(
            WorkItem.instance_id == instance.id,
            WorkItem.element == element,
            WorkItem.occurrence == occurrence,
            WorkItem.closed_at.is_(None),
        )
        .values(closed_at=casework.now, closed_how="withdrawn")
    )


_WAITS = select(Wait.kind, Wait.name).where(Wait.instance_id == bindparam("instance"))


def _rewrite_waits(casework: CaseWork, instance: InstanceRow, position: Position) -> None:
    connection = casework.connection
    known = connection.execute(_WAITS, {"instance": instance.id})
    before = {(kind, name) for kind, name in known}
    after = {(wait.kind, wait.name) for wait in position.waits}
    for kind, name in before - after:
        connection.execute(delete(Wait).where(Wait.instance_id == instance.id, Wait.kind == kind, Wait.name == name))
    if after - before:
        rows = [
            {"instance_id": instance.id, "kind": kind, "name": name, "case_id": casework.case.id}
            for kind, name in sorted(after - before)
        ]
        connection.execute(insert(Wait), rows)
        casework.clock_awaited |= any(kind == "clock" for kind, _ in after - before)
