"""Until when another call for a process joins the instance that runs (`until` in messages.csv), and what was answered
in several that have become one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Connection, select

from engine.forms import decisions
from engine.process.bundle import Model
from engine.tables import Answers
from engine.tables.departure_tables import FURTHER


def decides(model: Model, process: str) -> frozenset[str]:
    """The tasks with which an instance of the process may come to that decision."""
    until = (event for message in model.messages.values() if message.starts == process for event in message.until)
    return frozenset(event.task for event in until)


def is_decided(connection: Connection, model: Model, process: str, instance: str) -> bool:
    """Whether the instance, on its `model`, has come to a decision that is not about what is called for from now on."""
    until = [event for message in model.messages.values() if message.starts == process for event in message.until]
    tasks = decides(model, process)
    rows = connection.execute(
        select(Answers.element, Answers.answers).where(
            *(Answers.instance_id == instance, Answers.element.in_(tasks), Answers.occurrence < FURTHER)
        )
    )
    taken = [(task, decisions(model.form(process, task) or {}, answers)) for task, answers in rows]
    agencies = model.agencies_to_ask
    return any(event.matches("completed", process, task, names, agencies) for event in until for task, names in taken)


class InInstance(Protocol):
    """What was answered at `at`, in an instance that has ended at `ended_at`, or runs. `went_on`: in another one, with
    which it was joined then.
    """

    @property
    def instance(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def went_on(self) -> bool: ...


Given = TypeVar("Given", bound=InInstance)


def that_hold(given: Sequence[Given]) -> list[Given]:
    """Of answers to one form in a case, newest first, at least one: those that hold now. It is the newest; where two
    instances have become one since, the newest of each, for nobody has answered for both yet.
    """
    newest = given[0]
    since = [one.ended_at for one in given if one.went_on and one.ended_at and one.ended_at >= newest.at]
    if not since:
        return [newest]
    found: dict[str, Given] = {}
    for one in given:
        if one.ended_at is None or one.ended_at >= min(since):
            found.setdefault(one.instance, one)
    return [*found.values()]


def together(answers: Iterable[Any]) -> Any:
    """Lists become one, with each thing once; of anything else the first holds."""
    first, *others = answers
    if not isinstance(first, list):
        return first
    found: list[Any] = []
    for answer in cast("list[list[Any]]", [first, *others]):
        found += [one for one in answer if one not in found]
    return found
