"""The page of one case: where it stands, what waits, what happened, what was answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.access import Actor, must_know
from engine.models import in_force
from engine.reads.answered import Given, Said, given, said
from engine.reads.case_facts import Item, instances, items
from engine.reads.clocks import Clock, clock
from engine.reads.people import Child, child
from engine.reads.relatives import Related, related
from engine.reads.rights import may_start
from engine.reads.standing import Stage, stage
from engine.reads.timeline import Happening, timeline
from engine.tables import Account, Deadline, Instance, Person, Team
from engine.tables import Case as CaseTable


@dataclass(frozen=True, slots=True)
class JustDone:
    """What an act just before has brought about: the tasks that came up with it."""

    title: str
    opened: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """`team` and `lead` are names. `starts` are the processes that the reader may start here: id and title."""

    id: str
    reference: str
    child: Child
    address: str
    team: str
    lead: str
    opened_at: datetime
    closed_at: datetime | None
    stages: tuple[Stage, ...]
    clocks: tuple[Clock, ...]
    happened: tuple[Happening, ...]
    answered: tuple[tuple[Given, tuple[Said, ...]], ...]
    related: tuple[Related, ...]
    starts: tuple[tuple[str, str], ...]
    just_done: JustDone | None

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.id, *(one.case for one in self.related))

    @property
    def running(self) -> tuple[Stage, ...]:
        return tuple(one for one in self.stages if one.status == "running")


def case(connection: Connection, actor: Actor, now: datetime, case_id: str, done: str = "") -> Case:
    """`done` is a task or an instance of this case that the reader has just completed or started.

    Raises NotFound where there is no such case, or the reader may not know of it.
    """
    must_know(connection, actor, case_id)
    row = _row(connection, case_id)
    known = instances(connection, case_id)
    its_items = items(connection, case_id, known)
    clocks = _clocks(connection, case_id, now)
    newest = in_force(connection)
    return Case(
        id=row.id,
        reference=row.reference,
        child=child(row.person_id, row.given_name, row.family_name, row.born, row.expected, now),
        address=row.address,
        team=row.team,
        lead=row.lead or "",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        stages=tuple(
            stage(one, tuple(item for item in its_items if item.instance == one.id), clocks, actor, row.team_id)
            for one in known.values()
        ),
        clocks=tuple(clocks.values()),
        happened=timeline(connection, case_id, known, newest),
        answered=tuple((one, said(connection, one)) for one in given(connection, actor, case_id)),
        related=related(connection, actor, now, row),
        starts=() if row.closed_at else may_start(connection, actor, newest, case_id, row.team_id),
        just_done=_just_done(done, its_items, {one.id: (one.name, one.started_at) for one in known.values()}),
    )


def _row(connection: Connection, case_id: str) -> Any:
    return connection.execute(
        select(
            *(CaseTable.id, CaseTable.reference, CaseTable.person_id, CaseTable.same_person_id, CaseTable.family_id),
            *(CaseTable.opened_at, CaseTable.closed_at, CaseTable.team_id),
            *(Team.name.label("team"), Account.name.label("lead")),
            *(Person.given_name, Person.family_name, Person.born, Person.expected, Person.address),
        )
        .join(Person, Person.id == CaseTable.person_id)
        .join(Team, Team.id == CaseTable.team_id)
        .outerjoin(Account, Account.id == CaseTable.lead_account_id)
        .where(CaseTable.id == case_id)
    ).one()


def _clocks(connection: Connection, case_id: str, now: datetime) -> dict[str, Clock]:
    """By id of the deadline: those that run first, by what is due first."""
    rows = connection.execute(
        select(Deadline.__table__, Instance.bundle_hash)
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(Deadline.case_id == case_id)
        .order_by(Deadline.due_at, Deadline.id)
    )
    found = {row.id: clock(connection, row, now) for row in rows.all()}
    return dict(sorted(found.items(), key=lambda pair: not pair[1].runs))


def _just_done(done: str, its_items: tuple[Item, ...], began: dict[str, tuple[str, datetime]]) -> JustDone | None:
    at = {item.id: (item.title, item.closed_at) for item in its_items if item.closed_at} | began
    if done not in at:
        return None
    title, when = at[done]
    opened = [item for item in its_items if item.opened_at == when and item.closed_at is None]
    return JustDone(title, tuple(item.title for item in opened))
