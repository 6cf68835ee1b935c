"""The page of one case: where it stands, what waits, what happened, what was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection, select

from engine.facts.authority import calendar_of
from engine.facts.matching import Matches, possible_matches
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.people.who_may import sees_answers_of
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.answered import Answered, given, outcomes, said
from engine.reads.case.case_facts import CaseTask, ProcessRun, instances, items
from engine.reads.case.deadlines import DeadlineView, clock
from engine.reads.case.protected import Protection, protection
from engine.reads.case.relatives import Related, related
from engine.reads.case.standing import ProcessStage, StageTask, by_what_runs_out, stage
from engine.reads.case.starts import Allows, Beginning, beginnings, holding, under_way
from engine.reads.case.timeline import Happening, timeline
from engine.reads.case.unsettled_letters import LetterView, letters_of_case
from engine.reads.list_page import FEW, OVERVIEW, ListPart, Wanted, named_part
from engine.record.chain import case_chain, lines
from engine.tables import Account, Deadline, Instance, NamedRow, Person, Team
from engine.tables import Case as CaseTable
from engine.timescales.calendar import Calendar


class Ends(Protocol):
    @property
    def ended_at(self) -> datetime | None: ...


Ending = TypeVar("Ending", bound=Ends)
LISTS = ("running", "finished", "letters", "clocks", "ended", "happened", "answered", "related")
"""Those of the page that can be wanted by themselves."""


@dataclass(frozen=True, slots=True)
class JustDone:
    """What an act just before has brought about: the tasks that came up with it. `began`: it began a process."""

    title: str
    began: bool
    opened: tuple[StageTask, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A process that cannot go on. `what` is why, in the words of its model; `where` the shape at which it stood."""

    name: str
    since: datetime
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """`team` and `lead` are names. `beginnings` are the processes that the reader may begin here, `set_aside` those
    that cannot go on: for who manages the team or sees every case. `letters` have not left: for who sees all of it.

    `running` are processes by what runs out first, `clocks` those that run; `finished`, `ended` (clocks), `happened`
    and `answered` are newest first. A few rows of each list; or one by itself, where it is `wanted`, and the others
    empty.
    """

    id: str
    reference: str
    child: ChildView
    address: str
    team: str
    lead: str
    opened_at: datetime
    closed_at: datetime | None
    running: ListPart[ProcessStage]
    finished: ListPart[ProcessStage]
    clocks: ListPart[DeadlineView]
    ended: ListPart[DeadlineView]
    happened: ListPart[Happening]
    answered: ListPart[Answered]
    related: ListPart[Related]
    matches: Matches
    protection: Protection
    set_aside: tuple[SetAside, ...]
    letters: ListPart[LetterView]
    beginnings: tuple[Beginning, ...]
    just_done: JustDone | None
    wanted: Wanted

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.id, *(one.case for one in self.related.rows), *self.matches.cases_shown)))

    @property
    def emergency(self) -> Beginning | None:
        return next((one for one in self.beginnings if one.emergency), None)


