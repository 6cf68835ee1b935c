"""A process owner asks for everything that runs on other models to go over to these, and a second person agrees: then
each process goes over by itself, never all or nothing. What was asked for, who agreed and what came of each is kept, so
that it can be gone on with and read later.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy import ColumnElement, Connection, exists, func, insert, select, update

from engine.base.database import Database, one_at_a_time
from engine.base.errors import (
    BadModel,
    CaseBroken,
    NotAllowed,
    NotFound,
    NotPossible,
    OtherVersion,
    Refusal,
    RefusalCode,
)
from engine.base.identifiers import new_id
from engine.casework.carrying_over import carry_over, judged
from engine.commands.migrating_instances import Migrated, is_published, locked_case_of, said_why, told
from engine.expressions.evaluation import BadExpression
from engine.facts.models import model
from engine.people.command import CommandRight, Work, command
from engine.people.identity import PROCESS_OWNER, SYSTEM, Actor, actor
from engine.process.bundle import Model
from engine.reads.authority.carry_overs import running_elsewhere, waiting
from engine.tables import CarryOver, CarryOverItem, NamedRow

AT_ONCE = 10
"""Instances, between which the clock does what else it has to do."""
ENDED = "It had ended, or was on these models already."
STOPPED = "It was stopped before its turn came."
NOT_SOUND = "What is stored of it does not fit together. Whoever runs the system finds why in the log."
UNSOUND = (BadModel, BadExpression, CaseBroken, OtherVersion)
log = structlog.get_logger()


class Judged(NamedTuple):
    """An instance by the reference of its case, and where it would stand on other models; or why it is refused."""

    case: str
    process: str
    over: Migrated | None
    why: str


def judged_over(
    database: Database, owner: Actor, now: datetime, new: Model, *of: ColumnElement[bool], hands_back: bool = False
) -> Iterator[Judged]:
    """What would come of it for each that runs on other models now, in the cases for which `of` holds. These models
    need not be published; nothing is written.
    """
    with database.read() as connection:
        instances = running_elsewhere(connection, owner.within, new.hash, *of)
    for instance in instances:
        if found := judge_instance(database, owner, now, instance, new, hands_back=hands_back):
            yield found


def carry_over_waiting(
    database: Database, now: Callable[[], datetime], carry_over_id: str, most: int | None = None
) -> Iterator[str]:
    """Carries over what waits and was agreed to, in the name of whoever asked for it: one command and one transaction
    each, and `most` of them. Gives each instance when it is done. Whoever stops between two has lost nothing: it is
    gone on with later. Where those who asked may not any more, it is gone on with all the same: they might when they
    asked.
    """
    with database.read() as connection:
        agreed = (CarryOver.id == carry_over_id, CarryOver.approved_by.is_not(None))
        asked = connection.execute(select(CarryOver.asked_by, CarryOver.authority_id).where(*agreed)).one_or_none()
        if asked is None:
            return
        owner = _owner(connection, asked, now())
        instances = waiting(connection, carry_over_id, most)
    for instance in instances:
        try:
            carry_over_next(database, owner, now(), carry_over_id, instance)
        except (Refusal, *UNSOUND) as fault:  # whatever is wrong with one, the others go over
            keep_refusal(database, owner, now(), carry_over_id, instance, _why(fault, instance))
        yield instance


def go_on_carrying_over(database: Database, now: Callable[[], datetime]) -> int:
    """Some of what waits; gives of how many something came. Called by the clock again and again, so that nobody's page
    waits for the whole.
    """
    with database.read() as connection:
        waits = exists().where(CarryOverItem.carry_over_id == CarryOver.id, CarryOverItem.verdict == "waits")
        unfinished = select(CarryOver.id).where(waits, CarryOver.approved_by.is_not(None))
        asked = connection.scalars(unfinished.order_by(CarryOver.asked_at, CarryOver.id)).all()
    return sum(1 for one in asked for _ in carry_over_waiting(database, now, one, AT_ONCE))


def _why(fault: Exception, instance: str) -> str:
    """In words for a process owner: what the log has is for whoever runs the system."""
    if isinstance(fault, Refusal | BadModel):
        return str(fault)
    log.error("a process that was to go over does not fit together", instance=instance, why=str(fault))
    return NOT_SOUND


def _owner(connection: Connection, row: NamedRow, now: datetime) -> Actor:
    with suppress(NotFound):
        found = actor(connection, row.asked_by, now)
        if PROCESS_OWNER in found.roles:
            return found
    return SYSTEM.at(row.authority_id)


@command(may=CommandRight.PROCESS_OWNER)
def judge_instance(work: Work, instance: str, new: Model, *, hands_back: bool = False) -> Judged | None:
    """As it stands, by the function by which it would go over; None where it has ended. Raises NotFound where there is
    no such instance.
    """
    casework = locked_case_of(work, instance, as_it_stands=True)
    running = casework.running.get(instance)
    if running is None:
        return None
    reference, row = casework.case.reference, running.row
    try:
        over = told(judged(casework, running, new, hands_back=hands_back), row.bundle)
        return Judged(reference, row.process, over, "")
    except (NotPossible, *UNSOUND) as fault:
        return Judged(reference, row.process, None, _why(fault, instance))


@command(may=CommandRight.PROCESS_OWNER)
def ask_to_carry_over(work: Work, bundle: str, reason: str, *, hands_back: bool = False) -> str:
    """That all that runs here on other models is to go over to these, once a second person has agreed; gives the id.
    One to the same models that is not finished stays as it was asked for, and its id is given.

    Raises NotFound where the bundle was not published here, NotPossible without a reason.
    """
    if not is_published(work, bundle):
        raise NotFound("These models have not been published here.", code=RefusalCode.UNKNOWN_NAME)
    one_at_a_time(work.connection, f"carry over:{work.authority}")
    ours = (CarryOver.authority_id == work.authority,)
    is_waiting = select(CarryOverItem.carry_over_id).where(CarryOverItem.verdict == "waits")
    same = (*ours, CarryOver.bundle_hash == bundle, CarryOver.id.in_(is_waiting))
    if unfinished := work.connection.scalar(select(CarryOver.id).where(*same).limit(1)):
        return unfinished
    last = select(func.coalesce(func.max(CarryOver.number), 0)).where(*ours)
    number = work.connection.execute(last).scalar_one() + 1
    asked = {"id": new_id(), "authority_id": work.authority, "bundle_hash": bundle, "hands_back": hands_back}
    by = {"asked_at": work.now, "asked_by": work.actor.signature, "reason": said_why(reason)}
    work.connection.execute(insert(CarryOver).values(**asked, **by, number=number))
    those = running_elsewhere(work.connection, work.authority, bundle)
    waits = {"carry_over_id": asked["id"], "verdict": "waits", "reason": ""}
    if rows := [{**waits, "instance_id": instance} for instance in those]:
        work.connection.execute(insert(CarryOverItem), rows)
    said = {"number": number, "reason": by["reason"], "instances": len(those), "hands_back": hands_back}
    work.record_settled("all_to_go_over", said, bundle=bundle)
    return str(asked["id"])


@command(may=CommandRight.APPROVES_PATHWAY)
def agree_to_carry_over(work: Work, carry_over_id: str) -> None:
    """The second person: from now on it goes over. To agree once more changes nothing.

    Raises NotFound; NotAllowed for whoever asked for it, and for the product itself.
    """
    one_at_a_time(work.connection, f"carry over:{work.authority}")
    asked, account = _asked(work, carry_over_id), work.actor.account
    if account is None or account == asked.asked_by:
        words = "You asked for it yourself: somebody else agrees."
        raise NotAllowed(words, code=RefusalCode.SECOND_PERSON)
    if asked.approved_by is not None:
        return
    agreed = {"approved_by": account, "approved_at": work.now}
    work.connection.execute(update(CarryOver).where(CarryOver.id == carry_over_id).values(**agreed))
    work.record_settled("all_may_go_over", {"number": asked.number}, bundle=asked.bundle_hash)


@command(may=CommandRight.STUDIO)
def stop_carrying_over(work: Work, carry_over_id: str, reason: str) -> None:
    """What has not gone over yet stays where it is: either of the two may say so, before the other agreed or after.

    Raises NotFound, NotPossible without a reason.
    """
    asked, why = _asked(work, carry_over_id), said_why(reason)
    waits = (CarryOverItem.carry_over_id == carry_over_id, CarryOverItem.verdict == "waits")
    stays = {"verdict": "left_out", "reason": STOPPED, "done_at": work.now}
    if work.connection.execute(update(CarryOverItem).where(*waits).values(**stays)).rowcount:
        said = {"number": asked.number, "reason": why}
        work.record_settled("going_over_stopped", said, bundle=asked.bundle_hash)


@command(may=CommandRight.PROCESS_OWNER)
def carry_over_next(work: Work, carry_over_id: str, instance: str) -> None:
    """One that waits is judged as it stands now, and carried over. Raises NotFound, and NotPossible with the reason,
    also where nobody has agreed.
    """
    asked = _asked(work, carry_over_id)
    if asked.approved_by is None:
        raise NotPossible("A second person has not agreed to it yet.", code=RefusalCode.SECOND_PERSON)
    casework = locked_case_of(work, instance)
    running = casework.running.get(instance)
    if running is None or running.row.bundle == asked.bundle_hash:
        _keep(work, carry_over_id, instance, "left_out", ENDED)
    elif _keep(work, carry_over_id, instance, "carried", ""):  # else it was stopped, or done, a moment ago
        new = model(work.connection, asked.bundle_hash)
        carry_over(casework, running, new, asked.reason, hands_back=asked.hands_back)


@command(may=CommandRight.PROCESS_OWNER)
def keep_refusal(work: Work, carry_over_id: str, instance: str, why: str) -> None:
    """Why one stayed where it was."""
    _asked(work, carry_over_id)
    _keep(work, carry_over_id, instance, "refused", why)


def _asked(work: Work, carry_over_id: str) -> NamedRow:
    """Raises NotFound, also for one of another authority."""
    ours = (CarryOver.id == carry_over_id, CarryOver.authority_id == work.authority)
    found = work.connection.execute(select(CarryOver.__table__).where(*ours)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _keep(work: Work, carry_over_id: str, instance: str, verdict: str, reason: str) -> bool:
    """Whether it waited: what came of it once is not written over."""
    its = (CarryOverItem.carry_over_id == carry_over_id, CarryOverItem.instance_id == instance)
    said = {"verdict": verdict, "reason": reason, "done_at": work.now}
    waiting_one = update(CarryOverItem).where(*its, CarryOverItem.verdict == "waits")
    return bool(work.connection.execute(waiting_one.values(said)).rowcount)
