"""A process that cannot go on is set aside, so that it stops neither its case nor the command that met it.

What people have answered is kept, and so are its clocks: the child is owed what they stand for, whatever the drawing
does. Its open work ends, since nobody could complete it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec

from sqlalchemy import delete, select, update

from engine.base.errors import BadModel
from engine.casework.locked_case import CaseWork, InstanceRow
from engine.process.run import NotThere, Position, TraceStep
from engine.tables import Instance, Wait, WorkItem

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
    connection, now = casework.connection, casework.now
    mine = (WorkItem.instance_id == instance.id, WorkItem.closed_at.is_(None))
    items = connection.execute(
        select(WorkItem.id, WorkItem.element, WorkItem.occurrence)
        .where(*mine)
        .order_by(WorkItem.element, WorkItem.occurrence)
    ).all()
    for item in items:
        casework.note("withdrawn", instance, element=item.element, occurrence=item.occurrence)
    connection.execute(update(WorkItem).where(*mine).values(closed_at=now, closed_how="withdrawn"))
    connection.execute(delete(Wait).where(Wait.instance_id == instance.id))
    connection.execute(update(Instance).where(Instance.id == instance.id).values(status="stuck", ended_at=now))
    withdrawn = {item.id for item in items}
    casework.automatic = [item for item in casework.automatic if item not in withdrawn]
    casework.moved.pop(instance.id, None)
    casework.note("stuck", instance, element=element or None, payload={"what": what})
