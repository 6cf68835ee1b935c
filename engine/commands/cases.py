"""What people do in a case: start a process, take a task, complete it, hand it back."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, delete, func, select

from engine import forms
from engine.base.database import one_at_a_time
from engine.base.identifiers import ids_in
from engine.base.subject import Subject
from engine.casework.alarms import end_alarms
from engine.casework.case_rows import InstanceRow, LockedTask
from engine.casework.checked_answers import checked, digest
from engine.casework.giving_tasks import TAKEN_FROM_YOU, tell
from engine.casework.letters import first_limit
from engine.casework.locked_case import CaseWork
from engine.casework.locked_task import lock_task, require_may_work_on, require_open
from engine.casework.locking import lock_known_case
from engine.casework.moving import complete
from engine.casework.referring import cases_for_children
from engine.casework.settling import begin_by_hand, settle
from engine.casework.starting import in_danger, in_own_name, must_be_startable, must_start
from engine.commands.drafts import keep_answers_of_start, keep_answers_of_task
from engine.facts.giving_forms import hand_back_form
from engine.facts.models import in_force
from engine.facts.models import model as model_of
from engine.people.command import CommandRight, Work, command, keeping
from engine.people.identity import Actor
from engine.people.who_knows import must_take_part
from engine.process.bundle import START
from engine.record.chain import hold_still
from engine.tables import Case, Deadline, Draft, Instance, Submission, WorkItem
from engine.timescales.rules import ELAPSED, Clock, limit_in_words

# Bounds of one form, which sort alike whatever order a database has for letters.
LAST_CHILD = 9999
NOTHING_SAID: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Started:
    """The cases in which a process now runs, their references, and the instances, in the same order.

    `within` is how soon somebody acts, in words, by the first limit of the process; `urgent`: that is counted in hours.
    """

    cases: tuple[str, ...]
    references: tuple[str, ...]
    instances: tuple[str, ...]
    within: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Completed:
    """What was completed. What came up because of it is read from the case."""

    case: str
    title: str


@keeping(keep_answers_of_start)
@command(may=CommandRight.STARTS_PROCESS)
def start_process(
    work: Work, process: str, answers: Mapping[str, Any], case: str | None = None, submission: str = ""
) -> Started:
    """A referral without a case opens one for each child. The same answers under the same `submission`, of the same
    sender to the same authority, give the first result again; other answers are another referral.

    Raises NotFound, NotAllowed, NotPossible, BadAnswers.
    """
    casework = lock_known_case(work, case) if case else None
    if casework is None:
        hold_still(work.connection, work.authority)
    model = casework.model_in_force if casework else in_force(work.connection, work.authority)
    if casework:
        must_take_part(work.connection, work.actor, casework.case.id)
    must_start(work.actor, model, process, casework.case.team if casework else None)
    key = key_of(work, process, case, submission, answers) if submission else ""
    if earlier := started_before(work, key):
        return earlier
    if casework:
        must_be_startable(casework, model, process, answers)
    subject = Subject(process, START, case, by_anyone=work.actor.account is None)
    said = in_own_name(work.actor, model, process, checked(work, model, subject, answers, casework))
    cases = [(casework, said)] if casework else cases_for_children(work, model, process, said)
    begun = [
        (one, begin_by_hand(one, process, own, by=work.actor, submission=numbered(key, number)))
        for number, (one, own) in enumerate(cases)
    ]
    return started(begun)


def says_danger(connection: Connection, actor: Actor, now: datetime, process: str, answers: Mapping[str, Any]) -> bool:
    """Whether answers with which this process would open a case say that a child is in immediate danger. A read.

    Raises BadAnswers where they would not be taken, and NotPossible.
    """
    work = Work(connection, actor, now)
    model = in_force(connection, work.authority)
    subject = Subject(process, START, by_anyone=actor.account is None)
    return in_danger(model, process, checked(work, model, subject, answers, None))


@keeping(keep_answers_of_task)
@command(may=CommandRight.HOLDS_TASK)
def complete_task(work: Work, work_item: str, answers: Mapping[str, Any]) -> Completed:
    """The same person repeating the same answers gets the first result again.

    Raises NotFound, NotAllowed, AlreadyDone, BadAnswers.
    """
    item, casework = lock_task(work, work_item, {*ids_in(answers)})
    require_may_work_on(casework, item)
    submission = digest(answers)
    if item.closed_by == work.actor.account and item.submission == submission:
        return Completed(item.case, item.title)
    require_open(casework, item)
    subject = Subject(item.process, item.element, item.case, item.instance)
    said = checked(work, casework.model(item.instance_row), subject, answers, casework)
    complete(casework, item.id, said, by=work.actor, submission=submission)
    settle(casework)
    if item.has_draft:
        mine = (Draft.subject == item.id, Draft.account_id == work.actor.account)
        work.connection.execute(delete(Draft).where(*mine))
    return Completed(item.case, item.title)


@command(may=CommandRight.HOLDS_TASK)
def claim(work: Work, work_item: str) -> None:
    """Takes a task: of two people one has it, the other is told who. Taking it twice is once.

    Raises NotFound, NotAllowed, AlreadyDone.
    """
    item, casework = lock_task(work, work_item)
    require_may_work_on(casework, item)
    require_open(casework, item)
    take(casework, item)


@command(may=CommandRight.HOLDS_TASK)
def release(work: Work, work_item: str, answers: Mapping[str, Any] = NOTHING_SAID) -> None:
    """Hands a task back to the team. Why is asked (`hand_back_form`) where it was given, and not taken.

    Raises NotFound, NotAllowed (somebody else holds it), AlreadyDone, BadAnswers.
    """
    item, casework = lock_task(work, work_item)
    require_may_work_on(casework, item, hands_back=True)
    require_open(casework, item)
    if item.owner:
        said = forms.check(hand_back_form(item.title), answers, frozenset(), work.now) if item.is_given else {}
        hand_back(casework, item, said.get("reason", ""))


def take(casework: CaseWork, item: LockedTask) -> None:
    """For the actor, unless somebody has taken it already. What was only given to a colleague is taken over from them,
    and they are told; whoever acts for them leaves it theirs.
    """
    actor = casework.work.actor
    if item.owner is None or (item.is_given and item.owner not in actor.stands_for):
        before = None if item.owner == actor.account else item.owner
        said = {**({"before": before} if before else {}), **casework.done_for(item.id, actor)} or None
        casework.changes.change(WorkItem, item.id, owner_id=actor.account, is_given=False)
        casework.note("taken", item.instance_row, element=item.element, occurrence=item.occurrence, payload=said)
        tell(casework, before, actor)
        end_alarms(casework, "taken")
        casework.write_record()


def hand_back(casework: CaseWork, item: LockedTask, reason: str = "") -> None:
    """By whoever has it, by a manager, or because they may not have it any more."""
    away = casework.done_for(item.id, casework.work.actor)
    said = {**({"reason": reason} if reason else {}), **away} or None
    casework.changes.change(WorkItem, item.id, owner_id=None, is_given=False)
    casework.note("handed_back", item.instance_row, element=item.element, occurrence=item.occurrence, payload=said)
    tell(casework, item.owner, casework.work.actor, TAKEN_FROM_YOU)
    casework.write_record()


def numbered(key: str, number: int = 0) -> str | None:
    """What is kept of a form's key; nothing where the sender gave none."""
    return f"{key}.{number:04}" if key else None


