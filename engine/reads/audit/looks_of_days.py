"""What is looked at of certain days alone: looks that were taken, and attempts that were refused.

Rows are found by their moment and never by a chain from its beginning, so that a record of many years costs no more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.people.identity import PRIVACY_OFFICER, REVIEWS_LOOKS, Actor
from engine.people.who_knows import is_open_in_emergency, is_open_to
from engine.people.who_may import must_hold
from engine.record.chain import case_chain
from engine.tables import Account, Act, Case, Chain, Payload, Shown
from engine.timescales.calendar import day_of, start_of

OWN = "Nobody reviews their own looks: auditors see those of privacy officers, and the other way round."
PERSON = "person:"
LONGEST = 31
"""Days that can be asked for at once."""


@dataclass(frozen=True, slots=True)
class LookedDays:
    """`count` days in London, the last of which is `last`."""

    last: date
    count: int

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.count - 1)

    @property
    def holds(self) -> ColumnElement[bool]:
        """Of an act: that it was in these days."""
        return and_(Act.at >= start_of(self.first), Act.at < start_of(self.last + timedelta(days=1)))


def days_to(now: datetime, count: int) -> LookedDays:
    return LookedDays(day_of(now), count)


def must_review(actor: Actor) -> None:
    """Raises NotAllowed for who is neither privacy officer nor auditor, nor the product itself."""
    if not actor.is_system:
        must_hold(actor, REVIEWS_LOOKS)


def is_reviewed_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on `case` that something is said of it to this actor, who reviews looks: nothing of a child from
    whom they are barred. Privacy officers keep the restricted cases; to auditors there is none in which they are not
    named.
    """
    keeps = PRIVACY_OFFICER in actor.roles
    return is_open_in_emergency(actor) if keeps or actor.is_system else is_open_to(actor)


def must_not_be_own(actor: Actor, account: str) -> None:
    """Raises NotAllowed."""
    if actor.account == account:
        raise NotAllowed(OWN, code=RefusalCode.OWN_WORK)


def person_named(connection: Connection, actor: Actor, account: str) -> str:
    """The name of an account. Raises NotFound for one of another authority, NotAllowed for the reader's own."""
    must_not_be_own(actor, account)
    name = connection.scalar(select(Account.name).where(Account.id == account, Account.authority_id == actor.authority))
    if name is None:
        raise NotFound
    return name


def reference_of(connection: Connection, actor: Actor, case: str) -> str:
    """Raises NotFound for a case of another authority, and for none."""
    of_case = (Case.id == case, Case.authority_id == actor.authority, is_reviewed_by(actor))
    reference = connection.scalar(select(Case.reference).where(*of_case))
    if reference is None:
        raise NotFound
    return reference


def of_people(actor: Actor) -> ColumnElement[bool]:
    """Of an act: that somebody of the authority did it, and not the reader. It is asked of what the days have left: the
    index by moment is to be used, and not a chain read from its beginning.
    """
    own = literal(PERSON) + Account.id
    theirs = select(own).where(Account.authority_id == actor.authority, Account.id != (actor.account or ""))
    return _not_by_chain().in_(theirs)


def of_person(account: str) -> ColumnElement[bool]:
    """Of an act: as `of_people`, of one."""
    return _not_by_chain() == f"{PERSON}{account}"


def _not_by_chain() -> ColumnElement[str]:
    return func.coalesce(Act.chain, "")


def acts(*columns: Any) -> Select[*tuple[Any, ...]]:
    """With what they carry."""
    carried = and_(Payload.chain == Act.chain, Payload.number == Act.number)
    return select(*columns).select_from(Act).outerjoin(Payload, carried)


def says_something_to(actor: Actor) -> ColumnElement[bool]:
    """Of an act: it showed no case, or one of which something is said to this reviewer. Of a look at nothing but what
    is kept from them they do not learn that there was one.
    """
    looker = aliased(Chain)
    showed = select(Shown.case_id).join(looker, looker.id == Shown.chain_id)
    showed = showed.where(looker.name == Act.chain, Shown.number == Act.number).correlate(Act)
    said = showed.where(Shown.case_id.in_(_cases_said_to(actor)))
    return or_(~showed.exists(), said.exists())


def is_said_to(actor: Actor) -> ColumnElement[bool]:
    """Of a case that a look showed (`shown`): something is said of it to this reviewer."""
    return Shown.case_id.in_(_cases_said_to(actor))


def _cases_said_to(actor: Actor) -> Select[int]:
    """Of the one case that is asked about."""
    chain = aliased(Chain)
    return (
        select(chain.id)
        .join(Case, Case.id == func.substr(chain.name, len(case_chain("")) + 1))
        .where(chain.id == Shown.case_id, Case.authority_id == actor.authority, is_reviewed_by(actor))
        .correlate(Shown)
    )


def cases_of(
    connection: Connection, actor: Actor, looks: Iterable[tuple[str, int]]
) -> Mapping[tuple[str, int], Sequence[tuple[str, str]]]:
    """By chain and number of a look, the cases that it showed: id and reference, in order of reference."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for chain, number in looks:
        wanted[chain].append(number)
    found: dict[tuple[str, int], Sequence[tuple[str, str]]] = {}
    for chain, numbers in wanted.items():
        showed = Chain.__table__.alias("showed")
        rows = connection.execute(
            select(Shown.number, Case.id, Case.reference)
            .join(Chain, Chain.id == Shown.chain_id)
            .join(showed, showed.c.id == Shown.case_id)
            .join(Case, Case.id == func.substr(showed.c.name, len(case_chain("")) + 1))
            .where(Chain.name == chain, Shown.number.in_(numbers), Case.authority_id == actor.authority)
            .where(is_reviewed_by(actor))
            .order_by(Case.reference)
        )
        for row in rows:
            key = chain, row.number
            found[key] = (*found.get(key, ()), (row.id, row.reference))
    return found
