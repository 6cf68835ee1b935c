"""A process that cannot go on is set aside, so that it stops neither its case nor the command that met it.

What people have answered is kept, and so are its clocks: the child is owed what they stand for, whatever the drawing
does. Its open work ends, since nobody could complete it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec

from engine.base.errors import BadModel
from engine.casework.case_rows import InstanceRow
from engine.casework.letters import withdraw_letter
from engine.casework.locked_case import CaseWork
from engine.casework.to_do import CompleteAlone
from engine.process.position import Position, TraceStep
from engine.process.run import NotThere
from engine.record.entry_words import SET_ASIDE
from engine.tables import Instance, WorkItem

Parameters = ParamSpec("Parameters")


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A step that the drawing could not take. `what` says why, in the words of the model and without personal data.

    It stands where a position would: with no data and no trace.
    """

    element: str
    what: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    trace: tuple[TraceStep, ...] = ()


def attempt(
    step: Callable[Parameters, Position], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Position | FailedStep:
    try:
        return step(*args, **kwargs)
    except BadModel as fault:
        return FailedStep(fault.problems[0].element, fault.problems[0].message)
    except NotThere as fault:
        return FailedStep("", f"what is open here is not open in its drawing: {fault}")


def set_aside(casework: CaseWork, instance: InstanceRow, what: str, element: str = "") -> None:
    """Its state stays as it was before the step that failed, so that a mended drawing can take it up again."""
    items = [item for item in casework.items.values() if item.instance == instance.id and not item.is_further]
    for item in sorted(items, key=lambda one: (one.element, one.occurrence)):
        casework.note(
            "withdrawn", instance, element=item.element, occurrence=item.occurrence, payload={"why": SET_ASIDE}
        )
        casework.changes.change(WorkItem, item.id, closed_at=casework.now, closed_how="withdrawn")
        withdraw_letter(casework, instance, casework.items.pop(item.id))
        casework.to_do.drop(CompleteAlone(item.id))
    for wait in sorted(casework.running.pop(instance.id).waits, key=lambda one: (one.kind, one.name)):
        casework.changes.end_wait(instance.id, wait.kind, wait.name)
    casework.changes.change(Instance, instance.id, status="stuck", ended_at=casework.now)
    casework.moved.pop(instance.id, None)
    casework.note("stuck", instance, element=element or None, payload={"what": what})
