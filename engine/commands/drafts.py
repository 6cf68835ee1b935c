"""What somebody has typed and not sent is kept, and offered again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import BadAnswers
from engine.casework.locked_task import lock_task, require_may_work_on, require_open
from engine.casework.starting import must_start
from engine.facts import models
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_know, must_take_part
from engine.record.chain import canonical
from engine.tables import Case, Draft, WorkItem

LARGEST_DRAFT = 200_000  # bytes: what a form takes at most, so that a draft can always be sent


@command(may=CommandRight.SIGNED_IN)
def save_draft(work: Work, subject: str, answers: Mapping[str, Any]) -> None:
    """`subject` is a work item, or `start:<process>:<case or nothing>`. Unchecked: a draft may be half a sentence.

    Raises NotFound, NotAllowed, AlreadyDone where the task is not this person's to do; BadAnswers for too much.
    """
    if _size(answers) > LARGEST_DRAFT:
        raise BadAnswers({"": "This is too long to keep. Shorten it before you leave the page."})
    _must_be_theirs(work, subject)
    _keep(work, subject, answers)


@command(may=CommandRight.SIGNED_IN)
def discard_draft(work: Work, subject: str) -> None:
    work.connection.execute(delete(Draft).where(Draft.account_id == work.actor.account, Draft.subject == subject))


def keep_answers_of_task(work: Work, work_item: str, answers: Mapping[str, Any]) -> None:
    """What `complete_task` was given, where nothing could be saved."""
    _keep(work, work_item, answers)


def keep_answers_of_start(
    work: Work, process: str, answers: Mapping[str, Any], case: str | None = None, submission: str = ""
) -> None:
    """What `start_process` was given; the key of its form has no part in a draft."""
    del submission
    _keep(work, f"start:{process}:{case or ''}", answers)


def _keep(work: Work, subject: str, answers: Mapping[str, Any]) -> None:
    one_at_a_time(work.connection, f"draft:{work.actor.account}:{subject}")
    values = {"answers": dict(answers), "saved_at": work.now, "case_id": _case_of(work, subject)}
    mine = (Draft.account_id == work.actor.account, Draft.subject == subject)
    if not work.connection.execute(update(Draft).where(*mine).values(values)).rowcount:
        work.connection.execute(insert(Draft).values(account_id=work.actor.account, subject=subject, **values))


def _case_of(work: Work, subject: str) -> str | None:
    """The case that it is of; None for the beginning of one."""
    kind, *rest = subject.split(":")
    if kind == "start":
        return (rest[1] if rest[1:] else "") or None
    return work.connection.scalar(select(WorkItem.case_id).where(WorkItem.id == subject))


def _size(answers: Mapping[str, Any]) -> int:
    try:
        return len(canonical(answers))
    except TypeError:
        raise BadAnswers({"": "This cannot be kept: it holds something that is no text, number or list."}) from None


def _must_be_theirs(work: Work, subject: str) -> None:
    kind, *rest = subject.split(":")
    if kind == "start":
        process, team = rest[0] if rest else "", None
        if case := _case_of(work, subject):
            must_know(work.connection, work.actor, case)
            must_take_part(work.connection, work.actor, case)
            team = work.connection.scalar(select(Case.team_id).where(Case.id == case))
        must_start(work.actor, models.in_force(work.connection, work.authority), process, team)
        return
    item, casework = lock_task(work, subject)
    require_may_work_on(casework, item)
    require_open(casework, item)
