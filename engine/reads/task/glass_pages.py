"""Uses of break glass, as those see them who look at why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from engine.base.errors import NotFound
from engine.facts.keeping_forms import REVIEW
from engine.people.identity import PRIVACY_OFFICER, Actor
from engine.people.who_knows import is_open_in_emergency
from engine.people.who_may import must_hold
from engine.reads.authority.people import names_of_accounts
from engine.reads.list_page import ListPart, Wanted, listed
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Account, BrokenGlass, Case, NamedRow


@dataclass(frozen=True, slots=True)
class GlassShown:
    """`verdict` is empty until somebody has looked at it. `is_own`: the reader used it, so another looks at it."""

    id: str
    case: str
    reference: str
    who: str
    email: str
    reason: str
    at: datetime
    until: datetime
    reviewed_by: str
    verdict: str
    review: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class GlassUses:
    """Those at which nobody has looked first, then the newest."""

    part: ListPart[GlassShown]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.case for one in self.part.rows))


@dataclass(frozen=True, slots=True)
class GlassPage:
    use: GlassShown
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.use.case,)


def glass_uses(connection: Connection, actor: Actor, _now: datetime, page: int = 1) -> GlassUses:
    """Raises NotAllowed."""
    part = listed(connection, _uses(actor), Wanted("uses", page))
    return GlassUses(part.showing(_shown(connection, actor, part.rows)))


def glass_use(connection: Connection, actor: Actor, _now: datetime, use: str) -> GlassPage:
    """Raises NotAllowed, NotFound."""
    rows = connection.execute(_uses(actor).where(BrokenGlass.id == use)).all()
    if not rows:
        raise NotFound
    (found,) = _shown(connection, actor, rows)
    return GlassPage(found, asked_plainly(REVIEW, {}))


def _uses(actor: Actor) -> Select[*tuple[Any, ...]]:
    must_hold(actor, (PRIVACY_OFFICER,))
    return (
        select(BrokenGlass.__table__, Case.reference, Account.name, Account.email)
        .join(Case, Case.id == BrokenGlass.case_id)
        .join(Account, Account.id == BrokenGlass.account_id)
        .where(BrokenGlass.authority_id == actor.within, is_open_in_emergency(actor))
        .order_by(BrokenGlass.reviewed_at.is_not(None), BrokenGlass.broken_at.desc(), BrokenGlass.id)
    )


def _shown(connection: Connection, actor: Actor, rows: Sequence[NamedRow]) -> tuple[GlassShown, ...]:
    names = names_of_accounts(connection, (row.reviewed_by for row in rows))
    return tuple(
        GlassShown(
            id=row.id,
            case=row.case_id,
            reference=row.reference,
            who=row.name,
            email=row.email,
            reason=row.reason,
            at=row.broken_at,
            until=row.until,
            reviewed_by=names.get(row.reviewed_by or "", ""),
            verdict=row.verdict or "",
            review=row.review,
            is_own=row.account_id == actor.account,
        )
        for row in rows
    )
