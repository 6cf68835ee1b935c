"""What somebody is shown before a case leaves the system in a file."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotFound
from engine.base.numbers import reference_as_kept
from engine.people.identity import Actor
from engine.people.who_knows import must_oversee, must_see_all
from engine.tables import Case


@dataclass(frozen=True, slots=True)
class Exportable:
    case: str
    reference: str
    opened_at: datetime
    closed_at: datetime | None

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.case,)


def exportable(connection: Connection, actor: Actor, _now: datetime, case: str) -> Exportable:
    """Raises NotFound and NotAllowed (`who_knows.must_oversee`)."""
    must_oversee(connection, actor, case)
    row = connection.execute(
        select(Case.id, Case.reference, Case.opened_at, Case.closed_at).where(Case.id == case)
    ).one()
    return Exportable(case=row.id, reference=row.reference, opened_at=row.opened_at, closed_at=row.closed_at)


@dataclass(frozen=True, slots=True)
class CaseToRetell:
    """A case of which a story may be made."""

    case: str

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.case,)


def case_to_retell(connection: Connection, actor: Actor, _now: datetime, reference: str) -> CaseToRetell:
    """Raises NotFound, alike where there is no such case and where they may not know of it, and NotAllowed."""
    case = case_called(connection, reference)
    if case is None:
        raise NotFound
    must_see_all(connection, actor, case)
    return CaseToRetell(case)


def case_called(connection: Connection, reference: str) -> str | None:
    """The id of the case with this reference, however it was typed."""
    return connection.scalar(select(Case.id).where(Case.reference == reference_as_kept(reference)))
