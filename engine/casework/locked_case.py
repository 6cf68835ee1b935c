"""One command at work inside one locked case: what it knows of the case, and what it will have written of it."""

from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, select

from engine.base.errors import NotFound
from engine.base.identifiers import new_id
from engine.casework import case_rows
from engine.casework.case_rows import NEWEST, CaseRow, HeldPart, InstanceRow, Parts, RunningInstance
from engine.casework.changes import Changes
from engine.casework.to_do import Queue, Steps
from engine.facts.authority import Settled, settled
from engine.facts.case_now import OpenItem, RunningDeadline, open_items, running_deadlines
from engine.facts.models import model, published
from engine.people.command import Work
from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.process.bundle import Model
from engine.process.position import Position
from engine.record.chain import NewEntry, authority_chain, case_chain, holding_still
from engine.tables import Answers, Case, NamedRow, Person, plan_in_force
from engine.timescales.calendar import Calendar


@dataclass
class CaseWork:
    """`entries` become the record of this command, in order, and `changes` its rows; `to_do` is what still follows.

    `is_new`: this command opened the case. `happened` is when what was recorded took place, if that was said.
    `others` are the open cases of children whom the answers name, locked with this one, by person.
    `resumes` names a stopped clock of this closed case that runs on in the next one. What is read of the case is read
    once and kept current: whoever changes it changes what was read as well. `moved` are the instances that moved, with
    where each stands now. The chain of the authority is held still.
    """

    work: Work
    case: CaseRow
    to_do: Queue = field(default_factory=lambda: Queue(Steps()))
    is_new: bool = False
    closed_at: datetime | None = None
    plan_since: datetime | None = None
    happened: datetime | None = None
    resumes: str = ""
    entries: list[NewEntry] = field(default_factory=list[NewEntry])
    changes: Changes = field(default_factory=Changes)
    others: dict[str, "CaseWork"] = field(default_factory=dict[str, "CaseWork"])
    moved: dict[str, tuple[InstanceRow, Position]] = field(default_factory=dict[str, tuple[InstanceRow, Position]])
    _models: dict[str, Model] = field(default_factory=dict[str, Model])

    @cached_property
    def connection(self) -> Connection:
        return self.work.connection

    @cached_property
    def now(self) -> datetime:
        return self.work.now

    @property
    def happened_at(self) -> datetime:
        return self.happened or self.now

    @cached_property
    def settled(self) -> Settled:
        """No command both changes what the authority has settled and works by it."""
        return settled(self.connection, self.case.authority)

    @cached_property
    def calendar(self) -> Calendar:
        return self.settled.calendar

    @cached_property
    def model_in_force(self) -> Model:
        return published(self.connection, self.settled.bundle)

    @cached_property
    def running(self) -> dict[str, RunningInstance]:
        """The instances that have not ended, by id."""
        return {} if self.is_new else case_rows.running_instances(self.connection, self.case.id)

    @cached_property
    def deadlines(self) -> list[RunningDeadline]:
        """The clocks that run, by kind and number."""
        return [] if self.is_new else running_deadlines(self.connection, self.case.id)

    @cached_property
    def items(self) -> dict[str, OpenItem]:
        """What waits for somebody, by id."""
        return {} if self.is_new else open_items(self.connection, self.case.id)

    @cached_property
    def parts(self) -> dict[str, HeldPart]:
        """Those that are not over, by id."""
        return {} if self.is_new else self._parts.held

    @property
    def only_organisations(self) -> Mapping[str, str]:
        """By agency, where the authority has one of it alone."""
        return self._parts.only

    @cached_property
    def _parts(self) -> Parts:
        return case_rows.parts(self.connection, self.case.id, self.case.authority, self.now)

    def model(self, instance: InstanceRow) -> Model:
        if instance.bundle not in self._models:
            self._models[instance.bundle] = model(self.connection, instance.bundle)
        return self._models[instance.bundle]

    def running_in_order(self) -> list[RunningInstance]:
        """Oldest first; what this command began is the newest of its kind."""
        running = self.running.values()
        return sorted(running, key=lambda one: (one.row.started_at, one.row.process, one.row.number or NEWEST))

    def running_of(self, process: str) -> list[InstanceRow]:
        return [one.row for one in self.running_in_order() if one.row.process == process]

    def note(
        self,
        kind: str,
        instance: InstanceRow | None = None,
        *,
        element: str | None = None,
        occurrence: int | None = None,
        flows: tuple[str, ...] = (),
        payload: Mapping[str, Any] | None = None,
        bundle: str | None = None,
    ) -> None:
        """Records one entry of this case."""
        entry = NewEntry(
            kind=kind,
            case=self.case.id,
            instance=instance.id if instance else None,
            element=element,
            occurrence=occurrence,
            flows=flows,
            payload=payload,
            bundle=bundle,
        )
        self.entries.append(entry)

    def change_case(self, **columns: object) -> None:
        self.changes.change(Case, self.case.id, **columns)

    def keep_answers(
        self, instance: InstanceRow, element: str, occurrence: int, answers: Mapping[str, Any], by: Actor
    ) -> None:
        """The projection of what was answered; the payload of the entry is the record of it."""
        answered = new_id()
        self.changes.add(
            Answers,
            answered,
            id=answered,
            case_id=self.case.id,
            instance_id=instance.id,
            process=instance.process,
            element=element,
            occurrence=occurrence,
            answers=dict(answers),
            at=self.now,
            account_id=by.account,
            organisation_id=by.organisation,
        )

    def case_facts(self) -> dict[str, bool]:
        """What gateways may ask of the case beside the answers, as `case.<fact>`: kept with the entry."""
        return {
            "unborn": self.case.born is None and self.case.expected is not None,
            "plan_in_force": self.plan_since is not None,
            "order_in_force": any(one.protects for one in self.deadlines),
            "case_closed": self.closed_at is not None,
        }

    def write_rows(self) -> None:
        """Before the end only where a statement has to see what was done so far."""
        self.changes.write(self.connection)

    def write_record(self) -> None:
        """The rows, and the entries of all that was done."""
        self.write_rows()
        actor, chain = self.work.actor, case_chain(self.case.id)
        roles = [astuple(one) for one in actor.held if actor.account]
        sees = authority_chain(self.case.authority)
        self.work.write(self.connection, chain, actor.signature, self.now, self.entries, sees, roles)
        self.entries.clear()

    def read_deadlines_again(self) -> None:
        """For who changes deadlines by statements of its own."""
        self.__dict__.pop("deadlines", None)


