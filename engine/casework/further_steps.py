"""A step that somebody does outside the state of its process: done once more, or before the drawing comes to it.

Nothing goes on by it: no gateway is passed again, nothing is thrown. What it says was done counts as done (parts, what
was shared, who leads the case; clocks as `tell_clocks` says), its answers stand beside the earlier ones.
"""

from collections.abc import Mapping
from typing import Any

from engine.casework.alarms import end_alarms
from engine.casework.case_rows import InstanceRow
from engine.casework.clocks import Happened, tell_clocks
from engine.casework.effects import CompletedTask, take_as_said
from engine.casework.giving_tasks import row_of, tell
from engine.casework.locked_case import CaseWork
from engine.casework.to_do import CloseIfIdle
from engine.facts.case_now import OpenItem
from engine.forms import decisions
from engine.forms.happening import happened_at
from engine.people.identity import Actor
from engine.tables import WorkItem


def complete_further(
    casework: CaseWork, item: OpenItem, answers: Mapping[str, Any], *, by: Actor, submission: str | None
) -> InstanceRow:
    """`answers` have been checked. The item is no longer among those of the case."""
    instance = row_of(casework, item)
    model = casework.model(instance)
    form, task = model.form(item.process, item.element) or {}, model.drawings[item.process].elements[item.element]
    decided, facts = decisions(form, answers), casework.case_facts()
    said: dict[str, Any] = {"answers": answers, "submission": submission, "facts": facts, "agency": item.agency}
    said |= {"automatic": False, **casework.done_for(item.id, by)}
    casework.note("completed", instance, element=item.element, occurrence=item.occurrence, payload=said)
    somebody_did(casework, item, by)
    closed = {"closed_at": casework.now, "closed_by": by.account, "closed_how": "completed", "submission": submission}
    casework.changes.change(WorkItem, item.id, **closed)
    casework.keep_answers(instance, item.element, item.occurrence, answers, by)
    names = {item.element: decided, "case": facts, **decided}
    casework.happened = happened_at(form, answers, casework.now)
    tell_clocks(casework, Happened("completed", instance, item.element, names, answers, beside="further"))
    take_as_said(casework, CompletedTask(instance, item, model, task, form, answers, names, by))
    casework.to_do.add(CloseIfIdle())
    return instance


def somebody_did(casework: CaseWork, item: OpenItem, by: Actor) -> None:
    """The product itself tells nobody."""
    if by.is_system:
        return
    end_alarms(casework, "completed")
    if item.is_given:
        tell(casework, item.owner, by)


def withdraw_further(casework: CaseWork, item: OpenItem, why: Mapping[str, Any] | None = None) -> None:
    """As the case is closed before anybody has done it, or as it is not needed after all."""
    row = row_of(casework, item)
    casework.note("withdrawn", row, element=item.element, occurrence=item.occurrence, payload=why)
    casework.changes.change(WorkItem, item.id, closed_at=casework.now, closed_how="withdrawn")
    casework.items.pop(item.id, None)


def further_ended_by(casework: CaseWork, message: str) -> list[OpenItem]:
    """Those that are not to be done any more when this message comes: the drawing ends the step by it, and would end
    what somebody opened beside it.
    """

    def ends(item: OpenItem) -> bool:
        elements = casework.model(row_of(casework, item)).drawings[item.process].elements.values()
        return any(one.attached_to == item.element and one.interrupting and one.message == message for one in elements)

    return [item for item in casework.items.values() if item.is_further and ends(item)]
