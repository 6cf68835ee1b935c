"""One call of each command about how long cases are kept, legal hold and erasures, for the tests of every command."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.commands import erasing, legal_holds, retention_rules
from tests.builders import DAY, MONDAY, Authority, case_at, reference
from tests.posting import sent

LATER = MONDAY + 366 * 7 * DAY
"""When what was closed on MONDAY is long due."""
WHY = {"reason": "Its time is over."}
ERASE = {"verdict": "erase", **WHY}
KEEP = {"verdict": "keep", **WHY}


def closed(at: Authority, **given: Any) -> str:
    """A case that is closed, with all its letters sent: nothing but time keeps it."""
    case = case_at(authority=at, point="closed", **given)
    sent(at.database)
    return case


def rules(at: Authority, years: int = 6, counts_from: str = "closure", cases: str = "every") -> str:
    """Gives the id of the rule."""
    said = {"years": years, "counts_from": counts_from, "cases": cases}
    return retention_rules.add_retention_rule(at.database, at.actor("privacy_officer"), MONDAY, said)


def holds(at: Authority, case: str, now: datetime = MONDAY) -> str:
    """Gives the id of the hold."""
    said = {"reference": reference(authority=at, case=case), "reason": "An inquiry asked for it."}
    return legal_holds.hold_case(at.database, at.actor("privacy_officer"), now, said)


def proposes(at: Authority, case: str, now: datetime = LATER) -> str:
    """Gives the id of the erasure."""
    return erasing.propose_erasure(at.database, at.actor("privacy_officer"), now, case, WHY)


def decides(
    at: Authority, erasure: str, answers: Mapping[str, Any] = ERASE, now: datetime = LATER, role: str = "administrator"
) -> bool:
    return erasing.decide_on_erasure(at.database, at.actor(role), now, erasure, answers)


def erases(at: Authority, case: str, now: datetime = LATER) -> str:
    """Gives the id of the erasure."""
    rules(at)
    erasure = proposes(at, case, now)
    decides(at, erasure, now=now)
    return erasure


def _adds(at: Authority, _case: str) -> Callable[[], object]:
    return lambda: rules(at)


def _ends(at: Authority, _case: str) -> Callable[[], object]:
    rule = rules(at)
    return lambda: retention_rules.end_retention_rule(at.database, at.actor("administrator"), MONDAY, rule, WHY)


def _holds(at: Authority, case: str) -> Callable[[], object]:
    return lambda: holds(at, case)


def _lifts(at: Authority, case: str) -> Callable[[], object]:
    hold = holds(at, case)
    return lambda: legal_holds.lift_hold(at.database, at.actor("privacy_officer"), MONDAY, hold, WHY)


def _proposes(at: Authority, _case: str) -> Callable[[], object]:
    rules(at)
    case = closed(at)
    return lambda: proposes(at, case)


def _decides(at: Authority, _case: str) -> Callable[[], object]:
    rules(at)
    erasure = proposes(at, closed(at))
    return lambda: decides(at, erasure)


CALLS_OF_RETENTION: Mapping[str, Callable[[Authority, str], object]] = {
    "add_retention_rule": _adds,
    "end_retention_rule": _ends,
    "hold_case": _holds,
    "lift_hold": _lifts,
    "propose_erasure": _proposes,
    "decide_on_erasure": _decides,
}
