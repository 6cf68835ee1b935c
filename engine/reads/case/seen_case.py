"""What a reader sees of a case: all of it, or as a partner their own part, without the work of other organisations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, true

from engine.facts.authority import calendar_of
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.people.who_knows import sees_work
from engine.people.who_may import sees_answers_of
from engine.process.bundle import Model
from engine.reads.case import starts
from engine.reads.case.answered import outcomes
from engine.reads.case.case_facts import (
    CaseTask,
    CaseTasks,
    ProcessRun,
    came_up_last,
    ended_runs,
    runs,
    went_from,
)
from engine.reads.case.deadlines import DeadlineView, clock, deadline_columns
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.case.standing import EndedProcess, JustDone, ProcessStage, by_what_runs_out, stage
from engine.reads.case.starts import Allows, Beginning, under_way
from engine.reads.case.timeline import Happening, own_timeline, timeline
from engine.reads.case.who_has_part import PartsView, parts
from engine.reads.list_page import ListPart, Wanted, listed
from engine.tables import Deadline, Instance, NamedRow, WorkItem, running_deadline
from engine.tables.departure_tables import FURTHER
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

    @property
    def letter_readers(self) -> Mapping[str, str]:
        """The names of the groups that read of a case in letters, by their ids; for who sees all of it."""
        groups = self.model.groups.values() if self.sees_all else ()
        return {group.id: group.name for group in groups if group.letters}

    @cached_property
    def tasks(self) -> CaseTasks:
        return CaseTasks(self.connection, self.actor, self.row.id, self.row.team_id)

    @cached_property
    def earlier(self) -> EarlierAnswers:
        return EarlierAnswers(self.connection, self.actor, self.row.id)

    @cached_property
    def standing(self) -> list[ProcessStage]:
        """The processes that are under way, by what runs out first."""
        under_way = self._under_way
        decided, of_reader = self._decided_in(under_way), (self.actor, self.row.team_id)
        stages = (
            stage(one, self._items, self._running_clocks, *of_reader, decided.get(one.id, "")) for one in under_way
        )
        return by_what_runs_out(stages)

    def finished(self, wanted: Wanted) -> ListPart[EndedProcess]:
        found = ended_runs(self.connection, self.row.id, wanted, *self._seen_runs)
        decided = self._decided_in(found.rows)
        return found.showing(
            EndedProcess(one.name, one.status, one.ended_at, decided.get(one.id, "")) for one in found.rows
        )

    @property
    def stuck(self) -> Mapping[str, ProcessRun]:
        """The processes that cannot go on, by id, of which the reader may know."""
        return {name: one for name, one in self._standing_runs.items() if one.status == "stuck"}

    @property
    def clocks(self) -> Sequence[DeadlineView]:
        """Those that run, by what is due first; of a partner those of the tasks that wait for them."""
        theirs = {item.deadline for item in self._items if item.closed_at is None}
        return [one for deadline, one in self._running_clocks.items() if self.sees_all or deadline in theirs]

    def ended_clocks(self, wanted: Wanted) -> ListPart[DeadlineView]:
        """What ended last comes first. Those of the tasks that wait for a partner all run."""
        if not self.sees_all:
            return ListPart()
        ended_at = func.coalesce(Deadline.met_at, Deadline.stopped_at)
        ended = self._deadlines.where(~running_deadline())
        found = listed(self.connection, ended.order_by(ended_at.desc(), Deadline.due_at, Deadline.id), wanted)
        return found.showing(map(self._clock, found.rows))

    def just_done(self, done: str) -> JustDone | None:
        """`done` is a task that has just been completed, or an instance that has just begun."""
        if not done:
            return None
        closed = self.tasks.those(WorkItem.id == done, WorkItem.closed_how == "completed")
        begun = self._runs(sees_work(self.actor), Instance.id == done)
        acts = [(one.title, one.closed_at) for one in closed] + [(one.name, one.started_at) for one in begun.values()]
        if not acts:
            return None
        title, when = acts[0]
        opened = (task for one in self.standing for task in one.tasks if task.opened_at == when)
        return JustDone(title, bool(begun), tuple(opened))

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
        of_case = self._standing_runs if self.sees_all else self._runs(Instance.status == "running")
        allows = Allows(self.row.team_id, self.row.closed_at, under_way(self.connection, of_case.values()))
        return starts.beginnings(self.actor, self.now, self.model, allows)

    def happened(self, wanted: Wanted) -> ListPart[Happening]:
        if not self.sees_all:
            return own_timeline(self.row, self.tasks, self.parts, self.earlier, wanted)
        elsewhere = went_from(self.connection, self.row.id) if self.row.joined_to_id else ()
        told = or_(Instance.case_id == self.row.id, Instance.id.in_([*elsewhere]))
        return timeline(self.connection, self.row.id, told, self.model, wanted)

    @cached_property
    def _standing_runs(self) -> dict[str, ProcessRun]:
        """Those that run or cannot go on, of which the reader may know, by id, oldest first."""
        stands = Instance.status.in_(("running", "stuck"))
        return self._runs(sees_work(self.actor), stands)

    def _runs(self, *conditions: ColumnElement[bool]) -> dict[str, ProcessRun]:
        return runs(self.connection, Instance.case_id == self.row.id, *conditions)

    @property
    def _under_way(self) -> Sequence[ProcessRun]:
        """Of a partner those in which there was something for them to do. A step that somebody opened out of order may
        outlast its process.
        """
        open_beside = select(WorkItem.instance_id).where(
            *(WorkItem.case_id == self.row.id, WorkItem.closed_at.is_(None), WorkItem.occurrence >= FURTHER)
        )
        outlasted = self._runs(sees_work(self.actor), Instance.status != "running", Instance.id.in_(open_beside))
        running = [one for one in self._standing_runs.values() if one.status == "running"] + [*outlasted.values()]
        if self.sees_all or not running:
            return running
        theirs = {*self.connection.scalars(self._with_tasks.where(WorkItem.instance_id.in_(one.id for one in running)))}
        return [one for one in running if one.id in theirs]

    @property
    def _with_tasks(self) -> Select[str]:
        """The instances in which the reader may see a task."""
        return select(WorkItem.instance_id).where(*self.tasks.visible).distinct()

    @property
    def _seen_runs(self) -> tuple[ColumnElement[bool], ...]:
        """Conditions on `instance`."""
        return sees_work(self.actor), true() if self.sees_all else Instance.id.in_(self._with_tasks)

    @cached_property
    def _items(self) -> tuple[CaseTask, ...]:
        """The tasks that wait and, for who sees all, those of what is under way as they came up last."""
        waits = WorkItem.closed_at.is_(None)
        return self.tasks.those(or_(waits, came_up_last(self.row.id)) if self.sees_all else waits)

    def _decided_in(self, these: Sequence[ProcessRun]) -> Mapping[str, str]:
        return outcomes(self.connection, self.earlier.outcomes_of(these))

    @cached_property
    def _running_clocks(self) -> dict[str, DeadlineView]:
        """By id, by what is due first: those that a task can have."""
        rows = self.connection.execute(
            self._deadlines.where(running_deadline()).order_by(Deadline.due_at, Deadline.id)
        ).all()
        return {row.id: self._clock(row) for row in rows}

    @property
    def _deadlines(self) -> Select[*tuple[Any, ...]]:
        return (
            select(Deadline.id, *deadline_columns())
            .join(Instance, Instance.id == Deadline.instance_id)
            .where(Deadline.case_id == self.row.id, sees_work(self.actor))
        )

    def _clock(self, row: NamedRow) -> DeadlineView:
        """Why it was late may say anything of the family: it is for who sees all."""
        return clock(self.connection, row, self.now, self.calendar, with_reason=self.sees_all)
