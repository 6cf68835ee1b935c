"""Actions as somebody sees them who may: those of a case, and those that are open and for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from engine.facts.action_forms import STATE_WORDS
from engine.facts.models import in_force, model
from engine.facts.open_actions import AS_AGREED, may_tell
from engine.facts.sharing_forms import agency_names
from engine.forms.action_block import OPEN
from engine.people.identity import Actor
from engine.people.kept_from import is_kept_from
from engine.people.shown_names import shown_name
from engine.people.who_knows import knows, must_know
from engine.people.who_may import sees_answers_of
from engine.people.whose_actions import sees_action
from engine.process.bundle import Model
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.list_page import ListPart, Wanted, listed
from engine.tables import (
    Account,
    Answers,
    Case,
    CaseAction,
    Instance,
    Membership,
    NamedRow,
    Person,
    enabled_at,
    held_at,
    models_then,
)
from engine.timescales.calendar import day_of

LIST = "actions"
_FOR, _BY, _TELLER = aliased(Account), aliased(Account), aliased(Account)
_IS_KEPT_FROM_THEM = is_kept_from(CaseAction.person_id, CaseAction.case_id)
_FIRST_OPEN = case((CaseAction.state == OPEN, 0), else_=1)


@dataclass(frozen=True, slots=True)
class ActionView:
    """`whose` says in words who is to do it, `agreed_in` is the title of the task that agreed it, empty where it was
    added by hand. `by` recorded it, `told_by` said what became of it. `days_late`: it is open, and was to be done so
    many days ago. `may_tell`: the reader says what became of it.
    """

    id: str
    case: str
    reference: str
    child: ChildView
    what: str
    whose: str
    by_when: date
    days_late: int
    state: str
    state_words: str
    why: str
    agreed_in: str
    agreed_at: datetime
    by: str
    told_at: datetime | None
    told_by: str
    may_tell: bool


@dataclass(frozen=True, slots=True)
class ActionsOfCase:
    """`state` is the one that is shown, empty for all; `counts` are how many there are in each. `may_add`: the reader
    works in the case.
    """

    case: str
    bar: CaseBar
    state: str
    states: Mapping[str, str]
    counts: Mapping[str, int]
    actions: ListPart[ActionView]
    may_add: bool
    is_closed: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.bar.cases_shown


@dataclass(frozen=True, slots=True)
class ActionCount:
    """Of a case, as far as the reader may know of them."""

    total: int
    open: int
    late: int


def actions_of_case(
    connection: Connection, actor: Actor, now: datetime, case_id: str, state: str, page: int
) -> ActionsOfCase:
    """Those that are open first, by the day by which each is to be done; of the others the newest first. `state` that
    is none is all. Raises NotFound.
    """
    must_know(connection, actor, case_id)
    bar, wanted = case_bar(connection, actor, now, case_id), state if state in STATE_WORDS else ""
    in_state = [CaseAction.state == wanted] if wanted else []
    its = CaseAction.case_id == case_id, sees_action(actor)
    found = listed(connection, _actions(actor, *its, *in_state), Wanted(LIST, page))
    closed_at = connection.scalar(select(Case.closed_at).where(Case.id == case_id))
    in_team = sees_answers_of(actor, None) and not actor.in_oversight
    return ActionsOfCase(
        case=case_id,
        bar=bar,
        state=wanted,
        states=STATE_WORDS,
        counts=_counts(connection, its),
        actions=found.showing(_views(connection, actor, now, found.rows)),
        may_add=in_team and closed_at is None,
        is_closed=closed_at is not None,
    )


def action_count(connection: Connection, actor: Actor, now: datetime, case_id: str) -> ActionCount:
    """Of a case that the reader may know of."""
    is_open = CaseAction.state == OPEN
    late = and_(is_open, CaseAction.by_when < day_of(now))
    row = connection.execute(
        select(
            func.count().label("total"),
            func.count(case((is_open, 1))).label("open"),
            func.count(case((late, 1))).label("late"),
        ).where(CaseAction.case_id == case_id, sees_action(actor))
    ).one()
    return ActionCount(row.total, row.open, row.late)


def open_for(connection: Connection, actor: Actor, now: datetime, wanted: Wanted) -> ListPart[ActionView]:
    """Those that are open in open cases and for the reader, for whom the reader acts, or for their organisation; in
    cases that the reader leads also those that are for nobody with an account, or for somebody who does not work there
    any more.
    """
    known = select(Case.id).where(Case.id == CaseAction.case_id, knows(actor)).correlate(CaseAction).exists()
    waits = CaseAction.id.in_(_waiting_for(connection, actor, now)), Case.closed_at.is_(None), known, sees_action(actor)
    found = listed(connection, _actions(actor, *waits), wanted)
    return found.showing(_views(connection, actor, now, found.rows))


def open_in(connection: Connection, actor: Actor, now: datetime, case_id: str) -> ListPart[ActionView]:
    """The first of those that are open in a case, beside a form that agrees on more."""
    its = CaseAction.case_id == case_id, CaseAction.state == OPEN, sees_action(actor)
    found = listed(connection, _actions(actor, *its), Wanted())
    return found.showing(_views(connection, actor, now, found.rows))


def action_seen(connection: Connection, actor: Actor, now: datetime, action: str) -> ActionView | None:
    """None where the reader may not know of it."""
    rows = connection.execute(_actions(actor, CaseAction.id == action, knows(actor), sees_action(actor))).all()
    return next(iter(_views(connection, actor, now, rows)), None)


def _waiting_for(connection: Connection, actor: Actor, now: datetime) -> CompoundSelect[str]:
    """The ids of those that are open and for somebody, in whichever case: each part is found by an index of its own."""
    mine = [one for one in (actor.account, *actor.stands_for) if one]
    is_open = select(CaseAction.id).where(CaseAction.state == OPEN)
    parts = [
        is_open.where(CaseAction.person_id.in_(mine)),
        is_open.where(CaseAction.agency.in_([*actor.partners.values()])),
    ]
    if actor.in_leading_agency:
        for_nobody = CaseAction.agency.in_(("", in_force(connection, actor.within).leading_agency))
        led = is_open.join(Case, Case.id == CaseAction.case_id).where(Case.lead_account_id.in_(mine))
        parts.append(led.where(for_nobody, or_(CaseAction.person_id.is_(None), _is_gone(now))))
    return union_all(*parts)


def _is_gone(now: datetime) -> ColumnElement[bool]:
    """Of `case_action` and its `case`: whoever it is for works there no longer, or it is kept from them."""
    works_there = (Membership.account_id == CaseAction.person_id, Membership.team_id == Case.team_id, held_at(now))
    there = exists().where(*works_there, Account.id == Membership.account_id, enabled_at(now))
    return or_(~there, _IS_KEPT_FROM_THEM)


def _actions(actor: Actor, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            CaseAction.__table__,
            *(Case.reference, Case.team_id, Case.lead_account_id),
            *(shown_name(actor, _FOR).label("for_whom"), shown_name(actor, _BY).label("by")),
            *(shown_name(actor, _TELLER).label("told_by"), Instance.process, models_then(Answers).label("bundle")),
            *child_columns(),
        )
        .join(Case, Case.id == CaseAction.case_id)
        .join(Person, Person.id == Case.person_id)
        .outerjoin(Instance, Instance.id == CaseAction.instance_id)
        .outerjoin(Answers, _agreed_it())
        .outerjoin(_FOR, _FOR.id == CaseAction.person_id)
        .outerjoin(_BY, _BY.id == CaseAction.account_id)
        .outerjoin(_TELLER, _TELLER.id == CaseAction.told_by_id)
        .where(*conditions)
        .order_by(
            _FIRST_OPEN,
            case((CaseAction.state == OPEN, CaseAction.by_when)),
            CaseAction.told_at.desc(),
            *AS_AGREED,
        )
    )


def _agreed_it() -> ColumnElement[bool]:
    its = Answers.instance_id == CaseAction.instance_id, Answers.element == CaseAction.element
    return and_(*its, Answers.occurrence == CaseAction.occurrence)


def _counts(connection: Connection, its: tuple[ColumnElement[bool], ...]) -> dict[str, int]:
    counted = select(CaseAction.state, func.count().label("number")).where(*its).group_by(CaseAction.state)
    found = {row.state: row.number for row in connection.execute(counted)}
    return {state: found.get(state, 0) for state in STATE_WORDS}


def _views(connection: Connection, actor: Actor, now: datetime, rows: Sequence[NamedRow]) -> list[ActionView]:
    if not rows:
        return []
    newest = in_force(connection, actor.within)
    return [_view(connection, actor, now, newest, row) for row in rows]


def _view(connection: Connection, actor: Actor, now: datetime, newest: Model, row: NamedRow) -> ActionView:
    late = (day_of(now) - row.by_when).days if row.state == OPEN else 0
    told_by_them = may_tell(actor, newest, row.team_id, row.lead_account_id, row.person_id, row.agency)
    return ActionView(
        id=row.id,
        case=row.case_id,
        reference=row.reference,
        child=child_of(row, now),
        what=row.what,
        whose=_whose(newest, row),
        by_when=row.by_when,
        days_late=max(0, late),
        state=row.state,
        state_words=STATE_WORDS[row.state],
        why=row.why,
        agreed_in=model(connection, row.bundle).title(row.process, row.element) if row.bundle else "",
        agreed_at=row.agreed_at,
        by=row.by or "",
        told_at=row.told_at,
        told_by=row.told_by or "",
        may_tell=told_by_them and not actor.in_oversight,
    )


def _whose(newest: Model, row: NamedRow) -> str:
    named = agency_names(newest).get(row.agency, row.agency)
    first: str = row.for_whom or row.who or named or ""
    beside = [one for one in (row.who, named) if one and one != first]
    return f"{first} ({', '.join(beside)})" if beside else first
