"""One call of each command about actions, for the tests that hold of each one."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.commands.keeping_actions import add_action, tell_of_action
from engine.tables import CaseAction
from tests.builders import MONDAY, Authority

ACTION = {"what": "Zqwhat: ring the school.", "agency": "social_care", "by_when": "2026-03-06"}


def adds(at: Authority, case: str, **other: Any) -> str:
    """Gives the id of the action."""
    before = _ids(at)
    add_action(at.database, at.actor("social_worker"), MONDAY, case, {**ACTION, **other})
    return next(iter(_ids(at) - before))


def tells(
    at: Authority,
    action: str,
    state: str = "done",
    why: str = "",
    *,
    role: str = "team_manager",
    number: int = 1,
    now: datetime = MONDAY,
) -> None:
    said = {"state": state} | ({"why": why} if why else {})
    tell_of_action(at.database, at.actor(role, number=number), now, action, said)


def _ids(at: Authority) -> frozenset[str]:
    with at.database.read() as connection:
        return frozenset(connection.scalars(select(CaseAction.id)))


def _adds(at: Authority, case: str) -> Callable[[], object]:
    return lambda: add_action(at.database, at.actor("social_worker"), MONDAY, case, ACTION)


def _tells(at: Authority, case: str) -> Callable[[], object]:
    action = adds(at, case, agency="health", who="The nurse")
    return lambda: tells(at, action)


CALLS_OF_ACTIONS: Mapping[str, Callable[[Authority, str], object]] = {"add_action": _adds, "tell_of_action": _tells}
