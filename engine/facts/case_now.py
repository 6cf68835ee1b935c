"""What holds in a case now, for whoever asks: a command that has it at hand already, or a page that reads it here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, Protocol

from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.orm import aliased

from engine.facts.authority import Settled, settled
from engine.facts.child import OF_CHILD, case_facts, in_force, own_or
from engine.people.identity import Actor
from engine.people.who_knows import Reach, known_by, known_within, reach_of
from engine.tables import Case, Deadline, NamedRow, Person, WorkItem, late_before, running_deadline
from engine.tables.departure_tables import FURTHER
from engine.timescales.rules import WHOLE_CASE, Clock


@dataclass(slots=True)
class RunningDeadline:
    """A deadline that is neither met nor stopped. `protects`: while it runs the child is held safe by law. `passed`: it
    has run out. `taken_up`: the instances that followed from its own, each with when it took the message that called.
    `late_before`: it had run out in another system before the case was taken over.
    """

    id: str
    clock: str
    number: int
    instance: str
    counted_from: datetime
    due_at: datetime
    protects: bool
    passed: bool
    taken_up: dict[str, str] = field(default_factory=dict[str, str])
    late_before: bool = False

    def is_in_scope(self, rule: Clock, instance: str | None) -> bool:
        """Whether what happens in the instance concerns it, or in none of this case yet; `rule` is its own."""
        if rule.scope == "origin":
            return instance == self.instance or instance in self.taken_up
        return rule.scope in WHOLE_CASE or instance == self.instance


@dataclass(slots=True)
class OpenItem:
    """A work item that waits for somebody, with the deadline that is assigned to it. `owner` has taken it, or it was
    only given to them (`is_given`). `for_lead`: the lead is to get it, if it is for them to do.
    """

    id: str
    instance: str
    process: str
    element: str
    occurrence: int
    agency: str | None
    deadline: str | None
    urgent: bool
    role: str
    owner: str | None = None
    is_given: bool = False
    for_lead: bool = False

    @property
    def is_further(self) -> bool:
        """Opened by somebody who proceeded differently: its process does not know of it, and may have ended."""
        return self.occurrence >= FURTHER


_DEADLINES = select(
    *(Deadline.id, Deadline.clock, Deadline.number, Deadline.instance_id),
    *(Deadline.counted_from, Deadline.due_at, Deadline.protects, Deadline.passed_at, Deadline.taken_up),
    late_before().label("late_before"),
).where(Deadline.case_id == bindparam("case"), running_deadline())


def running_deadlines(connection: Connection, case: str) -> list[RunningDeadline]:
    """By clock and number, on every database in the same order."""
    rows = connection.execute(_DEADLINES, {"case": case})
    return in_order(deadline_of(row, passed=row.passed_at is not None) for row in rows)


def deadline_of(row: NamedRow, *, passed: bool) -> RunningDeadline:
    return RunningDeadline(
        id=row.id,
        clock=row.clock,
        number=row.number,
        instance=row.instance_id,
        counted_from=row.counted_from,
        due_at=row.due_at,
        protects=bool(row.protects),
        passed=passed,
        taken_up=dict(row.taken_up),
        late_before=row.late_before,
    )


def in_order(deadlines: Iterable[RunningDeadline]) -> list[RunningDeadline]:
    return sorted(deadlines, key=lambda one: (one.clock, one.number))


_ITEMS = (
    select(
        WorkItem.id,
        WorkItem.instance_id,
        WorkItem.process,
        WorkItem.element,
        WorkItem.occurrence,
        WorkItem.agency_id,
        WorkItem.deadline_id,
        WorkItem.urgent,
        WorkItem.role,
        WorkItem.owner_id,
        WorkItem.is_given,
    )
    .where(WorkItem.case_id == bindparam("case"), WorkItem.closed_at.is_(None))
    .order_by(WorkItem.opened_at, WorkItem.id)
)


def open_items(connection: Connection, case: str) -> dict[str, OpenItem]:
    """By id."""
    return {row.id: item_of(row) for row in connection.execute(_ITEMS, {"case": case})}


def item_of(row: NamedRow) -> OpenItem:
    return OpenItem(
        id=row.id,
        instance=row.instance_id,
        process=row.process,
        element=row.element,
        occurrence=row.occurrence,
        agency=row.agency_id,
        deadline=row.deadline_id,
        urgent=row.urgent,
        role=row.role,
        owner=row.owner_id,
        is_given=row.is_given,
    )


class CaseAndChild(Protocol):
    """`plan_from` is when the conference was held that made the plan: the last one, where it has ended."""

    @property
    def born(self) -> date | None: ...

    @property
    def expected(self) -> date | None: ...

    @property
    def plan_from(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class ReadCase:
    """A case and its child as a page reads them. `of_child` is what is in force, as far as the reader may know."""

    authority: str
    born: date | None
    expected: date | None
    closed_at: datetime | None
    plan_from: datetime | None
    of_child: tuple[str, ...]


class CaseNow(Protocol):
    """Each part is read when it is first asked for."""

    @property
    def case(self) -> CaseAndChild: ...

    @cached_property
    def settled(self) -> Settled: ...

    @cached_property
    def deadlines(self) -> list[RunningDeadline]: ...

    @cached_property
    def items(self) -> dict[str, OpenItem]: ...

    def known_facts(self) -> Mapping[str, bool]:
        """What conditions of forms may ask of the case, as `case.<fact>`, by the cases of the child that whoever reads
        or answers may know of: what a form asks would tell of the others.
        """
        ...


@cache
def _case_and_child(reach: Reach) -> Select[*tuple[Any, ...]]:
    of_case, this = aliased(Case), Case.id == bindparam("case")
    return (
        select(
            *(Person.born, Person.expected, of_case.authority_id, of_case.closed_at, of_case.plan_from),
            *in_force(select(Case.id).where(this), own_or(this, known_within(reach))),
        )
        .join(of_case, of_case.person_id == Person.id)
        .where(of_case.id == bindparam("case"))
    )


@dataclass(frozen=True)
class CaseRead:
    """For pages: at most one statement for each part."""

    connection: Connection
    case_id: str
    actor: Actor

    @cached_property
    def deadlines(self) -> list[RunningDeadline]:
        return running_deadlines(self.connection, self.case_id)

    @cached_property
    def items(self) -> dict[str, OpenItem]:
        return open_items(self.connection, self.case_id)

    @property
    def case(self) -> ReadCase:
        return self._case

    @cached_property
    def _case(self) -> ReadCase:
        given = {"case": self.case_id, **known_by(self.actor)}
        row = self.connection.execute(_case_and_child(reach_of(self.actor)), given).one()
        return ReadCase(
            authority=row.authority_id,
            born=row.born,
            expected=row.expected,
            closed_at=row.closed_at,
            plan_from=row.plan_from,
            of_child=tuple(fact for fact in OF_CHILD if getattr(row, fact)),
        )

    @cached_property
    def settled(self) -> Settled:
        return settled(self.connection, self.case.authority)

    def known_facts(self) -> Mapping[str, bool]:
        row = self.case
        return case_facts(born=row.born, expected=row.expected, closed_at=row.closed_at, of_child=row.of_child)
