"""Break glass: somebody reads a case of which they may not know, for a time and with a reason; each use is looked at.

Whoever asks for a case of a child from whom they are barred is told what is told of a case that does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, select, update

from engine.base.database import Database, one_at_a_time
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.casework.keeping_out import tell_of_glass
from engine.casework.locking import lock_case
from engine.facts.keeping_forms import BREAK_GLASS, REVIEW
from engine.facts.matching import folded_name
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.people.who_knows import in_authority_of, is_open_in_emergency, knows
from engine.tables import BrokenGlass, Case, Person

NONE_SUCH = "There is no case of this child. Check the reference, or the whole name and the date of birth."
TWO_FACTS = "Give the reference of the case, or the first name, the last name and the date of birth of the child."
_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Opened:
    """`use` is None where the actor knows of the case anyway, so that no glass was broken."""

    case: str
    use: str | None


@command(may=CommandRight.BREAKS_GLASS)
def break_glass(work: Work, answers: Mapping[str, Any], minutes: int) -> Opened:
    """From answers to BREAK_GLASS; the page asks for a fresh sign-in before. Reading alone is opened.

    Raises BadAnswers, NotAllowed for who works for no organisation, NotFound where there is no such case.
    """
    said = check(BREAK_GLASS, answers, _NO_CIRCUMSTANCES, work.now)
    row = work.connection.execute(_wanted(work.actor, said)).first()
    if row is None:
        raise NotFound(NONE_SUCH)
    if work.connection.scalar(select(Case.id).where(Case.id == row.id, knows(work.actor))):
        return Opened(row.id, None)
    use, until = new_id(), work.now + timedelta(minutes=minutes)
    values = {"id": use, "authority_id": work.authority, "account_id": work.actor.account, "case_id": row.id}
    about = {"reason": said["reason"], "broken_at": work.now, "until": until, "review": ""}
    work.connection.execute(insert(BrokenGlass).values(**values, **about))
    told = {"use": use, "case": row.id, "account": work.actor.account, "reason": said["reason"]}
    work.record_settled("glass_broken", {**told, "until": until.isoformat()})
    return Opened(row.id, use)


def _wanted(actor: Actor, said: Mapping[str, Any]) -> Select[str]:
    """Of several the newest that is open."""
    of_case: ColumnElement[bool]
    if reference := said.get("reference"):
        of_case = Case.reference == reference.strip().upper()
    elif all(said.get(name) for name in ("given_name", "family_name", "born")):
        named = Person.match_name == folded_name(said["given_name"], said["family_name"])
        of_case = and_(named, Person.born == datetime.fromisoformat(said["born"]).date())
    else:
        raise BadAnswers({"reference": TWO_FACTS})
    return (
        select(Case.id)
        .join(Person, Person.id == Case.person_id)
        .where(of_case, in_authority_of(actor), is_open_in_emergency(actor))
        .order_by(Case.closed_at.is_not(None), Case.opened_at.desc(), Case.id)
    )


def tell_of_all_glass(database: Database, actor: Actor, now: datetime) -> int:
    """Each use of which nobody was told yet, one after the other; gives how many."""
    with database.read() as connection:
        untold = connection.scalars(select(BrokenGlass.id).where(BrokenGlass.told_at.is_(None))).all()
    return sum(tell_of_use(database, actor, now, use) for use in untold)


@command(may=CommandRight.SYSTEM)
def tell_of_use(work: Work, use: str) -> bool:
    """The privacy officers are told, and it stands in the record of the case. False where that is done already."""
    case = work.connection.scalar(select(BrokenGlass.case_id).where(BrokenGlass.id == use))
    if case is None:
        return False
    casework = lock_case(work, case)
    untold = update(BrokenGlass).where(BrokenGlass.id == use, BrokenGlass.told_at.is_(None)).values(told_at=work.now)
    if not work.connection.execute(untold).rowcount:
        return False
    tell_of_glass(casework)
    return True


@command(may=CommandRight.PRIVACY_OFFICER)
def review_glass(work: Work, use: str, answers: Mapping[str, Any]) -> None:
    """From answers to REVIEW. Raises NotFound, also of a child from whom the actor is barred, NotAllowed for whoever
    used it, NotPossible where somebody has looked at it, BadAnswers.
    """
    said = check(REVIEW, answers, _NO_CIRCUMSTANCES, work.now)
    one_at_a_time(work.connection, f"use of break glass {use}")
    ours = BrokenGlass.id == use, BrokenGlass.authority_id == work.authority, is_open_in_emergency(work.actor)
    row = work.connection.execute(
        select(BrokenGlass.account_id, BrokenGlass.reviewed_at).join(Case, Case.id == BrokenGlass.case_id).where(*ours)
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.account_id == work.actor.account:
        raise NotAllowed("Another person looks at what you opened.", code=RefusalCode.SECOND_PERSON)
    if row.reviewed_at is not None:
        raise NotPossible("Somebody has looked at this already.", code=RefusalCode.CHANGED_MEANWHILE)
    found = {"reviewed_by": work.actor.signature, "reviewed_at": work.now, "verdict": said["verdict"]}
    work.connection.execute(update(BrokenGlass).where(BrokenGlass.id == use).values(**found, review=said["reason"]))
    work.record_settled("glass_reviewed", {"use": use, "verdict": said["verdict"], "reason": said["reason"]})
