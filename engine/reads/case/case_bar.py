"""Whose case it is, for the head of a page about something in it: nobody puts right what is another child's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.facts.authority import calendar_of
from engine.people.identity import Actor
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.protected import Protection, protection
from engine.tables import Case, Person


@dataclass(frozen=True, slots=True)
class CaseBar:
    """`is_joined`: its work goes on in another case."""

    case: str
    reference: str
    child: ChildView
    protection: Protection
    is_joined: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.case, *self.protection.other_cases)))


def case_bar(connection: Connection, actor: Actor, now: datetime, case: str) -> CaseBar:
    """Of a case that the reader may know of."""
    columns = select(Case.id, Case.reference, Case.joined_to_id, *child_columns())
    row = connection.execute(columns.join(Person, Person.id == Case.person_id).where(Case.id == case)).one()
    protected = protection(connection, actor, [case], now, calendar_of(connection, actor.within))[case]
    return CaseBar(case, row.reference, child_of(row, now), protected, row.joined_to_id is not None)
