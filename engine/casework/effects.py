"""What completing a task does beyond the drawing: to the case, to who has a part in it, and to the outbox.

A task says by its property `effect` what the system does, from the closed list of engine/process/vocabulary.py, and its
form says by the roles of its questions with which answers. What only an answer says needs no effect: whoever is named
as the lead becomes it and gets the tasks that are for them, and each agency that is invited has a part.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from engine.base.errors import NotPossible, RefusalCode
from engine.casework.agreed_actions import AnsweredTask, take_actions
from engine.casework.case_rows import InstanceRow
from engine.casework.clocks import stop_all_clocks
from engine.casework.clocks_running_on import resume_clock
from engine.casework.closing import refuse_while_protected
from engine.casework.deadline_rows import CASE_CLOSED
from engine.casework.giving_parts import give_part
from engine.casework.giving_tasks import change_lead
from engine.casework.kept_with_child import keep_day
from engine.casework.known_children import answer_matches, complete_child
from engine.casework.letters import acknowledgement, alert, is_by_letter, notice, with_who_acts, withdraw_letter
from engine.casework.locked_case import CaseWork
from engine.casework.sharing import SharingTask, keep_share
from engine.casework.to_do import ReferOtherChild, SameChildSaid
from engine.expressions.evaluation import evaluate
from engine.facts.case_now import OpenItem
from engine.facts.child import ASK_OVERSIGHT
from engine.forms.answer_roles import answer_with_role, fields_with_role
from engine.forms.questions import Schema, names_in
from engine.forms.sharing_block import shared_by
from engine.people.identity import Actor
from engine.process.bundle import START, Message, Model
from engine.process.drawing import Element
from engine.process.vocabulary import PERSON_DETAILS
from engine.tables import Answers

IS_LEAD = "You are now the lead social worker of a case"
COLLEAGUE_IS_LEAD = "A colleague for whom you act is now the lead social worker of a case"
# Roles of an answer that name agencies, and the deed by which each then has a part in the case.
TAKING_PART = {
    "invited": "invited",
    "took_part": "took_part",
    "asked_to_contribute": "asked",
    "confirmed_agencies": "decided",
}


@dataclass(frozen=True, slots=True)
class CompletedTask:
    """`form` and `answers` are its own; `names` is what an expression may read, process data and decisions."""

    instance: InstanceRow
    item: OpenItem
    model: Model
    task: Element
    form: Schema
    answers: Mapping[str, Any]
    names: Mapping[str, object]
    by: Actor

    def answer(self, role: str) -> Any:
        return answer_with_role(self.form, role, self.answers)


def take_effect(casework: CaseWork, done: CompletedTask) -> None:
    """What the answers mean by their roles, then what the task is for."""
    take_as_said(casework, done)
    for effect in done.task.properties.get("effect", "").split():
        EFFECTS[effect](casework, done)
    _resume(casework, done)


def take_as_said(casework: CaseWork, done: CompletedTask) -> None:
    """What only an answer says, also of a step that was done beside the drawing."""
    if done.by.in_leading_agency:
        give_parts(casework, done.model, done.form, done.answers)
    if lead := done.answer("lead"):
        change_lead(casework, lead)
    if share := shared_by(done.form, done.answers):
        keep_share(casework, share, done.by, task=SharingTask(done.instance, done.task.id, done.item.occurrence))
    answered = AnsweredTask(done.instance, done.task.id, done.item.occurrence, done.model, done.form, done.answers)
    take_actions(casework, answered, gives_parts=done.by.in_leading_agency)


def take_start_as_said(casework: CaseWork, instance: InstanceRow, answers: Mapping[str, Any], by: Actor) -> None:
    """What only the answers say by which somebody began a process: who is asked, and what is shared with them."""
    model = casework.model(instance)
    form = model.form(instance.process, START) or {}
    if by.in_leading_agency:
        give_parts(casework, model, form, answers)
    if share := shared_by(form, answers):
        keep_share(casework, share, by, task=SharingTask(instance, START, 1))


def on_message(casework: CaseWork, message: Message) -> None:
    """A plan begins and ends with its message, dated when the meeting or the event happened; so does what is kept of
    the life of the child.

    What ends it may be dated before it began, such as a child's move that was heard of late: it then ends as it began.
    Raises NotPossible for a second plan of the child.
    """
    if "starts_plan" in message.effects:
        refuse_second_plan(casework)
        casework.plan_since = casework.happened_at
        casework.change_case(plan_from=casework.plan_since, plan_until=None)
    elif "ends_plan" in message.effects and casework.plan_since:
        casework.change_case(plan_until=max(casework.happened_at, casework.plan_since))
        casework.plan_since = None
    keep_day(casework, message.effects)
    if "alerts" in message.effects:
        alert(casework, message.alerts, message.alert_words)


def refuse_second_plan(casework: CaseWork) -> None:
    """A child has one plan at most, whichever of their cases it is in. Raises NotPossible."""
    if casework.known_facts()["plan_in_force"]:
        raise NotPossible(
            "A child protection plan is already in force. Bring its review forward instead.",
            code=RefusalCode.NOT_WHILE_PLAN,
        )
    if casework.case_facts()["plan_in_force"]:
        raise NotPossible(f"This cannot be decided now. {ASK_OVERSIGHT}", code=RefusalCode.NOT_NOW)


def give_parts(casework: CaseWork, model: Model, form: Schema, answers: Mapping[str, Any]) -> None:
    """To those whom the agency that has the case names; what another one ticks is no deed of those that it names. Its
    own people, who may stand beside the agencies, have their part already.
    """
    for role, deed in TAKING_PART.items():
        for field in fields_with_role(form, role):
            for agency in names_in(answers.get(field, ())):
                if agency in model.agencies_to_ask:
                    give_part(casework, model, agency, deed)


def start_answers(casework: CaseWork, instance: InstanceRow) -> Mapping[str, Any]:
    """What the form said that started an instance; nothing where a message did."""
    casework.write_rows()
    found: Mapping[str, Any] | None = casework.connection.execute(
        select(Answers.answers).where(Answers.instance_id == instance.id, Answers.element == START)
    ).scalar_one_or_none()
    return found or {}


def leave_to_letter(casework: CaseWork, work_item: str) -> bool:
    """Whether the task, for which the drawing needs nobody, is done by a letter: then it stays open until the letter
    has left. Without an address it waits for a person.
    """
    item = casework.items[work_item]
    instance = casework.running[item.instance].row
    model = casework.model(instance)
    if not is_by_letter(model, item.process, item.element):
        return False
    form = model.form(instance.process, START) or {}
    if address := answer_with_role(form, "referrer_email", start_answers(casework, instance)):
        acknowledgement(casework, instance, item, address)
    return True


def _acknowledge(casework: CaseWork, done: CompletedTask) -> None:
    """Whoever did it, the letter that would have done it is needed no longer, unless it has left."""
    withdraw_letter(casework, done.instance, done.item)


def _link_known_child(casework: CaseWork, done: CompletedTask) -> None:
    """`yes` links the case to the known child, and joins it with the one that is open; `no` takes a link back; anything
    else leaves it for later. Said for the referral of a case that was joined with this one, it was said already.
    """
    if casework.took_over:
        return
    if done.answer("same_child") in ("yes", "no"):
        known = done.answer("known_person")
        casework.change_case(same_person_id=known)
        casework.same_child = casework.others.get(known, ())
        casework.write_rows()  # before the match is answered, so that whoever is barred from the one is from the other
        answer_matches(casework.connection, casework.case.person, done.answer("known_person"))
    if done.answer("same_child") == "yes" and (joining := casework.joining_with(done.answer("known_person"))):
        if joining.older == casework.case.id:
            said = SameChildSaid(done.item.process, done.item.element, done.form, done.answers)
            joining = replace(joining, said=said)
        casework.to_do.add(joining)


def _complete_child(casework: CaseWork, done: CompletedTask) -> None:
    if said := {role: answer for role in PERSON_DETAILS if (answer := done.answer(role))}:
        complete_child(casework.connection, casework.case, said)


def _allocate(casework: CaseWork, done: CompletedTask) -> None:
    """A social worker becomes lead professional once the referral is accepted (WT2013, response to a referral)."""
    if lead := done.answer("lead"):
        for account in with_who_acts(casework, lead):
            notice(casework, account, IS_LEAD if account == lead else COLLEAGUE_IS_LEAD)


def _refer_other_children(casework: CaseWork, done: CompletedTask) -> None:
    """Every child of both households is thought of (WT2013 immediate protection): at risk or unknown is a referral."""
    for field in fields_with_role(done.form, "other_children"):
        item: Schema = done.form["properties"][field]["items"]
        for child in done.answers.get(field, []):
            if answer_with_role(item, "at_risk", child) in ("yes", "unknown"):
                known = answer_with_role(item, "known_child", child)
                message = done.task.properties.get("calls_for_known_child", "")
                casework.to_do.add(ReferOtherChild(child_said(item, child), known, message, done.task.name))


def child_said(item: Schema, child: Mapping[str, Any]) -> dict[str, Any]:
    """What an item of a list says of a child, by the roles of its questions."""
    roles = ("given_name", "family_name", "born", "expected", "address", *PERSON_DETAILS)
    said = {role: answer_with_role(item, role, child) for role in roles}
    return {role: answer for role, answer in said.items() if answer}


def _close_case(casework: CaseWork, done: CompletedTask) -> None:
    refuse_while_protected(casework)
    casework.closed_at = casework.now
    casework.change_case(closed_at=casework.now)
    casework.note("closed", done.instance)
    stop_all_clocks(casework, CASE_CLOSED)


def _resume(casework: CaseWork, done: CompletedTask) -> None:
    """A decision that is overruled gives its clock back, to the same day.

    Where the case is closed by then, it runs on in the case that opens after it.
    """
    clock = done.task.properties.get("resumes_clock")
    if (
        clock is None
        or evaluate(done.task.properties["resumes_when"], done.names, done.model.agencies_to_ask) is not True
    ):
        return
    if casework.closed_at:
        casework.resumes = clock
    else:
        resume_clock(casework, clock, done.instance)


EFFECTS: Mapping[str, Callable[[CaseWork, CompletedTask], None]] = {
    "acknowledges": _acknowledge,
    "links_known_child": _link_known_child,
    "completes_child": _complete_child,
    "allocates": _allocate,
    "refers_other_children": _refer_other_children,
    "closes_case": _close_case,
}
