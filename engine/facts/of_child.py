"""What was answered about a child, in this or any other case of the same child."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, and_, select, tuple_

from engine.expressions.evaluation import BadExpression
from engine.facts.child import of_child
from engine.tables import Answers, Case, Instance

STILL_RUNS = ("running", "stuck")
Asked = tuple[str, str, str, str]
"""Process, task, question and answer, as a form writes them: `process.task.question.answer`."""


def asked_in(path: str) -> Asked:
    """Raises BadExpression for a path that does not name all four."""
    parts = path.split(".")
    if len(parts) != 4:
        raise BadExpression(f"{path} does not name a process, a task, a question and an answer.")
    return parts[0], parts[1], parts[2], parts[3]


def answered(connection: Connection, case: str, asked: Iterable[Asked]) -> Mapping[Asked, bool]:
    """Whether each was answered so at any time."""
    wanted = [*asked]
    places = {(process, task) for process, task, _, _ in wanted}
    rows = connection.execute(
        select(Answers.process, Answers.element, Answers.answers).where(
            Answers.case_id.in_(_cases_of_child(case)), tuple_(Answers.process, Answers.element).in_(sorted(places))
        )
    ).all()
    given = [(row.process, row.element, row.answers) for row in rows]
    return {
        one: any(one[:2] == (process, task) and _said(one, said) for process, task, said in given) for one in wanted
    }


def awaited(connection: Connection, case: str, asked: Iterable[Asked]) -> Mapping[Asked, bool]:
    """Whether the process of each runs without having been answered so yet."""
    wanted = [*asked]
    places = {(process, task) for process, task, _, _ in wanted}
    rows = connection.execute(
        select(Instance.id, Instance.process, Answers.element, Answers.answers)
        .outerjoin(
            Answers,
            and_(Answers.instance_id == Instance.id, tuple_(Answers.process, Answers.element).in_(sorted(places))),
        )
        .where(
            Instance.case_id.in_(_cases_of_child(case)),
            Instance.process.in_(sorted({process for process, _ in places})),
            Instance.status.in_(STILL_RUNS),
        )
    ).all()
    found: dict[Asked, bool] = {}
    for one in wanted:
        running = {row.id for row in rows if row.process == one[0]}
        settled = {row.id for row in rows if (row.process, row.element) == one[:2] and _said(one, row.answers)}
        found[one] = bool(running - settled)
    return found


def _said(asked: Asked, answers: Mapping[str, Any]) -> bool:
    return answers.get(asked[2]) == asked[3]


def _cases_of_child(case: str) -> Select[str]:
    return select(Case.id).where(of_child(select(Case.id).where(Case.id == case)))
