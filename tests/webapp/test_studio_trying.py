"""A draft tried by hand, page by page, without scripts: whatever is done there stands nowhere but in the try."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from engine.commands.saving_changes import save_file, start_change
from engine.tables import Account, Act, Case, Outbox
from tests.builders import MONDAY, Authority
from tests.second import changed, second
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
SIFT = "forms/worry/sift.json"
ASKED_TOO = """"properties": {
    "sure": {
      "type": "string",
      "title": "How sure are you?",
      "x-ui": {"kind": "text"},
      "x-source": "Haven Island practice, invented",
      "x-read-by": ["case page"]
    },"""
WORRY = {
    "hurt_now": "no",
    "young_ones": "0",
    "young_ones.0.pet_name": "Isla",
    "young_ones.0.clan_name": "Rowan",
    "what_troubles_you": "Nobody was at home",
    "answer_by": "no_answer",
}


@pytest.fixture
def change(world: Authority) -> str:
    owner = world.actor("process_owner")
    return start_change(world.database, owner, MONDAY, "Other words", "The council agreed", second())


def begun(visitor: Visitor, change: str) -> Page:
    page = visitor.send(visitor.get(f"/studio/changes/{change}/try"), button="Begin")
    return visitor.get(page.link("A worry about a child"))


def told(visitor: Visitor, change: str) -> Page:
    """A worry was told."""
    return visitor.send(begun(visitor, change), WORRY)


def count(world: Authority) -> list[int]:
    """Of what a try must not touch."""
    with world.database.read() as connection:
        return [connection.scalar(select(func.count()).select_from(one)) or 0 for one in (Act, Case, Account, Outbox)]


def leading_out(page: Page, change: str) -> list[str]:
    """Links and forms of the page itself that lead elsewhere than to the draft."""
    leads = page.tree.xpath("//main//a/@href | //main//form/@action | //main//@data-diagram | //main//@data-draft")
    return [one for one in leads if not one.startswith((f"/studio/changes/{change}", "#"))]


def test_what_is_done_stands_in_the_try_alone(world: Authority, as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    before = count(world)
    assert visitor.get(f"/studio/changes/{change}").link("Try it by hand") == f"/studio/changes/{change}/try"
    page = begun(visitor, change)
    assert page.value("came_in-time") == "10:01"
    refused = visitor.send(page, {"what_troubles_you": "Typed", "hurt_now": "no"}, status=400)
    assert "Choose an answer to “How shall we answer?”" in refused.errors
    assert refused.value("what_troubles_you") == "Typed"
    page = visitor.send(refused, WORRY)
    assert "Isla Rowan" in page.text
    assert "A worry about a child began" in page.text
    assert "This is a try of the draft “Other words”." in page.tree.xpath("string(//aside[@aria-label='A try'])")
    task = visitor.get(page.link("Sift the worry"))
    assert "Nobody was at home" in task.text
    wrong = visitor.send(task, {"why_chosen": "As it is"}, status=400)
    assert wrong.errors == ["Choose an answer to “What is needed?”"]
    assert wrong.value("why_chosen") == "As it is"
    page = visitor.send(wrong, {"path_chosen": "look"})
    assert "2 March 2026 at 10:02: Sift the worry, as Case hand" in page.text
    keeper = visitor.get(page.link("Give the child a worker"))
    assert keeper.value("keeper") == ""
    assert "case_hand" in keeper.tree.xpath("//*[@name='keeper']/@value")
    page = visitor.send(keeper, {"keeper": "case_hand"})
    assert [leading_out(one, change) for one in (page, task, wrong, keeper)] == [[], [], [], []]
    assert count(world) == before


def test_a_link_that_leads_out_is_seen(as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    assert leading_out(visitor.get("/studio"), change)


def test_the_clock_goes_forward_and_a_step_is_taken_back(as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    page = told(visitor, change)
    assert "Next comes the end of 3 March 2026, when the time runs out for “Sift the worry”." in page.text
    page = visitor.send(page, button="Go on until after that")
    assert "In the try it is Wednesday 4 March 2026, 00:00." in page.tree.xpath("string(//aside[@aria-label='A try'])")
    assert "Overdue" in page.text
    stale = visitor.send(page, {"days": "0"}, button="Go on", status=400)
    assert stale.errors == ["Give a number of working days, from 1 to 130"]
    page = visitor.send(page, {"days": "3"}, button="Go on")
    assert "Monday 9 March 2026, 00:00" in page.tree.xpath("string(//aside[@aria-label='A try'])")
    first = visitor.send(page, button="Take back the last step")
    assert "Wednesday 4 March 2026" in first.tree.xpath("string(//aside[@aria-label='A try'])")
    assert "Your try went on since" in visitor.send(page, button="Take back the last step", status=409).text


def test_as_somebody_whose_task_it_is_not(as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    page = visitor.get(told(visitor, change).link("Sift the worry"))
    here = page.path.partition("?")[0]
    assert "They are not shown this task" in visitor.get(f"{here}?as=constable").text
    assert "This task is for another role: case hand." in visitor.get(f"{here}?as=lead_hand").text
    visitor.get(f"{here}?as=nobody_known", status=404)
    visitor.get(f"/studio/changes/{change}/try/tasks/isla/no_such_task?as=case_hand", status=409)
    visitor.get(f"/studio/changes/{change}/try/start/no_such_process?as=public", status=404)


def test_a_form_that_is_sent_twice_is_done_once(as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    form = begun(visitor, change)
    once = visitor.send(form, WORRY)
    assert visitor.send(form, WORRY).text == once.text


def test_a_try_belongs_to_whoever_makes_it(as_a: As, change: str) -> None:
    told(as_a("process_owner"), change)
    others = as_a("process_owner", 2)
    assert others.get(f"/studio/changes/{change}/try").heading == "Try it by hand"
    for role in ("pathway_approver", "social_worker"):
        as_a(role).get(f"/studio/changes/{change}/try", status=403)


def test_it_is_kept_as_a_story_that_comes_out_right(as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    page = visitor.send(told(visitor, change), button="Go on until after that")
    form = visitor.get(page.link("Keep it as a story"))
    assert visitor.send(form, {"title": " "}, status=400).errors == ["Say in a few words what the story shows"]
    story = visitor.send(form, {"title": "Nobody sifts it in time", "process": "worry"})
    assert story.path == f"/studio/changes/{change}/stories/processes/worry/scenarios/nobody_sifts_it_in_time.toml"
    assert 'expect.late = ["sift_time"]' in story.value("text")
    assert 'expect.open = ["sift", "thank_teller"]' in story.value("text")
    again = visitor.send(form, {"title": "Nobody sifts it in time", "process": "worry"}, status=400)
    assert again.errors == ["A story of this name lies there already: call it otherwise"]
    gone = visitor.send(visitor.get(f"/studio/changes/{change}/try"), button="Drop the try")
    assert "The try is dropped." in gone.text
    assert visitor.get(f"/studio/changes/{change}/try").heading == "Try it by hand"


def test_a_draft_that_was_changed_is_played_anew_and_what_no_longer_goes_is_said(
    world: Authority, as_a: As, change: str
) -> None:
    visitor, owner = as_a("process_owner"), world.actor("process_owner")
    page = visitor.get(told(visitor, change).link("Sift the worry"))
    page = visitor.send(page, {"path_chosen": "look", "why_chosen": "So it is"})
    visitor.send(page, button="Go on until after that")
    words = changed(SIFT, ("What is needed?", "What is wanted?"))
    version = save_file(world.database, owner, MONDAY, change, SIFT, words[SIFT], 1)
    page = visitor.get(page.path)
    assert "The draft was changed since your last step." in page.text
    harder = changed(SIFT, ('"required": [', '"required": [\n    "sure",'), ('"properties": {', ASKED_TOO))
    version = save_file(world.database, owner, MONDAY, change, SIFT, harder[SIFT], version)
    page = visitor.get(page.path)
    assert "Step 2 does not go any more" in page.text
    assert "“Sift the worry (Case hand)”" in page.text
    assert "Answer the question “How sure are you?”" in page.text
    page = visitor.send(page, button="Go on without this step and those after it")
    assert "does not go any more" not in page.text
    assert "Sift the worry, as" not in page.text
    save_file(world.database, owner, MONDAY, change, SIFT, b"{", version)
    assert "It cannot be tried yet" in visitor.get(page.path).text
