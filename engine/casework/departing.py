"""Somebody proceeds differently from the drawing: what is written of it, and what follows (docs/departures.md).

A step that is skipped leaves its process by what was stated, and was not done: it is withdrawn, with the reason. One
that is repeated or opened out of order is a work item of its own, outside the state of its process (further_steps.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.base.errors import BadModel, Problem
from engine.casework.case_rows import InstanceRow
from engine.casework.clocks import Happened, tell_clocks
from engine.casework.effects import CompletedTask, take_effect
from engine.casework.further_steps import withdraw_further
from engine.casework.giving_tasks import tell
from engine.casework.locked_case import CaseWork
from engine.casework.moving import move, open_item, withdraw_closures
from engine.casework.setting_aside import attempt
from engine.casework.settling import settle
from engine.casework.to_do import CloseIfIdle
from engine.facts.case_now import OpenItem
from engine.forms import decisions
from engine.forms.departure_rules import How
from engine.process import run
from engine.process.position import OpenTask
from engine.record.entry_words import DEPARTED
from engine.tables import Departure, WorkItem
from engine.tables.departure_tables import FURTHER


@dataclass(frozen=True, slots=True)
class Departing:
    """What somebody wants. `occurrence` is the time that is skipped, 0 for a further step; `stated` are checked
    answers. `asked_by` is the account, `asked_at` when.
    """

    id: str
    how: How
    instance: InstanceRow
    element: str
    occurrence: int
    agency: str | None
    reason: str
    stated: Mapping[str, Any]
    asked_by: str | None
    asked_at: datetime

    @property
    def said(self) -> dict[str, Any]:
        """As an entry carries it."""
        said = {"departure": self.id, "how": self.how, "reason": self.reason, "answers": dict(self.stated)}
        return {**said, "agency": self.agency}


def ask_first(casework: CaseWork, departing: Departing) -> None:
    """It waits for a manager."""
    _keep(casework, departing, stands="waits", decided_at=None, decided_by=None, decision="")
    place: dict[str, Any] = {"element": departing.element, "occurrence": departing.occurrence or None}
    casework.note("departure_asked", departing.instance, **place, payload=departing.said)
    casework.write_record()


def refuse(casework: CaseWork, departing: Departing, why: str) -> None:
    _settle_request(casework, departing, "refused", why)
    place: dict[str, Any] = {"element": departing.element, "occurrence": departing.occurrence or None}
    said = {"departure": departing.id, "how": departing.how, "reason": why}
    casework.note("departure_refused", departing.instance, **place, payload=said)
    casework.write_record()


def proceed(casework: CaseWork, departing: Departing, *, agreed: str | None = None) -> None:
    """`agreed`: what the manager says who was asked first; None where nobody had to be."""
    if agreed is None:
        decided = {"decided_at": casework.now, "decided_by": departing.asked_by, "decision": ""}
        _keep(casework, departing, stands="taken", **decided)
    else:
        _settle_request(casework, departing, "taken", agreed)
    if departing.how == "skip" and departing.occurrence >= FURTHER:
        _leave_further(casework, departing)
    elif departing.how == "skip":
        _skip(casework, departing, agreed)
    else:
        _open_further(casework, departing, agreed)
    settle(casework)


def _keep(casework: CaseWork, departing: Departing, **standing: Any) -> None:
    casework.changes.add(
        Departure,
        departing.id,
        id=departing.id,
        case_id=casework.case.id,
        instance_id=departing.instance.id,
        process=departing.instance.process,
        element=departing.element,
        occurrence=departing.occurrence,
        agency_id=departing.agency,
        how=departing.how,
        reason=departing.reason,
        stated=dict(departing.stated),
        asked_at=departing.asked_at,
        asked_by=departing.asked_by,
        **standing,
    )


def _settle_request(casework: CaseWork, departing: Departing, stands: str, why: str) -> None:
    decided = {"decided_at": casework.now, "decided_by": casework.work.actor.account, "decision": why}
    casework.changes.change(Departure, departing.id, stands=stands, **decided)


def _note(casework: CaseWork, departing: Departing, occurrence: int, agreed: str | None) -> None:
    asked = {} if agreed is None else {"asked_by": departing.asked_by, "decision": agreed}
    place: dict[str, Any] = {"element": departing.element, "occurrence": occurrence}
    casework.note("departed", departing.instance, **place, payload={**departing.said, **asked})


def _skip(casework: CaseWork, departing: Departing, agreed: str | None) -> None:
    """The drawing goes on by what is stated; it is the answer of whoever decided it."""
    item, by = _open_here(casework, departing), casework.work.actor
    instance, process = departing.instance, departing.instance.process
    running, model = casework.running[instance.id], casework.model(instance)
    form, task = model.form(process, item.element) or {}, model.drawings[process].elements[item.element]
    decided, facts = decisions(form, departing.stated), casework.case_facts()
    position = attempt(run.complete, model, process, running.state, task.id, item.occurrence, decided, facts)
    flows = next((step.flows for step in position.trace if step.kind == "completed"), ())
    _note(casework, departing, item.occurrence, agreed)
    place: dict[str, Any] = {"element": task.id, "occurrence": item.occurrence}
    left = {"why": DEPARTED, "reason": departing.reason}
    casework.note("withdrawn", instance, **place, flows=flows, payload={**left, "facts": facts})
    closed = {"closed_at": casework.now, "closed_by": by.account, "closed_how": "withdrawn"}
    casework.changes.change(WorkItem, item.id, **closed)
    if item.is_given:
        tell(casework, item.owner, by)
    casework.keep_answers(instance, task.id, item.occurrence, departing.stated, by)
    names = {task.id: decided, "case": facts, **position.data, **decided}
    tell_clocks(casework, Happened("completed", instance, task.id, names, departing.stated, beside="skipped"))
    take_effect(casework, CompletedTask(instance, item, model, task, form, departing.stated, names, by))
    move(casework, instance, position)


def _leave_further(casework: CaseWork, departing: Departing) -> None:
    """What somebody opened beside the process is not needed after all."""
    item = _open_here(casework, departing)
    _note(casework, departing, item.occurrence, None)
    withdraw_further(casework, item, {"why": DEPARTED, "reason": departing.reason})
    casework.to_do.add(CloseIfIdle())


def _open_here(casework: CaseWork, departing: Departing) -> OpenItem:
    """Raises BadModel where the item is not open in the instance, which the commands have looked at."""
    place = (departing.instance.id, departing.element, departing.occurrence)
    for item in [*casework.items.values()]:
        if (item.instance, item.element, item.occurrence) == place:
            return casework.items.pop(item.id)
    raise BadModel([Problem("", departing.element, 0, f"{departing.element} is not open in this case")])


def _open_further(casework: CaseWork, departing: Departing, agreed: str | None) -> None:
    instance = departing.instance
    its = (WorkItem.instance_id == instance.id, WorkItem.element == departing.element, WorkItem.occurrence >= FURTHER)
    before = casework.connection.execute(select(func.count()).select_from(WorkItem).where(*its)).scalar_one()
    occurrence = FURTHER + before
    casework.changes.change(Departure, departing.id, occurrence=occurrence)
    _note(casework, departing, occurrence, agreed)
    casework.note("opened", instance, element=departing.element, occurrence=occurrence)
    further = OpenTask(departing.element, occurrence, departing.agency, automatic=False)
    open_item(casework, instance, casework.model(instance), further)
    title = casework.model(instance).title(instance.process, departing.element)
    withdraw_closures(casework, f"“{title}” is to be done out of order")
