"""The inbox as one person sees it: what waits, what protects each child, what runs out in the cases that they lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select

from engine.facts.authority import calendar_of
from engine.people.identity import Actor
from engine.reads.case.protected import Protection, protection
from engine.reads.lists.pressing import WARNED, Pressing, pressing
from engine.reads.lists.worklist import InboxRow, may_do, worklist
from engine.tables import Case, Deadline, WorkItem


@dataclass(frozen=True, slots=True)
class Inbox:
    """`danger`: a child may be in immediate danger. `ordered`: what an order or police protection calls for.

    `warnings`: clocks of cases that the reader leads, where others are to act. `protection` by case. `total` is known
    on the first page.
    """

    danger: tuple[InboxRow, ...]
    ordered: tuple[InboxRow, ...]
    mine: tuple[InboxRow, ...]
    team: tuple[InboxRow, ...]
    warnings: tuple[Pressing, ...]
    protection: Mapping[str, Protection]
    total: int | None
    page: int
    more: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        rows = (*self.danger, *self.ordered, *self.mine, *self.team, *self.warnings)
        return tuple(dict.fromkeys(row.case for row in rows))


def inbox(connection: Connection, actor: Actor, now: datetime, page: int = 1) -> Inbox:
    """The warnings stand on the first page."""
    listed = worklist(connection, actor, now, page)
    warned = _warnings(connection, actor, now) if page == 1 else ()
    cases = {*listed.cases_shown, *(one.case for one in warned)}
    protected = protection(connection, cases, now, calendar_of(connection, actor.within))
    return Inbox(
        danger=tuple(row for row in listed.urgent if not protected[row.case].orders),
        ordered=tuple(row for row in listed.urgent if protected[row.case].orders),
        mine=listed.mine,
        team=listed.team,
        warnings=warned,
        protection=protected,
        total=listed.total,
        page=listed.page,
        more=listed.more,
    )


def _warnings(connection: Connection, actor: Actor, now: datetime) -> tuple[Pressing, ...]:
    """A clock that is assigned to a task of the reader's own stands there already."""
    open_own = (WorkItem.closed_at.is_(None), WorkItem.deadline_id.is_not(None), may_do(actor))
    own = select(WorkItem.deadline_id).where(*open_own).correlate(None)
    led = and_(Case.lead_account_id.is_not(None), Case.lead_account_id == actor.account)
    found = pressing(connection, actor, led & Deadline.id.not_in(own), now)
    return tuple(one for one in found if one.clock.state in WARNED)
