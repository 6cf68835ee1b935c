"""One command at work inside one locked case: what it knows of the case, and what it will have written down."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, ScalarSelect, select

from engine.access import knows
from engine.commands.command import Work
from engine.errors import NotFound
from engine.models import in_force, model
from engine.process.bundle import Model
from engine.record import Fact, append, case_chain
from engine.tables import Case, Instance, Person


@dataclass(frozen=True, slots=True)
class CaseRow:
    """The case as it was when it was locked."""

    id: str
    reference: str
    person: str
    family: str
    team: str
    lead: str | None
    closed_at: datetime | None
    born: date | None
    expected: date | None


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """What a command needs of a running instance; its state is read only when it moves."""

    id: str
    process: str
    number: int
    bundle: str
    origin_at: datetime


@dataclass(slots=True)
class CaseWork:
    """`facts` become the entries of this command, in order; `thrown` are messages on their way: (instance, name).

    `automatic` are work items that came up and for which nobody is needed. `something_ended`: a process did, so it may
    be that nothing runs any more.
    """

    work: Work
    case: CaseRow
    closed_at: datetime | None = None
    facts: list[Fact] = field(default_factory=list[Fact])
    thrown: list[tuple[InstanceRow, str]] = field(default_factory=list[tuple[InstanceRow, str]])
    automatic: list[str] = field(default_factory=list[str])
    something_ended: bool = False

    @property
    def connection(self) -> Connection:
        return self.work.connection

    @property
    def now(self) -> datetime:
        return self.work.now

    @property
    def model_in_force(self) -> Model:
        return in_force(self.connection)

    def model(self, instance: InstanceRow) -> Model:
        return model(self.connection, instance.bundle)

    def note(self, kind: str, instance: InstanceRow | None = None, **more: object) -> None:
        """Puts down one entry of this case; `more` are the other fields of Fact."""
        place = {"instance": instance.id, "bundle": instance.bundle} if instance else {}
        self.facts.append(Fact(kind, case=self.case.id, **place, **more))  # pyright: ignore[reportArgumentType]

    def case_facts(self) -> dict[str, bool]:
        """What gateways may ask of the case beside the answers, as `case.<fact>`: kept with the entry."""
        return {"unborn": self.case.born is None and self.case.expected is not None}

    def write_record(self) -> None:
        append(self.connection, case_chain(self.case.id), self.work.actor.signature, self.now, self.facts)
        self.facts.clear()


def lock_case(work: Work, case: str | ScalarSelect[str], *conditions: ColumnElement[bool]) -> CaseWork:
    """The first thing every command of a case does, so that all others of the case wait for it.

    Raises NotFound where there is no such case.
    """
    row = work.connection.execute(
        select(
            Case.id,
            Case.reference,
            Case.person_id,
            Case.family_id,
            Case.team_id,
            Case.lead_account_id,
            Case.closed_at,
            Person.born,
            Person.expected,
        )
        .join(Person, Person.id == Case.person_id)
        .where(Case.id == case, *conditions)
        .with_for_update(of=Case)
    ).one_or_none()
    if row is None:
        raise NotFound
    return CaseWork(work, CaseRow(*row), row.closed_at)


def lock_known_case(work: Work, case: str | ScalarSelect[str]) -> CaseWork:
    """Raises NotFound also where the actor may not know of the case."""
    return lock_case(work, case, knows(work.actor))


def running(casework: CaseWork, process: str | None = None) -> list[InstanceRow]:
    """The instances of the case that have not ended, oldest first; of one process where it is named."""
    statement = (
        select(Instance.id, Instance.process, Instance.number, Instance.bundle_hash, Instance.origin_at)
        .where(Instance.case_id == casework.case.id, Instance.status == "running")
        .order_by(Instance.started_at, Instance.process, Instance.number)
    )
    if process:
        statement = statement.where(Instance.process == process)
    return [InstanceRow(*row) for row in casework.connection.execute(statement)]
