"""Whether an instance has come to a decision: its answers say so."""

from sqlalchemy import select

from engine.commands.casework import CaseWork, InstanceRow
from engine.forms import decisions
from engine.tables import Answers
from engine.timescales import Event


def has_happened(casework: CaseWork, instance: InstanceRow, event: Event) -> bool:
    """For events of the kind `completed process.task where ...`."""
    form = casework.model(instance).form(event.process, event.task) or {}
    rows = casework.connection.execute(
        select(Answers.answers).where(Answers.instance_id == instance.id, Answers.element == event.task)
    )
    return any(
        event.matches("completed", instance.process, event.task, decisions(form, answers)) for (answers,) in rows
    )
