"""One command at work inside one locked case: what it knows of the case, and what it will have written of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from engine.base.identifiers import new_id
from engine.casework import case_rows
from engine.casework.case_rows import NEWEST, CaseRow, HeldPart, InstanceRow, Parts, RunningInstance
from engine.casework.changes import Changes
from engine.casework.open_rows import OpenRows, open_rows
from engine.casework.to_do import JoinCases, Queue, Steps
from engine.facts.authority import Settled, settled
from engine.facts.case_now import OpenItem, RunningDeadline
from engine.facts.child import OF_CHILD, case_facts
from engine.facts.models import model, published
from engine.people.command import Work
from engine.people.identity import Actor
from engine.people.kept_from import kept_out
from engine.people.who_may import acting_for
from engine.process.bundle import Model
from engine.process.position import Position
from engine.record.chain import NewEntry, authority_chain, case_chain
from engine.record.entry_kind import ACTING_FOR
from engine.tables import Answers, Case, plan_in_force
from engine.timescales.calendar import Calendar


class FactsRead(NamedTuple):
    """What held of the child in its other cases, as it was read when so many entries had been noted."""

    after: int
    facts: tuple[str, ...]


@dataclass
class CaseWork:
    """`entries` become the record of this command, in order, and `changes` its rows; `to_do` is what still follows.

    `is_new`: this command opened the case; `comes_over`: from another system. `alarm_stands`: an alarm was raised in
    it, and nobody has opened it. `happened` is when what was recorded took place, if said. `others` are the open cases
    of children whom the answers name, locked with this one, by person, the person's own first. `same_child` are the
    other open cases of its own child, locked as well; `is_known`: the actor may know of this one. `facts_read` are what
    held of the child in those when it was read. `kept_out` are accounts that were not told, as the case is kept from
    them. `joins_with` is the one that is joined with this; `took_over`: it has been, and this is the one that goes on.
    What is `recorded_` is as the record has it, in re-running. `resumes` names a stopped clock of this closed case that
    runs on in the next one. What is read of the case is read once and kept current: whoever changes it changes what was
    read as well. `moved`: which instances moved, and where each stands. The chain of the authority is held still.
    """

    work: Work
    case: CaseRow
    to_do: Queue = field(default_factory=lambda: Queue(Steps()))
    is_new: bool = False
    comes_over: bool = False
    closed_at: datetime | None = None
    plan_since: datetime | None = None
    alarm_stands: bool = False
    happened: datetime | None = None
    resumes: str = ""
    entries: list[NewEntry] = field(default_factory=list[NewEntry])
    changes: Changes = field(default_factory=Changes)
    others: dict[str, tuple["CaseWork", ...]] = field(default_factory=dict[str, tuple["CaseWork", ...]])
    same_child: tuple["CaseWork", ...] = field(default=(), compare=False, repr=False)
    is_known: bool = True
    facts_read: list[FactsRead] = field(default_factory=list[FactsRead])
    recorded_facts: tuple[FactsRead, ...] = ()
    kept_out: set[str] = field(default_factory=set[str])
    recorded_kept_out: frozenset[str] = frozenset()
    recorded_roles_of_lead: frozenset[str] = frozenset()
    joins_with: "CaseWork | None" = field(default=None, compare=False, repr=False)
    recorded_joining: JoinCases | None = None
    took_over: bool = False
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
        return self._open.running

    @cached_property
    def deadlines(self) -> list[RunningDeadline]:
        """The clocks that run, by kind and number."""
        return self._open.deadlines

    @cached_property
    def items(self) -> dict[str, OpenItem]:
        """What waits for somebody, by id."""
        return self._open.items

    @cached_property
    def _open(self) -> OpenRows:
        return OpenRows() if self.is_new else open_rows(self.connection, self.case.id)

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

    def done_for(self, task: str, by: Actor) -> Mapping[str, str]:
        """What an entry says of for whom somebody does a task, where that is a colleague who is away; else nothing."""
        item = case_rows.locked_task(self.connection, task) if by.stands_for else None
        if item is None:
            return {}
        return self._for(acting_for(by, item.role, item.also, item.agency, self.case.team, item.owner))

    def begun_for(self, roles: Collection[str]) -> Mapping[str, str]:
        """The same of what is begun by one of these roles."""
        return self._for(acting_for(self.work.actor, "", roles, None, self.case.team))

    def _for(self, account: str | None) -> Mapping[str, str]:
        return {ACTING_FOR: account} if account else {}

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

    def joining_with(self, person: str) -> JoinCases | None:
        """With the open case of the child, if there is one. Of the two the one that was opened first goes on; of two of
        one moment, the one that was known.
        """
        if self.work.alone or not self.others.get(person):
            return self.recorded_joining
        self.joins_with = min(self.others[person], key=lambda one: one.case.opened_at)
        older, newer = sorted((self.joins_with, self), key=lambda one: one.case.opened_at)
        plan_since = newer.plan_since.isoformat() if newer.plan_since else None
        return JoinCases(newer.case.id, older.case.id, newer.case.team, plan_since)

    def case_facts(self) -> Mapping[str, bool]:
        """What gateways may ask of the case beside the answers, as `case.<fact>`, by all cases of the child: kept with
        the entry.
        """
        return self._facts({*self.in_force, *self.in_force_elsewhere()})

    def known_facts(self) -> Mapping[str, bool]:
        return self._facts({*self.in_force}.union(*(one.in_force for one in self.same_child if one.is_known)))

    def _facts(self, of_child: Collection[str]) -> Mapping[str, bool]:
        of_case = self.case
        return case_facts(born=of_case.born, expected=of_case.expected, closed_at=self.closed_at, of_child=of_child)

    @property
    def in_force(self) -> tuple[str, ...]:
        """What protects the child by this case."""
        holds = self.plan_since is not None, any(one.protects for one in self.deadlines)
        return tuple(fact for fact, is_so in zip(OF_CHILD, holds, strict=True) if is_so)

    def in_force_elsewhere(self) -> tuple[str, ...]:
        """By the other cases of the child. In re-running, which knows none of them, as it was recorded."""
        if self.work.alone:
            before = [one for one in self.recorded_facts if one.after <= len(self.entries)]
            found = before[-1].facts if before else ()
        else:
            holds = {fact for one in self.same_child for fact in one.in_force}
            found = tuple(fact for fact in OF_CHILD if fact in holds)
        if found != (self.facts_read[-1].facts if self.facts_read else ()):
            self.facts_read.append(FactsRead(len(self.entries), found))
        return found

    def who_may_know(self, accounts: Iterable[str], *, named: bool = True) -> list[str]:
        """Those from whom the case is not kept; without `named` also those who are not named in what restricts it. In
        re-running, which knows of no bar, as it was recorded.
        """
        asked, alone = [*accounts], self.work.alone
        found = self.recorded_kept_out if alone else kept_out(self.connection, self.case.id, asked, named=named)
        self.kept_out.update(found.intersection(asked))
        return [one for one in asked if one not in found]

    @property
    def has_news(self) -> bool:
        """Whether what happened in another case of the child is still to be settled in this one."""
        return bool(self.entries) or not self.to_do.is_empty

    def write_rows(self) -> None:
        """Before the end only where a statement has to see what was done so far."""
        self.changes.write(self.connection)

    def write_record(self) -> None:
        """The rows, and the entries of all that was done."""
        self.write_rows()
        if self.facts_read and self.entries:
            self.note("child_facts", payload={"read": [[one.after, [*one.facts]] for one in self.facts_read]})
        if self.kept_out and self.entries:
            self.note("kept_out", payload={"accounts": sorted(self.kept_out)})
        actor, chain = self.work.actor, case_chain(self.case.id)
        roles = [one.as_recorded for one in actor.held if actor.account]
        sees = authority_chain(self.case.authority)
        self.work.write(self.connection, chain, actor.signature, self.now, self.entries, sees, roles)
        self.entries.clear()
        self.facts_read.clear()
        self.kept_out.clear()

    def read_deadlines_again(self) -> None:
        """For who changes deadlines by statements of its own."""
        for rows in ("deadlines", "_open"):
            self.__dict__.pop(rows, None)

    def read_again(self) -> None:
        """For who changes rows of any kind by statements of its own; all that was changed before is written."""
        for rows in ("running", "deadlines", "items", "_open", "parts", "_parts"):
            self.__dict__.pop(rows, None)
        self.moved.clear()
        self.plan_since = self.connection.execute(
            select(Case.plan_from).where(Case.id == self.case.id, plan_in_force())
        ).scalar_one_or_none()
