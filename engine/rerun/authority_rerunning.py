"""Holds who has which rights, and what an authority has settled, against the entries that say so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from engine.base.database import Database
from engine.people.password_entry import digest_of
from engine.record.chain import INSTALLATION, RecordedEntry, authority_chain, lines
from engine.rerun.authority_rows import FOLLOWED, UNSAID, rows_after
from engine.rerun.differences import NOTHING, Difference, differences
from engine.rerun.projections import Rows
from engine.tables import (
    Account,
    Authority,
    Case,
    Chain,
    ClosureDay,
    DutyTurn,
    LocalTimescale,
    Membership,
    Organisation,
    Team,
    WellKnownCase,
)

# Of each table: what a row of it is called, by which column, and what of it follows from the record.
_STANDING: tuple[tuple[str, Any, Mapping[str, Any]], ...] = (
    (
        "authority",
        Authority.id,
        {name: getattr(Authority, name) for name in ("name", "host", "telephone", "alarm_minutes", "created_at")},
    ),
    ("organisation", Organisation.id, {name: getattr(Organisation, name) for name in ("agency", "name", "leads")}),
    ("team", Team.id, {"organisation": Team.organisation_id, "name": Team.name, "duty": Team.duty}),
    (
        "account",
        Account.id,
        {
            "person_name": Account.name,
            "person_email": Account.email,
            "password": Account.password_hash,
            "created_at": Account.created_at,
            "disabled_at": Account.disabled_at,
        },
    ),
    (
        "membership",
        Membership.id,
        {
            name: getattr(Membership, name)
            for name in ("account_id", "role", "organisation_id", "team_id", "held_from", "held_until")
        },
    ),
    ("closure day", ClosureDay.day, {name: getattr(ClosureDay, name) for name in ("name", "added_at", "added_by")}),
    (
        "local limit",
        LocalTimescale.clock,
        {name: getattr(LocalTimescale, name) for name in ("limit", "changed_at", "changed_by")},
    ),
    (
        "duty turn",
        DutyTurn.id,
        {
            name: getattr(DutyTurn, name)
            for name in ("account_id", "place", "address", "starts_at", "ends_at", "changed_at", "changed_by")
        },
    ),
    ("well known case", WellKnownCase.case_id, {name: getattr(WellKnownCase, name) for name in ("since", "marked_by")}),
)


@dataclass(frozen=True, slots=True)
class RerunAuthority:
    """What came of one authority. `unsaid`: of so many passwords the record says nothing, as they are from before it
    said anything of any.
    """

    authority: str
    entries: int
    differences: tuple[Difference, ...]
    unsaid: int


def rerun_authorities(database: Database) -> Iterator[RerunAuthority]:
    """All that there are, or of which there is a record. Reads the database as of one moment and changes nothing."""
    with database.snapshot() as live:
        chains = live.scalars(select(Chain.name).where(Chain.name.startswith(authority_chain("")))).all()
        known = {*live.scalars(select(Authority.id)), *(name.partition(":")[2] for name in chains)}
        of_all = lines(live, INSTALLATION, FOLLOWED)
        for authority in sorted(known):
            yield _rerun(live, authority, of_all)


def _rerun(live: Connection, authority: str, of_all: tuple[RecordedEntry, ...]) -> RerunAuthority:
    own = [entry for entry in of_all if (entry.payload or {}).get("authority") == authority]
    chain = [*own, *lines(live, authority_chain(authority), FOLLOWED)]
    said: Rows = {}
    found = [fault for entry in chain for fault in _followed(said, entry)]
    stands = _rows(live, authority)
    unsaid = 0
    for name, row in said.items():
        if row.get("password") == UNSAID and name in stands:
            unsaid += stands[name]["password"] is not None
            row["password"] = stands[name]["password"]
    for name in dict.fromkeys([*stands, *said]):
        found += differences(name, stands.get(name, NOTHING), said.get(name, NOTHING))
    return RerunAuthority(authority, len(chain), tuple(found), unsaid)


def _followed(said: Rows, entry: RecordedEntry) -> Iterator[Difference]:
    place = f"entry {entry.number} ({entry.kind})"
    if entry.erased:
        yield Difference(place, "", "what it carried was erased", NOTHING)
        return
    try:
        rows_after(said, entry)
    except (LookupError, TypeError, ValueError):
        yield Difference(place, "", "it was done", "no entry before it added what it speaks of")


def _rows(live: Connection, authority: str) -> Rows:
    found: Rows = {}
    for name, key, columns in _STANDING:
        statement = select(key.label("row_key"), *(column.label(label) for label, column in columns.items()))
        for row in live.execute(_of_authority(statement, key.class_, authority)).mappings():
            values = dict(row)
            found[f"{name} {values.pop('row_key')}"] = values
    for name, values in found.items():
        if name.startswith("account ") and values["password"] is not None:
            values["password"] = digest_of(values["password"])
    return found


def _of_authority(statement: Select[*tuple[Any, ...]], table: Any, authority: str) -> Select[*tuple[Any, ...]]:
    if table is Authority:
        return statement.where(Authority.id == authority)
    if table is Membership:
        return statement.join(Account, Account.id == Membership.account_id).where(Account.authority_id == authority)
    if table is WellKnownCase:
        return statement.join(Case, Case.id == WellKnownCase.case_id).where(Case.authority_id == authority)
    of_authority: ColumnElement[bool] = table.authority_id == authority
    return statement.where(of_authority)
