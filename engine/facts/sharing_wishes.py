"""What the child and the parents wish about sharing: it holds of the child, in whichever case it was recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from engine.base.errors import AlreadyDone, NotFound, RefusalCode
from engine.facts.child import of_child, own_or
from engine.forms.sharing_block import Recipients
from engine.people.identity import Actor
from engine.people.kept_from import nothing_keeps_from
from engine.people.who_knows import knows
from engine.people.who_may import sees_answers_of
from engine.tables import Account, Case, SharingWish


@dataclass(frozen=True, slots=True)
class Wish:
    """`by` is the name of whoever recorded it, empty where that was in a case of which the reader does not know.
    `ended_on`: the day on which another took its place, or it was withdrawn; None while it holds.
    """

    id: str
    whose: str
    who: str
    against: str
    agencies: tuple[str, ...]
    others: str
    what: str
    why: str
    said_on: date
    source: str
    recorded_at: datetime
    by: str
    ended_on: date | None = None
    withdrawn: bool = False
    end_source: str = ""
    end_by: str = ""

    @property
    def holds(self) -> bool:
        return self.ended_on is None

    def is_against(self, to: Recipients) -> bool:
        """Who is named in words may be anybody who is named in words."""
        if self.against == "anybody":
            return bool(to)
        if self.against == "somebody":
            return bool(to.others)
        return not {*self.agencies}.isdisjoint(to.agencies)


def wishes_of(connection: Connection, actor: Actor, case: str, before: datetime | None = None) -> tuple[Wish, ...]:
    """Newest first, with those that hold no longer; of all cases of the child but those that are kept from the actor,
    who knows of this one. For who sees all answers: nobody else is told a wish. `before`: as they stood at this moment.
    """
    if not sees_answers_of(actor, None):
        return ()
    by_then = [SharingWish.recorded_at < before] if before else []
    rows = connection.execute(_wishes(actor, case).where(*by_then)).all()
    ends = {row.ends_id: row for row in reversed(rows) if row.ends_id}
    return tuple(_wish(row, ends.get(row.id)) for row in rows if not row.withdrawn)


def wish_that_holds(connection: Connection, actor: Actor, case: str, wish: str) -> Wish:
    """Raises NotFound where the actor is told of no such wish, and AlreadyDone where it holds no longer."""
    found = next((one for one in wishes_of(connection, actor, case) if one.id == wish), None)
    if found is None:
        raise NotFound
    if not found.holds:
        raise AlreadyDone("This wish holds no longer.", code=RefusalCode.WISH_OVER)
    return found


def go_against(wishes: Iterable[Wish], to: Recipients) -> tuple[Wish, ...]:
    """Those that hold and that sharing with these goes against."""
    return tuple(one for one in wishes if one.holds and one.is_against(to))


def _wishes(actor: Actor, case: str) -> Select[*tuple[Any, ...]]:
    this = Case.id == case
    return (
        select(SharingWish.__table__, Account.name.label("by"), own_or(this, knows(actor)).label("known"))
        .join(Case, Case.id == SharingWish.case_id)
        .outerjoin(Account, Account.id == SharingWish.account_id)
        .where(of_child(select(Case.id).where(this)), own_or(this, nothing_keeps_from(actor.account)))
        .order_by(SharingWish.recorded_at.desc(), SharingWish.id)
    )


def _wish(row: Row[*tuple[Any, ...]], end: Row[*tuple[Any, ...]] | None) -> Wish:
    return Wish(
        id=row.id,
        whose=row.whose,
        who=row.who,
        against=row.against,
        agencies=tuple(row.agencies),
        others=row.others,
        what=row.what,
        why=row.why,
        said_on=row.said_on,
        source=row.source,
        recorded_at=row.recorded_at,
        by=_by(row),
        ended_on=end.said_on if end else None,
        withdrawn=bool(end and end.withdrawn),
        end_source=end.source if end else "",
        end_by=_by(end) if end else "",
    )


def _by(row: Row[*tuple[Any, ...]]) -> str:
    return (row.by or "") if row.known else ""
