"""Cases worth auditing, on top of tests/builders.py."""

from datetime import datetime
from typing import Any

from engine.commands.looks import look
from engine.reads.case.case_page import case as read_case
from engine.reads.lists.case_list import cases as list_cases
from tests.builders import DAY, MONDAY, Authority, case_at, do, pass_time
from tests.engine.commands.pathway import begin, called
from tests.saving import saved

# The strategy discussion is held on MONDAY: fifteen working days later is 23 March.
HELD = MONDAY + 24 * DAY
CLOSED = MONDAY + 100 * DAY
WHY = "The mother was in hospital, and the child wanted her to be there."


@saved
def conference_too_late(*, authority: Authority, now: datetime = HELD, **given: Any) -> str:
    """Called in time and held three working days late; the decision letter is not sent."""
    case = called(authority=authority, invited=("police", "health"), **given)
    pass_time(authority=authority, now=now)
    held: dict[str, Any] = {"held_at": now.isoformat(), "took_part": ["police", "health"], "quorate": "yes"}
    held |= {"decision": "plan", "category": "neglect", "late_reason": WHY}
    do(authority=authority, case=case, task="hold_conference", now=now, **held)
    return case


@saved
def closed_too_late(*, authority: Authority, now: datetime = CLOSED) -> str:
    """An assessment runs out of time and is never done: a manager withdraws it to close the case."""
    case = case_at(authority=authority, point="planned")
    pass_time(authority=authority, now=now)
    withdrawn = [{"what": "assessment", "reason": "The family moved"}]
    manager = authority.actor("team_manager", now=now)
    begin(authority=authority, case=case, process="case_closure", by=manager, now=now, withdrawn=withdrawn)
    return case


def opens_case(*, authority: Authority, case: str, role: str, now: datetime, number: int = 1) -> None:
    look(authority.database, authority.actor(role, number=number, now=now), now, "case", read_case, case)


def lists_cases(*, authority: Authority, role: str, now: datetime) -> None:
    look(authority.database, authority.actor(role, now=now), now, "cases", list_cases)
