"""A manager closes a case while something still runs in it: what must not be cut short, and what is withdrawn."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.circumstances import work_name
from engine.commands.casework import CaseWork, running
from engine.commands.instances import withdraw
from engine.errors import NotPossible
from engine.tables import WorkItem

# Open tasks that keep a case open, whatever the reason (pathway: case_closure).
BLOCKING = {
    ("referral", "decide_response"): "a referral is not yet decided",
    ("referral", "feed_back_to_referrer"): "a referrer has not been answered",
}


def withdraw_running_work(casework: CaseWork, answers: Mapping[str, Any]) -> None:
    """Withdraws every running instance for the reason given for it. Raises NotPossible where one must be finished."""
    _must_have_nothing_blocking(casework)
    reasons = {row["what"]: row["reason"] for row in answers.get("withdrawn", [])}
    for instance in running(casework):
        withdraw(casework, instance, reasons.get(work_name(instance.process, instance.number), "closure began anew"))


def _must_have_nothing_blocking(casework: CaseWork) -> None:
    rows = casework.connection.execute(
        select(WorkItem.process, WorkItem.element).where(
            WorkItem.case_id == casework.case.id, WorkItem.closed_at.is_(None)
        )
    )
    reasons = sorted({BLOCKING[process, element] for process, element in rows if (process, element) in BLOCKING})
    if reasons:
        raise NotPossible(f"This case cannot be closed while {' and '.join(reasons)}.")
