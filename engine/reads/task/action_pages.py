"""The pages on which somebody adds an action to a case, or says what became of one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, NotFound, NotPossible, RefusalCode
from engine.base.subject import Subject
from engine.facts.action_forms import add_form, agencies_to_act, tell_form
from engine.facts.beginnings import GOES_ON_ELSEWHERE
from engine.facts.candidates import colleagues
from engine.facts.models import in_force
from engine.facts.open_actions import CASE_IS_CLOSED, NOT_YOURS_TO_TELL
from engine.forms.action_block import asks_outcomes, makes_actions
from engine.people.identity import Actor
from engine.people.who_knows import must_see_all, must_take_part
from engine.process.bundle import Model
from engine.reads.case.actions_of_case import ActionView, action_seen, open_in
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.list_page import ListPart
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Case


@dataclass(frozen=True, slots=True)
class ActionPage:
    """`action` is the one of which it is said what became of it; None where one is added."""

    case: str
    bar: CaseBar
    action: ActionView | None
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.bar.cases_shown


def action_to_add(connection: Connection, actor: Actor, now: datetime, case: str) -> ActionPage:
    """Raises NotFound, NotAllowed for who does not see all answers of the case or only oversees it, NotPossible where
    the case is closed or goes on in another.
    """
    must_see_all(connection, actor, case)
    must_take_part(connection, actor, case)
    bar, model = case_bar(connection, actor, now, case), in_force(connection, actor.within)
    if bar.is_joined:
        raise NotPossible(GOES_ON_ELSEWHERE, code=RefusalCode.CASE_CLOSED)
    if connection.scalar(select(Case.closed_at).where(Case.id == case)):
        raise NotPossible(CASE_IS_CLOSED, code=RefusalCode.CASE_CLOSED)
    offered = {one.value: one.label for one in colleagues(connection, model, Subject("", "", case), now)}
    form = add_form(agencies_to_act(model), model.leading_agency, offered)
    return ActionPage(case, bar, None, asked_plainly(form, {}))


def action_to_tell_of(connection: Connection, actor: Actor, now: datetime, action: str) -> ActionPage:
    """Raises NotFound where the reader may not know of it, NotAllowed where it is not for them to say."""
    seen = action_seen(connection, actor, now, action)
    if seen is None:
        raise NotFound
    if not seen.may_tell:
        raise NotAllowed(NOT_YOURS_TO_TELL, code=RefusalCode.ROLE)
    bar = case_bar(connection, actor, now, seen.case)
    return ActionPage(seen.case, bar, seen, asked_plainly(tell_form(seen.state), {}))


def actions_beside(
    connection: Connection, actor: Actor, now: datetime, model: Model, about: Subject
) -> ListPart[ActionView]:
    """Those that are open, beside a task whose form agrees on more and does not ask what became of these."""
    form = model.form(about.process, about.element) or {}
    if about.case is None or not makes_actions(form) or asks_outcomes(form):
        return ListPart()
    return open_in(connection, actor, now, about.case)
