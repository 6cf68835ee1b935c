"""Which roles somebody held at a moment: their own, and those of a colleague for whom they acted (`Cover`)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from engine.record.chain import authority_chain, entries_of
from engine.tables import Account, Act, Cover, Membership, NamedRow, Organisation, Payload

AT_ONCE = 500
"""Cases or accounts in one statement."""


@dataclass(frozen=True, slots=True)
class HeldThen:
    """A role of somebody: in which organisation and team, from when until when. `leads`: the organisation has cases.
    `absent` and `acting_for`: the account and the name of whoever was away, where it was held for them.
    """

    account: str
    role: str
    organisation: str | None
    organisation_name: str | None
    leads: bool
    team: str | None
    since: datetime
    until: datetime | None
    absent: str | None = None
    acting_for: str | None = None

    def at(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)

    def within(self, since: datetime, until: datetime | None) -> "HeldThen":
        """As long as both last; it may be no time at all."""
        ends = [one for one in (self.until, until) if one is not None]
        return replace(self, since=max(self.since, since), until=min(ends, default=None))


def held_by(connection: Connection, accounts: Iterable[str]) -> Mapping[str, Sequence[HeldThen]]:
    """By account, every role that it ever held."""
    wanted = set(accounts)
    found = _own(connection, wanted)
    covers = [row for some in some_of(wanted) for row in _covers(connection, some)]
    absent = _own(connection, {row.absent_id for row in covers})
    for row in covers:
        found[row.covering_id] += _held_for(row, absent[row.absent_id], found[row.covering_id])
    return found


def _own(connection: Connection, accounts: Iterable[str]) -> defaultdict[str, list[HeldThen]]:
    found: defaultdict[str, list[HeldThen]] = defaultdict(list)
    columns = (Membership.account_id, Membership.role, Membership.team_id, Membership.held_from, Membership.held_until)
    statement = select(*columns, Organisation.id, Organisation.name, Organisation.leads).outerjoin(
        Organisation, Organisation.id == Membership.organisation_id
    )
    for some in some_of(accounts):
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


def _covers(connection: Connection, accounts: list[str]) -> Sequence[NamedRow]:
    return connection.execute(
        select(Cover.__table__, Account.name.label("absent_name"), Account.disabled_at)
        .join(Account, Account.id == Cover.absent_id)
        .where(Cover.covering_id.in_(accounts))
        .order_by(Cover.held_from, Cover.id)
    ).all()


def _held_for(cover: NamedRow, absent: Iterable[HeldThen], own: Iterable[HeldThen]) -> list[HeldThen]:
    """What the absent one holds in that team, for as long as both work in the same organisation and the absent one has
    an account that is open (as engine/people/identity.py has it of now).
    """
    there = [one for one in own if one.absent is None]
    return [
        replace(
            held.within(cover.held_from, cover.held_until)
            .within(held.since, cover.disabled_at)
            .within(colleague.since, colleague.until),
            account=cover.covering_id,
            absent=cover.absent_id,
            acting_for=cover.absent_name,
        )
        for held in absent
        if held.team == cover.team_id and held.organisation is not None
        for colleague in there
        if colleague.organisation == held.organisation
    ]


def disabled_then(connection: Connection, authority: str, at: datetime) -> frozenset[str]:
    """The accounts that were disabled at a moment, by the record: the row of one that was enabled again does not say
    that it ever was.
    """
    carried = (Payload.chain == Act.chain) & (Payload.number == Act.number)
    rows = connection.execute(
        select(Act.body, Payload.body.label("payload"))
        .join(Payload, carried)
        .where(Act.chain == authority_chain(authority), Act.kind.in_(("account_disabled", "account_enabled")))
        .where(Act.at <= at)
        .order_by(Act.number)
    )
    last = {
        (entry.payload or {}).get("account", ""): entry.kind
        for row in rows
        for entry in entries_of(row.body, row.payload)
    }
    return frozenset(account for account, kind in last.items() if kind == "account_disabled")


def some_of(ids: Iterable[str]) -> Iterator[list[str]]:
    """As many as one statement may name."""
    left = sorted(set(ids))
    for first in range(0, len(left), AT_ONCE):
        yield left[first : first + AT_ONCE]
