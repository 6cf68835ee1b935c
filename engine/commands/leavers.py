"""What somebody leaves behind whose account is disabled: the tasks that they had taken are handed back."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, select

from engine.base.database import Database
from engine.casework.case_rows import locked_task
from engine.casework.locking import FoundBy, lock_cases
from engine.commands.cases import hand_back
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.tables import Account, Instant, WorkItem
from engine.tables.conditions import Moment


def hand_back_tasks_of_leavers(database: Database, actor: Actor, now: datetime) -> int:
    """All open tasks that are held by an account that opens nothing any more; gives how many. Each is a transaction of
    its own, and who does so at once shares the work.
    """
    with database.read() as connection:
        held = connection.scalars(select(WorkItem.id).where(_held_by_leaver(now)).order_by(WorkItem.id)).all()
    return sum(hand_back_of_leaver(database, actor, now, item) for item in held)


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
    return and_(WorkItem.closed_at.is_(None), WorkItem.owner_id.is_not(None), left)


_OF_LEAVER = select(WorkItem.case_id).where(
    WorkItem.id == bindparam("work_item"), _held_by_leaver(bindparam("now", type_=Instant))
)
