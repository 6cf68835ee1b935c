"""Which item of work a step means, among all that the case has had."""

from collections.abc import Sequence

from sqlalchemy import Connection

from engine.base.errors import NotPossible, RefusalCode
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.people.who_may import must_hold
from engine.process.bundle import Model
from engine.process.drawing import Element
from engine.scenario.names import task_name
from engine.scenario.sight import SeenTask, tasks


class Unplayable(Exception):
    """A step that cannot be carried out as it is written, whatever the product would answer."""


def find(
    connection: Connection, actor: Actor, case: str, written: str, agency: str | None, opened: str = ""
) -> SeenTask:
    """The open task that `written` names: first one that came from the case `opened`, where that was joined to this,
    then the oldest; else the one closed last, so that the command can refuse it.

    Raises Unplayable where it may mean several; NotFound, NotAllowed or NotPossible, as the product would, where the
    case never had it.
    """
    name = written if agency is None else f"{written.partition('(')[0]}({agency})"
    called = [task for task in tasks(connection, case) if task.is_called(name)]
    called = [task for task in called if task.agency and task.agency in actor.agencies] or called
    if not called:
        _refuse_never_opened(connection, actor, case, name)
    still_open = [task for task in called if task.closed_at is None]
    if not still_open:
        return max(called, key=_closed)
    _must_be_one(still_open)
    return next((task for task in still_open if task.began_in == opened), still_open[0])


def _closed(task: SeenTask) -> float:
    return task.closed_at.timestamp() if task.closed_at else 0.0


def _must_be_one(found: Sequence[SeenTask]) -> None:
    names = sorted({f"{task.process}.{task.element}" for task in found})
    if len(names) > 1:
        raise Unplayable(f"several tasks are called so: write {' or '.join(names)}")
    agencies = sorted({task.agency for task in found})
    if len(agencies) > 1:
        raise Unplayable(f"several agencies have this task: for = {' or '.join(map(repr, agencies))}")


def _refuse_never_opened(connection: Connection, actor: Actor, case: str, name: str) -> None:
    """There is no item to give a command on, so the order of refusals is kept here: known, allowed, possible."""
    must_know(connection, actor, case)
    process, task, agency = task_name(name)
    model = in_force(connection, actor.within)
    drawings = [drawing for drawing in model.drawings.values() if process in ("", drawing.process)]
    roles = {
        role
        for drawing in drawings
        if task in drawing.elements
        for role in _roles(model, drawing.elements[task], agency)
    }
    must_hold(actor, roles)
    raise NotPossible(f"{task} has not been open in this case yet.", code=RefusalCode.NOT_YET_OPEN)


def _roles(model: Model, element: Element, agency: str) -> list[str]:
    also = element.properties.get("also", "").split()
    if element.lane != "agency":
        return [element.lane or "", *also]
    kinds = [model.agencies[agency]] if agency else model.agencies.values()
    return [*(kind.role for kind in kinds), *also]
