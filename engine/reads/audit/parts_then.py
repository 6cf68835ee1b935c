"""Who had a part in a case at a moment, and by which rule: from the rows that say from when until when.

What holds now is for `who_knows` alone to say. That the rows are those that the record leads to is shown by
`throughline rerun --all` (engine/rerun).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, select, union_all

from engine.reads.audit.held_then import HeldThen, held_by, some_of
from engine.record.chain import case_chain, entries_of
from engine.tables import DEEDS, Act, Case, NamedRow, Part, Payload, WorkItem

BY_TEAM = "their team has the case"
BY_ROLE = "something came to their role"


Look = tuple[str, str, str, datetime]
"""An account, a case, the team that has it now, and the moment."""
Moves = Mapping[str, Sequence[tuple[datetime, str]]]
"""By case, each time that it went to another team, and which team had it until then; the oldest first."""


def had_part(connection: Connection, looks: Sequence[Look]) -> list[bool]:
    """For each, in their order: neither oversight nor break glass is a part."""
    held, moves = held_by(connection, {account for account, *_ in looks}), moved(connection, {one[1] for one in looks})
    then = [(account, case, team_then(moves, case, team, at), at) for account, case, team, at in looks]
    others = [case for account, case, team, at in then if not _in_team(held[account], team, at)]
    parts, came = parts_in(connection, others), came_to(connection, others)
    return [
        any(why_part(one, team, at, parts[case], came[case]) for one in held[account])
        for account, case, team, at in then
    ]


def moved(connection: Connection, cases: Iterable[str]) -> Moves:
    """From the record of each case: its row says which team has it now."""
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    carried = (Payload.chain == Act.chain) & (Payload.number == Act.number)
    acts = select(Act.body, Payload.body.label("payload")).join(Payload, carried).where(Act.kind == "team_changed")
    for some in some_of(cases):
        chains = [case_chain(case) for case in some]
        for row in connection.execute(acts.where(Act.chain.in_(chains)).order_by(Act.chain, Act.number)):
            for entry in entries_of(row.body, row.payload):
                if entry.kind == "team_changed" and entry.payload:
                    found[entry.chain.removeprefix(case_chain(""))].append((entry.at, entry.payload["before"]))
    return found


def team_then(moves: Moves, case: str, team: str, at: datetime) -> str:
    """The team that had a case at a moment; `team` has it now."""
    return next((before for since, before in moves.get(case, ()) if at < since), team)


def why_part(
    held: HeldThen, team: str, at: datetime, parts: Iterable[NamedRow], came: Iterable[NamedRow]
) -> str | None:
    """By which rule this role was a part in a case then, in words; None where it was none. `parts` and `came` are those
    of the case.
    """
    if not held.at(at):
        return None
    why = _why(held, team, at, parts, came)
    return f"{why}, acting for {held.acting_for}" if why and held.acting_for else why


def _why(held: HeldThen, team: str, at: datetime, parts: Iterable[NamedRow], came: Iterable[NamedRow]) -> str | None:
    if held.leads:
        return BY_TEAM if held.team == team else None
    if held.organisation is None:
        return BY_ROLE if any(row.role == held.role and row.opened_at <= at for row in came) else None
    for part in parts:
        still = part.held_until is None or at < part.held_until
        if part.organisation_id == held.organisation and part.held_from <= at and still:
            return f"{held.organisation_name} had a part: {DEEDS[part.deed]}"
    return None


def parts_in(connection: Connection, cases: Iterable[str]) -> Mapping[str, Sequence[NamedRow]]:
    """By case, the parts of organisations in it and in those that were joined to it, whenever they were."""
    columns = (Part.organisation_id, Part.deed, Part.held_from, Part.held_until)
    found: dict[str, list[NamedRow]] = defaultdict(list)
    for some in some_of(cases):
        own = select(Part.case_id.label("of_case"), *columns).where(Part.case_id.in_(some))
        joined = select(Case.joined_to_id, *columns).join(Part, Part.case_id == Case.id)
        of = union_all(own, joined.where(Case.joined_to_id.in_(some))).subquery()
        for row in connection.execute(select(of).where(of.c.organisation_id.is_not(None))):
            found[row.of_case].append(row)
    return found


def came_to(connection: Connection, cases: Iterable[str]) -> Mapping[str, Sequence[NamedRow]]:
    """By case, which roles of no agency had something to do in it, and from when on: by that they know of it."""
    found: dict[str, list[NamedRow]] = defaultdict(list)
    for some in some_of(cases):
        for row in connection.execute(_tasks().where(WorkItem.case_id.in_(some))):
            found[row.case_id].append(row)
    return found


def _tasks() -> Select[str, str, datetime]:
    return select(WorkItem.case_id, WorkItem.role, WorkItem.opened_at).where(WorkItem.agency_id.is_(None))


def _in_team(held: Iterable[HeldThen], team: str, at: datetime) -> bool:
    return any(one.leads and one.team == team and one.at(at) for one in held)
