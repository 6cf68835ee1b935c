"""The connection is lost when all is kept, and nobody hears of it: what was sent is sent again, and done once."""

from collections.abc import Callable

from engine.record.chain import lines
from tests.builders import Authority, case_at, open_items
from tests.faults.failing_driver import counting
from tests.webapp.visitor import Page, Visitor

SAID = "It is not known whether what you sent was saved. Send it again: it is not done twice."
IO_ERROR = 1  # of the faults of SQLite


def sent_twice(world: Authority, visitor: Visitor, page: Page, typed: dict[str, str]) -> Page:
    with counting(world.database) as calls:
        calls.arm(at_commit=True, too_late=True, fault=IO_ERROR)
        told = visitor.send(page, typed, status=503)
    assert SAID in told.text
    return visitor.send(told, button="Send it again")


def noted(world: Authority, case: str, kind: str) -> list[str | None]:
    """The shapes of these entries."""
    with world.database.read() as connection:
        return [one.element for one in lines(connection, f"case:{case}", [kind])]


def test_a_task_is_completed_once(as_a: Callable[..., Visitor], world: Authority) -> None:
    case, visitor = case_at(authority=world, point="deciding"), as_a("social_worker")
    page = visitor.get(f"/tasks/{open_items(database=world.database, case=case)['decide_response'].id}")
    after = sent_twice(world, visitor, page, {"response": "early_help", "reason": "Bruises."})
    assert after.path.startswith(f"/cases/{case}?done=")
    assert noted(world, case, "completed").count("decide_response") == 1


def test_a_process_begins_once(as_a: Callable[..., Visitor], world: Authority) -> None:
    case, manager = case_at(authority=world, point="deciding"), as_a("team_manager")
    page = manager.get(f"/cases/{case}/start/strategy_discussion")
    before = noted(world, case, "started")
    assert sent_twice(world, manager, page, {"concern": "Bruises."}).path.startswith(f"/cases/{case}?done=")
    assert len(noted(world, case, "started")) == len(before) + 1
