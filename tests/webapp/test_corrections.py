"""What was answered wrongly is corrected on a page, and both versions stand on every page on which the answer does."""

from collections.abc import Callable

from engine.commands.correcting_answers import correct_answers
from engine.record.chain import case_chain, lines
from tests.builders import MONDAY, Authority, case_at, do
from tests.engine.commands.calls_of_corrections import STILL, given_to, joins, rests_on_it
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
WHY = {"correction_reason": "Zqmistyped"}
RIGHT = {"concerns": "Zqright", **WHY}


def test_both_versions_stand_on_the_case_and_the_replay_from_its_moment_on(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, concerns="Zqwrong", received_at=MONDAY.isoformat())
    manager = as_a("team_manager")
    page = manager.get(manager.get(f"/cases/{case}").link("Correct these answers"))
    assert "The process has gone on by" in page.text
    assert "Ada Example" in page.text, "nobody corrects what is another child's"
    refused = manager.send(page, {**RIGHT, "received_at-month": "13", "correction_reason": ""}, status=400)
    assert len(refused.errors) == 2
    assert "Zqright" in refused.text
    shown = manager.send(page, RIGHT).text
    assert all(words in shown for words in ("Zqright", "Zqwrong", "Zqmistyped"))
    with world.database.read() as connection:
        number = lines(connection, case_chain(case), ["answers_corrected"])[0].number
    auditor = as_a("auditor")
    assert "Correct these answers" not in auditor.get(f"/cases/{case}").text
    for step, hidden in ((number - 1, 1), (number, 0)):
        notes = auditor.get(f"/cases/{case}/replay/{step}").tree.xpath("//*[@data-said-at]")
        assert [len(notes), sum("hidden" in one.attrib for one in notes)] == [1, hidden]


def test_what_two_correct_at_once_is_not_overwritten_unseen(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, concerns="Zqwrong")
    first, second = as_a("team_manager"), as_a("team_manager", number=2)
    page = first.get(first.get(f"/cases/{case}").link("Correct these answers"))
    other = second.get(second.get(f"/cases/{case}").link("Correct these answers"))
    first.send(page, RIGHT)
    refused = second.send(other, {"concerns": "Zqother", **WHY}, status=400)
    assert "Somebody has corrected these answers" in refused.text
    assert "Zqother" in second.send(refused, {"concerns": "Zqother", **WHY}).text


def test_who_decided_looks_again_from_the_inbox(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    rests_on_it(world, case)
    manager = as_a("team_manager")
    place = manager.get("/tasks").link("Look at it again")
    page = manager.get(place)
    assert "no_further_action" not in page.text
    assert "Ada Example" in page.text
    assert "Look at it again" in manager.get(f"/cases/{case}").text
    assert "Look at it again" not in as_a("social_worker").get("/tasks").text
    manager.send(page, STILL)
    assert "Look at it again" not in manager.get("/tasks").text
    assert "Nothing waits here" in manager.get(place).text


def test_a_case_closed_today_is_opened_again_on_its_page(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    manager = as_a("team_manager")
    assert "open it again" not in as_a("social_worker").get(f"/cases/{case}").text
    place = manager.get(f"/cases/{case}").link("open it again")
    page = manager.get(place)
    manager.send(page, {"reason": ""}, status=400)
    assert "The case was opened again" in manager.send(page, {"reason": "Zqmistake"}).text
    assert "This case is not closed." in manager.get(place).text


def test_a_partner_is_told_that_what_they_read_was_corrected_and_not_why(as_a: As, world: Authority) -> None:
    """Neither what stood there, the reason nor who: those may say what the answer does not."""
    case = case_at(authority=world, point="accepted")
    do(authority=world, case=case, task="feed_back_to_referrer", what_was_said="Zqbefore")
    given, answers = given_to(world, case, "feed_back_to_referrer")
    said = {**answers, "what_was_said": "Zqafter", **WHY}
    correct_answers(world.database, world.actor("team_manager"), MONDAY, case, given, 0, said)
    words = as_a("health_practitioner").get(f"/cases/{case}").text
    assert "Zqafter" in words
    assert "Corrected 2 March 2026" in words
    assert not any(kept in words for kept in ("Zqbefore", "Zqmistyped", "Team manager 1"))
    assert "Zqmistyped" in as_a("social_worker").get(f"/cases/{case}").text


def test_two_cases_are_separated_on_the_page_of_the_one_that_was_joined(as_a: As, world: Authority) -> None:
    """What falls where is said before."""
    case = case_at(authority=world)
    joins(world, case)
    manager = as_a("team_manager")
    assert "separate the two cases" not in as_a("social_worker").get(f"/cases/{case}").text
    place = manager.get(f"/cases/{case}").link("separate the two cases")
    page = manager.get(place)
    assert "Referral" in page.text
    manager.send(page, {"reason": ""}, status=400)
    told = manager.send(page, {"reason": "Zqtwo of them"}).text
    assert "The two cases are separate again." in told
    assert "Zqtwo of them" in told
    assert "was not joined to another one" in manager.get(place).text
