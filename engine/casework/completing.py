"""A task is completed: the same way for a person, and for the system where the drawing says nobody is needed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, update

from engine.casework.clocks import Happened, said_to_have_happened, tell_clocks
from engine.casework.effects import EFFECTS
from engine.casework.instances import keep_answers, move
from engine.casework.locked_case import CaseWork, InstanceRow
from engine.casework.setting_aside import attempt
from engine.forms import decisions
from engine.people.identity import SYSTEM, Actor
from engine.process import run
from engine.tables import Instance, WorkItem


def complete(
    casework: CaseWork, work_item: str, answers: Mapping[str, Any], *, submission: str | None = None
) -> InstanceRow:
    """`answers` have been checked. Moves the instance, keeps the answers, tells the clocks, does what the task is for.

    `submission` is the digest of what a person sent; without one nobody was needed, and nobody is named as the one who
    did it. Messages are left in `casework.thrown`, to be delivered once the instance stands. Where the drawing cannot
    go on from here, the task is completed all the same and the instance is set aside.
    """
    by = SYSTEM if submission is None else casework.work.actor
    item = _item(casework, work_item)
    instance = InstanceRow(item.id, item.process, item.number, item.bundle_hash, item.origin_at)
    model = casework.model(instance)
    form = model.form(instance.process, item.element) or {}
    decided, facts = decisions(form, answers), casework.case_facts()
    position = attempt(run.complete, model, instance.process, item.state, item.element, item.occurrence, decided, facts)
    flows = next((step.flows for step in position.trace if step.kind == "completed"), ())
    said = {"answers": answers, "submission": submission}
    payload = {**said, "facts": facts, "agency": item.agency_id, "automatic": by is SYSTEM}
    casework.note("completed", instance, element=item.element, occurrence=item.occurrence, flows=flows, payload=payload)
    _close(casework, work_item, by, submission)
    keep_answers(casework, instance, item.element, item.occurrence, answers, by)
    names = {item.element: decided, "case": facts, **position.data, **decided}
    tell_clocks(casework, Happened("completed", instance, item.element, names, answers))
    casework.happened = said_to_have_happened(answers, casework.now)
    if effect := EFFECTS.get((instance.process, item.element)):
        effect(casework, instance, answers)
    move(casework, instance, position)
    return instance


_ITEM = (
    select(
        WorkItem.element,
        WorkItem.occurrence,
        WorkItem.agency_id,
        Instance.id,
        Instance.process,
        Instance.number,
        Instance.bundle_hash,
        Instance.origin_at,
        Instance.state,
    )
    .join(Instance, Instance.id == WorkItem.instance_id)
    .where(WorkItem.id == bindparam("work_item"))
)


def _item(casework: CaseWork, work_item: str) -> Any:
    """The work item, and what moving its instance needs."""
    return casework.connection.execute(_ITEM, {"work_item": work_item}).one()


def _close(casework: CaseWork, work_item: str, by: Actor, submission: str | None) -> None:
    casework.connection.execute(
        update(WorkItem)
        .where(WorkItem.id == work_item)
        .values(closed_at=casework.now, closed_by=by.account, closed_how="completed", submission=submission)
    )
