"""A task's form: what it asks, what is sent, and that nothing typed is ever lost."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from engine.tables import Answers, Draft
from tests.builders import DAY, MONDAY, Authority, case_at, child, do, open_items, pass_time, refer
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
REASON = "Bruises on both arms; <script>alert('x')</script> & “quotes”.\nA second line."


def address(world: Authority, case: str, task: str) -> str:
    return f"/tasks/{open_items(database=world.database, case=case)[task].id}"


def answers(world: Authority, case: str, element: str) -> list[dict[str, object]]:
    with world.database.read() as connection:
        rows = connection.execute(select(Answers.answers).where(Answers.case_id == case, Answers.element == element))
        return list(rows.scalars())


def test_a_task_is_sent_and_the_case_says_what_happened(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "decide_response"))
    assert page.title.startswith("Decide the response, case ")
    done = visitor.send(page, {"response": "early_help", "reason": REASON})
    assert done.path.startswith(f"/cases/{case}?done=")
    assert "“Decide the response” is done." in done.text
    assert "These tasks are now open:" in done.text
    assert "Tell the family" in done.text
    assert answers(world, case, "decide_response")[0]["reason"] == REASON


def test_everything_that_is_wrong_is_said_at_once_and_all_that_was_typed_stays(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "decide_response"))
    again = visitor.send(page, {"services_now": REASON, "reason": " "}, status=400)
    assert again.title.startswith("Error: ")
    assert len(again.errors) == 2
    assert again.value("services_now") == REASON
    assert again.errors[0] in again.question("response")
    assert again.link(again.errors[0]) == "#response"
    assert again.tree.xpath("//*[@id='response']")


def test_why_a_question_is_asked_can_be_read_beside_it(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    page = as_a("social_worker").get(address(world, case, "decide_response"))
    why = page.question("response")
    assert "Why am I asked this?" in why
    assert "Working Together 2013" in why


def test_late_work_asks_why(as_a: As, world: Authority, clock: Clock) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    assert "Why is this late?" not in visitor.get(address(world, case, "decide_response")).text
    pass_time(authority=world, now=clock.move(3 * DAY))
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "decide_response"))
    assert "Why is this late?" in page.text
    again = visitor.send(page, {"response": "early_help", "reason": "x"}, status=400)
    assert again.link(again.errors[0]) == "#late_reason"


def test_a_date_that_makes_the_task_late_raises_the_question_why(as_a: As, world: Authority, clock: Clock) -> None:
    """Whether it is late hangs on what is typed: the question comes with the answer."""
    case = case_at(authority=world, point="agreed")
    pass_time(authority=world, now=clock.move(200 * DAY))
    visitor = as_a("team_manager")
    page = visitor.get(address(world, case, "review_plan"))
    again = visitor.send(
        page, {"views": "x", "progress": "close", "reason": "x", "outcomes.0.became": "done"}, status=400
    )
    assert "Why is this late?" in again.text
    in_time = {"held_at-day": "1", "held_at-month": "6", "held_at-year": "2026", "held_at-time": "10:00"}
    assert visitor.send(again, in_time).path.startswith(f"/cases/{case}")


def test_a_repeating_group_grows_and_shrinks_without_a_script(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="accepted")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "inform_family"))
    page = visitor.send(page, {"told.0.name": "Mother", "told.0.told": "yes"}, button="Add another")
    assert page.value("told.0.name") == "Mother"
    page = visitor.send(page, {"told.1.name": "Father"}, button="Remove number 1")
    assert page.value("told.0.name") == "Father"
    assert not page.tree.xpath("//*[@name='told.1.name']")
    again = visitor.send(page, status=400)
    assert again.link(again.errors[0]) == "#told-0-told"
    sent = visitor.send(again, {"told.0.told": "yes", "told.0.address_checked": "yes"})
    assert sent.path.startswith(f"/cases/{case}")
    assert answers(world, case, "inform_family")[0]["told"] == [
        {"name": "Father", "told": "yes", "address_checked": "yes"}
    ]


def test_an_item_left_empty_is_none_and_problems_name_the_right_one(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="accepted")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "inform_family"))
    page = visitor.send(page, button="Add another")
    again = visitor.send(page, {"told.1.name": "Father"}, status=400)
    assert again.value("told.0.name") == "Father"
    assert again.link(again.errors[0]).startswith("#told-0-")


def test_what_another_answer_hides_is_not_kept(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="accepted")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "feed_back_to_referrer"))
    assert "Answer only if you chose" in page.text
    visitor.send(page, {"given": "yes", "what_was_said": "All of it.", "not_given_reason": "typed, then hidden"})
    assert answers(world, case, "feed_back_to_referrer") == [{"given": "yes", "what_was_said": "All of it."}]


def test_a_draft_is_kept_offered_again_and_discarded(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    where = address(world, case, "decide_response")
    kept = visitor.send(visitor.get(where), {"reason": "Half a sent"}, button="Save and finish later")
    assert kept.value("reason") == "Half a sent"
    assert "This is what you typed and did not send" in visitor.get(where).text
    assert as_a("social_worker", 2).get(where).value("reason") == ""
    empty = visitor.send(kept, button="Start again without it")
    assert empty.value("reason") == ""
    with world.database.read() as connection:
        assert connection.execute(select(Draft.subject)).all() == []


def test_the_page_saves_a_draft_while_somebody_types(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "decide_response"))
    typed = {name: page.value(name) for name in ("csrf_token", "subject")}
    said = visitor.client.post("/drafts", data={**typed, "reason": "typed"})
    assert (said.status_code, said.get_json()) == (200, {"said": "Draft saved at 10:00"})
    assert visitor.get(page.path).value("reason") == "typed"
    too_long = visitor.client.post("/drafts", data={**typed, "reason": "x" * 300_000})
    assert too_long.status_code == 400
    assert "too long" in too_long.get_json()["said"]


def test_a_form_sent_after_the_session_ended_is_kept_through_signing_in(
    as_a: As, world: Authority, clock: Clock
) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "decide_response"))
    clock.move(timedelta(minutes=20))
    asked = visitor.send(page, {"response": "early_help", "reason": REASON}, status=401)
    assert asked.title == "Sign in"
    assert "What you typed is kept" in asked.text
    back = visitor.send(asked, {"account": "social_worker.1"})
    assert back.path == page.path
    assert (back.value("response"), back.value("reason")) == ("early_help", REASON)
    assert visitor.send(back).path.startswith(f"/cases/{case}?done=")


def test_a_form_that_another_site_sent_is_not_kept_through_signing_in(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    where = address(world, case, "decide_response")
    visitor.send(visitor.get("/tasks"), button="Sign out")
    asked = visitor.post(where, {"reason": "planted", "subject": where.rpartition("/")[2]}, status=401)
    assert "planted" not in asked.text
    assert visitor.send(asked, {"account": "social_worker.1"}).value("reason") == ""


def test_a_form_without_a_good_token_is_shown_again_with_everything_typed(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "decide_response"))
    typed = {"csrf_token": "old", "response": "early_help", "reason": REASON}
    again = visitor.send(page, typed, status=400)
    assert "open for too long" in again.errors[0]
    assert again.value("reason") == REASON
    assert answers(world, case, "decide_response") == []
    assert visitor.send(again).path.startswith(f"/cases/{case}?done=")


def test_the_second_of_two_is_told_who_did_it_and_keeps_what_they_typed(
    as_a: As, world: Authority, clock: Clock
) -> None:
    case = case_at(authority=world, point="deciding")
    first, second = as_a("social_worker"), as_a("social_worker", 2)
    where = address(world, case, "decide_response")
    page = second.get(where)
    first.send(first.get(where), {"response": "early_help", "reason": "first"})
    clock.move(timedelta(minutes=5))
    told = second.send(page, {"response": "no_further_action", "reason": "what I typed"}, status=409)
    assert told.heading == "This task is done"
    assert "Social worker 1 completed it today at 10:00." in told.text
    assert "what I typed" in told.text
    assert "Nothing further from us" in told.text
    assert answers(world, case, "decide_response")[0]["reason"] == "first"
    assert second.get(where, status=409).heading == "This task is done"


def test_sending_the_same_twice_does_it_once(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "decide_response"))
    for _ in range(3):
        assert visitor.send(page, {"response": "early_help", "reason": "once"}).path.startswith(f"/cases/{case}?done=")
    assert len(answers(world, case, "decide_response")) == 1


def test_a_withdrawn_task_says_so(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    visitor = as_a("police_officer")
    page = visitor.get(address(world, case, "contribute(police)"))
    do(authority=world, case=case, task="write_assessment", finding="child_in_need")
    do(authority=world, case=case, task="authorise_assessment", authorised="yes")
    told = visitor.send(page, {"answer": "given", "contribution": "typed in vain"}, status=409)
    assert told.heading == "This task was withdrawn"
    assert "typed in vain" in told.text


def test_nobody_judges_their_own_work(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="written")
    refused = as_a("social_worker").get(address(world, case, "authorise_assessment"), status=403)
    assert "another role: team manager" in refused.text


def test_a_text_of_five_megabytes_is_refused_and_still_there(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "decide_response"))
    long = "five megabytes " * 350_000
    again = visitor.send(page, {"response": "early_help", "reason": long}, status=400)
    assert any("characters" in error for error in again.errors)
    assert again.value("reason") == long
    assert answers(world, case, "decide_response") == []


def test_what_is_far_too_large_is_refused_in_words(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "decide_response"))
    refused = visitor.send(page, {"reason": "x" * 9_000_000}, status=413)
    assert refused.heading == "That is too much to send at once"


def test_31_february_is_refused_beside_its_question_and_still_there(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="in_need")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "agree_plan"))
    typed = {"review_date-day": "31", "review_date-month": "February", "review_date-year": "2027"}
    again = visitor.send(page, typed, status=400)
    wrong = next(error for error in again.errors if "real date" in error)
    assert again.link(wrong) == "#review_date-day"
    assert [again.value(name) for name in typed] == ["31", "February", "2027"]


def test_fields_that_nobody_asked_for_do_nothing(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(address(world, case, "decide_response"))
    planted = {"typename": "x", "told": ["0", "1", "__proto__"], "told.0.name": "x", "response": "early_help"}
    visitor.send(page, {**planted, "reason": "x"})
    assert answers(world, case, "decide_response") == [{"response": "early_help", "reason": "x"}]


def test_two_children_of_a_family_are_two_tasks(as_a: As, world: Authority) -> None:
    cases = refer(authority=world, children=[child(given_name="Ada"), child(given_name="Ben")]).cases
    visitor = as_a("social_worker")
    assert "Ben Example" in visitor.get(f"/cases/{cases[0]}").text
    assert MONDAY.year == 2026
