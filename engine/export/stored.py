"""A case as it lies in the database, read in one transaction: the entries to the byte, and what explains them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import ColumnElement, Connection, and_, select

from engine.facts.models import files, in_force
from engine.process.bundle import Model
from engine.reads.authority.people import names_of_accounts, names_of_persons
from engine.reads.case.case_facts import ProcessRun, instances
from engine.record.chain import ENTRY_FORMAT, case_chain
from engine.tables import Case, Deadline, Entry, EntryCase, Membership, Payload, Person, Team

LONGEST_ID = 64


@dataclass(frozen=True, slots=True, repr=False)
class Stored:
    """An entry to the byte. `said` is what its body says, `carried` what its payload says (empty where none is left).

    `salt` and `payload` are None where the entry has no payload, or it has been erased.
    """

    chain: str
    number: int
    hash: bytes
    body: str
    salt: bytes | None
    payload: str | None
    said: Mapping[str, Any]
    carried: Mapping[str, Any]

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.said["at"])


@dataclass(frozen=True, slots=True)
class Membered:
    """A role that an account held, from one moment until another."""

    role: str
    held_from: datetime
    held_until: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class StoredCase:
    """`names` are of accounts and of children, by id; `runs` the instances, `files` the models they ran on.

    Never shown as text: it would put a child's life into an error.
    """

    id: str
    reference: str
    child: str
    team: str
    opened_at: datetime
    closed_at: datetime | None
    entries: tuple[Stored, ...]
    looks: tuple[Stored, ...]
    runs: Mapping[str, ProcessRun]
    clocks: tuple[Any, ...]
    names: Mapping[str, str]
    roles: Mapping[str, tuple[Membered, ...]]
    files: Mapping[str, Mapping[str, bytes]]
    newest: Model

    @property
    def head(self) -> Stored:
        return self.entries[-1]


def read_case(connection: Connection, case: str) -> StoredCase:
    """Everything at one moment: PostgreSQL would else show each statement the newest state."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    row = _row(connection, case)
    entries = tuple(_entries(connection, Entry.chain == case_chain(case)))
    shows = and_(EntryCase.chain == Entry.chain, EntryCase.number == Entry.number, EntryCase.case_id == case)
    looks = tuple(_entries(connection, select(EntryCase.number).where(shows).exists()))
    runs = instances(connection, case)
    actors = {one.said["actor"] for one in (*entries, *looks)}
    meant = {*actors, *_ids_in(entry.carried for entry in entries)}
    return StoredCase(
        id=case,
        reference=row.reference,
        child=f"{row.given_name} {row.family_name}".strip(),
        team=row.team,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        entries=entries,
        looks=tuple(sorted(looks, key=lambda look: (look.at, look.chain, look.number))),
        runs=runs,
        clocks=_clocks(connection, case),
        names=names_of_accounts(connection, meant) | names_of_persons(connection, meant),
        roles=_roles(connection, actors),
        files={one.model.hash: files(connection, one.model.hash) for one in runs.values()},
        newest=in_force(connection, row.authority_id),
    )


def _row(connection: Connection, case: str) -> Any:
    return connection.execute(
        select(Case.authority_id, Case.reference, Case.opened_at, Case.closed_at, Team.name.label("team"))
        .add_columns(Person.given_name, Person.family_name)
        .join(Person, Person.id == Case.person_id)
        .join(Team, Team.id == Case.team_id)
        .where(Case.id == case)
    ).one()


def _entries(connection: Connection, condition: ColumnElement[bool]) -> Iterator[Stored]:
    rows = connection.execute(
        select(Entry.chain, Entry.number, Entry.hash, Entry.body, Payload.salt, Payload.body.label("payload"))
        .outerjoin(Payload, (Payload.chain == Entry.chain) & (Payload.number == Entry.number))
        .where(condition)
        .order_by(Entry.chain, Entry.number)
    )
    for row in rows:
        body, payload = bytes(row.body), None if row.payload is None else bytes(row.payload)
        yield Stored(
            chain=row.chain,
            number=row.number,
            hash=row.hash,
            body=body.decode(),
            salt=row.salt,
            payload=None if payload is None else payload.decode(),
            said=orjson.loads(body.removeprefix(ENTRY_FORMAT)),
            carried=orjson.loads(payload or b"{}"),
        )


def _clocks(connection: Connection, case: str) -> tuple[Any, ...]:
    """Rows of `deadline`, in the order in which they began."""
    of_case = select(Deadline.__table__).where(Deadline.case_id == case)
    return tuple(connection.execute(of_case.order_by(Deadline.started_at, Deadline.clock, Deadline.number)).all())


def _roles(connection: Connection, accounts: Iterable[str]) -> dict[str, tuple[Membered, ...]]:
    rows = connection.execute(
        select(Membership.account_id, Membership.role, Membership.held_from, Membership.held_until)
        .where(Membership.account_id.in_(set(accounts)))
        .order_by(Membership.account_id, Membership.role, Membership.held_from)
    )
    held: dict[str, list[Membered]] = defaultdict(list)
    for row in rows:
        held[row.account_id].append(Membered(row.role, row.held_from, row.held_until))
    return {account: tuple(roles) for account, roles in held.items()}


def _ids_in(values: Iterable[Any]) -> Iterator[str]:
    """Whatever might be the id of somebody: an answer may mean a colleague or a child by it."""
    for value in values:
        if isinstance(value, str):
            if len(value) <= LONGEST_ID and " " not in value:
                yield value
        elif isinstance(value, Mapping):
            yield from _ids_in(cast("Mapping[str, Any]", value).values())
        elif isinstance(value, list):
            yield from _ids_in(cast("list[Any]", value))
