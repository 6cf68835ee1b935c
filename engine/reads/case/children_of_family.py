"""The children of a family, and how the case of each stands: of those that the reader may know of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from engine.facts.authority import calendar_of
from engine.facts.family import of_family, of_other_children
from engine.facts.matching import may_read_address
from engine.facts.models import model
from engine.people.identity import Actor
from engine.people.who_may import sees_answers_of
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.protected import Protection, protection
from engine.tables import Account, Case, Instance, NamedRow, Person, Team

MOST_CASES = 50
"""Of one family: more than any has, so that the page stays as long as a family is large."""


@dataclass(frozen=True, slots=True)
class ChildOfFamily:
    """A case of the family. `running` are the processes that run in it, by name, for who sees all of it; `address`,
    `lead` and `team` are empty where they are not for the reader.
    """

    case: str
    reference: str
    child: ChildView
    address: str
    team: str
    lead: str
    opened_at: datetime
    closed_at: datetime | None
    goes_on_elsewhere: bool
    running: tuple[str, ...]
    protection: Protection


def cases_of_family(connection: Connection, actor: Actor, now: datetime, case: str) -> tuple[ChildOfFamily, ...]:
    """This case and the others, the oldest child first and of each child the newest case."""
    return _cases(connection, actor, now, of_family(connection, actor, case))


def how_others_stand(connection: Connection, actor: Actor, now: datetime, case: str) -> tuple[ChildOfFamily, ...]:
    """The cases of the other children."""
    return _cases(connection, actor, now, of_other_children(connection, actor, case))


def _cases(
    connection: Connection, actor: Actor, now: datetime, of_which: ColumnElement[bool]
) -> tuple[ChildOfFamily, ...]:
    rows = connection.execute(
        select(
            *(Case.id.label("case"), Case.reference, Case.opened_at, Case.closed_at, Case.joined_to_id),
            *(Team.name.label("team"), Account.name.label("lead")),
            *(*child_columns(), Person.address, Person.address_withheld),
        )
        .join(Person, Person.id == Case.person_id)
        .join(Team, Team.id == Case.team_id)
        .outerjoin(Account, Account.id == Case.lead_account_id)
        .where(of_which)
        .order_by(Person.born.asc().nulls_last(), Person.id, Case.opened_at.desc(), Case.id)
        .limit(MOST_CASES)
    ).all()
    cases = [row.case for row in rows]
    if not cases:
        return ()
    protected = protection(connection, actor, cases, now, calendar_of(connection, actor.within))
    sees_all = sees_answers_of(actor, None)
    running: Mapping[str, tuple[str, ...]] = _running(connection, cases) if sees_all else {}
    return tuple(_child(actor, row, now, running.get(row.case, ()), protected[row.case], sees_all) for row in rows)


def _running(connection: Connection, cases: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """By case, each process once, the oldest first."""
    rows = connection.execute(
        select(Instance.case_id, Instance.process, Instance.bundle_hash)
        .where(Instance.case_id.in_(cases), Instance.status == "running")
        .order_by(Instance.started_at, Instance.number)
    )
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        found[row.case_id][model(connection, row.bundle_hash).drawings[row.process].name] = None
    return {case: (*names,) for case, names in found.items()}


def _child(
    actor: Actor, row: NamedRow, now: datetime, running: tuple[str, ...], protected: Protection, sees_all: bool
) -> ChildOfFamily:
    return ChildOfFamily(
        case=row.case,
        reference=row.reference,
        child=child_of(row, now),
        address=row.address if may_read_address(actor, row) else "",
        team=row.team if sees_all else "",
        lead=(row.lead or "") if sees_all else "",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        goes_on_elsewhere=row.joined_to_id is not None,
        running=running,
        protection=protected,
    )
