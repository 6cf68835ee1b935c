"""The pages on which somebody decides that an organisation has a part in a case, or has it no longer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.facts.authority import calendar_of
from engine.facts.models import in_force
from engine.facts.part_decisions import (
    END_PART,
    add_part_form,
    may_add_part,
    may_end_part,
    must_be_open,
    organisations_to_add,
)
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.protected import Protection, protection
from engine.reads.case.who_has_part import PartView, parts
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Case, NamedRow, Person


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
        return tuple(dict.fromkeys((self.case, *self.protection.other_cases)))


def part_to_add(connection: Connection, actor: Actor, now: datetime, case: str) -> PartForm:
    """Raises NotFound, NotAllowed for who may not decide it, and NotPossible where the case is closed."""
    row, model = _case(connection, actor, case), in_force(connection, actor.within)
    if not may_add_part(actor, model, row.team_id):
        raise NotAllowed("This is not part of your role.", code=RefusalCode.ROLE)
    must_be_open(row.closed_at)
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
    protected = protection(connection, actor, [row.id], now, calendar_of(connection, actor.within))[row.id]
    return PartForm(row.id, row.reference, child_of(row, now), protected, part, form)
