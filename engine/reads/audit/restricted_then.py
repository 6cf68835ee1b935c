"""For which cases a restriction held, and from when on: for the one, for whatever it was joined with, and for what came
after it. The rows do not say when; the chains of the cases do.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import aliased

from engine.record.chain import authority_chain, case_chain, entries_of, lines
from engine.tables import Act, Case, NamedAccount, Payload, RestrictedCase, Restriction


class Restricted(NamedTuple):
    """The case that somebody restricted, and when."""

    case: str
    at: datetime


class _Link(NamedTuple):
    """At this moment one case came after another, or was joined with it: then what restricts either restricts both."""

    at: datetime
    case: str
    other: str
    joined: bool


def spread(connection: Connection, restricted: Mapping[str, Restricted]) -> Mapping[str, Mapping[str, datetime]]:
    """By restriction, the cases for which it holds, each with since when."""
    found = {restriction: {one.case: one.at} for restriction, one in restricted.items()}
    for link in _links(connection, {one.case for one in restricted.values()}):
        for cases in found.values():
            if link.other in cases and cases[link.other] <= link.at:
                cases.setdefault(link.case, link.at)
            elif link.joined and link.case in cases and cases[link.case] <= link.at:
                cases.setdefault(link.other, link.at)
    return found


def _links(connection: Connection, cases: Iterable[str]) -> list[_Link]:
    """Of these cases and of all that hang together with them, the oldest first."""
    found: list[_Link] = []
    for case in _hang_together(connection, cases):
        for entry in lines(connection, case_chain(case), ("opened_case", "joined")):
            said = entry.payload or {}
            other = said.get("into") if entry.kind == "joined" else said.get("after")
            if other:
                found.append(_Link(entry.at, case, other, joined=entry.kind == "joined"))
    return sorted(found)


def _hang_together(connection: Connection, cases: Iterable[str]) -> frozenset[str]:
    """Those of the same child, which come after each other, and those that were joined, as far as that leads."""
    found, new = frozenset[str](), frozenset(cases)
    while new:
        found |= new
        one = aliased(Case)
        near = or_(Case.person_id == one.person_id, Case.joined_to_id == one.id, Case.id == one.joined_to_id)
        new = frozenset(connection.scalars(select(Case.id).join(one, near).where(one.id.in_(new)))) - found
    return found


def named_then(connection: Connection, authority: str, case: str, at: datetime) -> Sequence[frozenset[str]]:
    """Of each restriction that held for the case at a moment, the accounts that could know of it: one who is in all of
    them.
    """
    rows = connection.execute(
        select(Restriction.id, Restriction.case_id, Restriction.restricted_at)
        .join(RestrictedCase, RestrictedCase.restriction_id == Restriction.id)
        .where(RestrictedCase.case_id == case, Restriction.authority_id == authority, Restriction.restricted_at <= at)
        .where(or_(Restriction.ended_at.is_(None), Restriction.ended_at > at))
    ).all()
    held = spread(connection, {row.id: Restricted(row.case_id, row.restricted_at) for row in rows})
    those = [restriction for restriction, cases in held.items() if case in cases and cases[case] <= at]
    if not those:
        return []
    changed = _named_before(connection, authority, at)
    return [changed[one] if one in changed else _named_now(connection, one) for one in those]


def _named_now(connection: Connection, restriction: str) -> frozenset[str]:
    named = select(NamedAccount.account_id).where(NamedAccount.restriction_id == restriction)
    return frozenset(connection.scalars(named))


def _named_before(connection: Connection, authority: str, at: datetime) -> Mapping[str, frozenset[str]]:
    """By restriction that was changed after a moment, who was named in it until then."""
    carried = (Payload.chain == Act.chain) & (Payload.number == Act.number)
    changes = (
        select(Act.body, Payload.body.label("payload"))
        .join(Payload, carried)
        .where(Act.chain == authority_chain(authority), Act.kind == "restriction_changed", Act.at > at)
        .order_by(Act.number)
    )
    found: dict[str, frozenset[str]] = {}
    for row in connection.execute(changes):
        for entry in entries_of(row.body, row.payload):
            said = entry.payload or {}
            found.setdefault(said.get("restriction", ""), frozenset(said.get("before", ())))
    return found
