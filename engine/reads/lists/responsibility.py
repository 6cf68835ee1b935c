"""Where nobody answers for a child of a team: who was not seen by when they should be, and cases that nobody leads.

Which clocks ask that a child is seen is said by the models in force (`Model.clocks_of_seeing`), of cases that run on
others as well.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from engine.people.identity import Actor
from engine.people.who_knows import is_open_to
from engine.process.bundle import Model
from engine.reads.list_page import ListPart, Wanted
from engine.reads.lists.pressing import Pressing, pressing
from engine.tables import Account, Case, Deadline, Membership, enabled_at, held_at, running_deadline


def unseen(
    connection: Connection, actor: Actor, teams: Collection[str], model: Model, now: datetime, wanted: Wanted
) -> ListPart[Pressing]:
    """The children of these teams who should have been seen by now, each once, by what ran out first."""
    condition = and_(Case.team_id.in_(teams), not_seen_in_time(model, now))
    return pressing(connection, actor, condition, now, lambda _protects, _clock: True, wanted)


def not_seen_in_time(model: Model, now: datetime) -> ColumnElement[bool]:
    """The condition on `deadline` that it is the first clock of its case that has run out before the child was seen."""
    other = aliased(Deadline)
    before = or_(other.due_at < Deadline.due_at, and_(other.due_at == Deadline.due_at, other.id < Deadline.id))
    runs = other.met_at.is_(None), other.stopped_at.is_(None)
    earlier = exists().where(
        *(other.case_id == Deadline.case_id, other.clock.in_(model.clocks_of_seeing), other.due_at < now),
        *runs,
        before,
    )
    return and_(Deadline.clock.in_(model.clocks_of_seeing), Deadline.due_at < now, ~earlier)


def without_lead(model: Model, now: datetime) -> ColumnElement[bool]:
    """The condition on `case` that nobody leads it: nobody was chosen, or whoever was does not work in its team any
    more by a role that leads.
    """
    leads = exists().where(
        *(Membership.account_id == Case.lead_account_id, Membership.team_id == Case.team_id),
        *(Membership.role.in_(model.roles_with("leads")), held_at(now)),
        *(Account.id == Membership.account_id, enabled_at(now)),
    )
    return ~leads


def how_many_to_see_to(actor: Actor, teams: Collection[str], model: Model, now: datetime) -> ScalarSelect[int]:
    """Children who were not seen in time and cases without a lead, of these teams: what stands at the head of their
    page. No case is named.
    """
    ours = Case.team_id.in_(teams), Case.closed_at.is_(None), is_open_to(actor)
    not_seen = (
        select(func.count())
        .select_from(Deadline)
        .join(Case, Case.id == Deadline.case_id)
        .where(*ours, running_deadline(), not_seen_in_time(model, now))
        .scalar_subquery()
    )
    unled = select(func.count()).select_from(Case).where(*ours, without_lead(model, now)).scalar_subquery()
    return select(not_seen + unled).scalar_subquery()
