"""Empties the outbox: each letter is handed over to the mail server once, and what came of it stands in its case.

    waiting -> handing over -> handed over | waiting | refused | unknown

*Handing over* is committed before the mail server is called, and no transaction is open meanwhile. Whoever finds a
letter in that state long after knows that a sender died with it: it may have left, so it is never sent again by itself.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import aliased

from engine.base.database import Database
from engine.base.errors import AlreadyDone, CaseBroken, RefusalCode
from engine.base.mail import Fate, Letter, Outcome
from engine.casework.letter_steps import LetterRow, locked_letter, take_step
from engine.casework.letters import GLASS
from engine.casework.locking import FoundBy, lock_case, lock_known_case
from engine.facts.right_time import noted_ahead
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.people.who_may import must_be_of_team
from engine.tables import Account, Alarm, Outbox, WorkItem

# Longer than a letter may take (engine/base/mail.py) by far: whoever still has it then is dead.
LONGEST_HANDING_OVER = timedelta(minutes=10)
# As mail servers do among each other; then a person is asked.
GIVEN_UP_AFTER = timedelta(days=5)
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
STEPS: Mapping[Fate, str] = {Fate.TAKEN: "handed_over", Fate.REFUSED: "refused", Fate.UNKNOWN: "unknown"}
DIED = "The system stopped while the letter was being handed over."
_OF_LETTER = select(Outbox.case_id).where(Outbox.id == bindparam("letter"))

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ClaimedLetter:
    """`attempt` is which try this is: what another one brought is not mistaken for it."""

    letter: Letter
    attempt: int
    asked_at: datetime


Carry = Callable[[Letter, datetime], Outcome]
"""As `hand_over` of engine/base/mail.py, to one mail server."""


def empty_outbox(
    database: Database,
    actor: Actor,
    clock: Callable[[], datetime],
    carry: Carry,
    *,
    address: str = "",
    early: bool = False,
) -> int:
    """Hands over what waits; gives how many letters have left. Any number of senders may do so at once.

    `address` is that of the site, for the links. `early`: also what is to be tried again only later. Where the server
    is at fault, the others wait for the next time, and no clock waits for any of them.
    """
    for letter, attempt in _died(database, clock()):
        record_outcome(database, actor, clock(), letter, attempt, Outcome(Fate.UNKNOWN, DIED))
    tried: set[str] = set()
    left = 0
    while claimed := claim_letter(database, actor, clock(), tried, address, early=early):
        tried.add(claimed.letter.id)
        outcome = _carried(database, actor, clock, carry, claimed)
        left += outcome.fate is Fate.TAKEN
        if outcome.server_at_fault:
            log.error("letters cannot be handed over", why=outcome.why)
            break
    return left


def _carried(
    database: Database, actor: Actor, clock: Callable[[], datetime], carry: Carry, claimed: ClaimedLetter
) -> Outcome:
    """What came of it. Where its case does not take that, the letter stays as it is, and becomes one of those of which
    nobody knows.
    """
    outcome = carry(claimed.letter, clock())
    if outcome.fate is Fate.LATER and clock() - claimed.asked_at > GIVEN_UP_AFTER:
        outcome = replace(outcome, fate=Fate.REFUSED, why=f"It was tried for five days. {outcome.why}")
    step = put_back if outcome.fate is Fate.LATER else record_outcome
    try:
        step(database, actor, clock(), claimed.letter.id, claimed.attempt, outcome)
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with one case, the others' letters leave
        why = str(fault) if isinstance(fault, CaseBroken) else type(fault).__name__
        log.error("what became of a letter could not be recorded", letter=claimed.letter.id, why=why)
    return outcome


@command(may=CommandRight.SYSTEM)
def claim_letter(work: Work, tried: Collection[str], address: str = "", *, early: bool = False) -> ClaimedLetter | None:
    """The next letter, now being handed over; None where none waits that another sender has not got.

    Danger goes first. Of one case and recipient the order stays, and only one at a time is under way. Where the actor
    acts in one authority, only its letters are taken.
    """
    due = [] if early else [or_(Outbox.next_try_at <= work.now, noted_ahead(Outbox.since.expression, work.now))]
    ours = [Outbox.authority_id == work.actor.authority] if work.actor.authority else []
    row = work.connection.execute(
        select(
            *(Outbox.id, Outbox.case_id, Outbox.kind, Outbox.recipient, Outbox.address, Outbox.subject, Outbox.body),
            *(Outbox.attempts, Outbox.asked_at),
        )
        .where(
            Outbox.settled_at.is_(None), Outbox.state == "waiting", Outbox.id.not_in(tried), ~_is_held_up(), *due, *ours
        )
        .order_by(Outbox.urgent.desc(), Outbox.number)
        .limit(1)
        .with_for_update(of=Outbox, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    under_way = {"state": "handing_over", "since": work.now, "attempts": row.attempts + 1, "why": ""}
    work.connection.execute(update(Outbox).where(Outbox.id == row.id).values(under_way))
    to, is_account = _address(work.connection, row.recipient, work.now)
    page = "/privacy/break-glass" if row.kind == GLASS else f"/cases/{row.case_id}"
    link = f"\n\n{address}{page}" if address and is_account else ""
    letter = Letter(row.id, (to and row.address) or to, row.subject, f"{row.body}{link}\n")
    return ClaimedLetter(letter, row.attempts + 1, row.asked_at)


def _is_held_up() -> ColumnElement[bool]:
    """By another letter of the same case to the same recipient: one under way, or one that goes first. Danger waits for
    danger alone.
    """
    other = aliased(Outbox)
    goes_first = or_(
        and_(other.urgent, ~Outbox.urgent), and_(other.urgent == Outbox.urgent, other.number < Outbox.number)
    )
    under_way = and_(other.state == "handing_over", or_(other.urgent, ~Outbox.urgent))
    return exists().where(
        *(other.settled_at.is_(None), other.id != Outbox.id),
        *(other.case_id == Outbox.case_id, other.recipient == Outbox.recipient),
        or_(under_way, and_(other.state == "waiting", goes_first)),
    )


def _address(connection: Connection, recipient: str, now: datetime) -> tuple[str, bool]:
    """Where a letter goes, and whether that is somebody who can sign in. Nowhere, where an account is closed."""
    kind, _, account = recipient.partition(":")
    if kind != "account":
        return recipient, False
    works_here = or_(Account.disabled_at.is_(None), Account.disabled_at > now)
    found = connection.execute(select(Account.email).where(Account.id == account, works_here)).scalar_one_or_none()
    return found or "", True


@command(may=CommandRight.SYSTEM)
def put_back(work: Work, letter: str, attempt: int, outcome: Outcome) -> None:
    """It is tried again after a while that grows, soon where there is danger. A letter whose task somebody has done
    meanwhile is withdrawn.
    """
    under_way = (Outbox.attempts == attempt, Outbox.state == "handing_over")
    row = locked_letter(work.connection, letter, *under_way)
    if row is None:
        return
    wait = SHORTEST_WAIT if row.urgent else min(SHORTEST_WAIT * 2 ** min(attempt - 1, 6), LONGEST_WAIT)
    is_needed = _is_needed(work.connection, row)
    stands = {"state": "waiting"} if is_needed else {"state": "withdrawn", "settled_at": work.now}
    values = {**stands, "since": work.now, "why": outcome.why, "next_try_at": work.now + wait}
    work.connection.execute(update(Outbox).where(Outbox.id == letter).values(values))


def _is_needed(connection: Connection, letter: LetterRow) -> bool:
    """Asked once the letter is locked, so that whoever does its task, or opens its alarm, comes before or after."""
    if letter.item is None and letter.alarm is None:
        return True
    over = WorkItem.closed_at.is_not(None) if letter.item else Alarm.ended_at.is_not(None)
    of_it = WorkItem.id == letter.item if letter.item else Alarm.id == letter.alarm
    return not connection.execute(select(exists().where(of_it, over))).scalar_one()


@command(may=CommandRight.SYSTEM)
def record_outcome(work: Work, letter: str, attempt: int, outcome: Outcome) -> None:
    """What the mail server said at last counts, also of a letter that had become one of which nobody knew."""
    casework = lock_case(work, FoundBy(_OF_LETTER, {"letter": letter}))
    before = ("handing_over", "unknown") if outcome.fate is Fate.TAKEN else ("handing_over",)
    row = locked_letter(work.connection, letter, Outbox.attempts == attempt, Outbox.state.in_(before))
    if row is not None:
        take_step(casework, row, STEPS[outcome.fate], outcome.why)


@command(may=CommandRight.TEAM_OF_CASE)
def send_letter_again(work: Work, letter: str) -> str:
    """Gives the case. Raises NotFound, NotAllowed, and AlreadyDone where there is nothing to decide."""
    return _decide(work, letter, "sent_again", ("refused", "unknown"))


@command(may=CommandRight.TEAM_OF_CASE)
def confirm_letter(work: Work, letter: str) -> str:
    """Somebody has found out that it arrived. One that was refused did not leave. Raises as `send_letter_again`."""
    return _decide(work, letter, "confirmed", ("unknown",))


@command(may=CommandRight.TEAM_OF_CASE)
def put_letter_aside(work: Work, letter: str) -> str:
    """One that was refused is not sent; its task stays open. Raises as `send_letter_again`."""
    return _decide(work, letter, "put_aside", ("refused",))


def _decide(work: Work, letter: str, what: str, states: Collection[str]) -> str:
    casework = lock_known_case(work, FoundBy(_OF_LETTER, {"letter": letter}))
    must_be_of_team(work.actor, casework.case.team)
    row = locked_letter(work.connection, letter, Outbox.state.in_(states))
    if row is None:
        words = "Nothing is to be decided about this letter any more. The page of the case says what became of it."
        raise AlreadyDone(words, code=RefusalCode.LETTER_SETTLED)
    take_step(casework, row, what)
    return casework.case.id


def _died(database: Database, now: datetime) -> list[tuple[str, int]]:
    """Letters, and which try it was, that were being handed over by a sender that is no more."""
    with database.read() as connection:
        rows = connection.execute(
            select(Outbox.id, Outbox.attempts)
            .where(Outbox.settled_at.is_(None), Outbox.state == "handing_over")
            .where(or_(Outbox.since < now - LONGEST_HANDING_OVER, noted_ahead(Outbox.since.expression, now)))
            .order_by(Outbox.number)
        )
        return [(row.id, row.attempts) for row in rows]
