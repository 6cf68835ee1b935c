"""Proceeding differently on the pages: short, without JavaScript, and refused before anybody has typed."""

from collections.abc import Callable

from tests.builders import Authority, case_at, do
from tests.engine.commands.calls_of_departures import asks_a_manager, item_of, skips
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
WHY = {"departure_reason": "Zqwhy"}


def test_a_step_is_skipped_on_its_page_and_the_case_says_so(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    worker = as_a("social_worker")
    page = worker.get(worker.get(f"/tasks/{item_of(world, case, 'decide_response')}").link("Proceed differently"))
    refused = worker.send(page, {"departure_reason": "Zqwhy"}, status=400)
    assert "Zqwhy" in refused.text, "nothing is lost"
    shown = worker.send(refused, {"response": "no_further_action", **WHY})
    assert "Proceeded differently" in shown.text
    assert "Zqwhy" in shown.text
    assert "not done: what the process went on by" in shown.text
    assert "Zqwhy" in as_a("auditor").get(f"/cases/{case}/replay").text


def test_another_step_is_opened_from_the_case(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    worker = as_a("social_worker")
    steps = worker.get(worker.get(f"/cases/{case}").link("Open or repeat another step"))
    page = worker.get(steps.link("Now: Tell the referrer"))
    shown = worker.send(page, WHY)
    assert "The step is open." in shown.text
    assert "Open or repeat another step" not in as_a("auditor").get(f"/cases/{case}").text


def test_a_manager_decides_from_the_inbox(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    asks_a_manager(world, case)
    manager = as_a("team_manager")
    assert "asks to proceed differently" not in as_a("social_worker").get("/tasks").text
    page = manager.get(manager.get("/tasks").link("Go on without"))
    assert "Zqwhy" in page.text
    shown = manager.send(page, {"verdict": "agreed", "decision": "Zqagreed"})
    assert "Zqagreed" in shown.text
    assert "asks to proceed differently" not in manager.get("/tasks").text


def test_what_is_never_possible_is_said_before_anybody_types(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="accepted")
    for task in ("feed_back_to_referrer", "inform_family", "allocate_social_worker"):
        do(authority=world, case=case, task=task)
    for task in ("plan_assessment", "see_child", "interview_family", "write_assessment"):
        do(authority=world, case=case, task=task)
    page = as_a("team_manager").get(f"/tasks/{item_of(world, case, 'authorise_assessment')}/differently")
    assert "Nobody authorises their own work" in page.text
    assert not page.tree.xpath("//form[@id='form']")


def test_a_partner_proceeds_differently_at_their_own_task_alone(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    partner = as_a("health_practitioner")
    partner.get(f"/tasks/{item_of(world, case, 'decide_response')}/differently", status=404)
    assert "could open" in partner.get(f"/cases/{case}/steps").text
    skips(world, case, "decide_response", response="no_further_action")
    told = partner.get(f"/cases/{case}").text
    assert "as the process has it" not in told, "others went on without a step, which is not for them to know"
    assert "You have not proceeded differently" in told
