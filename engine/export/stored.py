"""A case as it lies in the database, read in one transaction: the acts to the byte, and what explains them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select

from engine.facts.child_names import child_name
from engine.facts.models import files, in_force
from engine.process.bundle import Model
from engine.reads.authority.people import names_of_accounts, names_of_persons
from engine.reads.case.answer_rows import ids_in
from engine.reads.case.case_facts import ProcessRun, instances, with_earlier_models
from engine.reads.case.whole_record import in_order, meanwhile, numbered_through, taken_over, without_what_went
from engine.record.chain import RecordedEntry, case_chain, entries_of, shows, unpacked
from engine.tables import Act, Case, Deadline, Instance, Membership, NamedRow, Payload, Person, Team


@dataclass(frozen=True, slots=True, repr=False)
class StoredAct:
    """An act to the byte. `salt` and `payload` are None where it has no payload, where it has been erased, and where it
    is not told as it is about another child.
    """

    chain: str
    number: int
    hash: bytes
    body: str
    salt: bytes | None
    payload: str | None
    entries: tuple[RecordedEntry, ...]


@dataclass(frozen=True, slots=True)
class Membered:
    """A role that an account held, from one moment until another."""

    role: str
    held_from: datetime
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class JoinedCase:
    """One that is the same child's, and was joined with this one."""

    id: str
    reference: str


@dataclass(frozen=True, slots=True, repr=False)
class StoredCase:
    """`names` are of accounts and of children, by id; `runs` the instances, `files` the models they ran on.

    `acts` are those of every chain that tells of it: first those of the cases that were `joined` to it, its own last.
    `goes_on_in` is the case to which it was joined itself; `meanwhile` stands in the chain of one from which it was
    separated again, whose acts are that one's.

    Never shown as text: it would put a child's life into an error.
    """

    id: str
    reference: str
    child: str
    team: str
    opened_at: datetime
    closed_at: datetime | None
    joined: tuple[JoinedCase, ...]
    goes_on_in: JoinedCase | None
    acts: tuple[StoredAct, ...]
    meanwhile: tuple[RecordedEntry, ...]
    acts_of_looking: tuple[StoredAct, ...]
    runs: Mapping[str, ProcessRun]
    clocks: tuple[NamedRow, ...]
    names: Mapping[str, str]
    roles: Mapping[str, tuple[Membered, ...]]
    files: Mapping[str, Mapping[str, bytes]]
    newest: Model

    @property
    def head(self) -> StoredAct:
        return self.acts[-1]

    @property
    def heads(self) -> tuple[StoredAct, ...]:
        """The last act of each chain, in the order of the chains."""
        return tuple({act.chain: act for act in self.acts}.values())

    @property
    def written(self) -> tuple[RecordedEntry, ...]:
        """As each stands in its chain, in the order in which it happened."""
        return in_order([[entry for act in self.acts for entry in act.entries], self.meanwhile])

    @property
    def entries(self) -> tuple[RecordedEntry, ...]:
        """The same, numbered through all chains."""
        return numbered_through(self.written)

    @property
    def looks(self) -> tuple[RecordedEntry, ...]:
        return tuple(entry for act in self.acts_of_looking for entry in act.entries)


