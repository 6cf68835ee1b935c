"""Letters that have not left, or of which nobody knows: on the page of a case, and for whoever manages a team."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, literal, or_, select

from engine.people.identity import Actor
from engine.people.who_knows import is_open_to
from engine.people.who_may import sees_answers_of
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.list_page import ListPart, Wanted, listed
from engine.tables import Account, Case, Outbox, Person

TO_DECIDE = ("refused", "unknown")
# Within it a letter leaves where a mail server is set up and takes it.
SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LetterView:
    """`to` is a person's name, or “the referrer”; `why` what the mail server said at last. `theirs`: the reader may say
    what is to become of it.
    """

    id: str
    case: str
    reference: str
    child: ChildView
    to: str
    subject: str
    state: str
    since: datetime
    attempts: int
    why: str
    theirs: bool


def letters_of_case(
    connection: Connection, actor: Actor, case: str, now: datetime, wanted: Wanted
) -> ListPart[LetterView]:
    """For those who see all of a case: what warns of danger first, then the oldest."""
    if not sees_answers_of(actor, None):
        return ListPart()
    return _letters(connection, actor, now, wanted, Outbox.case_id == case)


def letters_of_teams(
    connection: Connection, actor: Actor, teams: Collection[str], now: datetime, wanted: Wanted
) -> ListPart[LetterView]:
    """Those that somebody has to decide about, and those that wait for long or were tried in vain: nobody may hand them
    over.
    """
    held_up = or_(Outbox.state.in_(TO_DECIDE), Outbox.attempts > 0, Outbox.asked_at < now - SOON)
    return _letters(connection, actor, now, wanted, Case.team_id.in_(teams), is_open_to(actor), held_up)


def _letters(
    connection: Connection, actor: Actor, now: datetime, wanted: Wanted, *conditions: ColumnElement[bool]
) -> ListPart[LetterView]:
    statement = (
        select(
            *(Outbox.id, Outbox.case_id, Outbox.subject, Outbox.state, Outbox.since, Outbox.attempts, Outbox.why),
            *(Case.reference, Case.team_id, Account.name.label("to"), *child_columns()),
        )
        .join(Case, Case.id == Outbox.case_id)
        .join(Person, Person.id == Case.person_id)
        .outerjoin(Account, Outbox.recipient == literal("account:") + Account.id)
        .where(Outbox.settled_at.is_(None), *conditions)
        .order_by(Outbox.urgent.desc(), Outbox.number)
    )
    found = listed(connection, statement, wanted)
    return found.showing(
        LetterView(
            id=row.id,
            case=row.case_id,
            reference=row.reference,
            child=child_of(row, now),
            to=row.to or "the referrer",
            subject=row.subject,
            state=row.state,
            since=row.since,
            attempts=row.attempts,
            why=row.why,
            theirs=row.team_id in actor.teams,
        )
        for row in found.rows
    )