_LOCKED = (
    select(
        Case.id,
        Case.authority_id,
        Case.reference,
        Case.person_id,
        Case.family_id,
        Case.team_id,
        Case.lead_account_id,
        Case.closed_at,
        *(Person.born, Person.expected, Case.plan_from),
        case((plan_in_force(), Case.plan_from)).label("plan_since"),
    )
    .join(Person, Person.id == Case.person_id)
    .order_by(Case.id)
)


def lock_cases(
    work: Work,
    cases: Collection[str] | Select[str],
    *conditions: ColumnElement[bool],
    skip_locked: bool = False,
) -> tuple[CaseWork, ...]:
    """The first thing every command of a case does, so that all others of the case wait for it.

    The only function that locks a case. Several are locked in order of id, so that two commands that want the same
    ones never wait for each other. Cases that are not there, or for which a condition does not hold, are left out;
    with `skip_locked` also those that somebody works on this moment.
    """
    held = _LOCKED.add_columns(*holding_still(work.connection, Case.authority_id.expression))
    locked = held.where(Case.id.in_(cases), *conditions).with_for_update(of=Case, skip_locked=skip_locked)
    return tuple(_casework(work, row) for row in work.connection.execute(locked))


def lock_case(work: Work, case: str | Select[str], *conditions: ColumnElement[bool]) -> CaseWork:
    """Raises NotFound where there is no such case."""
    found = lock_cases(work, [case] if isinstance(case, str) else case, *conditions)
    if not found:
        raise NotFound
    return found[0]


def _casework(work: Work, row: NamedRow) -> CaseWork:
    locked = CaseRow(
        id=row.id,
        authority=row.authority_id,
        reference=row.reference,
        person=row.person_id,
        family=row.family_id,
        team=row.team_id,
        lead=row.lead_account_id,
        closed_at=row.closed_at,
        born=row.born,
        expected=row.expected,
        plan_since=row.plan_since,
        plan_from=row.plan_from,
    )
    return CaseWork(work, locked, closed_at=locked.closed_at, plan_since=locked.plan_since)


def lock_known_case(work: Work, case: str | Select[str]) -> CaseWork:
    """Raises NotFound also where the actor may not know of the case."""
    return lock_case(work, case, knows(work.actor))
