"""Nobody judges their own work: a task that says so (property `not_by`) is not for whoever did the task it names, or
corrected since what was answered there.

`not_by` is a task of the same drawing, or `process.task`: the last time that was done in the case.
"""

from sqlalchemy import ColumnElement, Connection, and_, select

from engine.base.subject import Subject
from engine.process.bundle import Model
from engine.tables import AnswerCorrection, Answers

REFUSAL = "You wrote or corrected what is to be judged here, so somebody else must do this."


def why_not_judge(connection: Connection, model: Model, subject: Subject, account: str | None) -> str:
    """The sentence for whoever did last what the task is to judge, or corrected it; empty for everybody else."""
    return REFUSAL if account in who_is_judged(connection, model, subject) else ""


def who_is_judged(connection: Connection, model: Model, subject: Subject) -> frozenset[str]:
    """The accounts of whoever did last what the task is to judge and of who corrected that; none where it judges
    nothing that was done.
    """
    judged = model.drawings[subject.process].elements[subject.element].properties.get("not_by")
    if judged is None:
        return frozenset()
    place = (Answers.instance_id, Answers.element, Answers.occurrence)
    last = (
        select(*place, Answers.account_id)
        .where(*_where(subject, judged))
        .order_by(Answers.at.desc(), Answers.occurrence.desc())
        .limit(1)
        .subquery()
    )
    corrects = and_(*(getattr(AnswerCorrection, one.key) == last.c[one.key] for one in place))
    rows = connection.execute(
        select(last.c.account_id, AnswerCorrection.account_id).outerjoin_from(last, AnswerCorrection, corrects)
    ).all()
    return frozenset(account for row in rows for account in row if account)


def _where(subject: Subject, judged: str) -> tuple[ColumnElement[bool], ...]:
    process, _, task = judged.rpartition(".")
    if process:
        return Answers.case_id == subject.case, Answers.process == process, Answers.element == task
    return Answers.instance_id == subject.instance, Answers.element == task
