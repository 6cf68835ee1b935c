"""The page of one case: where it stands, what waits, what happened, what was answered."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.facts.authority import calendar_of
from engine.facts.matching import Matches, may_read_address, possible_matches
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.people.who_may import sees_answers_of
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.answered import Answered, given, outcomes, said
from engine.reads.case.case_facts import CaseTask, ProcessRun, instances, items
from engine.reads.case.deadlines import DeadlineView, clock
from engine.reads.case.newest import Newest, newest
from engine.reads.case.protected import Protection, protection
from engine.reads.case.relatives import Related, related
from engine.reads.case.standing import ProcessStage, StageTask, stage
from engine.reads.case.starts import Allows, Beginning, beginnings, holding, under_way
from engine.reads.case.timeline import Happening, own_timeline, timeline
from engine.reads.case.unsettled_letters import LetterView, letters_of_case
from engine.reads.case.who_has_part import PartsView, parts
from engine.record.chain import case_chain, lines
from engine.tables import Account, Deadline, Instance, NamedRow, Person, Team
from engine.tables import Case as CaseTable
from engine.timescales.calendar import Calendar


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
    """`team` and `lead` are names. `address` is empty where it is not for the reader. `beginnings` are the processes
    that the reader may begin here, `set_aside` those that cannot go on: for who manages the team or sees every case.
    `letters` have not left: for who sees all of it. Of what grows with the age of a case the newest is here, and the
    rest where it was asked for: every clock that runs is. A partner is shown their own part: no work, clock or person
    of another organisation.
    """

    id: str
    reference: str
    child: ChildView
    address: str
    address_withheld: bool
    team: str
    lead: str
    opened_at: datetime
    closed_at: datetime | None
    stages: tuple[ProcessStage, ...]
    finished: Newest[ProcessStage]
    clocks: Newest[DeadlineView]
    happened: Newest[Happening]
    answered: Newest[Answered]
    parts: PartsView
    related: tuple[Related, ...]
    matches: Matches
    protection: Protection
    set_aside: tuple[SetAside, ...]
    letters: tuple[LetterView, ...]
    beginnings: tuple[Beginning, ...]
    just_done: JustDone | None

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.id, *(one.case for one in self.related), *self.matches.cases_shown)))

    @property
    def emergency(self) -> Beginning | None:
        return next((one for one in self.beginnings if one.emergency), None)

    @property
    def running(self) -> tuple[ProcessStage, ...]:
        return tuple(one for one in self.stages if one.status == "running")


def case(
    connection: Connection, actor: Actor, now: datetime, case_id: str, done: str = "", whole: str = ""
) -> CaseView:
    """`done` is a task or an instance of this case that the reader has just completed or started. `whole` names the
    list that is wanted from its beginning: `finished`, `clocks`, `happened` or `answered`.

    Raises NotFound where there is no such case, or the reader may not know of it.
    """
    must_know(connection, actor, case_id)
    row = _row(connection, case_id)
    known = instances(connection, case_id)
    its_items = items(connection, actor, case_id, row.team_id, known)
    calendar = calendar_of(connection, actor.within)
    deadlines = _deadlines(connection, actor, case_id, now, calendar)
    in_use = in_force(connection, actor.within)
    earlier = given(connection, actor, case_id)
    answered = newest(earlier, everything=whole == "answered")
    its_parts = parts(connection, actor, now, in_use, row)
    if sees_answers_of(actor, None):
        shown, told = known, timeline(connection, case_id, known, in_use, everything=whole == "happened")
    else:
        shown, deadlines = _worked_in(known, its_items), _own(deadlines, its_items)
        told = own_timeline(row, its_items, its_parts, earlier, everything=whole == "happened")
    stages = _stages(shown.values(), its_items, deadlines, actor, row, outcomes(connection, earlier))
    return CaseView(
        id=row.id,
        reference=row.reference,
        child=child_of(row, now),
        address=row.address if may_read_address(actor, row) else "",
        address_withheld=row.address_withheld,
        team=row.team,
        lead=row.lead or "",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        stages=stages,
        finished=newest(_ended(stages), everything=whole == "finished"),
        clocks=_clocks(deadlines.values(), everything=whole == "clocks"),
        happened=told,
        answered=Newest(tuple(zip(answered.rows, said(connection, answered.rows), strict=True)), answered.total),
        parts=its_parts,
        related=related(connection, actor, now, row),
        matches=possible_matches(connection, actor, [case_id]).get(case_id, Matches()),
        protection=protection(connection, [case_id], now, calendar)[case_id],
        set_aside=_set_aside(connection, case_id, known),
        letters=letters_of_case(connection, actor, case_id, now),
        beginnings=beginnings(actor, now, in_use, _allows(connection, row, known)),
        just_done=_just_done(done, stages, its_items),
    )


def _row(connection: Connection, case_id: str) -> NamedRow:
    return connection.execute(
        select(
            *(CaseTable.id, CaseTable.reference, CaseTable.person_id, CaseTable.same_person_id, CaseTable.family_id),
            *(CaseTable.opened_at, CaseTable.closed_at, CaseTable.plan_from, CaseTable.plan_until),
            *(CaseTable.team_id, CaseTable.lead_account_id, Team.name.label("team"), Account.name.label("lead")),
            *(*child_columns(), Person.address, Person.address_withheld),
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


def _clocks(deadlines: Collection[DeadlineView], *, everything: bool) -> Newest[DeadlineView]:
    """All that run, by what is due first; then what ended last."""
    running = [one for one in deadlines if one.runs]
    ended = sorted(((one.ended_at, one) for one in deadlines if one.ended_at), key=lambda pair: pair[0], reverse=True)
    shown = newest([one for _, one in ended], everything=everything)
    return Newest((*running, *shown.rows), len(deadlines))


def _stages(
    runs: Iterable[ProcessRun],
    its_items: tuple[CaseTask, ...],
    deadlines: Mapping[str, DeadlineView],
    actor: Actor,
    row: NamedRow,
    decided: Mapping[str, str],
) -> tuple[ProcessStage, ...]:
    return tuple(stage(one, its_items, deadlines, actor, row.team_id, decided.get(one.id, "")) for one in runs)


def _worked_in(known: Mapping[str, ProcessRun], its_items: tuple[CaseTask, ...]) -> dict[str, ProcessRun]:
    """Of a partner: those in which something was for them to do."""
    theirs = {item.instance for item in its_items}
    return {key: one for key, one in known.items() if key in theirs}


def _own(deadlines: Mapping[str, DeadlineView], its_items: tuple[CaseTask, ...]) -> dict[str, DeadlineView]:
    """Of a partner: those of the tasks that wait for them."""
    theirs = {item.deadline for item in its_items if item.closed_at is None}
    return {deadline: one for deadline, one in deadlines.items() if deadline in theirs}


def _allows(connection: Connection, row: NamedRow, known: Mapping[str, ProcessRun]) -> Allows:
    """By all that runs, whoever may see it: what is under way is not begun a second time."""
    holds = holding(connection, row.id, row)
    return Allows(row.team_id, row.closed_at, holds, under_way(connection, known.values()))


def _ended(stages: tuple[ProcessStage, ...]) -> list[ProcessStage]:
    """What ended last comes first."""
    ended = [(one.ended_at, one) for one in stages if one.ended_at]
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


def _just_done(done: str, stages: tuple[ProcessStage, ...], its_items: tuple[CaseTask, ...]) -> JustDone | None:
    closed = {item.id: (item.title, item.closed_at) for item in its_items if item.closed_at}
    begun = {one.instance: (one.name, one.started_at) for one in stages}
    title, when = (closed | begun).get(done, ("", None))
    if not title:
        return None
    opened = (task for one in stages for task in one.tasks if task.opened_at == when)
    return JustDone(title, done in begun, tuple(opened))
