"""One command at work inside one locked case: what it knows of the case, and what it will have written down."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, bindparam, select

from engine.base.errors import NotFound
from engine.facts.authority import calendar_of
from engine.facts.models import in_force, model
from engine.facts.protection import order_in_force
from engine.people.command import Work
from engine.people.who_knows import knows
from engine.process.bundle import Model
from engine.process.run import Thrown
from engine.record.chain import NewEntry, case_chain, seen
from engine.tables import Case, Instance, Person
from engine.timescales.calendar import Calendar


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
    in_plan: bool


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
    """`facts` become the entries of this command, in order; `thrown` are messages on their way.

    `reopened` are processes that a closed case calls for: a new case, linked to it, opens for them.
    `other_children` are to be referred with it; `happened` is when what was recorded took place, if that was said.
    `automatic` are work items that came up and for which nobody is needed. `something_ended`: a process did, so it may
    be that nothing runs any more. `clock_awaited`: an instance came to wait for a clock, or one passed, so it may be
    that one waits for what has passed already. `saw` is how far the chain of the authority had come.
    """

    work: Work
    case: CaseRow
    closed_at: datetime | None = None
    in_plan: bool = False
    facts: list[NewEntry] = field(default_factory=list[NewEntry])
    thrown: list[tuple[InstanceRow, Thrown]] = field(default_factory=list[tuple[InstanceRow, Thrown]])
    reopened: list[tuple[str, Thrown]] = field(default_factory=list[tuple[str, Thrown]])
    other_children: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    happened: datetime | None = None
    automatic: list[str] = field(default_factory=list[str])
    something_ended: bool = False
    clock_awaited: bool = False
    saw: int = field(init=False)
    _calendar: Calendar | None = None

    def __post_init__(self) -> None:
        self.saw = seen(self.connection)

    @property
    def connection(self) -> Connection:
        return self.work.connection

    @property
    def now(self) -> datetime:
        return self.work.now

    @property
    def happened_at(self) -> datetime:
        return self.happened or self.now

    @property
    def calendar(self) -> Calendar:
        if self._calendar is None:  # no command both changes the calendar and reckons by it
            self._calendar = calendar_of(self.connection)
        return self._calendar

    @property
    def model_in_force(self) -> Model:
        return in_force(self.connection)

    def model(self, instance: InstanceRow) -> Model:
        return model(self.connection, instance.bundle)

    def note(self, kind: str, instance: InstanceRow | None = None, **more: object) -> None:
        """Puts down one entry of this case; `more` are the other fields of Fact."""
        self.facts.append(NewEntry(kind, case=self.case.id, instance=instance.id if instance else None, **more))  # pyright: ignore[reportArgumentType]

    def case_facts(self) -> dict[str, bool]:
        """What gateways may ask of the case beside the answers, as `case.<fact>`: kept with the entry."""
        return {
            "unborn": self.case.born is None and self.case.expected is not None,
            "plan_in_force": self.in_plan,
            "order_in_force": order_in_force(self.connection, self.case.id),
            "case_closed": self.closed_at is not None,
        }

    def write_record(self) -> None:
        actor = self.work.actor
        roles = [astuple(one) for one in actor.held if actor.account]
        self.work.write(
            self.connection, case_chain(self.case.id), actor.signature, self.now, self.facts, self.saw, roles
        )
        self.facts.clear()


_LOCKED = (
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
        and_(Case.plan_from.is_not(None), Case.plan_until.is_(None)),
    )
    .join(Person, Person.id == Case.person_id)
    .with_for_update(of=Case)
)


def lock_case(work: Work, case: str | ScalarSelect[str], *conditions: ColumnElement[bool]) -> CaseWork:
    """The first thing every command of a case does, so that all others of the case wait for it.

    Raises NotFound where there is no such case.
    """
    row = work.connection.execute(_LOCKED.where(Case.id == case, *conditions)).one_or_none()
    if row is None:
        raise NotFound
    locked = CaseRow(*row)
    return CaseWork(work, locked, locked.closed_at, locked.in_plan)


def lock_known_case(work: Work, case: str | ScalarSelect[str]) -> CaseWork:
    """Raises NotFound also where the actor may not know of the case."""
    return lock_case(work, case, knows(work.actor))


_RUNNING = (
    select(Instance.id, Instance.process, Instance.number, Instance.bundle_hash, Instance.origin_at)
    .where(Instance.case_id == bindparam("case"), Instance.status == "running")
    .order_by(Instance.started_at, Instance.process, Instance.number)
)


def running(casework: CaseWork, process: str | None = None) -> list[InstanceRow]:
    """The instances of the case that have not ended, oldest first; of one process where it is named."""
    found = [InstanceRow(*row) for row in casework.connection.execute(_RUNNING, {"case": casework.case.id})]
    return [one for one in found if process in (None, one.process)]
