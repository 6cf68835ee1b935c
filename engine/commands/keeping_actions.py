"""Somebody adds an action to a case, or says what became of one that was agreed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.base.errors import AlreadyDone, NotAllowed, NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.base.subject import Subject
from engine.casework.agreed_actions import action_row, add_by_hand, tell_of
from engine.casework.locked_case import CaseWork
from engine.casework.locking import FoundBy, lock_known_case
from engine.facts.action_forms import add_form, agencies_to_act, tell_form
from engine.facts.beginnings import GOES_ON_ELSEWHERE
from engine.facts.candidates import colleagues
from engine.facts.open_actions import CASE_IS_CLOSED, NOT_YOURS_TO_TELL, may_tell
from engine.forms import check
from engine.forms.action_block import NO_AGENCY, OPEN, SaidAction
from engine.forms.questions import Schema
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_see_all, must_take_part
from engine.people.whose_actions import sees_action
from engine.tables import CaseAction, NamedRow

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def add_action(work: Work, case: str, answers: Mapping[str, Any]) -> None:
    """From answers to `add_form`. What is open there already, to the last word, is kept once.

    Raises NotFound, NotAllowed for who does not see all answers of the case or only oversees it, NotPossible where the
    case is closed or goes on in another, BadAnswers.
    """
    must_see_all(work.connection, work.actor, case)
    must_take_part(work.connection, work.actor, case)
    casework = lock_known_case(work, case)
    if casework.case.is_joined:
        raise NotPossible(GOES_ON_ELSEWHERE, code=RefusalCode.CASE_CLOSED)
    if casework.closed_at:
        raise NotPossible(CASE_IS_CLOSED, code=RefusalCode.CASE_CLOSED)
    said = check(_form_to_add(casework), answers, _NO_CIRCUMSTANCES, work.now)
    agency = said["agency"] if said["agency"] != NO_AGENCY else ""
    action = SaidAction(
        said["what"], said.get("who", ""), agency, said.get("colleague", ""), date.fromisoformat(said["by_when"])
    )
    if not _is_open(work, case, action):
        add_by_hand(casework, new_id(), action)


@command(may=CommandRight.TELLS_OF_ACTION)
def tell_of_action(work: Work, action: str, answers: Mapping[str, Any]) -> None:
    """From answers to `tell_form`, of the state in which the action stands: what became of it, or that it is open
    after all. The same said again changes nothing.

    Raises NotFound where the actor may not know of the action, NotAllowed for whoever it is not for, and who neither
    leads the case nor manages its team; AlreadyDone where somebody said something else, BadAnswers.
    """
    its_case = select(CaseAction.case_id).where(CaseAction.id == action, sees_action(work.actor))
    found = work.connection.scalar(its_case)
    if found is None:
        raise NotFound
    casework = lock_known_case(work, FoundBy(select(CaseAction.case_id).where(CaseAction.id == action), {}))
    row = action_row(casework, action)
    if row is None:
        raise NotFound
    of_case = casework.case
    if not may_tell(work.actor, casework.model_in_force, of_case.team, of_case.lead, row.person_id, row.agency):
        raise NotAllowed(NOT_YOURS_TO_TELL, code=RefusalCode.ROLE)
    if _is_said(row, answers):
        return
    state = answers.get("state")
    if state and OPEN not in (row.state, state):
        raise AlreadyDone("Somebody has said already what became of this action.", code=RefusalCode.ACTION_OVER)
    said = check(tell_form(row.state), answers, _NO_CIRCUMSTANCES, work.now)
    tell_of(casework, row, said["state"], said.get("why", ""))
    casework.write_record()


def _form_to_add(casework: CaseWork) -> Schema:
    model = casework.model_in_force
    offered = colleagues(casework.connection, model, Subject("", "", casework.case.id), casework.now)
    return add_form(agencies_to_act(model), model.leading_agency, {one.value: one.label for one in offered})


def _is_open(work: Work, case: str, said: SaidAction) -> bool:
    """The same for the same by the same day: the form was sent twice."""
    same = {"what": said.what, "who": said.who, "agency": said.agency, "person_id": said.person or None}
    found = select(CaseAction.id).filter_by(case_id=case, by_when=said.by_when, state=OPEN, instance_id=None, **same)
    return work.connection.scalar(found.limit(1)) is not None


def _is_said(row: NamedRow, answers: Mapping[str, Any]) -> bool:
    """What stands there, by whomever: the form was sent twice."""
    told = row.told_at is not None
    return told and row.state == answers.get("state") and row.why == str(answers.get("why") or "").strip()
