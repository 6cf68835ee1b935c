"""One call of each command that serves several children, for the tests that hold of every command."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.commands.several_children import complete_for_children
from engine.commands.starting_for_children import start_for_children
from tests.builders import MONDAY, Authority, answers_to, open_items

Call = Callable[[Authority, str], Callable[[], object]]


def _completes(at: Authority, case: str) -> Callable[[], object]:
    row = open_items(database=at.database, case=case)["decide_response"]
    answers = {row.id: answers_to(authority=at, item=row, response="assessment")}
    return lambda: complete_for_children(at.database, at.actor("social_worker"), MONDAY, answers)


def _starts(at: Authority, case: str) -> Callable[[], object]:
    answers: dict[str, dict[str, Any]] = {case: {"concern": "They are left alone."}}
    return lambda: start_for_children(at.database, at.actor("social_worker"), MONDAY, "strategy_discussion", answers)


CALLS_OF_FAMILIES: Mapping[str, Call] = {"complete_for_children": _completes, "start_for_children": _starts}