def case(
    connection: Connection, actor: Actor, now: datetime, case_id: str, done: str = "", wanted: Wanted = OVERVIEW
) -> CaseView:
    """`done` is a task or an instance of this case that the reader has just completed or started.

    Raises NotFound where there is no such case, or the reader may not know of it.
    """
    must_know(connection, actor, case_id)
    row = _row(connection, case_id)
    known = instances(connection, case_id)
    its_items = items(connection, case_id, known)
    calendar = calendar_of(connection, actor.within)
    clocks = _deadlines(connection, actor, case_id, now, calendar)
    in_use = in_force(connection, actor.within)
    earlier = given(connection, actor, case_id)
    decided = outcomes(connection, earlier)
    allows = Allows(
        row.team_id, row.closed_at, holding(connection, case_id, row), under_way(connection, known.values())
    )

    def as_stage(one: ProcessRun) -> ProcessStage:
        return stage(one, its_items, clocks, actor, row.team_id, decided.get(one.id, ""))

    standing = by_what_runs_out(as_stage(one) for one in known.values() if one.status == "running")
    finished = named_part("finished", _ended(known.values()), wanted)
    answered = named_part("answered", earlier, wanted)
    return CaseView(
        id=row.id,
        reference=row.reference,
        child=child_of(row, now),
        address=row.address,
        team=row.team,
        lead=row.lead or "",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        running=named_part("running", standing, wanted),
        finished=finished.showing(map(as_stage, finished.rows)),
        clocks=named_part("clocks", [one for one in clocks.values() if one.runs], wanted),
        ended=named_part("ended", _ended(clocks.values()), wanted),
        answered=answered.showing(zip(answered.rows, said(connection, answered.rows), strict=True)),
        happened=timeline(connection, case_id, known, in_use, wanted) if wanted.shows("happened") else ListPart(),
        related=related(connection, actor, now, row, wanted) if wanted.shows("related") else ListPart(),
        letters=letters_of_case(connection, actor, case_id, now, wanted) if wanted.shows("letters") else ListPart(),
        matches=possible_matches(connection, actor, [case_id]).get(case_id, Matches()).likest(FEW),
        protection=protection(connection, [case_id], now, calendar)[case_id],
        set_aside=_set_aside(connection, case_id, known),
        beginnings=beginnings(actor, now, in_use, allows),
        just_done=_just_done(done, known, standing, its_items),
        wanted=wanted,
    )


def _row(connection: Connection, case_id: str) -> NamedRow:
    return connection.execute(
        select(
            *(CaseTable.id, CaseTable.reference, CaseTable.person_id, CaseTable.same_person_id, CaseTable.family_id),
            *(CaseTable.opened_at, CaseTable.closed_at, CaseTable.plan_from, CaseTable.plan_until),
            *(CaseTable.team_id, Team.name.label("team"), Account.name.label("lead")),
            *(*child_columns(), Person.address),
        )
        .join(Person, Person.id == CaseTable.person_id)
        .join(Team, Team.id == CaseTable.team_id)
        .outerjoin(Account, Account.id == CaseTable.lead_account_id)
        .where(CaseTable.id == case_id)
    ).one()


def _deadlines(
    connection: Connection, actor: Actor, case_id: str, now: datetime, calendar: Calendar
) -> dict[str, DeadlineView]:
    """By id, by what is due first. Why one was late may say anything of the family: it is for who sees all answers."""
    sees_all = sees_answers_of(actor, None)
    rows = connection.execute(
        select(Deadline.__table__, Instance.bundle_hash)
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(Deadline.case_id == case_id)
        .order_by(Deadline.due_at, Deadline.id)
    )
    return {row.id: clock(connection, row, now, calendar, with_reason=sees_all) for row in rows.all()}


def _ended(ones: Iterable[Ending]) -> list[Ending]:
    """What ended last comes first."""
    ended = [(one.ended_at, one) for one in ones if one.ended_at]
    return [one for _, one in sorted(ended, key=lambda pair: pair[0], reverse=True)]


def _set_aside(connection: Connection, case_id: str, known: Mapping[str, ProcessRun]) -> tuple[SetAside, ...]:
    """The record says why; it is asked only where there is something to say."""
    if not any(one.status == "stuck" for one in known.values()):
        return ()
    entries = ((known[line.instance or ""], line) for line in lines(connection, case_chain(case_id), ["stuck"]))
    return tuple(
        SetAside(
            name=one.name,
            since=line.at,
            what=(line.payload or {}).get("what", ""),
            where=one.model.title(one.process, line.element) if line.element else "",
        )
        for one, line in entries
    )


def _just_done(
    done: str, known: Mapping[str, ProcessRun], standing: Iterable[ProcessStage], its_items: Iterable[CaseTask]
) -> JustDone | None:
    closed = {item.id: (item.title, item.closed_at) for item in its_items if item.closed_at}
    begun = {one.id: (one.name, one.started_at) for one in known.values()}
    title, when = (closed | begun).get(done, ("", None))
    if not title:
        return None
    opened = (task for one in standing for task in one.tasks if task.opened_at == when)
    return JustDone(title, done in begun, tuple(opened))
