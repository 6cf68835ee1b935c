"""A draft of a task that is somebody else's now."""

from collections.abc import Callable

import pytest

from tests.builders import Authority, case_at, open_items
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]


@pytest.mark.parametrize("done", [False, True], ids=["a colleague takes it", "a colleague completes it"])
def test_a_draft_of_a_task_that_a_colleague_has_can_be_read_and_thrown_away(
    as_a: As, world: Authority, done: bool
) -> None:
    case = case_at(authority=world, point="deciding")
    first, second = as_a("social_worker"), as_a("social_worker", 2)
    where = f"/tasks/{open_items(database=world.database, case=case)['decide_response'].id}"
    first.send(first.get(where), {"reason": "half a page of mine"}, button="Save and finish later")
    second.send(second.get(where), button="Take this task")
    if done:
        second.send(second.get(where), {"response": "early_help", "reason": "first"})
    status = 409 if done else 403
    told = first.get(where, status=status)
    assert "half a page of mine" in told.text
    assert "half a page of mine" not in as_a("team_manager").get(where, status=status).text
    thrown = first.send(told, button="Throw away what I typed", status=status)
    assert "half a page of mine" not in thrown.text
    assert "What you typed" not in first.get(where, status=status).text
