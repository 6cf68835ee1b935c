"""The pages on which somebody restricts a case, changes who may know of it, or ends that; and break glass."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.facts.keeping_forms import BREAK_GLASS, END_RESTRICTION, restrict_form
from engine.facts.managing import manages
from engine.facts.models import in_force
from engine.facts.restrictions import named_in, restrictions_of, who_would_know
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Case


@dataclass(frozen=True, slots=True)
class RestrictForm:
    """`named` are the names of those who may know of it now; none where it is not restricted."""

    case: str
    reference: str
    named: tuple[str, ...]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.case,)


@dataclass(frozen=True, slots=True)
class GlassForm:
    form: FormView
    cases_shown: tuple[str, ...] = ()


def case_to_restrict(connection: Connection, actor: Actor, now: datetime, case: str) -> RestrictForm:
    """With everybody chosen who would know of it. Raises NotFound, also for a case that is restricted, NotAllowed."""
    reference = _must_manage(connection, actor, case)
    if restrictions_of(connection, case):
        raise NotFound
    people = who_would_know(connection, case, now)
    return RestrictForm(case, reference, (), asked_plainly(restrict_form(people, asks_reason=True), {}))


def named_to_change(connection: Connection, actor: Actor, now: datetime, case: str) -> RestrictForm:
    """Raises NotFound, also for a case that is not restricted, NotAllowed."""
    reference, named = _restricted(connection, actor, case)
    form = restrict_form(who_would_know(connection, case, now), asks_reason=False)
    return RestrictForm(case, reference, tuple(named.values()), asked_plainly(form, {"accounts": [*named]}))


def restriction_of_case_to_end(connection: Connection, actor: Actor, _now: datetime, case: str) -> RestrictForm:
    """Raises as `named_to_change`."""
    reference, named = _restricted(connection, actor, case)
    return RestrictForm(case, reference, tuple(named.values()), asked_plainly(END_RESTRICTION, {}))


def glass_form(_connection: Connection, actor: Actor, _now: datetime) -> GlassForm:
    """Raises NotAllowed for whoever opens no case in an emergency: they are not asked for a password first."""
    actor.must_break_glass()
    return GlassForm(asked_plainly(BREAK_GLASS, {}))


def _restricted(connection: Connection, actor: Actor, case: str) -> tuple[str, dict[str, str]]:
    reference = _must_manage(connection, actor, case)
    restrictions = restrictions_of(connection, case)
    if not restrictions:
        raise NotFound
    return reference, {**named_in(connection, restrictions)}


def _must_manage(connection: Connection, actor: Actor, case: str) -> str:
    must_know(connection, actor, case)
    row = connection.execute(select(Case.reference, Case.team_id).where(Case.id == case)).one()
    if not manages(actor, in_force(connection, actor.within), row.team_id):
        raise NotAllowed("A manager of the team that has the case decides this.", code=RefusalCode.ROLE)
    return row.reference
