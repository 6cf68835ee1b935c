"""What keeps a case from somebody, whatever else they are: they are barred from its child, or it is restricted and they
are not named.

A bar is of a child: of all its persons that were said to be one, and of whoever may be that child until somebody has
said whether it is. A restriction is of a case, of those that were joined with it, and of those that came after it.

Each condition gathers what is kept from the account, which is nothing for nearly everybody, and holds each case against
that: a list costs no more for it. It costs more to make one than to ask it, so that each is made once for an account.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from engine.tables import Account, Bar, Case, NamedAccount, PossibleMatch, RestrictedCase, Restriction

Whose = ColumnElement[Any] | InstrumentedAttribute[Any]
_ACCOUNT, _BAR, _CASE, _MATCH = (one.__table__ for one in (Account, Bar, Case, PossibleMatch))
_NAMED, _HELD, _RESTRICTION = (one.__table__ for one in (NamedAccount, RestrictedCase, Restriction))
_HOLDS = _RESTRICTION.c.ended_at.is_(None)
MOST = 1000
"""Accounts of which what was made is kept."""
KNOWN_ACCOUNT = "known_account"


@lru_cache(MOST)
def nothing_keeps_from(account: str | None) -> ColumnElement[bool]:
    """The condition on `case` that it is kept from this account by nothing."""
    return and_(nobody_bars(account), _CASE.c.id.not_in(_not_named_in(_one(account))))


@cache
def nothing_keeps_from_whom_it_is_asked() -> ColumnElement[bool]:
    """As `nothing_keeps_from`, for a statement to which the account is given as KNOWN_ACCOUNT."""
    account = bindparam(KNOWN_ACCOUNT, type_=String())
    return and_(_nobody_bars(account), _CASE.c.id.not_in(_not_named_in(account)))


@lru_cache(MOST)
def nobody_bars(account: str | None) -> ColumnElement[bool]:
    """The condition on `case` that this account is not barred from its child."""
    return _nobody_bars(_one(account))


@lru_cache(MOST)
def cases_kept_from(account: str | None) -> Select[str]:
    """The ids of the cases of which this account must not know."""
    barred = select(_CASE.c.id.label("id")).where(_CASE.c.person_id.in_(_barred_persons(_one(account))))
    kept = union_all(barred, _not_named_in(_one(account))).subquery()
    return select(kept.c[0])


@lru_cache(MOST)
def says_nothing_to(account: str | None) -> ColumnElement[bool]:
    """The condition on `bar` that nothing is said of it to this account: it is barred from that child, or is the very
    one whom it bars.
    """
    return or_(_BAR.c.person_id.in_(_barred_persons(_one(account))), _BAR.c.account_id == account)


@cache
def nothing_keeps_from_anybody() -> ColumnElement[bool]:
    """The condition on `case` that nobody is barred from its child, and that it is not restricted: what is told of many
    cases together to whoever asks is told of these alone.
    """
    restricted = select(_HELD.c.case_id).join(_RESTRICTION, _RESTRICTION.c.id == _HELD.c.restriction_id)
    barred = _barred(_BAR.c.account_id.is_not(None))
    told = _CASE.c.person_id.not_in(select(barred.c.person_id)), _CASE.c.id.not_in(restricted.where(_HOLDS))
    return and_(_CASE.c.erased_at.is_(None), *told)


def is_kept_from(account: Whose, of_case: Whose) -> ColumnElement[bool]:
    """Whether this case is kept from this account: of rows that name both. To be made once."""
    barred, child = _barred(_BAR.c.account_id.is_not(None)), _CASE.alias()
    theirs = select(barred.c.account_id).join(child, child.c.person_id == barred.c.person_id)
    is_barred = theirs.where(barred.c.account_id == account, child.c.id == of_case).exists()
    restricted = (
        select(_HELD.c.case_id)
        .join(_RESTRICTION, _RESTRICTION.c.id == _HELD.c.restriction_id)
        .where(_HOLDS, _HELD.c.case_id == of_case, ~_is_named(account))
    )
    return or_(is_barred, restricted.exists())


def kept_out(connection: Connection, of_case: str, accounts: Collection[str], *, named: bool = True) -> frozenset[str]:
    """Those of the accounts from whom the case is kept: one statement, and none where there is no account. Without
    `named` only those who are barred.
    """
    given = {"of_case": of_case, "accounts": [*accounts]}
    return frozenset(connection.scalars(_kept_out(named=named), given)) if accounts else frozenset()


@cache
def _kept_out(*, named: bool) -> Select[str]:
    accounts = bindparam("accounts", expanding=True, type_=String())
    of_case = bindparam("of_case", type_=String())
    barred = _barred(_BAR.c.account_id.in_(accounts))
    is_barred = select(barred.c.account_id.label("id")).where(
        barred.c.person_id.in_(select(_CASE.c.person_id).where(_CASE.c.id == of_case))
    )
    if not named:
        return is_barred
    restricted = (
        select(_ACCOUNT.c.id)
        .select_from(_ACCOUNT)
        .join(_HELD, _HELD.c.case_id == of_case)
        .join(_RESTRICTION, _RESTRICTION.c.id == _HELD.c.restriction_id)
        .where(_ACCOUNT.c.id.in_(accounts), _HOLDS, ~_is_named(_ACCOUNT.c.id))
    )
    return select(union_all(is_barred, restricted).subquery().c[0])


def barred_then(of_case: str, at: datetime) -> Select[str]:
    """The accounts that were barred from the child of this case at a moment; what is one child counts as it does
    now.
    """
    ended = or_(_BAR.c.ended_at.is_(None), _BAR.c.ended_at > at)
    barred = _barred(_BAR.c.barred_at <= at, ended, holding=True)
    return select(barred.c.account_id).where(
        barred.c.person_id.in_(select(_CASE.c.person_id).where(_CASE.c.id == of_case))
    )


def _one(account: str | None) -> BindParameter[str]:
    """Of this account alone, whoever else the same statement asks about."""
    return bindparam(KNOWN_ACCOUNT, account, String(), unique=True)


def _nobody_bars(account: Whose) -> ColumnElement[bool]:
    return _CASE.c.person_id.not_in(_barred_persons(account))


def _barred_persons(account: Whose) -> Select[str]:
    return select(_barred(_BAR.c.account_id == account).c.person_id)


def _not_named_in(account: Whose) -> Select[str]:
    """The restricted cases in which this account is not named."""
    restricted = select(_HELD.c.case_id).join(_RESTRICTION, _RESTRICTION.c.id == _HELD.c.restriction_id)
    return restricted.where(_HOLDS, ~_is_named(account))


def _is_named(account: Whose) -> ColumnElement[bool]:
    named = select(_NAMED.c.account_id).where(
        _NAMED.c.restriction_id == _RESTRICTION.c.id, _NAMED.c.account_id == account
    )
    return named.correlate_except(_NAMED).exists()


def _barred(*conditions: ColumnElement[bool], holding: bool = False) -> CTE:
    """By account (`account_id`), the persons (`person_id`) from whom it is kept. `holding`: the conditions say when a
    bar holds; else those count that hold now.
    """
    link, clarified = _CASE.alias(), _CASE.alias()
    holds = () if holding else (_BAR.c.ended_at.is_(None),)
    bar = (_BAR.c.account_id, _BAR.c.person_id.label("person_id"), _BAR.c.barred_at.label("barred_at"))
    start = select(*bar).where(*holds, *conditions)
    child = start.cte(recursive=True)
    other = case((link.c.person_id == child.c.person_id, link.c.same_person_id), else_=link.c.person_id)
    either = or_(link.c.person_id == child.c.person_id, link.c.same_person_id == child.c.person_id)
    linked = (
        select(child.c.account_id, other, child.c.barred_at)
        .join(child, either)
        .where(link.c.same_person_id.is_not(None))
    )
    whole = child.union(linked)
    is_clarified = exists().where(clarified.c.person_id == _MATCH.c.known_id, clarified.c.same_person_id.is_not(None))
    may_be_one = and_(_MATCH.c.answer.is_(None), ~is_clarified)
    was_one = whole.c.barred_at <= _MATCH.c.separated_at  # taken for one then: it holds for both until it ends
    likely = (
        select(whole.c.account_id, _MATCH.c.known_id)
        .join(_MATCH, _MATCH.c.person_id == whole.c.person_id)
        .where(or_(may_be_one, was_one))
    )
    return union_all(select(whole.c.account_id, whole.c.person_id), likely).cte()
