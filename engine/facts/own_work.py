"""Nobody judges their own work: a task that says so (property `not_by`) is not for whoever did the task it names.

`not_by` is a task of the same drawing, or `process.task`: the last time that was done in the case.
"""

from sqlalchemy import ColumnElement, Connection, select

from engine.base.subject import Subject
from engine.process.bundle import Model
from engine.tables import Answers

REFUSAL = "You wrote what is to be judged here, so somebody else must do this."


def why_not_judge(connection: Connection, model: Model, subject: Subject, account: str | None) -> str:
    """The sentence for whoever did last what the task is to judge; empty for everybody else."""
    return REFUSAL if account and who_is_judged(connection, model, subject) == account else ""


def who_is_judged(connection: Connection, model: Model, subject: Subject) -> str | None:
    """The account of whoever did last what the task is to judge; None where it judges nothing that was done."""
    judged = model.drawings[subject.process].elements[subject.element].properties.get("not_by")
    if judged is None:
        return None
    return connection.execute(
        select(Answers.account_id)
        .where(*_where(subject, judged))
        .order_by(Answers.at.desc(), Answers.occurrence.desc())
        .limit(1)
    ).scalar_one_or_none()


def _where(subject: Subject, judged: str) -> tuple[ColumnElement[bool], ...]:
    process, _, task = judged.rpartition(".")
    if process:
        return Answers.case_id == subject.case, Answers.process == process, Answers.element == task
    return Answers.instance_id == subject.instance, Answers.element == task