def read_case(connection: Connection, case: str) -> StoredCase:
    """Everything at one moment: PostgreSQL would else show each statement the newest state."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    row = _row(connection, case)
    chains = tuple(_chains(connection, case))
    acts = tuple(act for chain in chains for act in chain)
    before = [chain[0].chain.partition(":")[2] for chain in chains[:-1]]
    looks = tuple(_acts(connection, or_(*(shows(one) for one in (*before, case)))))
    beside = tuple(meanwhile(connection, (entry for act in chains[-1] for entry in act.entries)))
    entries = numbered_through(in_order([[entry for act in acts for entry in act.entries], beside]))
    told = instances(connection, case, (entry.instance for entry in entries if entry.instance))
    runs = with_earlier_models(connection, told, entries)
    actors = {entry.actor for act in (*acts, *looks) for entry in act.entries[:1]}
    meant = {*actors, *ids_in(entry.payload for entry in entries)}
    return StoredCase(
        id=case,
        reference=row.reference,
        child=child_name(row.given_name, row.family_name),
        team=row.team,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        joined=_others(connection, before),
        goes_on_in=next(iter(_others(connection, [row.joined_to_id])), None) if row.joined_to_id else None,
        acts=acts,
        meanwhile=beside,
        acts_of_looking=tuple(sorted(looks, key=lambda look: (look.entries[0].at, look.chain, look.number))),
        runs=runs,
        clocks=_clocks(connection, case, row.closed_at if row.joined_to_id else None),
        names=names_of_accounts(connection, meant) | names_of_persons(connection, meant),
        roles=_roles(connection, actors),
        files={one.hash: files(connection, one.hash) for run in runs.values() for one in run.models},
        newest=in_force(connection, row.authority_id),
    )


def _row(connection: Connection, case: str) -> NamedRow:
    return connection.execute(
        select(Case.authority_id, Case.reference, Case.opened_at, Case.closed_at, Case.joined_to_id)
        .add_columns(Team.name.label("team"))
        .add_columns(Person.given_name, Person.family_name)
        .join(Person, Person.id == Case.person_id)
        .join(Team, Team.id == Case.team_id)
        .where(Case.id == case)
    ).one()


def _chains(connection: Connection, case: str) -> Iterator[tuple[StoredAct, ...]]:
    """In the order of `whole_record`."""
    own = tuple(_acts(connection, Act.chain == case_chain(case)))
    entries = [entry for act in own for entry in act.entries]
    for other in taken_over(entries):
        yield from _chains(connection, other)
    told = {entry.number for entry in without_what_went(entries)}
    yield tuple(_telling(act, told) for act in own)


def _telling(act: StoredAct, told: Collection[int]) -> StoredAct:
    """Of what was recorded of another child, who had been taken for this one, the act can be checked, and tells
    nothing.
    """
    entries = tuple(one for one in act.entries if one.number in told)
    return act if entries == act.entries else replace(act, salt=None, payload=None, entries=entries)


def _others(connection: Connection, cases: Sequence[str]) -> tuple[JoinedCase, ...]:
    """In the order in which they are asked for."""
    rows = connection.execute(select(Case.id, Case.reference).where(Case.id.in_(cases))) if cases else ()
    return tuple(sorted((JoinedCase(row.id, row.reference) for row in rows), key=lambda one: cases.index(one.id)))


def _acts(connection: Connection, condition: ColumnElement[bool]) -> Iterator[StoredAct]:
    rows = connection.execute(
        select(Act.chain, Act.number, Act.hash, Act.body, Payload.salt, Payload.body.label("payload"))
        .outerjoin(Payload, (Payload.chain == Act.chain) & (Payload.number == Act.number))
        .where(condition)
        .order_by(Act.chain, Act.number)
    )
    for row in rows:
        yield StoredAct(
            chain=row.chain,
            number=row.number,
            hash=row.hash,
            body=unpacked(row.body).decode(),
            salt=row.salt,
            payload=None if row.payload is None else unpacked(row.payload).decode(),
            entries=tuple(entries_of(row.body, row.payload)),
        )


def _clocks(connection: Connection, case: str, joined_at: datetime | None) -> tuple[NamedRow, ...]:
    """Rows of `deadline`, in the order in which they began; of a case that was joined to another then those that had
    begun in it, which are that one's now.
    """
    of_case = select(Deadline.__table__).where(Deadline.case_id == case)
    if joined_at:
        came = select(Instance.id).where(Instance.came_from_id == case)
        of_case = select(Deadline.__table__).where(Deadline.instance_id.in_(came), Deadline.started_at < joined_at)
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
