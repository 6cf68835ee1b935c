"""Nobody judges their own work: a task that says so (property `not_by`) is not for whoever did the task it names."""

from sqlalchemy import Connection, select

from engine.base.subject import Subject
from engine.process.bundle import Model
from engine.tables import Answers

REFUSAL = "You wrote what is to be judged here, so somebody else must do this."


def why_not_judge(connection: Connection, model: Model, subject: Subject, account: str | None) -> str:
    """The sentence for whoever did last what the task is to judge, in the same instance; empty for everybody else."""
    judged = model.drawings[subject.process].elements[subject.element].properties.get("not_by")
    if judged is None or account is None:
        return ""
    author = connection.execute(
        select(Answers.account_id)
        .where(Answers.instance_id == subject.instance, Answers.element == judged)
        .order_by(Answers.occurrence.desc())
        .limit(1)
    ).scalar_one_or_none()
    return REFUSAL if author == account else ""
