"""Until when another call for a process joins the instance that runs (`until` in messages.csv)."""

from sqlalchemy import Connection, select

from engine.forms import decisions
from engine.process.bundle import Model
from engine.tables import Answers


def decides(model: Model, process: str) -> frozenset[str]:
    """The tasks with which an instance of the process may come to that decision."""
    until = (event for message in model.messages.values() if message.starts == process for event in message.until)
    return frozenset(event.task for event in until)


def is_decided(connection: Connection, model: Model, process: str, instance: str) -> bool:
    """Whether the instance, on its `model`, has come to a decision that is not about what is called for from now on."""
    until = [event for message in model.messages.values() if message.starts == process for event in message.until]
    tasks = decides(model, process)
    rows = connection.execute(
        select(Answers.element, Answers.answers).where(Answers.instance_id == instance, Answers.element.in_(tasks))
    )
    taken = [(task, decisions(model.form(process, task) or {}, answers)) for task, answers in rows]
    agencies = model.agencies_to_ask
    return any(event.matches("completed", process, task, names, agencies) for event in until for task, names in taken)
