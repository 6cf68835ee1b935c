"""A draft becomes what is in force: submitted by whoever changes it, approved by a second person, published for a day.

What was approved is what is published: a draft that is being looked at cannot be saved, and an approval names the hash
of the very files. What speaks against it is looked at again each time, as cases go on meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, and_, func, insert, select

from engine.base.database import Database, one_at_a_time
from engine.base.errors import BadModel, NotAllowed, NotPossible, Refusal, RefusalCode
from engine.commands.publishing import PUBLISHING, FromChange, must_be_played, must_be_sound, put_in_force
from engine.commands.saving_changes import forget_saves, open_change, set_state
from engine.commands.words_alone import must_be_words, must_have_begun
from engine.facts.change_files import ChangedFiles, ChangeRow, authors_of, change_row, files_of_change
from engine.facts.models import in_force
from engine.people.command import CommandRight, Work, command
from engine.people.identity import PATHWAY_APPROVER, SYSTEM, Actor
from engine.tables import Approval, Change

log = structlog.get_logger()
LATEST = timedelta(days=400)
"""A day of effect further away is a slip of the keyboard."""


@command(may=CommandRight.CHANGES_PATHWAY)
def submit_change(work: Work, change: str, reason: str) -> str:
    """Gives it to a second person, `reason` for them to read; gives the hash of its files. Nothing is saved in it then.

    Raises NotFound; BadModel where there are faults; NotPossible where nothing is changed, where other models have been
    put in force since it was made, no reason is given, or somebody who changes words alone gives more than words.
    """
    row = open_change(work, change)
    files = files_of_change(work.connection, work.authority, row)
    _must_be_on_top(work, row)
    if not files.changed:
        raise NotPossible("Nothing is changed in this draft yet.", code=RefusalCode.NOTHING_CHANGED)
    must_be_words(work, files.base, files.now)
    must_be_sound(work.connection, work.authority, files.models, accept_doubts="judged by the second person")
    set_state(work, row, "in_review", held_up="")
    work.record_settled("change_submitted", {"change": change, "hash": files.hash, "reason": _said(reason)})
    return files.hash


@command(may=CommandRight.STUDIO)
def reopen_change(work: Work, change: str, reason: str) -> None:
    """Takes it back from the second person, or back from what they approved, so that it can be changed again.

    Raises NotFound, and NotPossible where it is open already or closed, or no reason is given.
    """
    row = _locked_in(work, change, ("in_review", "approved"))
    if PATHWAY_APPROVER not in work.actor.roles:
        must_have_begun(work, row)
    set_state(work, row, "open", effect_from=None, held_up="")
    work.record_settled("change_reopened", {"change": change, "reason": _said(reason)})


@command(may=CommandRight.APPROVES_PATHWAY)
def judge_change(work: Work, change: str, seen: str, reason: str, *, approve: bool, accept_doubts: str = "") -> None:
    """The second person approves it, or returns it. `seen` is the hash of the files that they looked at, and
    `accept_doubts` why it may be published in spite of its doubts.

    Raises NotFound; NotAllowed for whoever had a hand in it; BadModel with its doubts where nobody says why they are
    accepted; NotPossible where it does not wait for anybody, is not as it was looked at, or no reason is given.
    """
    row = _locked_in(work, change, ("in_review",))
    account = work.actor.account
    if account is None or account in authors_of(work.connection, row):
        raise NotAllowed("You had a hand in this draft: somebody else approves it.", code=RefusalCode.SECOND_PERSON)
    files = files_of_change(work.connection, work.authority, row)
    if files.hash != seen:
        words = "This draft is not as it was when you looked at it. Look again."
        raise NotPossible(words, code=RefusalCode.LOOKED_AT_ANOTHER)
    if approve:
        _must_be_on_top(work, row)
        must_be_sound(work.connection, work.authority, files.models, accept_doubts)
    numbered = select(func.count()).select_from(Approval).where(Approval.change_id == change)
    number = work.connection.execute(numbered).scalar_one() + 1
    verdict = "approved" if approve else "returned"
    said = {"change_hash": seen, "verdict": verdict, "reason": _said(reason), "accepts_doubts": accept_doubts.strip()}
    row_of_it = {"change_id": change, "number": number, "account_id": account, "at": work.now}
    work.connection.execute(insert(Approval).values(**row_of_it, **said))
    set_state(work, row, "approved" if approve else "open")
    work.record_settled("change_judged", {"change": change, **said})


@command(may=CommandRight.PUTS_IN_FORCE)
def publish_change(work: Work, change: str, effect_from: datetime | None = None) -> int | None:
    """Puts what was approved in force and gives the number of the publication; None where it waits for `effect_from`.

    Raises NotFound; BadModel where something speaks against it by now; NotPossible where it was not approved, its
    stories were not played or fail, other models were put in force since, or the moment has passed or lies too far
    ahead.
    """
    row = _locked_in(work, change, ("approved",))
    files, approval = _approved(work.connection, work.authority, row)
    _must_be_on_top(work, row)
    if effect_from is None:
        return _put_in_force(work, row, files, approval)
    if effect_from <= work.now:
        raise NotPossible(
            "That moment has passed: put it in force now, or from a day to come.", code=RefusalCode.NOT_NOW
        )
    if effect_from > work.now + LATEST:
        raise NotPossible("That day lies more than a year ahead.", code=RefusalCode.NOT_NOW)
    must_be_sound(work.connection, work.authority, files.models, approval.accepts_doubts)
    must_be_played(work.connection, work.now, files.models, files.stories)
    set_state(work, row, "approved", effect_from=effect_from, held_up="")
    work.record_settled("change_dated", {"change": change, "effect_from": effect_from.isoformat()})
    return None


def publish_due(database: Database, now: datetime) -> int:
    """Puts in force what was approved for a moment that has come; gives how many. What cannot be is held up with the
    reason, which the page of drafts shows, and no later tick tries it again.
    """
    with database.read() as connection:
        due = connection.execute(
            select(Change.id, Change.authority_id).where(_is_due(now)).order_by(Change.effect_from, Change.id)
        ).all()
    done = 0
    for row in due:
        actor: Actor = SYSTEM.at(row.authority_id)
        try:
            publish_change(database, actor, now, row.id)
        except (Refusal, BadModel) as refused:
            hold_up(database, actor, now, row.id, against(refused))
        else:
            done += 1
    return done


def against(refused: Refusal | BadModel) -> str:
    """What speaks against it by now, in words: of several problems the first, and how many more there are."""
    if isinstance(refused, Refusal):
        return str(refused)
    first, *more = refused.problems
    return f"{first}{f' And {len(more)} more.' if more else ''}"


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(Change.state == "approved", Change.effect_from <= now, Change.held_up == "")


@command(may=CommandRight.SYSTEM)
def hold_up(work: Work, change: str, words: str) -> None:
    """That a draft could not be put in force on its day. Nothing is said of one that another clock has put in force, or
    that a person has opened again or dated otherwise, since it was found to be due. Raises NotFound.
    """
    one_at_a_time(work.connection, f"change {change}")
    row = change_row(work.connection, work.authority, change)
    if work.connection.scalar(select(Change.id).where(Change.id == change, _is_due(work.now))) is None:
        return
    set_state(work, row, "approved", held_up=words)
    work.record_settled("change_held_up", {"change": change, "why": words})
    log.error("an approved draft could not be put in force on its day", change=change, why=words)


@dataclass(frozen=True, slots=True)
class Approved:
    """Who agreed to a draft, and why its doubts may be."""

    account: str
    accepts_doubts: str


def _approved(connection: Connection, authority: str, row: ChangeRow) -> tuple[ChangedFiles, Approved]:
    """Raises NotPossible where the newest word of a second person is not that these very files are approved."""
    files = files_of_change(connection, authority, row)
    newest = connection.execute(
        select(Approval.account_id, Approval.change_hash, Approval.verdict, Approval.accepts_doubts)
        .where(Approval.change_id == row.id)
        .order_by(Approval.number.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest.verdict != "approved" or newest.change_hash != files.hash:
        raise NotPossible("No second person has approved this draft as it is.", code=RefusalCode.SECOND_PERSON)
    return files, Approved(newest.account_id, newest.accepts_doubts)


def _put_in_force(work: Work, row: ChangeRow, files: ChangedFiles, approval: Approved) -> int:
    one_at_a_time(work.connection, PUBLISHING)
    origin = FromChange(row.id, row.title, approval.account)
    number = put_in_force(work, files.models, files.stories, row.why, approval.accepts_doubts, origin)
    set_state(work, row, "published", published_number=number)
    forget_saves(work, row)
    return number


def _locked_in(work: Work, change: str, states: tuple[str, ...]) -> ChangeRow:
    """Raises NotFound, and NotPossible where it is in another state."""
    one_at_a_time(work.connection, f"change {change}")
    row = change_row(work.connection, work.authority, change)
    if row.state not in states:
        found = {
            "open": "is still being worked on",
            "in_review": "waits for a second person",
            "approved": "was approved already",
            "published": "was published",
            "dropped": "was dropped",
        }
        raise NotPossible(f"This draft {found[row.state]}.", code=RefusalCode.CHANGE_NOT_OPEN)
    return row


def _must_be_on_top(work: Work, row: ChangeRow) -> None:
    if in_force(work.connection, work.authority).hash != row.base_hash:
        words = "Other models have been put in force since this draft was made. Take them over first."
        raise NotPossible(words, code=RefusalCode.OTHER_BASE)


def _said(reason: str) -> str:
    if not reason.strip():
        raise NotPossible("Say why: the reason is kept in the record.", code=RefusalCode.REASON_NEEDED)
    return reason.strip()
