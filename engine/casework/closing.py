"""A manager closes a case while something still runs in it: what must not be cut short, and what is withdrawn."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from engine.base.errors import NotPossible
from engine.casework.instances import withdraw
from engine.casework.locked_case import CaseWork, running
from engine.facts.candidates import work_name
from engine.facts.joining import is_decided
from engine.tables import WorkItem

# What keeps a case open, whatever the reason (pathway: case_closure). First tasks that are open, then processes that
# run and have not yet come to the decision that messages.csv names for them (`until`); without one, while they run.
TASKS = {
    ("referral", "decide_response"): "a referral is not yet decided",
    ("referral", "feed_back_to_referrer"): "a referrer has not been answered",
}
PROCESSES = {
    "professional_disagreement": "a disagreement is open",
    "transfer_in": "a transfer is waiting",
    "strategy_discussion": "a strategy discussion has not been held",
    "section_47_enquiry": "an enquiry has not been authorised",
    "initial_conference": "a conference has been called and not held",
}


def withdraw_running_work(casework: CaseWork, answers: Mapping[str, Any]) -> None:
    """Withdraws every running instance for the reason given for it. Raises NotPossible where one must be finished."""
    reasons = sorted({*_blocking_tasks(casework), *_blocking_processes(casework), *_protection(casework)})
    if reasons:
        raise NotPossible(f"This case cannot be closed while {', and '.join(reasons)}.")
    given = {row["what"]: row["reason"] for row in answers.get("withdrawn", [])}
    for instance in running(casework):
        withdraw(casework, instance, given.get(work_name(instance.process, instance.number), "closure began anew"))


def _blocking_tasks(casework: CaseWork) -> Iterator[str]:
    rows = casework.connection.execute(
        select(WorkItem.process, WorkItem.element).where(
            WorkItem.case_id == casework.case.id, WorkItem.closed_at.is_(None)
        )
    )
    for process, element in rows:
        if (process, element) in TASKS:
            yield TASKS[process, element]


def _blocking_processes(casework: CaseWork) -> Iterator[str]:
    for instance in running(casework):
        if instance.process in PROCESSES:
            model = casework.model(instance)
            if not is_decided(casework.connection, model, instance.process, instance.id):
                yield PROCESSES[instance.process]


def _protection(casework: CaseWork) -> Iterator[str]:
    facts = casework.case_facts()
    if facts["plan_in_force"]:
        yield "a child protection plan is in force"
    if facts["order_in_force"]:
        yield "an order or police protection is in force"
