"""What those who keep the rules see of how long cases are kept: the rules, and the cases that are due.

Cases stand by their references alone. Of a child from whom the reader is barred nothing is said. Each look is recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from engine.base.errors import NotFound
from engine.facts.child import joined_to
from engine.facts.models import in_force
from engine.facts.retention import (
    KEPT_BECAUSE,
    DueCase,
    Rule,
    due_cases,
    is_due,
    is_kept,
    is_told_to,
    rules,
    why_kept,
)
from engine.facts.retention_forms import END_RULE, PROPOSE, rule_form
from engine.people.identity import ADMINISTRATOR, PRIVACY_OFFICER, Actor
from engine.people.who_knows import in_authority_of
from engine.people.who_may import must_hold
from engine.reads.authority.people import names_of_accounts
from engine.reads.list_page import ListPart, Wanted, listed
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Case, Erasure, NamedRow

KEEPERS = (PRIVACY_OFFICER, ADMINISTRATOR)
SYSTEM_NAME = {"system": "the system"}


@dataclass(frozen=True, slots=True)
class RuleShown:
    rule: Rule
    by: str


@dataclass(frozen=True, slots=True)
class Rules:
    rows: tuple[RuleShown, ...]
    form: FormView
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulePage:
    shown: RuleShown
    form: FormView
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DueShown:
    """`rule` in words, and `since`, of a case that is due; else `why` it is kept. Where that day would tell when the
    child was born it is the year alone. `proposed`: it waits for a second person.
    """

    case: str
    reference: str
    closed_at: datetime | None
    rule: str
    since: str
    why: str
    proposed: bool


@dataclass(frozen=True, slots=True)
class DueList:
    """`has_rules`: else nothing is due, ever. `kept`: of those whose time is over and that something keeps."""

    part: ListPart[DueShown]
    has_rules: bool
    kept: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(one.case for one in self.part.rows)


@dataclass(frozen=True, slots=True)
class DueCasePage:
    """`joined` are the references of the cases that would go with it."""

    due: DueShown
    joined: tuple[str, ...]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.due.case,)


def retention_rules(connection: Connection, actor: Actor, _now: datetime) -> Rules:
    """Raises NotAllowed."""
    must_hold(actor, KEEPERS)
    found = rules(connection, actor.within)
    names = SYSTEM_NAME | names_of_accounts(connection, (one.set_by for one in found))
    model = in_force(connection, actor.within)
    form = rule_form({one.process: one.name for one in model.drawings.values()})
    shown = (RuleShown(one, names.get(one.set_by, "")) for one in found)
    return Rules(tuple(shown), asked_plainly(form, {}))


def retention_rule(connection: Connection, actor: Actor, now: datetime, rule: str) -> RulePage:
    """Raises NotAllowed, and NotFound for one that does not hold."""
    for one in retention_rules(connection, actor, now).rows:
        if one.rule.id == rule:
            return RulePage(one, asked_plainly(END_RULE, {}))
    raise NotFound


def due_list(connection: Connection, actor: Actor, now: datetime, page: int = 1, *, kept: bool = False) -> DueList:
    """Those that have been closed longest first. Raises NotAllowed."""
    must_hold(actor, (PRIVACY_OFFICER,))
    of = rules(connection, actor.within)
    which = is_kept(of, now) if kept else is_due(of, now)
    part = listed(connection, _cases(actor).where(which).order_by(Case.closed_at, Case.id), Wanted("due", page))
    return DueList(part.showing(_due_shown(connection, of, part.rows, kept=kept)), bool(of), kept)


def _since(due: DueCase) -> str:
    return f"{due.since.year}" if due.tells_birth else f"{due.since.day} {due.since:%B %Y}"


def every_due_case(connection: Connection, actor: Actor, now: datetime, *, kept: bool = False) -> tuple[DueShown, ...]:
    """As `due_list`, all of them, for the command line."""
    of = rules(connection, actor.within)
    which = is_kept(of, now) if kept else is_due(of, now)
    rows = connection.execute(_cases(actor).where(which).order_by(Case.closed_at, Case.id)).all()
    return _due_shown(connection, of, rows, kept=kept)


def due_case(connection: Connection, actor: Actor, now: datetime, case: str) -> DueCasePage:
    """Raises NotAllowed, and NotFound for one that is not due."""
    must_hold(actor, (PRIVACY_OFFICER,))
    of = rules(connection, actor.within)
    rows = connection.execute(_cases(actor).where(Case.id == case, is_due(of, now))).all()
    if not rows:
        raise NotFound
    (found,) = _due_shown(connection, of, rows, kept=False)
    return DueCasePage(found, gone_with(connection, case), asked_plainly(PROPOSE, {}))


def gone_with(connection: Connection, case: str) -> tuple[str, ...]:
    """The references of all cases that go with this one."""
    joined = Case.id.in_(joined_to(connection, case)), Case.id != case
    return tuple(connection.scalars(select(Case.reference).where(*joined).order_by(Case.reference)))


def _cases(actor: Actor) -> Select[*tuple[Any, ...]]:
    waits = select(Erasure.id).where(Erasure.case_id == Case.id, Erasure.settled_at.is_(None)).exists()
    columns = (Case.id, Case.reference, Case.closed_at, why_kept().label("why"), waits.label("proposed"))
    return select(*columns).where(in_authority_of(actor), is_told_to(actor))


def _due_shown(
    connection: Connection, of: Sequence[Rule], rows: Sequence[NamedRow], *, kept: bool
) -> tuple[DueShown, ...]:
    due = {} if kept else due_cases(connection, of, [row.id for row in rows])
    return tuple(
        DueShown(
            case=row.id,
            reference=row.reference,
            closed_at=row.closed_at,
            rule="" if kept else due[row.id].rule.whole,
            since="" if kept else _since(due[row.id]),
            why=KEPT_BECAUSE[row.why] if kept else "",
            proposed=bool(row.proposed),
        )
        for row in rows
    )
