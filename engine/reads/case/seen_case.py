"""What a reader sees of a case: all of it, or as a partner their own part, without the work of other organisations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, select

from engine.facts.authority import calendar_of
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.people.who_knows import sees_work
from engine.people.who_may import sees_answers_of
from engine.process.bundle import Model
from engine.reads.case import starts
from engine.reads.case.answered import Given, given, outcomes
from engine.reads.case.case_facts import CaseTask, ProcessRun, instances, items, went_from
from engine.reads.case.deadlines import DeadlineView, clock
from engine.reads.case.standing import ProcessStage, stage
from engine.reads.case.starts import Allows, Beginning, under_way
from engine.reads.case.timeline import Happening, own_timeline, timeline
from engine.reads.case.who_has_part import PartsView, parts
from engine.reads.list_page import ListPart, Wanted
from engine.tables import Deadline, Instance, NamedRow
from engine.timescales.calendar import Calendar


@dataclass(frozen=True)
class SeenCase:
    """`row` is that of the case (`case_page`). Each part is read when it is first asked for."""

    connection: Connection
    actor: Actor
    now: datetime
    row: NamedRow

    @cached_property
    def sees_all(self) -> bool:
        return sees_answers_of(self.actor, None)

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_of(self.connection, self.actor.within)

    @cached_property
    def model(self) -> Model:
        """The one in force."""
        return in_force(self.connection, self.actor.within)

    @cached_property
    def known(self) -> dict[str, ProcessRun]:
        """The processes of which the reader may know, by id."""
        return instances(self.connection, self.row.id, (), sees_work(self.actor))

    @cached_property
    def items(self) -> tuple[CaseTask, ...]:
        return items(self.connection, self.actor, self.row.id, self.row.team_id, self.known)

    @property
    def runs(self) -> Sequence[ProcessRun]:
        """Of a partner those in which there was something for them to do."""
        with_work = {item.instance for item in self.items}
        return [one for one in self.known.values() if self.sees_all or one.id in with_work]

    @cached_property
    def clocks(self) -> Sequence[DeadlineView]:
        """Of a partner those of the tasks that wait for them."""
        theirs = {item.deadline for item in self.items if item.closed_at is None}
        return [one for deadline, one in self._deadlines.items() if self.sees_all or deadline in theirs]

    @cached_property
    def earlier(self) -> tuple[Given, ...]:
        return given(self.connection, self.actor, self.row.id)

    @cached_property
    def parts(self) -> PartsView:
        return parts(self.connection, self.actor, self.now, self.model, self.row)

    @property
    def beginnings(self) -> tuple[Beginning, ...]:
        """Nothing begins in a case that was joined to another. What is under way is not begun a second time, whoever
        may see it.
        """
        if self.row.joined_to_id:
            return ()
        all_runs = self.known if self.sees_all else instances(self.connection, self.row.id)
        allows = Allows(self.row.team_id, self.row.closed_at, under_way(self.connection, all_runs.values()))
        return starts.beginnings(self.actor, self.now, self.model, allows)

    def stage(self, run: ProcessRun) -> ProcessStage:
        return stage(run, self.items, self._deadlines, self.actor, self.row.team_id, self._decided.get(run.id, ""))

    def happened(self, wanted: Wanted) -> ListPart[Happening]:
        if not self.sees_all:
            return own_timeline(self.row, self.items, self.parts, self.earlier, wanted)
        told = self.known
        if self.row.joined_to_id:
            elsewhere = went_from(self.connection, self.row.id)
            told = instances(self.connection, self.row.id, elsewhere, sees_work(self.actor))
        return timeline(self.connection, self.row.id, told, self.model, wanted)

    @cached_property
    def _decided(self) -> Mapping[str, str]:
        return outcomes(self.connection, self.earlier)

    @cached_property
    def _deadlines(self) -> dict[str, DeadlineView]:
        """By id, by what is due first. Why one was late may say anything of the family: it is for who sees all."""
        rows = self.connection.execute(
            select(Deadline.__table__, Instance.bundle_hash)
            .join(Instance, Instance.id == Deadline.instance_id)
            .where(Deadline.case_id == self.row.id, sees_work(self.actor))
            .order_by(Deadline.due_at, Deadline.id)
        )
        return {
            row.id: clock(self.connection, row, self.now, self.calendar, with_reason=self.sees_all)
            for row in rows.all()
        }
