"""What those who keep the rules see of what is on legal hold, and of what was proposed to be erased, and was.

Cases stand by their references alone. Of a child from whom the reader is barred nothing is said. Each look is recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from engine.base.errors import NotFound
from engine.facts.retention import Rule, is_told_to
from engine.facts.retention_forms import DECIDE, HOLD, LIFT
from engine.people.identity import PRIVACY_OFFICER, Actor
from engine.people.who_knows import in_authority_of
from engine.people.who_may import must_hold
from engine.reads.authority.people import names_of_accounts
from engine.reads.list_page import ListPart, Wanted, listed
from engine.reads.task.form_view import FormView, asked_plainly
from engine.reads.task.retention_pages import KEEPERS, SYSTEM_NAME, gone_with
from engine.tables import Case, Erasure, LegalHold, NamedRow, RetentionRule


@dataclass(frozen=True, slots=True)
class LegalHoldShown:
    id: str
    case: str
    reference: str
    reason: str
    by: str
    since: datetime


@dataclass(frozen=True, slots=True)
class LegalHolds:
    part: ListPart[LegalHoldShown]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.case for one in self.part.rows))


@dataclass(frozen=True, slots=True)
class LegalHoldPage:
    hold: LegalHoldShown
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.hold.case,)


@dataclass(frozen=True, slots=True)
class ErasureShown:
    """`outcome` is empty until a second person has decided. `is_own`: the reader proposed it, so another decides."""

    id: str
    case: str
    reference: str
    rule: str
    reason: str
    by: str
    at: datetime
    outcome: str
    settled_by: str
    settled_at: datetime | None
    settling_reason: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Erasures:
    """Those that wait first, then the newest."""

    part: ListPart[ErasureShown]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.case for one in self.part.rows))


@dataclass(frozen=True, slots=True)
class ErasurePage:
    """`joined` are the references of the cases that would go with it, or went."""

    erasure: ErasureShown
    joined: tuple[str, ...]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.erasure.case,)


def legal_holds(connection: Connection, actor: Actor, _now: datetime, page: int = 1) -> LegalHolds:
    """The newest first. Raises NotAllowed."""
    part = listed(connection, _holds(actor), Wanted("holds", page))
    return LegalHolds(part.showing(_holds_shown(connection, part.rows)), asked_plainly(HOLD, {}))


def legal_hold(connection: Connection, actor: Actor, _now: datetime, hold: str) -> LegalHoldPage:
    """Raises NotAllowed, NotFound."""
    rows = connection.execute(_holds(actor).where(LegalHold.id == hold)).all()
    if not rows:
        raise NotFound
    return LegalHoldPage(_holds_shown(connection, rows)[0], asked_plainly(LIFT, {}))


def _holds(actor: Actor) -> Select[*tuple[Any, ...]]:
    must_hold(actor, (PRIVACY_OFFICER,))
    return (
        select(LegalHold.__table__, Case.reference)
        .join(Case, Case.id == LegalHold.case_id)
        .where(LegalHold.lifted_at.is_(None), in_authority_of(actor), is_told_to(actor))
        .order_by(LegalHold.held_at.desc(), LegalHold.id)
    )


def _holds_shown(connection: Connection, rows: Sequence[NamedRow]) -> tuple[LegalHoldShown, ...]:
    names = SYSTEM_NAME | names_of_accounts(connection, (row.held_by for row in rows))
    return tuple(
        LegalHoldShown(row.id, row.case_id, row.reference, row.reason, names.get(row.held_by, ""), row.held_at)
        for row in rows
    )


def erasures(connection: Connection, actor: Actor, _now: datetime, page: int = 1) -> Erasures:
    """Raises NotAllowed."""
    part = listed(connection, _erasures(actor), Wanted("erasures", page))
    return Erasures(part.showing(_erasures_shown(connection, actor, part.rows)))


def erasure(connection: Connection, actor: Actor, _now: datetime, erasure: str) -> ErasurePage:
    """Raises NotAllowed, NotFound."""
    rows = connection.execute(_erasures(actor).where(Erasure.id == erasure)).all()
    if not rows:
        raise NotFound
    (found,) = _erasures_shown(connection, actor, rows)
    return ErasurePage(found, gone_with(connection, found.case), asked_plainly(DECIDE, {}))


def _erasures(actor: Actor) -> Select[*tuple[Any, ...]]:
    must_hold(actor, KEEPERS)
    return (
        select(Erasure.__table__, Case.reference)
        .join(Case, Case.id == Erasure.case_id)
        .where(Erasure.authority_id == actor.within, is_told_to(actor))
        .order_by(Erasure.settled_at.is_not(None), Erasure.proposed_at.desc(), Erasure.id)
    )


def _erasures_shown(connection: Connection, actor: Actor, rows: Sequence[NamedRow]) -> tuple[ErasureShown, ...]:
    people = (one for row in rows for one in (row.proposed_by, row.settled_by))
    names = SYSTEM_NAME | names_of_accounts(connection, people)
    said = _rules_said(connection, {row.rule_id for row in rows if row.rule_id})
    return tuple(
        ErasureShown(
            id=row.id,
            case=row.case_id,
            reference=row.reference,
            rule=said.get(row.rule_id, ""),
            reason=row.reason,
            by=names.get(row.proposed_by, ""),
            at=row.proposed_at,
            outcome=row.outcome or "",
            settled_by=names.get(row.settled_by or "", ""),
            settled_at=row.settled_at,
            settling_reason=row.settling_reason,
            is_own=row.proposed_by == actor.account,
        )
        for row in rows
    )


def _rules_said(connection: Connection, of: set[str]) -> Mapping[str, str]:
    """In words, by id; also those that have ended since."""
    columns = (RetentionRule.id, RetentionRule.years, RetentionRule.counts_from, RetentionRule.process)
    rows = select(*columns, RetentionRule.process_title, RetentionRule.set_at, RetentionRule.set_by)
    found = (Rule(**row) for row in connection.execute(rows.where(RetentionRule.id.in_(of))).mappings())
    return {one.id: one.whole for one in found}
