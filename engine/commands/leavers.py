"""What somebody leaves behind who works there no longer, or from whom a case is kept since: the tasks that they had
taken are handed back; from whom it is kept leads the case no longer, and what was to be written to them is not sent.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, bindparam, cast, exists, literal, or_, select
from sqlalchemy.orm import aliased

from engine.base.database import Database
from engine.casework.case_rows import locked_task
from engine.casework.keeping_out import end_lead
from engine.casework.letter_steps import locked_letter, take_step
from engine.casework.letters import TO_WITHDRAW
from engine.casework.locking import FoundBy, lock_cases
from engine.casework.stalling import LONGEST, stalled_within
from engine.commands.cases import hand_back
from engine.commands.setting_cases_aside import set_aside
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.people.kept_from import is_kept_from
from engine.tables import Account, Case, Cover, Instant, Membership, Organisation, Outbox, WorkItem, enabled_at, held_at
from engine.tables.conditions import Moment

_IS_KEPT_FROM_OWNER = is_kept_from(WorkItem.owner_id, WorkItem.case_id)
_IS_KEPT_FROM_LEAD = and_(
    Case.lead_account_id.is_not(None), Case.closed_at.is_(None), is_kept_from(Case.lead_account_id, Case.id)
)


def hand_back_tasks_of_leavers(database: Database, actor: Actor, now: datetime) -> int:
    """All open tasks that are held by who may not do them any more: their account is disabled, their role has ended,
    the case went to another team, or it is kept from them. Gives how many. Each is a transaction of its own, and who
    does so at once shares the work. One that fails sets its case aside and holds up no other.
    """
    with database.read() as connection:
        held = connection.execute(_HELD, {"now": now, "longest_wait": now + LONGEST}).all()
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


def end_what_is_kept_from_them(database: Database, actor: Actor, now: datetime) -> int:
    """Whoever leads a case, or is to get a letter of one, from whom it is kept since, does no longer: gives of how many
    cases. One that fails sets its case aside and holds up no other.
    """
    with database.read() as connection:
        cases = connection.scalars(_KEPT, {"now": now, "longest_wait": now + LONGEST}).all()
    return sum(_ended(database, actor, now, case) for case in cases)


def _ended(database: Database, actor: Actor, now: datetime, case: str) -> bool:
    try:
        return end_in_case(database, actor, now, case)
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with one case, the others are gone through
        set_aside(database, actor, now, case, "leaver", fault)
        return False


@command(may=CommandRight.SYSTEM)
def end_in_case(work: Work, case: str) -> bool:
    """The lead, and the letters that are with us, of those from whom the case is kept. False where it is not to be had
    just now, or there is nothing any more.
    """
    done = False
    for casework in lock_cases(work, [case], skip_locked=True):
        if work.connection.scalar(select(Case.id).where(Case.id == case, _IS_KEPT_FROM_LEAD)):
            end_lead(casework)
            done = True
        letters = work.connection.scalars(select(Outbox.id).where(Outbox.case_id == case, _WAITS_FOR_ONE))
        for letter in letters.all():
            if row := locked_letter(work.connection, letter, Outbox.state.in_(TO_WITHDRAW)):
                take_step(casework, row, "put_aside")
                done = True
    return done


def _waits_for_one() -> ColumnElement[bool]:
    account, state = aliased(Account), Outbox.state.in_(TO_WITHDRAW)
    its = and_(Outbox.recipient == literal("account:") + account.id, is_kept_from(account.id, Outbox.case_id))
    return and_(Outbox.settled_at.is_(None), state, exists().where(its))


def _held_by_leaver(now: Moment) -> ColumnElement[bool]:
    left = exists().where(Account.id == WorkItem.owner_id, Account.disabled_at <= now)
    gone = or_(left, ~_by_a_role(now), _IS_KEPT_FROM_OWNER)
    return and_(WorkItem.closed_at.is_(None), WorkItem.owner_id.is_not(None), gone)


def _by_a_role(now: Moment) -> ColumnElement[bool]:
    """The owner of the task holds a role of it now, in the leading agency in the team of the case; or acts for somebody
    who does, as `engine.people.identity` says it: while both work in that organisation.
    """
    further = cast(WorkItem.also, String).contains(literal('"').concat(Membership.role).concat('"'))
    absent, colleague = aliased(Account), aliased(Membership)
    covers = exists().where(
        *(Cover.covering_id == WorkItem.owner_id, Cover.absent_id == Membership.account_id),
        *(Cover.team_id == Membership.team_id, Cover.held_from <= now, Cover.held_until > now),
        *(absent.id == Cover.absent_id, enabled_at(now, absent)),
        *(colleague.account_id == Cover.covering_id, colleague.organisation_id == Membership.organisation_id),
        held_at(now, colleague),
    )
    leads = exists().where(Organisation.id == Membership.organisation_id, Organisation.leads)
    in_team = exists().where(Case.id == WorkItem.case_id, Case.team_id == Membership.team_id)
    return exists().where(
        or_(Membership.account_id == WorkItem.owner_id, covers),
        or_(Membership.role == WorkItem.role, further),
        or_(~leads, in_team),
        held_at(now),
    )


_WAITS_FOR_ONE = _waits_for_one()
_WAITING_FOR_ONE = select(Outbox.case_id).where(_WAITS_FOR_ONE)
# Built once: each minute of the clock, and each step of a story, asks them again.
_NOW, _LONGEST_WAIT = bindparam("now", type_=Instant), bindparam("longest_wait", type_=Instant)
_OF_LEAVER = select(WorkItem.case_id).where(WorkItem.id == bindparam("work_item"), _held_by_leaver(_NOW))
_HELD = (
    select(WorkItem.id, WorkItem.case_id)
    .where(_held_by_leaver(_NOW), ~stalled_within("leaver", _NOW, _LONGEST_WAIT, WorkItem.case_id.expression))
    .order_by(WorkItem.id)
)
_KEPT = (
    select(Case.id)
    .where(or_(_IS_KEPT_FROM_LEAD, Case.id.in_(_WAITING_FOR_ONE)), ~stalled_within("leaver", _NOW, _LONGEST_WAIT))
    .order_by(Case.id)
)
