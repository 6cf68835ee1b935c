"""The page of one case: where it stands, what waits, what happened, what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.facts.managing import manages
from engine.facts.matching import Matches, may_read_address, possible_matches
from engine.facts.restrictions import named_in, restrictions_of
from engine.people.identity import Actor
from engine.people.who_knows import must_read
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.authority.stalled_steps import StalledStep, stalled_columns, stalled_steps
from engine.reads.case.answered import Answered, Given, said
from engine.reads.case.beside_steps import BesideSteps, beside_steps
from engine.reads.case.case_facts import ProcessRun
from engine.reads.case.deadlines import DeadlineView
from engine.reads.case.planned_dates import PlannedMeeting, planned_while_closed
from engine.reads.case.protected import Protection, protection
from engine.reads.case.relatives import Related, goes_on_in, related
from engine.reads.case.seen_case import SeenCase
from engine.reads.case.shown_sections import ShownSection, shown_sections
from engine.reads.case.standing import EndedProcess, JustDone, ProcessStage
from engine.reads.case.starts import Beginning
from engine.reads.case.timeline import Happening
from engine.reads.case.unsent import Unsent, unsent
from engine.reads.case.unsettled_letters import LetterView, letters_of_case
from engine.reads.case.what_is_wrong import WhatIsWrong, what_is_wrong
from engine.reads.case.who_has_part import PartsView
from engine.reads.list_page import FEW, OVERVIEW, ListPart, Wanted, named_part
from engine.record.chain import case_chain, lines
from engine.tables import Account, NamedRow, Person, Team
from engine.tables import Case as CaseTable

LISTS = ("set_aside", "running", "finished", "letters", "clocks", "ended", "happened", "answered", "related")
"""Those of the page that can be wanted by themselves."""


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
    `letters` have not left: for who sees all of it. `unsent` is what the reader typed and can no longer send.
    `stalled`: what the ticking clock fails to do in it.
    `is_joined`: its work goes on in another case, `goes_on_in`, where the reader may know of that. A partner is shown
    their own part: no work, clock or person of another organisation; and in `shown` what the forms show them besides.
    `letter_readers`: whoever reads of it in letters, by id, for who sees all.

    `running` are processes by what runs out first, `clocks` those that run; `finished`, `ended` (clocks), `happened`
    and `answered` are newest first. A few rows of each list; or one by itself, where it is `wanted`, and the others
    empty.

    `glass_until`: the reader may read it until then, by break glass alone. `restricted_to` are the names of those who
    may know of it, where it is restricted; `may_restrict`: the reader may decide that.
    `wrong` is what they may do about what is wrong in it.
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
    stalled: tuple[StalledStep, ...]
    is_joined: bool
    goes_on_in: Related | None
    running: ListPart[ProcessStage]
    finished: ListPart[EndedProcess]
    clocks: ListPart[DeadlineView]
    ended: ListPart[DeadlineView]
    happened: ListPart[Happening]
    answered: ListPart[Answered]
    shown: tuple[ShownSection, ...]
    letter_readers: Mapping[str, str]
    parts: PartsView
    related: ListPart[Related]
    matches: Matches
    planned_while_closed: tuple[PlannedMeeting, ...]
    protection: Protection
    set_aside: ListPart[SetAside]
    letters: ListPart[LetterView]
    beginnings: tuple[Beginning, ...]
    unsent: tuple[Unsent, ...]
    just_done: JustDone | None
    wanted: Wanted
    glass_until: datetime | None
    restricted_to: tuple[str, ...]
    may_restrict: bool
    wrong: WhatIsWrong
    beside: BesideSteps

    @property
    def cases_shown(self) -> tuple[str, ...]:
        there = [self.goes_on_in.case] if self.goes_on_in else []
        related = (one.case for one in self.related.rows)
        others = (*there, *related, *self.matches.cases_shown, *self.protection.other_cases)
        others = (*others, *(one.case for one in self.beside.life))
        return tuple(dict.fromkeys((self.id, *others)))

    @property
    def emergency(self) -> Beginning | None:
        return next((one for one in self.beginnings if one.emergency), None)


def case(
    connection: Connection, actor: Actor, now: datetime, case_id: str, done: str = "", wanted: Wanted = OVERVIEW
) -> CaseView:
    """`done` is a task or an instance of this case that the reader has just completed or started.

    Raises NotFound where there is no such case, or the reader may not know of it.
    """
    glass_until = must_read(connection, actor, case_id)
    seen = SeenCase(connection, actor, now, row := _row(connection, case_id))
    answered = seen.earlier.part(wanted) if wanted.shows("answered") else ListPart[Given]()
    by_glass = glass_until is not None
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
        stalled=tuple(stalled_steps(row)),
        is_joined=row.joined_to_id is not None,
        goes_on_in=goes_on_in(connection, actor, now, row.joined_to_id),
        running=named_part("running", seen.standing, wanted),
        finished=seen.finished(wanted) if wanted.shows("finished") else ListPart(),
        clocks=named_part("clocks", seen.clocks, wanted),
        ended=seen.ended_clocks(wanted) if wanted.shows("ended") else ListPart(),
        answered=answered.showing(zip(answered.rows, said(connection, actor, answered.rows), strict=True)),
        shown=shown_sections(connection, seen.earlier) if wanted.shows("shown") else (),
        letter_readers=seen.letter_readers,
        happened=seen.happened(wanted) if wanted.shows("happened") else ListPart(),
        parts=seen.parts,
        related=related(connection, actor, now, row, wanted) if wanted.shows("related") else ListPart(),
        letters=letters_of_case(connection, actor, case_id, now, wanted) if wanted.shows("letters") else ListPart(),
        matches=possible_matches(connection, actor, [case_id]).get(case_id, Matches()).likest(FEW),
        planned_while_closed=planned_while_closed(connection, case_id, seen.earlier, now, seen.calendar),
        protection=protection(connection, actor, [case_id], now, seen.calendar)[case_id],
        set_aside=named_part("set_aside", _set_aside(connection, case_id, seen.stuck), wanted),
        beginnings=() if by_glass else seen.beginnings,
        unsent=unsent(connection, actor, seen.model, case_id, row.team_id),
        just_done=seen.just_done(done),
        wanted=wanted,
        glass_until=glass_until,
        restricted_to=_restricted_to(connection, case_id),
        may_restrict=not by_glass and manages(actor, seen.model, row.team_id),
        wrong=what_is_wrong(connection, actor, now, seen.model, row, by_glass=by_glass),
        beside=beside_steps(connection, actor, now, seen, row, whole=not wanted.name, by_glass=by_glass),
    )


def _restricted_to(connection: Connection, case_id: str) -> tuple[str, ...]:
    restrictions = restrictions_of(connection, case_id)
    return tuple(named_in(connection, restrictions).values()) if restrictions else ()


def _row(connection: Connection, case_id: str) -> NamedRow:
    return connection.execute(
        select(
            *(CaseTable.id, CaseTable.reference, CaseTable.person_id, CaseTable.same_person_id, CaseTable.family_id),
            *(CaseTable.opened_at, CaseTable.closed_at, CaseTable.joined_to_id),
            *(CaseTable.team_id, CaseTable.lead_account_id, Team.name.label("team"), Account.name.label("lead")),
            *(*child_columns(), Person.address, Person.address_withheld),
            *stalled_columns(CaseTable.id.expression),
        )
        .join(Person, Person.id == CaseTable.person_id)
        .join(Team, Team.id == CaseTable.team_id)
        .outerjoin(Account, Account.id == CaseTable.lead_account_id)
        .where(CaseTable.id == case_id)
    ).one()


def _set_aside(connection: Connection, case_id: str, stuck: Mapping[str, ProcessRun]) -> tuple[SetAside, ...]:
    """The record says why; it is asked only where there is something to say."""
    said = lines(connection, case_chain(case_id), ["stuck"]) if stuck else ()
    entries = ((stuck[line.instance or ""], line) for line in said if (line.instance or "") in stuck)
    return tuple(
        SetAside(
            name=one.name,
            since=line.at,
            what=(line.payload or {}).get("what", ""),
            where=one.model.title(one.process, line.element) if line.element else "",
        )
        for one, line in entries
    )
