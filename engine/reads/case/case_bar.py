"""Whose case it is, for the head of a page about something in it: nobody puts right what is another child's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.facts.authority import calendar_of
from engine.people.identity import Actor
from engine.reads.authority.people import ChildView, child_of
from engine.reads.case.protected import Protection, protection
from engine.reads.case.what_was_shared import head_of_case


@dataclass(frozen=True, slots=True)
class CaseBar:
    case: str
    reference: str
    child: ChildView
    protection: Protection

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.case, *self.protection.other_cases)


def case_bar(connection: Connection, actor: Actor, now: datetime, case: str) -> CaseBar:
    """Of a case that the reader may know of."""
    row = head_of_case(connection, case)
    protected = protection(connection, actor, [case], now, calendar_of(connection, actor.within))[case]
    return CaseBar(case, row.reference, child_of(row, now), protected)
