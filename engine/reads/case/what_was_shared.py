"""What was shared of a child, with whom and why, and what is wished about that: by case, and by who received it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, cast, select

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.facts.models import in_force
from engine.facts.sharing_forms import CONSENT_WORDS, WITHOUT_CONSENT_WORDS, agency_names
from engine.facts.sharing_wishes import Wish, wishes_of
from engine.people.identity import Actor
from engine.people.who_knows import knows, must_see_all
from engine.people.who_may import sees_answers_of
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.list_page import PAGE, ListPart, Wanted, listed
from engine.tables import Account, Case, NamedRow, Person, SharedInformation

LIST = "shared"
SOMEBODY = "others"
"""In place of an agency, where it is about who was named in words."""


@dataclass(frozen=True, slots=True)
class ShareView:
    """`consent`, `without_consent` and `told` are in words. `child` and `reference` are those of its case."""

    case: str
    reference: str
    child: ChildView
    on: date
    what: str
    with_whom: tuple[str, ...]
    why: str
    consent: str
    without_consent: str
    told: str
    not_told_because: str
    against_wishes_because: str
    by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class WishView:
    """`against` is in words: with whom something is not to be shared."""

    wish: Wish
    whose: str
    against: str


@dataclass(frozen=True, slots=True)
class SharedInCase:
    """`recipients` are the names, by id, of those with whom something of this child was shared. `may_record`: the
    reader works in the case.
    """

    case: str
    bar: CaseBar
    wishes: tuple[WishView, ...]
    shares: ListPart[ShareView]
    recipients: Mapping[str, str]
    may_record: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.bar.cases_shown


@dataclass(frozen=True, slots=True)
class SharedWith:
    """`recipient` is the id of an agency, or SOMEBODY. `more`: another page follows."""

    recipient: str
    name: str
    shares: tuple[ShareView, ...]
    page: int
    more: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.case for one in self.shares))


def shared_in_case(connection: Connection, actor: Actor, now: datetime, case: str, page: int) -> SharedInCase:
    """Newest first. Raises NotFound, NotAllowed for who does not see all answers of the case."""
    must_see_all(connection, actor, case)
    names = agency_names(in_force(connection, actor.within))
    bar = case_bar(connection, actor, now, case)
    found = listed(connection, _shares(SharedInformation.case_id == case), Wanted(LIST, page))
    return SharedInCase(
        case=case,
        bar=bar,
        wishes=wish_views(connection, actor, case, names),
        shares=found.showing(_view(one, names, now) for one in found.rows),
        recipients=_recipients(connection, case, names),
        may_record=not actor.in_oversight and not bar.is_joined,
    )


def shared_with(connection: Connection, actor: Actor, now: datetime, recipient: str, page: int) -> SharedWith:
    """Of all cases that the actor may know of, newest first. Raises NotFound for no agency, NotAllowed for who does not
    see all answers.
    """
    if not sees_answers_of(actor, None):
        words = "This shows what social care shared. It is for children’s social care and for auditors."
        raise NotAllowed(words, code=RefusalCode.SEES_OWN_AGENCY_ONLY)
    names = {**agency_names(in_force(connection, actor.within)), SOMEBODY: "somebody who is named in words"}
    if recipient not in names:
        raise NotFound
    statement = _shares(knows(actor), _went_to(recipient)).limit(PAGE + 1).offset((page - 1) * PAGE)
    rows = connection.execute(statement).all()
    shown = tuple(_view(one, names, now) for one in rows[:PAGE])
    return SharedWith(recipient, names[recipient], shown, page, len(rows) > PAGE)


def wish_views(
    connection: Connection, actor: Actor, case: str, names: Mapping[str, str], *, holding: bool = False
) -> tuple[WishView, ...]:
    """`holding`: those alone that hold."""
    found = wishes_of(connection, actor, case)
    return tuple(wish_view(one, names) for one in found if one.holds or not holding)


def wish_view(wish: Wish, names: Mapping[str, str]) -> WishView:
    whose = "The child" if wish.whose == "child" else wish.who[:1].upper() + wish.who[1:]
    listed_names = ", ".join(names.get(one, one) for one in wish.agencies)
    against = {"anybody": "anybody", "somebody": wish.others}.get(wish.against, listed_names)
    return WishView(wish, whose, against)


def _shares(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(SharedInformation.__table__, Case.reference, *child_columns(), Account.name.label("by"))
        .join(Case, Case.id == SharedInformation.case_id)
        .join(Person, Person.id == Case.person_id)
        .outerjoin(Account, Account.id == SharedInformation.account_id)
        .where(*conditions)
        .order_by(SharedInformation.recorded_at.desc(), SharedInformation.id)
    )


def _went_to(recipient: str) -> ColumnElement[bool]:
    if recipient == SOMEBODY:
        return SharedInformation.others != ""
    return cast(SharedInformation.agencies, String).contains(f'"{recipient}"', autoescape=True)


def _recipients(connection: Connection, case: str, names: Mapping[str, str]) -> dict[str, str]:
    rows = connection.execute(
        select(SharedInformation.agencies, SharedInformation.others).where(SharedInformation.case_id == case)
    ).all()
    found = {one for row in rows for one in row.agencies}
    more = {SOMEBODY: "others"} if any(row.others for row in rows) else {}
    return {one: name for one, name in names.items() if one in found} | more


def _view(row: NamedRow, names: Mapping[str, str], now: datetime) -> ShareView:
    others = tuple(one for one in row.others.split("\n") if one)
    return ShareView(
        case=row.case_id,
        reference=row.reference,
        child=child_of(row, now),
        on=row.shared_on,
        what=row.what,
        with_whom=(*(names.get(one, one) for one in row.agencies), *others),
        why=row.why,
        consent=CONSENT_WORDS[row.consent],
        without_consent=WITHOUT_CONSENT_WORDS.get(row.without_consent, row.without_consent),
        told={"yes": "Yes", "no": "No"}.get(row.told, ""),
        not_told_because=row.not_told_because,
        against_wishes_because=row.against_wishes_because,
        by=row.by or "",
        recorded_at=row.recorded_at,
    )
