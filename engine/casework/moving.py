"""An instance begins, moves and ends: its position becomes the rows that pages and people work from."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from engine.base.errors import BadModel, Problem
from engine.base.identifiers import new_id
from engine.casework.addressing import addressed
from engine.casework.case_rows import InstanceRow, RunningInstance
from engine.casework.clocks import (
    Happened,
    follow,
    stop_clocks_of_ended,
    stop_clocks_of_task,
    stop_clocks_of_withdrawn,
    tell_clocks,
    tell_of_case,
)
from engine.casework.deadline_rows import GOES_ON
from engine.casework.effects import CompletedTask, take_effect
from engine.casework.further_steps import complete_further, somebody_did
from engine.casework.giving_parts import give_part
from engine.casework.letters import withdraw_letter
from engine.casework.locked_case import CaseWork
from engine.casework.origins import origin_of
from engine.casework.setting_aside import FailedStep, attempt, set_aside
from engine.casework.to_do import ActOnPassedClocks, CloseIfIdle, CompleteAlone, Deliver, GiveToLead
from engine.decision_tables.decision_table import Fired
from engine.facts.beginnings import starters
from engine.facts.case_now import OpenItem
from engine.forms import answers_of_system, decisions
from engine.forms.happening import happened_at
from engine.people.identity import Actor
from engine.process import run
from engine.process.bundle import START, Model
from engine.process.position import OpenTask, Position
from engine.tables import Instance, Submission, WorkItem


def begin(
    casework: CaseWork,
    process: str,
    answers: Mapping[str, Any],
    *,
    by: Actor,
    led_here: InstanceRow | None = None,
    payload: Mapping[str, Any] = MappingProxyType({}),
    submission: str | None = None,
) -> InstanceRow:
    """Starts a process on the bundle in force.

    `answers` are of its start form, already checked; a message has none, but a payload, and defaults hold for the rest.

    A closure that waits for its manager is withdrawn: the case has work again.
    """
    model = casework.model_in_force
    if not _begins_when_idle(model, process):
        withdraw_closures(casework, f"{model.title(process, START)} began")
    form = model.form(process, START) or {}
    decided = {**decisions(form, answers), **payload}
    instance = _add_instance(casework, model, process, origin_of(casework, model, process, answers, led_here))
    keep_submission(casework, submission, instance)
    if answers:
        casework.keep_answers(instance, START, 1, answers, by)
        casework.happened = happened_at(form, answers, casework.now)
    if led_here:
        follow(casework, led_here, instance)
    facts = casework.case_facts()
    led_by = {"by": led_here and led_here.id, "payload": dict(payload)}
    away = casework.begun_for(() if led_here else starters(model, process))
    asked = {"process": process, "answers": answers, "submission": submission, **away}
    casework.note("started", instance, payload={**asked, "facts": facts, **led_by}, bundle=instance.bundle)
    position = attempt(run.start, model, process, {START: decided, "case": facts})
    names = {**decided, START: decided, "case": facts}
    tell_clocks(casework, Happened("started", instance, "", names, answers))
    move(casework, instance, position)
    return instance


def keep_submission(casework: CaseWork, submission: str | None, instance: InstanceRow) -> None:
    """By which the same form is known again, whether it began the instance or joined it."""
    if submission:
        casework.changes.add(Submission, submission, id=submission, instance_id=instance.id)


def complete(
    casework: CaseWork, work_item: str, answers: Mapping[str, Any], *, by: Actor, submission: str | None = None
) -> InstanceRow:
    """A task is completed: the same way by a person, and by the system where the drawing says that nobody is needed.

    `answers` have been checked; `submission` is the digest of what a person sent. What follows is left in the queue.
    Raises BadModel where the item is not open in the instance.
    """
    item = casework.items.pop(work_item, None)
    if item is None:
        raise BadModel([Problem("", "", 0, f"the work item {work_item} is not open in this case")])
    if item.is_further:
        return complete_further(casework, item, answers, by=by, submission=submission)
    running = casework.running[item.instance]
    instance, model = running.row, casework.model(running.row)
    form, task = (
        model.form(instance.process, item.element) or {},
        model.drawings[instance.process].elements[item.element],
    )
    if by.is_system:
        answers = {**answers_of_system(form), **answers}
    decided, facts = decisions(form, answers), casework.case_facts()
    position = attempt(run.complete, model, instance.process, running.state, task.id, item.occurrence, decided, facts)
    flows = next((step.flows for step in position.trace if step.kind == "completed"), ())
    said: dict[str, Any] = {"answers": answers, "submission": submission}
    said |= {"facts": facts, "agency": item.agency, "automatic": by.is_system, **casework.done_for(item.id, by)}
    casework.note("completed", instance, element=task.id, occurrence=item.occurrence, flows=flows, payload=said)
    somebody_did(casework, item, by)
    closed = {"closed_at": casework.now, "closed_by": by.account, "closed_how": "completed", "submission": submission}
    casework.changes.change(WorkItem, item.id, **closed)
    casework.keep_answers(instance, task.id, item.occurrence, answers, by)
    names = {task.id: decided, "case": facts, **position.data, **decided}
    casework.happened = happened_at(form, answers, casework.now)
    tell_clocks(casework, Happened("completed", instance, task.id, names, answers))
    take_effect(casework, CompletedTask(instance, item, model, task, form, answers, names, by))
    move(casework, instance, position)
    return instance


def move(casework: CaseWork, instance: InstanceRow, position: Position | FailedStep) -> None:
    """Brings the rows to where the instance stands now, and records how it got there; where its drawing failed, the
    instance is set aside.
    """
    if isinstance(position, FailedStep):
        set_aside(casework, instance, position.what, position.element)
        return
    casework.moved[instance.id] = (instance, position)
    running = casework.running[instance.id]
    running.state = position.state
    casework.changes.change(Instance, instance.id, state=position.state)
    _follow(casework, instance, position)
    _wait_for(casework, running, position)
    for thrown in position.thrown:
        casework.to_do.add(Deliver(instance, thrown))
    if position.ended:
        _end(casework, running, "ended", position.outcome)
        casework.note("ended", instance, element=position.outcome)
        tell_of_case(casework, "ended", instance)
        stop_clocks_of_ended(casework, instance)


def _follow(casework: CaseWork, instance: InstanceRow, position: Position) -> None:
    """Records each step of the path, opens what it opened and withdraws what it withdrew."""
    model = casework.model(instance)
    open_tasks = {(task.element, task.occurrence): task for task in position.open}
    for step in position.trace:
        if step.kind != "completed":  # that one is noted with its answers
            element, flows, said = step.element, step.flows, _decided(step.fired)
            casework.note(step.kind, instance, element=element, occurrence=step.occurrence, flows=flows, payload=said)
        if step.kind == "opened" and (step.element, step.occurrence) in open_tasks:
            open_item(casework, instance, model, open_tasks[step.element, step.occurrence])
        elif step.kind == "withdrawn":
            _withdraw_item(casework, instance, step.element, step.occurrence)
            stop_clocks_of_task(casework, instance, step.element)


def _decided(fired: Fired | None) -> Mapping[str, Any] | None:
    """What an entry says of the table that decided, where one did."""
    return {"row": fired.row, "decided": {fired.output: fired.value}} if fired else None


def withdraw(casework: CaseWork, instance: InstanceRow, why: str) -> None:
    """Ends an instance without its drawing: its open tasks and clocks end with it, each with an entry."""
    _end_without_drawing(casework, instance, "withdrawn", {"why": why})
    tell_of_case(casework, "ended", instance)
    stop_clocks_of_withdrawn(casework, instance)


def end_as_joined(casework: CaseWork, instance: InstanceRow, goes_on: InstanceRow | None) -> None:
    """Ends an instance without its drawing: what it was for goes on in another one, or in the plan of the child. Of its
    clocks those stop that it alone could have met.
    """
    _end_without_drawing(casework, instance, "joined", {"with": goes_on.id if goes_on else None})
    stop_clocks_of_ended(casework, instance, GOES_ON)


def _end_without_drawing(casework: CaseWork, instance: InstanceRow, status: str, said: Mapping[str, Any]) -> None:
    items = [item for item in casework.items.values() if item.instance == instance.id]
    for item in sorted(items, key=lambda one: (one.element, one.occurrence)):
        casework.note("withdrawn", instance, element=item.element, occurrence=item.occurrence)
        _withdraw_item(casework, instance, item.element, item.occurrence)
    casework.moved.pop(instance.id, None)
    _end(casework, casework.running[instance.id], status, None)
    casework.note(status, instance, payload=said)


def withdraw_closures(casework: CaseWork, why: str) -> None:
    """What waits for nothing more to be done: there is work again."""
    for one in casework.running_in_order():
        if _begins_when_idle(casework.model(one.row), one.row.process):
            withdraw(casework, one.row, why)


def _begins_when_idle(model: Model, process: str) -> bool:
    return "begins_when_idle" in model.start_event(process).properties


def _add_instance(casework: CaseWork, model: Model, process: str, origin_at: datetime) -> InstanceRow:
    instance = InstanceRow(new_id(), process, 0, model.hash, origin_at, casework.now)
    casework.running[instance.id] = RunningInstance(instance, b"", set())
    casework.changes.add_numbered(
        Instance,
        instance.id,
        process,
        case_id=casework.case.id,
        process=process,
        bundle_hash=model.hash,
        state=b"",
        status="running",
        started_at=casework.now,
        ended_at=None,
        outcome=None,
        origin_at=origin_at,
    )
    return instance


def _end(casework: CaseWork, running: RunningInstance, status: str, outcome: str | None) -> None:
    for wait in sorted(running.waits, key=lambda one: (one.kind, one.name)):
        casework.changes.end_wait(running.row.id, wait.kind, wait.name)
    casework.running.pop(running.row.id)
    casework.changes.change(Instance, running.row.id, status=status, ended_at=casework.now, outcome=outcome)
    casework.to_do.add(CloseIfIdle())


def open_item(casework: CaseWork, instance: InstanceRow, model: Model, task: OpenTask) -> None:
    row = addressed(casework, model, model.drawings[instance.process].elements[task.element], task.agency)
    if row.agency:
        give_part(casework, model, row.agency, "asked")
    place: dict[str, Any] = {"process": instance.process, "element": task.element, "occurrence": task.occurrence}
    new: dict[str, Any] = {"deadline": None, "urgent": False, "role": row.role, "for_lead": True}
    item = OpenItem(new_id(), instance.id, **place, agency=row.agency, **new)
    casework.items[item.id] = item
    casework.to_do.add(GiveToLead())
    casework.changes.add(
        WorkItem,
        item.id,
        id=item.id,
        case_id=casework.case.id,
        instance_id=instance.id,
        **place,
        **row.columns,
        urgent=False,
        is_given=False,
        opened_at=casework.now,
        deadline_id=None,
        closed_at=None,
        closed_by=None,
        closed_how=None,
        submission=None,
    )
    if task.automatic:
        casework.to_do.add(CompleteAlone(item.id))


def _withdraw_item(casework: CaseWork, instance: InstanceRow, element: str, occurrence: int) -> None:
    for item in [*casework.items.values()]:
        if (item.instance, item.element, item.occurrence) == (instance.id, element, occurrence):
            casework.changes.change(WorkItem, item.id, closed_at=casework.now, closed_how="withdrawn")
            withdraw_letter(casework, instance, casework.items.pop(item.id))


def _wait_for(casework: CaseWork, running: RunningInstance, position: Position) -> None:
    now = set(position.waits)
    for wait in sorted(running.waits - now, key=lambda one: (one.kind, one.name)):
        casework.changes.end_wait(running.row.id, wait.kind, wait.name)
    for wait in sorted(now - running.waits, key=lambda one: (one.kind, one.name)):
        casework.changes.begin_wait(casework.case.id, running.row.id, wait.kind, wait.name)
        if wait.kind == "clock":
            casework.to_do.add(ActOnPassedClocks())
    running.waits = now
