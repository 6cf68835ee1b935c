"""What was carried over to other models at once, and what came of each: for who owns the processes.

A case is named by its reference; of the child nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select

from engine.base.errors import NotFound
from engine.facts.models import model
from engine.people.identity import Actor
from engine.people.who_knows import is_open_to
from engine.reads.authority.people import names_of_accounts
from engine.reads.list_page import OVERVIEW, ListPart, Wanted, listed
from engine.tables import CarryOver, CarryOverItem, Case, Instance, NamedRow

Verdict = Literal["waits", "carried", "refused", "left_out"]
LISTS = ("instances",)


@dataclass(frozen=True, slots=True)
class CarryOverRow:
    """`number` counts those of the authority; `waits` are those of which nothing has come yet. `by` and `agreed_by` are
    names; the second is empty until a second person has agreed, and nothing goes over before.
    """

    number: int
    bundle: str
    asked_at: datetime
    by: str
    reason: str
    hands_back: bool
    agreed_by: str
    agreed_at: datetime | None
    carried: int
    refused: int
    left_out: int
    waits: int

    @property
    def waits_for_second(self) -> bool:
        return self.agreed_at is None and self.waits > 0


class CarryOverAsked(NamedTuple):
    """Its id, and the account of whoever asked for it."""

    id: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class CarriedInstance:
    """A process of a case. `reason` is why it was refused or left out; `is_there`: on the models to which it went."""

    instance: str
    is_there: bool
    case: str
    reference: str
    process: str
    verdict: Verdict
    reason: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class CameOfIt:
    """`refused` are the reasons, each with how many it concerns, the most frequent first. `instances`: what was refused
    first, then what waits, what was left out, and what was carried over.
    """

    asked: CarryOverRow
    refused: tuple[tuple[str, int], ...]
    instances: ListPart[CarriedInstance]
    wanted: Wanted


def running_elsewhere(connection: Connection, authority: str, bundle: str, *of: ColumnElement[bool]) -> tuple[str, ...]:
    """The instances that run in the authority on other models than these, of one case after the other; of the cases for
    which `of` holds.
    """
    of_authority = (
        select(Instance.id).join(Case, Case.id == Instance.case_id).where(Case.authority_id == authority, *of)
    )
    those = of_authority.where(Instance.status == "running", Instance.bundle_hash != bundle)
    return tuple(connection.scalars(those.order_by(Case.reference, Instance.started_at, Instance.id)))


def waiting(connection: Connection, carry_over: str, most: int | None = None) -> tuple[str, ...]:
    """The instances of which nothing has come yet, of one case after the other; the first of them where not all."""
    its = (CarryOverItem.carry_over_id == carry_over, CarryOverItem.verdict == "waits")
    of_it = select(CarryOverItem.instance_id).join(Instance, Instance.id == CarryOverItem.instance_id)
    ordered = of_it.join(Case, Case.id == Instance.case_id).order_by(Case.reference, Instance.started_at, Instance.id)
    return tuple(connection.scalars(ordered.where(*its).limit(most)))


def number_of(connection: Connection, carry_over_id: str) -> int:
    """How one is called."""
    return connection.execute(select(CarryOver.number).where(CarryOver.id == carry_over_id)).scalar_one()


def carry_over_called(connection: Connection, authority: str, number: int) -> CarryOverAsked:
    """Raises NotFound where the authority has none of this number."""
    ours = (CarryOver.authority_id == authority, CarryOver.number == number)
    found = connection.execute(select(CarryOver.id, CarryOver.asked_by).where(*ours)).one_or_none()
    if found is None:
        raise NotFound
    return CarryOverAsked(found.id, found.asked_by)


def carry_overs(connection: Connection, actor: Actor) -> tuple[CarryOverRow, ...]:
    """Newest first."""
    rows = connection.execute(
        _asked(actor).where(CarryOver.authority_id == actor.within).order_by(CarryOver.number.desc())
    )
    return _told(connection, rows.all())


def carry_over(
    connection: Connection, actor: Actor, _now: datetime, number: int, wanted: Wanted = OVERVIEW
) -> CameOfIt:
    """What came of one. Raises NotFound where the authority has none of this number."""
    ours = (CarryOver.authority_id == actor.within, CarryOver.number == number)
    row = connection.execute(_asked(actor).where(*ours)).one_or_none()
    if row is None:
        raise NotFound
    of_it = and_(CarryOverItem.carry_over_id == row.id, _open_to(actor))
    count = func.count()
    reasons = select(CarryOverItem.reason, count.label("times")).where(of_it, CarryOverItem.verdict == "refused")
    grouped = connection.execute(reasons.group_by(CarryOverItem.reason).order_by(count.desc(), CarryOverItem.reason))
    return CameOfIt(
        asked=_told(connection, [row])[0],
        refused=tuple((one.reason, one.times) for one in grouped),
        instances=_instances(connection, of_it, row.bundle_hash, wanted),
        wanted=wanted,
    )


def _open_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on an item that its case is kept from the reader by nothing: of others nothing is said."""
    of_open = select(Instance.id).join(Case, Case.id == Instance.case_id).where(is_open_to(actor))
    return CarryOverItem.instance_id.in_(of_open.where(Case.authority_id == actor.authority))


def _asked(actor: Actor) -> Select[*tuple[Any, ...]]:
    counts = (
        func.count(case((CarryOverItem.verdict == verdict, 1))).label(verdict)
        for verdict in ("waits", "carried", "refused", "left_out")
    )
    return (
        select(CarryOver.__table__, *counts)
        .outerjoin(CarryOverItem, and_(CarryOverItem.carry_over_id == CarryOver.id, _open_to(actor)))
        .group_by(CarryOver.id)
    )


def _told(connection: Connection, rows: Sequence[NamedRow]) -> tuple[CarryOverRow, ...]:
    names = names_of_accounts(connection, (one for row in rows for one in (row.asked_by, row.approved_by)))
    return tuple(
        CarryOverRow(
            number=row.number,
            bundle=row.bundle_hash,
            asked_at=row.asked_at,
            by=str(names.get(row.asked_by, row.asked_by)),
            reason=row.reason,
            hands_back=row.hands_back,
            agreed_by=names.get(row.approved_by or "", ""),
            agreed_at=row.approved_at,
            carried=row.carried,
            refused=row.refused,
            left_out=row.left_out,
            waits=row.waits,
        )
        for row in rows
    )


def _instances(
    connection: Connection, of_it: ColumnElement[bool], bundle: str, wanted: Wanted
) -> ListPart[CarriedInstance]:
    first = case({"refused": 0, "waits": 1, "left_out": 2}, value=CarryOverItem.verdict, else_=3)
    statement = (
        select(CarryOverItem.verdict, CarryOverItem.reason, CarryOverItem.done_at, Instance.process, Instance.number)
        .add_columns(Instance.id, Instance.bundle_hash, Case.id.label("case"), Case.reference)
        .join(Instance, Instance.id == CarryOverItem.instance_id)
        .join(Case, Case.id == Instance.case_id)
        .where(of_it)
        .order_by(first, CarryOverItem.reason, Case.reference, Instance.started_at, Instance.id)
    )
    found = listed(connection, statement, wanted)
    return found.showing(
        CarriedInstance(
            instance=row.id,
            is_there=row.bundle_hash == bundle,
            case=row.case,
            reference=row.reference,
            process=model(connection, row.bundle_hash).drawings[row.process].name,
            verdict=row.verdict,
            reason=row.reason,
            done_at=row.done_at,
        )
        for row in found.rows
    )