def key_of(work: Work, process: str, case: str | None, submission: str, answers: Mapping[str, Any]) -> str:
    """What somebody else sends under the same key is another submission, and so is what is sent to another authority or
    another case, or says something else: a second child must not be lost as a repetition of the first.
    """
    told = (work.authority, work.actor.signature, process, case or "", submission, digest(answers))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def started_before(work: Work, key: str) -> Started | None:
    """The instances of one form, a child each, have its key and a number: they come back in the order of the form, with
    the cases that it opened, wherever those go on by now.
    """
    if not key:
        return None
    one_at_a_time(work.connection, key)
    rows = work.connection.execute(
        select(Case.id.label("case"), Case.reference, Instance.id.label("instance"))
        .join(Instance, func.coalesce(Instance.came_from_id, Instance.case_id) == Case.id)
        .join(Submission, Submission.instance_id == Instance.id)
        .where(Submission.id.between(numbered(key), numbered(key, LAST_CHILD)))
        .order_by(Submission.id)
    ).all()
    if not rows:
        return None
    started = Started(
        cases=tuple(row.case for row in rows),
        references=tuple(row.reference for row in rows),
        instances=tuple(row.instance for row in rows),
    )
    return _with_limit(started, _first_limit_of(work, rows[0].instance))


def _first_limit_of(work: Work, instance: str) -> Clock | None:
    """With the limit that the clock began with."""
    row = work.connection.execute(
        select(Deadline.clock, Deadline.limit, Instance.bundle_hash)
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(Deadline.instance_id == instance, Deadline.limit > 0)
        .order_by(Deadline.due_at)
        .limit(1)
    ).one_or_none()
    return replace(model_of(work.connection, row.bundle_hash).rules[row.clock], limit=row.limit) if row else None


def started(begun: list[tuple[CaseWork, InstanceRow]]) -> Started:
    cases = tuple(casework.case.id for casework, _ in begun)
    references = tuple(casework.case.reference for casework, _ in begun)
    first = first_limit(*begun[0])
    return _with_limit(Started(cases, references, tuple(instance.id for _, instance in begun)), first)


def _with_limit(started: Started, first: Clock | None) -> Started:
    if first is None:
        return started
    return replace(started, within=limit_in_words(first), urgent=first.unit in ELAPSED)
