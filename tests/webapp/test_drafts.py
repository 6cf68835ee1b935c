"""A draft of a task that is somebody else's now."""

from collections.abc import Callable

import pytest

from tests.builders import MONDAY, Authority, case_at, do, open_items, refer
from tests.engine.commands.pathway import case_row
from tests.webapp.visitor import Page, Visitor

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


def test_what_was_typed_twice_in_two_cases_of_one_child_can_be_read_where_they_go_on(
    as_a: As, world: Authority
) -> None:
    """In the case that goes on its own draft stands in the form; the other one is text to copy."""
    cases = refer(authority=world).cases[0], refer(authority=world).cases[0]
    visitor = as_a("team_manager")
    for case, text in zip(cases, ("of the first", "of the second"), strict=True):
        do(authority=world, case=case, task="decide_response", response="strategy_discussion")
        item = open_items(database=world.database, case=case)["hold_strategy_discussion"].id
        for where, field in (f"/tasks/{item}", "reason"), (f"/cases/{case}/start/strategy_discussion", "concern"):
            visitor.send(visitor.get(where), {field: f"{field} {text}"}, button="Save and finish later")
    known = case_row(database=world.database, case=cases[0]).person_id
    yes = {"same_child": "yes", "same_child_reason": "The mother says so.", "known_person": known}
    do(authority=world, case=cases[1], task="clarify_referral", by=None, now=MONDAY, **yes)
    page = visitor.get(f"/cases/{cases[0]}")
    kept = page.tree.xpath("//li[contains(., ', kept ')]/a/@href")
    assert len(kept) == 2
    texts = " ".join(visitor.get(where, status=409).text for where in kept)
    assert "reason of the second" in texts
    assert "concern of the second" in texts
    assert "concern of the first" in visitor.get(f"/cases/{cases[0]}/start/strategy_discussion").text
    assert "You typed this" not in as_a("social_worker").get(f"/cases/{cases[0]}").text
    for where in kept:
        visitor.send(visitor.get(where, status=409), button="Throw away what I typed", status=409)
    assert "You typed this" not in visitor.get(f"/cases/{cases[0]}").text


def test_what_is_sent_too_late_with_a_form_that_had_been_open_for_too_long_is_not_lost(
    as_a: As, world: Authority
) -> None:
    """It comes before what was kept: of a task that was withdrawn, and of a beginning in a case that was joined."""
    cases = refer(authority=world).cases[0], refer(authority=world).cases[0]
    visitor, pages = as_a("team_manager"), list[tuple[Page, str]]()
    for case in cases:
        do(authority=world, case=case, task="decide_response", response="strategy_discussion")
        item = open_items(database=world.database, case=case)["hold_strategy_discussion"].id
        for where, field in (f"/tasks/{item}", "reason"), (f"/cases/{case}/start/strategy_discussion", "concern"):
            pages.append((visitor.get(where), field))
            visitor.send(pages[-1][0], {field: "kept earlier"}, button="Save and finish later")
    known = case_row(database=world.database, case=cases[0]).person_id
    yes = {"same_child": "yes", "same_child_reason": "The mother says so.", "known_person": known}
    do(authority=world, case=cases[1], task="clarify_referral", by=None, now=MONDAY, **yes)
    for page, field in pages[2:]:
        told = visitor.send(page, {field: "typed just now", "csrf_token": "old"}, status=409).text
        assert ("typed just now" in told, "you kept it" in told) == (True, False)
        told = visitor.get(page.path, status=409).text
        assert ("kept earlier" in told, "you kept it" in told) == (True, True)
