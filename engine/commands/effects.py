"""What completing a task does beyond the drawing: to the case, to who has a part in it, and to the outbox.

Keyed by process and task id of the pathway. Each effect gets the checked answers, inside the same transaction.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select, update

from engine.commands.casework import CaseWork, InstanceRow
from engine.commands.clocks import stop_all_clocks
from engine.commands.letters import acknowledgement, notice
from engine.commands.parts import give_part
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


def _ask_contributors(casework: CaseWork, _instance: InstanceRow, answers: Mapping[str, Any]) -> None:
    for agency in answers.get("contributors", []):
        give_part(casework, agency, "asked to contribute")


def _close_case(casework: CaseWork, instance: InstanceRow, _answers: Mapping[str, Any]) -> None:
    casework.closed_at = casework.now
    _change_case(casework, closed_at=casework.now)
    casework.note("closed", instance)
    stop_all_clocks(casework, "the case was closed")


def _change_case(casework: CaseWork, **values: object) -> None:
    casework.connection.execute(update(Case).where(Case.id == casework.case.id).values(**values))


EFFECTS: dict[tuple[str, str], Effect] = {
    ("referral", "acknowledge_referral"): _acknowledge,
    ("referral", "clarify_referral"): _clarify,
    ("referral", "allocate_social_worker"): _allocate,
    ("assessment", "plan_assessment"): _ask_contributors,
    ("case_closure", "close_case"): _close_case,
}
