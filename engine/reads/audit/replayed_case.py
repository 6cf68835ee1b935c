"""Whose case is read back, with which others its record is one, and where it goes on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.facts.authority import calendar_of
from engine.people.identity import Actor
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.protected import Protection, protection
from engine.reads.case.relatives import Related, goes_on_in, known_among
from engine.tables import Case, Person


@dataclass(frozen=True, slots=True)
class ReplayedCase:
    """What stands at the top of every page of an auditor. `chains` are the cases whose record is read
    as one here, `joined` those of them beside this one that the reader may know of. `is_joined`: it goes on elsewhere,
    `goes_on_in`, where the reader may know of that.
    """

    case: str
    reference: str
    child: ChildView
    opened_at: datetime
    closed_at: datetime | None
    protection: Protection
    chains: tuple[str, ...]
    joined: tuple[Related, ...]
    is_joined: bool
    goes_on_in: Related | None

    @property
    def cases_shown(self) -> tuple[str, ...]:
        elsewhere = (self.goes_on_in.case,) if self.goes_on_in else ()
        return tuple(dict.fromkeys((*self.chains, *elsewhere, *self.protection.other_cases)))

    def written_in(self, case: str) -> str:
        """How the case is called in whose chain something was written, where that is not this one."""
        named = (f"case {one.reference}" for one in self.joined if one.case == case)
        return "" if case == self.case else next(named, "a case that was joined to this one")


def replayed_case(
    connection: Connection, actor: Actor, case: str, now: datetime, chains: tuple[str, ...] = ()
) -> ReplayedCase:
    """The reader is known to be allowed."""
    row = connection.execute(
        select(Case.id, Case.reference, Case.opened_at, Case.closed_at, Case.joined_to_id, *child_columns())
        .join(Person, Person.id == Case.person_id)
        .where(Case.id == case)
    ).one()
    return ReplayedCase(
        case=row.id,
        reference=row.reference,
        child=child_of(row, now),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        protection=protection(connection, actor, [case], now, calendar_of(connection, actor.within))[case],
        chains=chains or (case,),
        joined=known_among(connection, actor, now, chains[1:]),
        is_joined=row.joined_to_id is not None,
        goes_on_in=goes_on_in(connection, actor, now, row.joined_to_id),
    )
