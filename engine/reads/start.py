"""The form that starts a process: for somebody new, or in a case that the reader knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.access import Actor, must_know
from engine.errors import NotFound
from engine.models import in_force
from engine.process.bundle import START
from engine.reads.answered import given
from engine.reads.asked import Asked, asked
from engine.reads.people import Child, child
from engine.reads.task import NOTHING
from engine.subject import Subject
from engine.tables import Case, Person


@dataclass(frozen=True, slots=True)
class Start:
    """`case`, `reference` and `child` are None where it opens a new case."""

    process: str
    case: str | None
    reference: str | None
    child: Child | None
    form: Asked

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.case,) if self.case else ()


def start(
    connection: Connection,
    actor: Actor,
    now: datetime,
    process: str,
    case: str | None = None,
    answers: Mapping[str, Any] = NOTHING,
) -> Start:
    """Raises NotFound where there is no such process or form, or the reader may not know of the case."""
    model = in_force(connection)
    if model.form(process, START) is None:
        raise NotFound
    if case:
        must_know(connection, actor, case)
    about = Subject(process, START, case)
    subject = f"start:{process}:{case or ''}"
    earlier = given(connection, actor, case) if case else ()
    form = asked(connection, actor, now, model, about, draft_of=subject, answers=answers, earlier=earlier)
    if case is None:
        return Start(process, None, None, None, form)
    reference, whose = _child(connection, case, now)
    return Start(process, case, reference, whose, form)


def _child(connection: Connection, case: str, now: datetime) -> tuple[str, Child]:
    row = connection.execute(
        select(Case.reference, Person.id, Person.given_name, Person.family_name, Person.born, Person.expected)
        .join(Person, Person.id == Case.person_id)
        .where(Case.id == case)
    ).one()
    return row.reference, child(row.id, row.given_name, row.family_name, row.born, row.expected, now)
