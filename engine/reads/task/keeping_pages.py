"""What those who keep bars, restricted cases and break glass see: references, who and why, and nothing of any child.

Of a child from whom they are barred themselves nothing is said to them. Each look is recorded, naming the cases.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlalchemy.orm import aliased

from engine.base.errors import NotFound
from engine.facts.keeping_forms import (
    BAR,
    END_BAR,
    END_RESTRICTION,
    NAME_BY_EMAIL,
    RESTRICT_BY_REFERENCE,
)
from engine.facts.restrictions import named_by_restriction
from engine.people.identity import ADMINISTRATOR, PRIVACY_OFFICER, Actor
from engine.people.who_knows import bars_told_to, is_open_in_emergency
from engine.people.who_may import must_hold
from engine.reads.authority.people import names_of_accounts
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Account, Bar, Case, NamedAccount, NamedRow, RestrictedCase, Restriction


@dataclass(frozen=True, slots=True)
class BarShown:
    """`case` is the newest of the child, `reference` is its; `by` and `asked_by` are names. `asks_reader`: somebody
    else asked to end it, so that the reader may decide.
    """

    id: str
    case: str
    reference: str
    who: str
    email: str
    reason: str
    by: str
    since: datetime
    asked_by: str
    asked_at: datetime | None
    asked_reason: str
    asks_reader: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """`form` bars somebody: it is for privacy officers, and not for who may only be the second person."""

    rows: tuple[BarShown, ...]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.case for one in self.rows))


@dataclass(frozen=True, slots=True)
class BarPage:
    """`keeps`: the reader may ask to end it; else they are a second person alone."""

    bar: BarShown
    form: FormView
    keeps: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.bar.case,)


def bars(connection: Connection, actor: Actor, _now: datetime) -> Bars:
    """Raises NotAllowed. To an administrator those alone that somebody asked to end."""
    must_hold(actor, (PRIVACY_OFFICER, ADMINISTRATOR))
    rows = connection.execute(_bars(actor).order_by(Bar.barred_at, Bar.id)).all()
    return Bars(_bars_shown(connection, actor, [*rows]), asked_plainly(BAR, {}))


def bar(connection: Connection, actor: Actor, _now: datetime, bar: str) -> BarPage:
    """Raises NotAllowed, NotFound."""
    must_hold(actor, (PRIVACY_OFFICER, ADMINISTRATOR))
    rows = _bars_shown(connection, actor, [*connection.execute(_bars(actor).where(Bar.id == bar))])
    if not rows:
        raise NotFound
    return BarPage(rows[0], asked_plainly(END_BAR, {}), PRIVACY_OFFICER in actor.roles)


def _bars(actor: Actor) -> Select[*tuple[Any, ...]]:
    other = aliased(Case)
    newest = select(func.max(other.opened_at)).where(other.person_id == Bar.person_id).scalar_subquery()
    statement = (
        select(Bar.__table__, Case.id.label("case"), Case.reference, Account.name, Account.email)
        .join(Account, Account.id == Bar.account_id)
        .join(Case, (Case.person_id == Bar.person_id) & (Case.opened_at == newest))
        .where(Bar.authority_id == actor.within, Bar.ended_at.is_(None), bars_told_to(actor))
    )
    return statement if PRIVACY_OFFICER in actor.roles else statement.where(Bar.ending_asked_by.is_not(None))


def _bars_shown(connection: Connection, actor: Actor, rows: list[NamedRow]) -> tuple[BarShown, ...]:
    names = names_of_accounts(connection, (one for row in rows for one in (row.barred_by, row.ending_asked_by)))
    return tuple(
        BarShown(
            id=row.id,
            case=row.case,
            reference=row.reference,
            who=row.name,
            email=row.email,
            reason=row.reason,
            by=names.get(row.barred_by, ""),
            since=row.barred_at,
            asked_by=names.get(row.ending_asked_by or "", ""),
            asked_at=row.ending_asked_at,
            asked_reason=row.ending_reason,
            asks_reader=row.ending_asked_by not in (None, actor.account),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class RestrictionShown:
    """`references` are of all cases for which it holds, the one that was restricted first; `named` are names."""

    id: str
    cases: tuple[str, ...]
    references: tuple[str, ...]
    reason: str
    by: str
    since: datetime
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restrictions:
    rows: tuple[RestrictionShown, ...]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(case for one in self.rows for case in one.cases))


@dataclass(frozen=True, slots=True)
class RestrictionPage:
    restriction: RestrictionShown
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.restriction.cases


def restrictions(connection: Connection, actor: Actor, _now: datetime) -> Restrictions:
    """Raises NotAllowed."""
    return Restrictions(_restrictions(connection, actor), asked_plainly(RESTRICT_BY_REFERENCE, {}))


def restriction_to_change(connection: Connection, actor: Actor, _now: datetime, restriction: str) -> RestrictionPage:
    """Raises NotAllowed, NotFound."""
    found = _one(connection, actor, restriction)
    emails = connection.scalars(
        select(Account.email)
        .join(NamedAccount, NamedAccount.account_id == Account.id)
        .where(NamedAccount.restriction_id == restriction)
        .order_by(Account.email)
    )
    return RestrictionPage(found, asked_plainly(NAME_BY_EMAIL, {"emails": "\n".join(emails)}))


def restriction_to_end(connection: Connection, actor: Actor, _now: datetime, restriction: str) -> RestrictionPage:
    """Raises NotAllowed, NotFound."""
    return RestrictionPage(_one(connection, actor, restriction), asked_plainly(END_RESTRICTION, {}))


def _one(connection: Connection, actor: Actor, restriction: str) -> RestrictionShown:
    found = _restrictions(connection, actor, Restriction.id == restriction)
    if not found:
        raise NotFound
    return found[0]


def _restrictions(connection: Connection, actor: Actor, *wanted: ColumnElement[bool]) -> tuple[RestrictionShown, ...]:
    must_hold(actor, (PRIVACY_OFFICER,))
    rows = connection.execute(
        select(Restriction.__table__, RestrictedCase.case_id.label("held"), Case.reference)
        .join(RestrictedCase, RestrictedCase.restriction_id == Restriction.id)
        .join(Case, Case.id == RestrictedCase.case_id)
        .where(Restriction.authority_id == actor.within, Restriction.ended_at.is_(None), is_open_in_emergency(actor))
        .where(*wanted)
        .order_by(Restriction.restricted_at, Restriction.id, Case.opened_at, Case.id)
    ).all()
    of: dict[str, list[NamedRow]] = {}
    for row in rows:
        of.setdefault(row.id, []).append(row)
    names = names_of_accounts(connection, (row.restricted_by for row in rows))
    named = named_by_restriction(connection, [*of])
    return tuple(
        RestrictionShown(
            id=one,
            cases=tuple(row.held for row in those),
            references=tuple(row.reference for row in those),
            reason=those[0].reason,
            by=names.get(those[0].restricted_by, ""),
            since=those[0].restricted_at,
            named=tuple(named[one].values()),
        )
        for one, those in of.items()
    )
