"""What somebody leaves behind who works there no longer: the tasks that they had taken are handed back."""

from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, bindparam, cast, exists, literal, or_, select

from engine.base.database import Database
from engine.casework.case_rows import locked_task
from engine.casework.locking import FoundBy, lock_cases
from engine.casework.stalling import is_stalled
from engine.commands.cases import hand_back
from engine.commands.setting_cases_aside import set_aside
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.tables import Account, Case, Cover, Instant, Membership, Organisation, WorkItem, held_at
from engine.tables.conditions import Moment


def hand_back_tasks_of_leavers(database: Database, actor: Actor, now: datetime) -> int:
    """All open tasks that are held by who may not do them any more: their account is disabled, their role has ended, or
    the case went to another team. Gives how many. Each is a transaction of its own, and who does so at once shares the
    work. One that fails sets its case aside and holds up no other.
    """
    with database.read() as connection:
        aside = is_stalled("leaver", now, WorkItem.case_id.expression)
        found = select(WorkItem.id, WorkItem.case_id).where(_held_by_leaver(now), ~aside).order_by(WorkItem.id)
        held = connection.execute(found).all()
    return sum(_handed_back(database, actor, now, row.id, row.case_id) for row in held)


def _handed_back(database: Database, actor: Actor, now: datetime, work_item: str, case: str) -> bool:
    try:
        return hand_back_of_leaver(database, actor, now, work_item)
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with one case, the others' tasks are handed back
        set_aside(database, actor, now, case, "leaver", fault)
        return False


@command(may=CommandRight.SYSTEM)
def hand_back_of_leaver(work: Work, work_item: str) -> bool:
    """False where it is not to be had just now, or no leaver has it any more."""
    held = FoundBy(_OF_LEAVER, {"work_item": work_item, "now": work.now})
    for casework in lock_cases(work, held, skip_locked=True):
        item = locked_task(work.connection, work_item)
        if item and item.owner and item.closed_at is None:
            hand_back(casework, item)
            return True
    return False


def _held_by_leaver(now: Moment) -> ColumnElement[bool]:
    left = exists().where(Account.id == WorkItem.owner_id, Account.disabled_at <= now)
    gone = or_(left, ~_by_a_role(now))
    return and_(WorkItem.closed_at.is_(None), WorkItem.owner_id.is_not(None), gone)


def _by_a_role(now: Moment) -> ColumnElement[bool]:
    """The owner of the task holds a role of it now, in the leading agency in the team of the case; or acts for somebody
    who does.
    """
    further = cast(WorkItem.also, String).contains(literal('"').concat(Membership.role).concat('"'))
    covers = exists().where(
        *(Cover.covering_id == WorkItem.owner_id, Cover.absent_id == Membership.account_id),
        *(Cover.team_id == Membership.team_id, Cover.held_from <= now, Cover.held_until > now),
    )
    leads = exists().where(Organisation.id == Membership.organisation_id, Organisation.leads)
    in_team = exists().where(Case.id == WorkItem.case_id, Case.team_id == Membership.team_id)
    return exists().where(
        or_(Membership.account_id == WorkItem.owner_id, covers),
        or_(Membership.role == WorkItem.role, further),
        or_(~leads, in_team),
        held_at(now),
    )


_OF_LEAVER = select(WorkItem.case_id).where(
    WorkItem.id == bindparam("work_item"), _held_by_leaver(bindparam("now", type_=Instant))
)
