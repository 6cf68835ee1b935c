"""The inbox as one person sees it: what waits, what protects each child, what runs out in the cases that they lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists

from engine.facts.authority import calendar_of
from engine.facts.managing import teams_managed
from engine.facts.matching import Matches, possible_matches
from engine.facts.publication_news import PublicationNews, news_of_role
from engine.people.identity import Actor
from engine.reads.case.looked_at_again import RestingView, resting_for
from engine.reads.case.protected import Protection, protection
from engine.reads.list_page import OVERVIEW, ListPart, Wanted
from engine.reads.lists.alarm_list import AlarmRow, alarms
from engine.reads.lists.pressing import Pressing, presses, pressing
from engine.reads.lists.waiting_elsewhere import WaitingElsewhere, waiting_elsewhere
from engine.reads.lists.worklist import GROUPS, InboxRow, Worklist, may_do, same_steps, worklist
from engine.tables import Case, Deadline, WorkItem

WARNINGS, ALARMS = "warnings", "alarms"
LISTS = (ALARMS, *GROUPS, WARNINGS)
MATCHES = 2
"""Known children who may be the one of a task, of whom its row names no more than these."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """`warnings`: clocks of cases that the reader leads, where others are to act; None where that list is not wanted.
    `alarms` are those of the reader's team that nobody has opened.
    By case `protection` and, of those with a task, `matches`: the known children who may be the one. `wanted` says
    which list is shown by itself. `news`: what publications changed for the reader's roles that they have not read yet.
    `elsewhere`: what waits for them that is no task of a case.
    `resting` is what they decided, or nobody else can settle, and rests on an answer that was corrected since.
    """

    alarms: ListPart[AlarmRow]
    groups: Worklist
    warnings: ListPart[Pressing] | None
    protection: Mapping[str, Protection]
    matches: Mapping[str, Matches]
    wanted: Wanted
    news: tuple[PublicationNews, ...]
    elsewhere: tuple[WaitingElsewhere, ...]
    resting: tuple[RestingView, ...]

    @property
    def same_steps(self) -> Mapping[str, tuple[InboxRow, ...]]:
        """By task, those of the same step for other children of the family, of what this page shows."""
        rows = (row for group in self.groups.values() for row in group.rows)
        steps = same_steps(rows)
        return {one.item: tuple(other for other in step if other is not one) for step in steps for one in step}

    @property
    def cases_shown(self) -> tuple[str, ...]:
        matched = (case for one in self.matches.values() for case in one.cases_shown)
        elsewhere = (case for one in self.protection.values() for case in one.other_cases)
        resting = (one.case for one in self.resting)
        return tuple(dict.fromkeys((*self.protection, *matched, *elsewhere, *resting)))


def inbox(connection: Connection, actor: Actor, now: datetime, wanted: Wanted = OVERVIEW) -> Inbox:
    """Who manages a team sees what is urgent in it as well, whoever is to do it."""
    raised = alarms(connection, actor, now, wanted) if wanted.shows(ALARMS) else ListPart[AlarmRow]()
    managed = teams_managed(connection, actor)
    groups = worklist(connection, actor, now, wanted, managed)
    warned = _warnings(connection, actor, now, wanted) if wanted.shows(WARNINGS) else None
    tasks = [row.case for group in groups.values() for row in group.rows]
    others = [one.case for one in (*raised.rows, *(warned.rows if warned else ()))]
    protected = protection(connection, actor, (*tasks, *others), now, calendar_of(connection, actor.within))
    matches = {case: found.likest(MATCHES) for case, found in possible_matches(connection, actor, set(tasks)).items()}
    news = () if wanted.name else news_of_role(connection, actor)
    elsewhere = () if wanted.name else waiting_elsewhere(connection, actor, now, managed)
    resting = () if wanted.name else resting_for(connection, actor, now, managed)
    return Inbox(raised, groups, warned, protected, matches, wanted, news, elsewhere, resting)


def _warnings(connection: Connection, actor: Actor, now: datetime, wanted: Wanted) -> ListPart[Pressing]:
    """A clock that is assigned to a task of the reader's own stands there already."""
    own = exists().where(WorkItem.deadline_id == Deadline.id, WorkItem.closed_at.is_(None), may_do(actor))
    led = and_(Case.lead_account_id.is_not(None), Case.lead_account_id == actor.account)
    return pressing(connection, actor, led & ~own, now, presses, wanted)
