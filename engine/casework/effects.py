"""What completing a task does beyond the drawing: to the case, to who has a part in it, and to the outbox.

Keyed by process and task id of the pathway. Each effect gets the checked answers, inside the same transaction.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select, update

from engine.casework.clocks import resume_clock, stop_all_clocks
from engine.casework.letters import acknowledgement, alert_service_managers, notice
from engine.casework.locked_case import CaseWork, InstanceRow
from engine.casework.parts import give_part
from engine.tables import Answers, Case

Effect = Callable[[CaseWork, InstanceRow, Mapping[str, Any]], None]


def _acknowledge(casework: CaseWork, instance: InstanceRow, answers: Mapping[str, Any]) -> None:
    """Where nobody answered the form, the address that the referrer gave is written to."""
    if answers:
        return
    started = casework.connection.execute(
        select(Answers.answers).where(Answers.instance_id == instance.id, Answers.element == "start")
    ).scalar_one()
    acknowledgement(casework, started["referrer_email"])


def _clarify(casework: CaseWork, _instance: InstanceRow, answers: Mapping[str, Any]) -> None:
    """`yes` links the case to the known child; `no` takes a link back; `unsure` leaves it for later."""
    if answers["same_child"] != "unsure":
        _change_case(casework, same_person_id=answers.get("known_person"))


def _allocate(casework: CaseWork, _instance: InstanceRow, answers: Mapping[str, Any]) -> None:
    """A social worker becomes lead professional once the referral is accepted (WT2013, response to a referral)."""
    _change_case(casework, lead_account_id=answers["lead_social_worker"])
    notice(casework, answers["lead_social_worker"], "You are now the lead social worker of a case")


def _invite(casework: CaseWork, instance: InstanceRow, answers: Mapping[str, Any]) -> None:
    """Who is invited, takes part or is asked has a part in the case; social care's own people have it already."""
    for field, why in (("invited", "invited"), ("took_part", "took part"), ("contributors", "asked to contribute")):
        for agency in answers.get(field, []):
            if agency in casework.model(instance).agencies_to_ask:
                give_part(casework, agency, why)


def _lead_the_plan(casework: CaseWork, instance: InstanceRow, answers: Mapping[str, Any]) -> None:
    _invite(casework, instance, answers)
    if answers.get("lead_social_worker"):
        _change_case(casework, lead_account_id=answers["lead_social_worker"])


def _overrule(casework: CaseWork, instance: InstanceRow, answers: Mapping[str, Any]) -> None:
    """A decision against a conference that is overruled gives its clock back, to the same day.

    Where the case is closed by then, it runs on in the case that opens after it.
    """
    if casework.closed_at:
        return
    started = casework.connection.execute(
        select(Answers.answers).where(Answers.instance_id == instance.id, Answers.element == "start")
    ).scalar_one_or_none()
    overruled = answers.get("answer") == "agreed" or answers.get("resolution") == "act"
    if overruled and started is not None and started.get("about") == "no_conference":
        resume_clock(casework, "initial_conference")


def _protect_other_children(casework: CaseWork, instance: InstanceRow, answers: Mapping[str, Any]) -> None:
    """Every child of both households is thought of (WT2013 immediate protection): at risk or unknown is a referral."""
    casework.other_children += [
        child for child in answers.get("other_children", []) if child.get("at_risk") in ("yes", "unknown")
    ]
    _invite(casework, instance, answers)


def _close_case(casework: CaseWork, instance: InstanceRow, _answers: Mapping[str, Any]) -> None:
    casework.closed_at = casework.now
    _change_case(casework, closed_at=casework.now)
    casework.note("closed", instance)
    stop_all_clocks(casework, "the case was closed")


def _change_case(casework: CaseWork, **values: object) -> None:
    casework.connection.execute(update(Case).where(Case.id == casework.case.id).values(**values))


def on_message(casework: CaseWork, name: str) -> None:
    """A plan begins and ends with its message, dated when the meeting or the event happened."""
    if name == "protection_plan_started":
        casework.in_plan = True
        _change_case(casework, plan_from=casework.happened_at, plan_until=None)
    elif name == "plan_ended" and casework.in_plan:
        casework.in_plan = False
        _change_case(casework, plan_until=casework.happened_at)
    elif name == "move_not_accepted":
        alert_service_managers(casework)


EFFECTS: dict[tuple[str, str], Effect] = {
    ("referral", "acknowledge_referral"): _acknowledge,
    ("referral", "clarify_referral"): _clarify,
    ("referral", "allocate_social_worker"): _allocate,
    ("assessment", "plan_assessment"): _invite,
    ("immediate_protection", "hold_immediate_strategy_discussion"): _protect_other_children,
    ("strategy_discussion", "convene_strategy_discussion"): _invite,
    ("strategy_discussion", "hold_strategy_discussion"): _invite,
    ("initial_conference", "arrange_conference"): _invite,
    ("initial_conference", "hold_conference"): _lead_the_plan,
    ("review_conference", "arrange_review"): _invite,
    ("review_conference", "hold_review_conference"): _invite,
    ("professional_disagreement", "answer_disagreement"): _overrule,
    ("professional_disagreement", "resolve_disagreement"): _overrule,
    ("case_closure", "close_case"): _close_case,
}
