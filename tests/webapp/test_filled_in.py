"""What stands in the fields of a form when it opens: what was answered before, and the present time."""

from collections.abc import Callable

from tests.builders import MONDAY, Authority, case_at, do, open_items, refer
from tests.protecting import begin
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]


def test_what_was_answered_before_is_filled_in_and_says_where_it_comes_from(as_a: As, world: Authority) -> None:
    case = refer(authority=world, source="agency", developmental_needs="Behind with speech.").cases[0]
    do(authority=world, case=case, task="decide_response", response="assessment")
    do(authority=world, case=case, task="plan_assessment")
    page = as_a("social_worker").get(f"/tasks/{open_items(database=world.database, case=case)['write_assessment'].id}")
    assert page.value("developmental_needs") == "Behind with speech."
    assert "Filled in from “Refer a child”" in page.question("developmental_needs")
    assert "Read what is known so far" in page.text
    assert "Behind with speech." in page.text


def test_the_present_time_is_filled_in_for_what_has_happened_and_for_no_end(as_a: As, world: Authority) -> None:
    """An order that ended when it was typed in would be sent unread."""
    case = case_at(authority=world, point="deciding")
    begin(authority=world, case=case, process="immediate_protection", role="team_manager")
    held = {"acting_agency": "social_care", "action": "seek_order", "held_at": MONDAY.isoformat()}
    do(authority=world, case=case, task="hold_immediate_strategy_discussion", by=None, now=MONDAY, **held)
    items = open_items(database=world.database, case=case)
    item = next(one for name, one in items.items() if name.startswith("record_emergency_action"))
    page = as_a(item.role).get(f"/tasks/{item.id}")
    assert (page.value("order_made_at-year"), page.value("order_made_at-time")) == ("2026", "10:00")
    assert (page.value("order_ends_at-year"), page.value("order_ends_at-time")) == ("", "")
