"""Children on a plan whom the authority that they moved to does not take on: for a service manager to speak to it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.facts.models import model
from engine.forms.answer_roles import answer_with_role
from engine.people.identity import Actor
from engine.people.who_knows import is_open_to
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.tables import Answers, Case, Instance, NamedRow, Person, WorkItem, models_then

NOT_ACCEPTED = "not_accepted"
"""What a form says that the receiving authority answered (role `receiving_answer`)."""


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """`since` is when the refusal was recorded; the plan goes on here meanwhile."""

    case: str
    reference: str
    child: ChildView
    since: datetime


def not_accepted(
    connection: Connection, actor: Actor, teams: Collection[str], now: datetime
) -> tuple[NotAccepted, ...]:
    """Of these teams, longest first: until the next news of the receiving authority is recorded, or the plan ends."""
    rows = connection.execute(
        select(
            *(Case.id.label("case"), Case.reference, Answers.process, Answers.element, Answers.answers, Answers.at),
            models_then(Answers).label("bundle_hash"),
            *child_columns(),
        )
        .select_from(WorkItem)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .join(Person, Person.id == Case.person_id)
        .join(Answers, (Answers.instance_id == WorkItem.instance_id) & (Answers.element == WorkItem.element))
        .where(Case.team_id.in_(teams), WorkItem.closed_at.is_(None), is_open_to(actor))
        .where(Answers.occurrence == WorkItem.occurrence - 1)
        .order_by(Answers.at, Case.id)
    )
    return tuple(
        NotAccepted(
            row.case,
            row.reference,
            child_of(row, now),
            row.at,
        )
        for row in rows
        if _answer(connection, row) == NOT_ACCEPTED
    )


def _answer(connection: Connection, row: NamedRow) -> object:
    form = model(connection, row.bundle_hash).form(row.process, row.element) or {}
    return answer_with_role(form, "receiving_answer", row.answers)
