"""What held in a case when one of its forms was answered, for whoever puts the answers right: what came later is not
held against them.

The clocks, the open tasks and the facts of the case are those of that moment, by its record; working days, limits and
whom somebody may choose are those of today.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, func, or_, select

from engine.base.subject import START
from engine.facts.authority import Settled
from engine.facts.case_now import CaseRead, OpenItem, ReadCase, RunningDeadline, deadline_of, in_order, item_of
from engine.facts.child import OF_CHILD, joined_to, known_cases_of_child, of_child
from engine.people.identity import Actor
from engine.record.chain import RecordedEntry, case_chain, lines
from engine.tables import Case, Deadline, WorkItem, late_before

ENDS = ("met", "stopped")
MOVED = "due_corrected"
"""What an entry says of a clock of which the day was put right since, be it over or not."""


@dataclass(frozen=True)
class CaseThen:
    """As `CaseNow`, of the moment `at` at which the form `element` of the run `instance` was sent."""

    connection: Connection
    case_id: str
    actor: Actor
    instance: str
    element: str
    occurrence: int
    at: datetime

    @property
    def case(self) -> ReadCase:
        return self._now.case

    @cached_property
    def settled(self) -> Settled:
        return self._now.settled

    @cached_property
    def deadlines(self) -> list[RunningDeadline]:
        """Those that ran before it was sent: that run still, and that ended with it or later."""
        ended = set[tuple[str, str]]()
        for said in self._clocks_since:
            is_moved = said["what"] == MOVED and (said["clock"], said["before"]) in ended
            if said["what"] in ENDS or is_moved:
                ended.add((said["clock"], said["due_at"]))
        rows = self.connection.execute(
            select(Deadline.__table__, late_before().label("late_before")).where(
                Deadline.case_id == self.case_id, Deadline.started_at < self.at
            )
        )
        return in_order(
            deadline_of(row, passed=row.passed_at is not None and row.passed_at < self.at)
            for row in rows
            if (row.met_at is None and row.stopped_at is None) or (row.clock, row.due_at.isoformat()) in ended
        )

    @cached_property
    def items(self) -> dict[str, OpenItem]:
        rows = self.connection.execute(
            select(WorkItem.__table__)
            .where(WorkItem.case_id == self.case_id, WorkItem.opened_at <= self.at)
            .where(or_(WorkItem.closed_at.is_(None), WorkItem.closed_at >= self.at))
            .order_by(WorkItem.opened_at, WorkItem.id)
        )
        return {row.id: item_of(row) for row in rows}

    def known_facts(self) -> Mapping[str, bool]:
        """As they stood in the entry. What protects the child by a case of which the actor may not know is not told."""
        entry = next((one for one in self._lines if self._is_meant(one)), None)
        facts: Mapping[str, bool] = ((entry.payload or {}).get("facts") if entry else None) or self._now.known_facts()
        return facts if self._knows_all else {**facts, **{name: self._now.known_facts()[name] for name in OF_CHILD}}

    def _is_meant(self, entry: RecordedEntry) -> bool:
        if self.element == START:
            return entry.kind == "started" and entry.instance == self.instance
        place = (entry.kind, entry.instance, entry.element, entry.occurrence)
        return place == ("completed", self.instance, self.element, self.occurrence)

    @cached_property
    def _knows_all(self) -> bool:
        theirs = select(func.count()).where(of_child(select(Case.id).where(Case.id == self.case_id)))
        known = known_cases_of_child(self.actor, self.case_id).subquery()
        count = select(func.count()).select_from(known)
        return self.connection.execute(theirs).scalar_one() == self.connection.execute(count).scalar_one()

    @cached_property
    def _now(self) -> CaseRead:
        return CaseRead(self.connection, self.case_id, self.actor)

    @cached_property
    def _lines(self) -> list[RecordedEntry]:
        """In order of time, also of the cases that were joined to this one: what came from there is told there."""
        chains = [case_chain(one) for one in joined_to(self.connection, self.case_id)]
        found = [one for chain in chains for one in lines(self.connection, chain, ("deadline", "started", "completed"))]
        return sorted(found, key=lambda one: one.at)

    @property
    def _clocks_since(self) -> Iterable[Mapping[str, Any]]:
        return (one.payload for one in self._lines if one.kind == "deadline" and one.at >= self.at and one.payload)
