"""The form that starts a process: for somebody new, or in a case that the reader knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.access import Actor, must_know
from engine.errors import NotAllowed, NotFound
from engine.models import in_force
from engine.process.bundle import START
from engine.reads.answered import given
from engine.reads.asked import Asked, asked
from engine.reads.people import Child, child
from engine.reads.rights import may_start
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
    """Raises NotFound where there is no such process or form, or the reader may not know of the case; NotAllowed where
    they may not begin it there."""
    model = in_force(connection)
    if model.form(process, START) is None:
        raise NotFound
    about, subject = Subject(process, START, case), f"start:{process}:{case or ''}"
    if case is None:
        form = asked(connection, actor, now, model, about, draft_of=subject, answers=answers, earlier=())
        return Start(process, None, None, None, form)
    must_know(connection, actor, case)
    row = _row(connection, case)
    if process not in dict(may_start(connection, actor, model, case, row.team_id)):
        raise NotAllowed("This is not part of your role.")
    earlier = given(connection, actor, case)
    form = asked(connection, actor, now, model, about, draft_of=subject, answers=answers, earlier=earlier)
    whose = child(row.person, row.given_name, row.family_name, row.born, row.expected, now)
    return Start(process, case, row.reference, whose, form)


def _row(connection: Connection, case: str) -> Any:
    return connection.execute(
        select(
            *(Case.reference, Case.team_id, Person.id.label("person"), Person.given_name, Person.family_name),
            *(Person.born, Person.expected),
        )
        .join(Person, Person.id == Case.person_id)
        .where(Case.id == case)
    ).one()
