"""What is known of one case before any of it is put into words: its instances and its tasks, each read once."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select
from sqlalchemy.orm import aliased

from engine.facts.models import model
from engine.people.identity import Actor
from engine.people.shown_names import shown_name
from engine.people.who_knows import sees_work
from engine.people.whose_tasks import for_own_organisation, tasks_seen
from engine.process.bundle import Model
from engine.reads.list_page import ListPart, Wanted, counted, listed
from engine.record.chain import RecordedEntry
from engine.tables import Account, Instance, NamedRow, WorkItem, models_then

WENT_OVER = ("started", "migrated")
"""Entries that name the models on which an instance runs from then on."""


@dataclass(frozen=True, slots=True)
class ProcessRun:
    """An instance of a process in the case, on its model. `number` counts those of the process.

    `has_gone_over`: to other models. `earlier` are those that it went over from, each until the entry that says so, by
    its number among those that are read: of most there are none.
    """

    id: str
    process: str
    number: int
    model: Model
    status: str
    started_at: datetime
    ended_at: datetime | None
    has_gone_over: bool = False
    earlier: tuple[tuple[int, Model], ...] = ()

    @property
    def name(self) -> str:
        """Tells a second one from the first."""
        name = self.model.drawings[self.process].name
        return name if self.number == 1 else f"{name} ({self.number})"

    @property
    def models(self) -> tuple[Model, ...]:
        """On which it ran, each once; those that it runs on last."""
        those = {one.hash: one for _, one in self.earlier if one.hash != self.model.hash}
        return (*those.values(), self.model)

    def then(self, number: int) -> "ProcessRun":
        """As it was at an entry: the one with which it goes over to other models is told by these."""
        its_model = next((one for until, one in self.earlier if number < until), self.model)
        return self if its_model is self.model else replace(self, model=its_model)


@dataclass(frozen=True, slots=True)
class CaseTask:
    """A task of the case. `whose` says in words who is to do it, `holder` and `closer` are names. `is_given`: whoever
    has it did not take it. `of_team`: it is for the people of the team that has the case.
    """

    id: str
    instance: str
    element: str
    title: str
    whose: str
    opened_at: datetime
    holder_id: str | None
    holder: str | None
    closed_at: datetime | None
    closed_how: str | None
    closer: str | None
    role: str
    also: tuple[str, ...]
    agency: str | None
    deadline: str | None
    is_given: bool
    of_team: bool
    urgent: bool


def instances(connection: Connection, case: str, told: Iterable[str] = ()) -> dict[str, ProcessRun]:
    """By id, oldest first: those of the case, and those of which it tells that went on elsewhere."""
    return runs(connection, or_(Instance.case_id == case, Instance.id.in_(set(told))))


def runs(connection: Connection, *conditions: ColumnElement[bool]) -> dict[str, ProcessRun]:
    """Those instances for which the conditions hold, by id, oldest first."""
    rows = connection.execute(_instances(*conditions).order_by(*_OLDEST_FIRST))
    return {row.id: _running(model(connection, row.bundle_hash), row) for row in rows.all()}


_OLDEST_FIRST = (Instance.started_at, Instance.process, Instance.number)


def _instances(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(
        *(Instance.id, Instance.process, Instance.number, Instance.bundle_hash, Instance.status),
        *(Instance.started_at, Instance.ended_at, Instance.has_gone_over),
    ).where(*conditions)


def with_earlier_models(
    connection: Connection, those: Mapping[str, ProcessRun], entries: Iterable[RecordedEntry]
) -> dict[str, ProcessRun]:
    """The same, with the models on which each ran before, as the entries of a record tell, in order. Of what went on
    in another case these end before it does, of what came from another one they may begin after it has gone over.
    """
    if not any(one.has_gone_over for one in those.values()):
        return dict(those)
    ran_on: dict[str, list[tuple[int, str]]] = {}
    for entry in entries:
        if entry.instance and entry.instance in those and entry.kind in WENT_OVER and entry.bundle:
            before = (entry.payload or {}).get("before")
            since = ran_on.setdefault(entry.instance, [(0, before)] if before else [])
            since.append((entry.number, entry.bundle))
    return {run: replace(one, earlier=_earlier(connection, one, ran_on.get(run, []))) for run, one in those.items()}


def _earlier(
    connection: Connection, run: ProcessRun, ran_on: Sequence[tuple[int, str]]
) -> tuple[tuple[int, Model], ...]:
    """`ran_on`: bundles, each with the entry from which on it ran on them."""
    if not ran_on or {bundle for _, bundle in ran_on} == {run.model.hash}:
        return ()
    until = (*(number for number, _ in ran_on[1:]), sys.maxsize)
    found = tuple((end, model(connection, bundle)) for end, (_, bundle) in zip(until, ran_on, strict=True))
    return found if ran_on[-1][1] != run.model.hash else found[:-1]


def ended_runs(
    connection: Connection, case: str, wanted: Wanted, *conditions: ColumnElement[bool]
) -> ListPart[ProcessRun]:
    """Of the case those that have ended, what ended last first."""
    ended = _instances(Instance.case_id == case, Instance.ended_at.is_not(None), *conditions)
    found = listed(connection, ended.order_by(Instance.ended_at.desc(), *_OLDEST_FIRST), wanted)
    return found.showing(_running(model(connection, row.bundle_hash), row) for row in found.rows)


def went_from(connection: Connection, case: str) -> Iterable[str]:
    """The instances that began in the case and went on in another, to which it was joined."""
    return connection.scalars(select(Instance.id).where(Instance.came_from_id == case))


@dataclass(frozen=True)
class CaseTasks:
    """The tasks of a case, as far as the reader may see them, each read when it is asked for. `team` has the case."""

    connection: Connection
    actor: Actor
    case: str
    team: str

    @property
    def visible(self) -> tuple[ColumnElement[bool], ...]:
        """Conditions on `work_item`."""
        return WorkItem.case_id == self.case, for_own_organisation(self.actor), tasks_seen(self.actor, self.team)

    def those(self, *conditions: ColumnElement[bool]) -> tuple[CaseTask, ...]:
        """Oldest first; what came up together in the order of its drawing."""
        rows = self.connection.execute(self._statement.where(*conditions)).all()
        models = {row.bundle_hash: model(self.connection, row.bundle_hash) for row in rows}
        found = [(_place(models[row.bundle_hash], row), _item(row, models[row.bundle_hash])) for row in rows]
        return tuple(item for _, item in sorted(found, key=lambda one: (one[1].opened_at, one[0], one[1].id)))

    def closed(self, most: int) -> tuple[tuple[CaseTask, ...], int]:
        """No more of them than `most`, what was closed last first, and how many there are."""
        newest_first = (WorkItem.closed_at.desc(), WorkItem.opened_at.desc(), WorkItem.id.desc())
        closed = self._statement.where(WorkItem.closed_at.is_not(None)).order_by(*newest_first)
        rows, total = counted(self.connection, closed, 0, most)
        return tuple(_item(row, model(self.connection, row.bundle_hash)) for row in rows), total

    @property
    def _statement(self) -> Select[*tuple[Any, ...]]:
        holder, closer = aliased(Account), aliased(Account)
        return (
            select(
                *(WorkItem.__table__, models_then(WorkItem).label("bundle_hash")),
                *(shown_name(self.actor, holder).label("holder"), shown_name(self.actor, closer).label("closer")),
            )
            .select_from(WorkItem)
            .join(Instance, Instance.id == WorkItem.instance_id)
            .outerjoin(holder, holder.id == WorkItem.owner_id)
            .outerjoin(closer, closer.id == WorkItem.closed_by)
            .where(*self.visible, sees_work(self.actor))
        )


def came_up_last(case: str) -> ColumnElement[bool]:
    """Of `work_item`: in its process, which is under way, it has come up since for nobody of its agency."""
    newest_first = (WorkItem.opened_at.desc(), WorkItem.id.desc())
    of_one = (WorkItem.instance_id, WorkItem.element, WorkItem.agency_id)
    times = (
        select(WorkItem.id, func.row_number().over(partition_by=of_one, order_by=newest_first).label("ago"))
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(Instance.case_id == case, Instance.status == "running")
        .subquery()
    )
    return WorkItem.id.in_(select(times.c.id).where(times.c.ago == 1))


def _place(its_model: Model, row: NamedRow) -> int:
    """In its drawing."""
    return [*its_model.drawings[row.process].elements].index(row.element)


def _running(its_model: Model, row: NamedRow) -> ProcessRun:
    return ProcessRun(
        id=row.id,
        process=row.process,
        number=row.number,
        model=its_model,
        status=row.status,
        started_at=row.started_at,
        ended_at=row.ended_at,
        has_gone_over=row.has_gone_over,
    )


def _item(row: NamedRow, its_model: Model) -> CaseTask:
    return CaseTask(
        id=row.id,
        instance=row.instance_id,
        element=row.element,
        title=row.title,
        whose=whose(its_model, row.role, row.agency_id),
        opened_at=row.opened_at,
        holder_id=row.owner_id,
        holder=row.holder,
        closed_at=row.closed_at,
        closed_how=row.closed_how,
        closer=row.closer,
        role=row.role,
        also=tuple(row.also),
        agency=row.agency_id,
        deadline=row.deadline_id,
        urgent=row.urgent,
        is_given=row.is_given,
        of_team=row.team_id is not None,
    )


def whose(its_model: Model, role: str, agency: str | None) -> str:
    """A role of the leading agency by its name; a partner by the name of the agency, which people know better."""
    name = its_model.roles[role].name if role in its_model.roles else role
    partner = its_model.agencies.get(agency or "")
    if partner and not partner.leads and partner.role == role:
        return f"{partner.name} ({name.lower()})"
    return name
