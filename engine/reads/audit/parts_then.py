"""Who had a part in a case at a moment, and by which rule: from the rows that say from when until when.

What holds now is for `who_knows` alone to say. That the rows are those that the record leads to is shown by
`throughline rerun --all` (engine/rerun).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, select, union_all

from engine.tables import DEEDS, Case, Membership, NamedRow, Organisation, Part, WorkItem

AT_ONCE = 500
"""Cases or accounts in one statement."""
BY_TEAM = "their team has the case"
BY_ROLE = "something came to their role"


@dataclass(frozen=True, slots=True)
class HeldThen:
    """A role of somebody: in which organisation and team, from when until when. `leads`: the organisation has cases."""

    account: str
    role: str
    organisation: str | None
    organisation_name: str | None
    leads: bool
    team: str | None
    since: datetime
    until: datetime | None

    def at(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


Look = tuple[str, str, str, datetime]
"""An account, a case, the team that has it, and the moment."""


def had_part(connection: Connection, looks: Sequence[Look]) -> list[bool]:
    """For each, in their order: oversight is no part."""
    held = held_by(connection, {account for account, *_ in looks})
    others = [case for account, case, team, at in looks if not _in_team(held[account], team, at)]
    parts, came = parts_in(connection, others), came_to(connection, others)
    return [
        any(why_part(one, team, at, parts[case], came[case]) for one in held[account])
        for account, case, team, at in looks
    ]


def why_part(
    held: HeldThen, team: str, at: datetime, parts: Iterable[NamedRow], came: Iterable[NamedRow]
) -> str | None:
    """By which rule this role was a part in a case then, in words; None where it was none. `parts` and `came` are those
    of the case.
    """
    if not held.at(at):
        return None
    if held.leads:
        return BY_TEAM if held.team == team else None
    if held.organisation is None:
        return BY_ROLE if any(row.role == held.role and row.opened_at <= at for row in came) else None
    for part in parts:
        still = part.held_until is None or at < part.held_until
        if part.organisation_id == held.organisation and part.held_from <= at and still:
            return f"{held.organisation_name} had a part: {DEEDS[part.deed]}"
    return None


def held_by(connection: Connection, accounts: Iterable[str]) -> Mapping[str, Sequence[HeldThen]]:
    """By account, every role that it ever held."""
    found: dict[str, list[HeldThen]] = defaultdict(list)
    columns = (Membership.account_id, Membership.role, Membership.team_id, Membership.held_from, Membership.held_until)
    statement = select(*columns, Organisation.id, Organisation.name, Organisation.leads).outerjoin(
        Organisation, Organisation.id == Membership.organisation_id
    )
    for some in _some(accounts):
        for row in connection.execute(statement.where(Membership.account_id.in_(some))):
            found[row.account_id].append(
                HeldThen(
                    account=row.account_id,
                    role=row.role,
                    organisation=row.id,
                    organisation_name=row.name,
                    leads=bool(row.leads),
                    team=row.team_id,
                    since=row.held_from,
                    until=row.held_until,
                )
            )
    return found


def parts_in(connection: Connection, cases: Iterable[str]) -> Mapping[str, Sequence[NamedRow]]:
    """By case, the parts of organisations in it and in those that were joined to it, whenever they were."""
    columns = (Part.organisation_id, Part.deed, Part.held_from, Part.held_until)
    found: dict[str, list[NamedRow]] = defaultdict(list)
    for some in _some(cases):
        own = select(Part.case_id.label("of_case"), *columns).where(Part.case_id.in_(some))
        joined = select(Case.joined_to_id, *columns).join(Part, Part.case_id == Case.id)
        of = union_all(own, joined.where(Case.joined_to_id.in_(some))).subquery()
        for row in connection.execute(select(of).where(of.c.organisation_id.is_not(None))):
            found[row.of_case].append(row)
    return found


def came_to(connection: Connection, cases: Iterable[str]) -> Mapping[str, Sequence[NamedRow]]:
    """By case, which roles of no agency had something to do in it, and from when on: by that they know of it."""
    found: dict[str, list[NamedRow]] = defaultdict(list)
    for some in _some(cases):
        for row in connection.execute(_tasks().where(WorkItem.case_id.in_(some))):
            found[row.case_id].append(row)
    return found


def _some(ids: Iterable[str]) -> Iterator[list[str]]:
    """As many as one statement may name."""
    left = sorted(set(ids))
    for first in range(0, len(left), AT_ONCE):
        yield left[first : first + AT_ONCE]


def _tasks() -> Select[str, str, datetime]:
    return select(WorkItem.case_id, WorkItem.role, WorkItem.opened_at).where(WorkItem.agency_id.is_(None))


def _in_team(held: Iterable[HeldThen], team: str, at: datetime) -> bool:
    return any(one.leads and one.team == team and one.at(at) for one in held)
