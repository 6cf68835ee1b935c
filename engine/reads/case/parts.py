"""Who has a part in a case beside the agency that has it; and the pages on which somebody decides that."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.facts.authority import calendar_of
from engine.facts.models import in_force
from engine.facts.parts import END_PART, add_part_form, may_add_part, may_end_part, organisations_to_add
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.people.who_may import sees_answers_of
from engine.process.bundle import Model
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.protected import Protection, protection
from engine.reads.task.form_view import FormView, asked_plainly
from engine.record.kinds import DEED_WORDS
from engine.tables import Case, NamedRow, Organisation, Part, Person


@dataclass(frozen=True, slots=True)
class PartView:
    """`name` is the organisation's, `agency` that of its agency. `is_chosen`: it is known which organisation is meant.
    `why` is the deed by which the part began, `until` when it ended or ends; `may_end`: the reader may end it.
    """

    id: str
    name: str
    agency: str
    is_chosen: bool
    why: str
    since: datetime
    until: datetime | None
    is_over: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class PartsView:
    """`held` are not over, `over` have ended. `may_add`: the reader may give an organisation a part."""

    held: tuple[PartView, ...]
    over: tuple[PartView, ...]
    may_add: bool

    @property
    def total(self) -> int:
        return len(self.held) + len(self.over)


@dataclass(frozen=True, slots=True)
class PartForm:
    """A page on which somebody decides. `part` is the one that is to end; None where one is to begin."""

    case: str
    reference: str
    child: ChildView
    protection: Protection
    part: PartView | None
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.case,)


def parts(connection: Connection, actor: Actor, now: datetime, model: Model, case: NamedRow) -> PartsView:
    """All of them, for those who see all of a case; for others that of their own organisation. `case` has its `id`,
    `team_id`, `lead_account_id` and `closed_at`.
    """
    rows = connection.execute(
        select(Part.__table__, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Part.organisation_id)
        .where(Part.case_id == case.id)
        .order_by(Part.held_from, Part.agency_id, Part.id)
    ).all()
    own = [row for row in rows if sees_answers_of(actor, row.organisation_id)]
    may_end = may_end_part(actor, model, case.team_id, case.lead_account_id)
    found = [_view(row, model, now, may_end=may_end) for row in own]
    return PartsView(
        held=tuple(one for one in found if not one.is_over),
        over=tuple(one for one in found if one.is_over),
        may_add=case.closed_at is None and may_add_part(actor, model, case.team_id),
    )


def _view(row: NamedRow, model: Model, now: datetime, *, may_end: bool) -> PartView:
    agency = model.agencies[row.agency_id].name if row.agency_id in model.agencies else row.agency_id
    is_over = row.held_until is not None and row.held_until <= now
    return PartView(
        id=row.id,
        name=row.name or agency,
        agency=agency,
        is_chosen=row.organisation_id is not None,
        why=DEED_WORDS[row.deed],
        since=row.held_from,
        until=row.held_until,
        is_over=is_over,
        may_end=may_end and not is_over,
    )


def part_to_add(connection: Connection, actor: Actor, now: datetime, case: str) -> PartForm:
    """Raises NotFound, and NotAllowed for who may not decide it."""
    row, model = _case(connection, actor, case), in_force(connection, actor.within)
    if not may_add_part(actor, model, row.team_id):
        raise NotAllowed("This is not part of your role.", code=RefusalCode.ROLE)
    form = add_part_form(organisations_to_add(connection, actor.within, case), model)
    return _form(connection, actor, now, row, None, asked_plainly(form, {}))


def part_to_end(connection: Connection, actor: Actor, now: datetime, case: str, part: str) -> PartForm:
    """Raises NotFound, also for a part that is over, and NotAllowed for who may not decide it."""
    row, model = _case(connection, actor, case), in_force(connection, actor.within)
    if not may_end_part(actor, model, row.team_id, row.lead_account_id):
        raise NotAllowed("This is not part of your role.", code=RefusalCode.ROLE)
    held = parts(connection, actor, now, model, row).held
    found = next((one for one in held if one.id == part), None)
    if found is None:
        raise NotFound
    return _form(connection, actor, now, row, found, asked_plainly(END_PART, {}))


def _case(connection: Connection, actor: Actor, case: str) -> NamedRow:
    must_know(connection, actor, case)
    return connection.execute(
        select(Case.id, Case.reference, Case.team_id, Case.lead_account_id, Case.closed_at, *child_columns())
        .join(Person, Person.id == Case.person_id)
        .where(Case.id == case)
    ).one()


def _form(
    connection: Connection, actor: Actor, now: datetime, row: NamedRow, part: PartView | None, form: FormView
) -> PartForm:
    protected = protection(connection, [row.id], now, calendar_of(connection, actor.within))[row.id]
    return PartForm(row.id, row.reference, child_of(row, now), protected, part, form)
