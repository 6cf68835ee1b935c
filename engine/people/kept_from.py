"""What keeps a case from somebody, whatever else they are: they are barred from its child, or it is restricted and they
are not named.

A bar is of a child: of all its persons that were said to be one, and of whoever may be that child until somebody has
said whether it is. A restriction is of a case, of those that were joined with it, and of those that came after it.

Each condition gathers what is kept from the account, which is nothing for nearly everybody, and holds each case against
that: a list costs no more for it.
"""

from collections.abc import Collection

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from engine.tables import Account, Bar, Case, NamedAccount, PossibleMatch, RestrictedCase, Restriction

Whose = BindParameter[str] | InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
_HOLDS = Restriction.ended_at.is_(None)


def nothing_keeps_from(account: Whose) -> ColumnElement[bool]:
    """The condition on `case` that it is kept from this account by nothing."""
    return and_(nobody_bars(account), Case.id.not_in(_not_named_in(account)))


def nobody_bars(account: Whose) -> ColumnElement[bool]:
    """The condition on `case` that this account is not barred from its child."""
    return Case.person_id.not_in(_barred_persons(account))


def cases_kept_from(account: Whose) -> Select[str]:
    """The ids of the cases of which this account must not know."""
    barred = select(Case.id.label("id")).where(Case.person_id.in_(_barred_persons(account)))
    kept = union_all(barred, _not_named_in(account)).subquery()
    return select(kept.c[0])


def nothing_keeps_from_anybody() -> ColumnElement[bool]:
    """The condition on `case` that nobody is barred from its child, and that it is not restricted: what is told of many
    cases together to whoever asks is told of these alone.
    """
    restricted = select(RestrictedCase.case_id).join(Restriction, Restriction.id == RestrictedCase.restriction_id)
    barred = _barred(Bar.account_id.is_not(None))
    return and_(Case.person_id.not_in(select(barred.c.person_id)), Case.id.not_in(restricted.where(_HOLDS)))


def is_kept_from(account: Whose, of_case: Whose) -> ColumnElement[bool]:
    """Whether this case is kept from this account: of rows that name both."""
    barred, child = _barred(Bar.account_id.is_not(None)), aliased(Case)
    theirs = select(barred.c.account_id).join(child, child.person_id == barred.c.person_id)
    is_barred = theirs.where(barred.c.account_id == account, child.id == of_case).exists()
    restricted = (
        select(RestrictedCase.case_id)
        .join(Restriction, Restriction.id == RestrictedCase.restriction_id)
        .where(_HOLDS, RestrictedCase.case_id == of_case, ~_is_named(account))
    )
    return or_(is_barred, restricted.exists())


def bars_that_hold_for(account: Whose) -> ColumnElement[bool]:
    """The condition on `bar` that it is of a child from whom this account is barred too, or of this very account: of
    those nothing is said to it.
    """
    return or_(Bar.person_id.in_(_barred_persons(account)), Bar.account_id == account)


def kept_out(connection: Connection, of_case: str, accounts: Collection[str], *, named: bool = True) -> frozenset[str]:
    """Those of the accounts from whom the case is kept: one statement, and none where there is no account. Without
    `named` only those who are barred.
    """
    if not accounts:
        return frozenset()
    barred = _barred(Bar.account_id.in_(accounts))
    persons = select(Case.person_id).where(Case.id == of_case)
    is_barred = select(barred.c.account_id).where(barred.c.person_id.in_(persons))
    restricted = (
        select(Account.id)
        .join(RestrictedCase, RestrictedCase.case_id == of_case)
        .join(Restriction, Restriction.id == RestrictedCase.restriction_id)
        .where(Account.id.in_(accounts), _HOLDS, ~_is_named(Account.id))
    )
    return frozenset(connection.scalars(union_all(is_barred, restricted) if named else is_barred))


def _barred_persons(account: Whose) -> Select[str]:
    return select(_barred(Bar.account_id == account).c.person_id)


def _not_named_in(account: Whose) -> Select[str]:
    """The restricted cases in which this account is not named."""
    restricted = select(RestrictedCase.case_id).join(Restriction, Restriction.id == RestrictedCase.restriction_id)
    return restricted.where(_HOLDS, ~_is_named(account))


def _is_named(account: Whose) -> ColumnElement[bool]:
    named = select(NamedAccount.account_id).where(
        NamedAccount.restriction_id == Restriction.id, NamedAccount.account_id == account
    )
    return named.correlate_except(NamedAccount).exists()


def _barred(*conditions: ColumnElement[bool]) -> CTE:
    """By account (`account_id`), the persons (`person_id`) from whom it is kept."""
    link, clarified = aliased(Case), aliased(Case)
    start = select(Bar.account_id, Bar.person_id.label("person_id")).where(Bar.ended_at.is_(None), *conditions)
    child = start.cte(recursive=True)
    other = case((link.person_id == child.c.person_id, link.same_person_id), else_=link.person_id)
    either = or_(link.person_id == child.c.person_id, link.same_person_id == child.c.person_id)
    linked = select(child.c.account_id, other).join(child, either).where(link.same_person_id.is_not(None))
    whole = child.union(linked)
    is_clarified = exists().where(clarified.person_id == PossibleMatch.known_id, clarified.same_person_id.is_not(None))
    likely = (
        select(whole.c.account_id, PossibleMatch.known_id)
        .join(PossibleMatch, PossibleMatch.person_id == whole.c.person_id)
        .where(PossibleMatch.answer.is_(None), ~is_clarified)
    )
    return union_all(select(whole.c.account_id, whole.c.person_id), likely).cte()
