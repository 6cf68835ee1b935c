"""The pages of bars, restricted cases and break glass, as those who use them find them."""

from collections.abc import Callable

from tests.builders import Authority, case_at, reference
from tests.engine.commands.calls_of_keeping import bars
from tests.webapp.visitor import Page, Visitor

SHOWN = {"confirmed": "yes"}
WHY = {"reason": "They are neighbours.", **SHOWN}


def test_somebody_is_barred_and_a_second_person_ends_it(world: Authority, as_a: Callable[..., Visitor]) -> None:
    case = case_at(authority=world)
    officer, worker = as_a("privacy_officer"), as_a("social_worker")
    page = officer.get("/privacy/bars")
    named = {"reference": reference(authority=world, case=case), "who": "social_worker.1@example.org", **WHY}
    refused = officer.send(page, {**named, "confirmed": None}, status=400)
    assert refused.value("who") == named["who"]
    listed = officer.send(page, named)
    assert "Ada" not in listed.text
    worker.get(f"/cases/{case}", status=404)
    bar = officer.get(_bar(listed))
    asked = officer.send(bar, WHY)
    assert "A second person is to decide" in asked.text
    second = as_a("administrator")
    unsure = second.send(second.get(_bar(asked)), button="End the bar", status=400)
    assert unsure.errors
    assert unsure.tree.xpath("//*[@class='govuk-error-summary']//a/@href") == ["#confirmed"]
    decided = second.send(unsure, SHOWN, button="End the bar")
    assert "The bar has ended." in decided.text
    worker.get(f"/cases/{case}")


def _bar(page: Page) -> str:
    return page.tree.xpath("string(//main//a[starts-with(@href, '/privacy/bars/')]/@href)")


def test_a_manager_restricts_a_case_and_ends_it(world: Authority, as_a: Callable[..., Visitor]) -> None:
    case = case_at(authority=world)
    manager, worker = as_a("team_manager"), as_a("social_worker")
    form = manager.get(manager.get(f"/cases/{case}").link("Restrict who may know of this case"))
    manager.send(form, {"accounts": ["auditor.1"], "reason": "Why"}, status=400)
    manager.send(form, {"accounts": ["team_manager.1", "social_worker.2"], "reason": "Why"})
    worker.get(f"/cases/{case}", status=404)
    as_a("auditor").get(f"/cases/{case}", status=404)
    page = manager.get(f"/cases/{case}")
    assert "This case is restricted." in page.text
    officer = as_a("privacy_officer")
    listed = officer.get("/privacy/restricted")
    assert reference(authority=world, case=case) in listed.text
    manager.send(manager.get(page.link("End the restriction")), {"reason": "It is over."})
    worker.get(f"/cases/{case}")


def test_break_glass_shows_a_case_to_be_read_and_is_looked_at(world: Authority, as_a: Callable[..., Visitor]) -> None:
    case = case_at(authority=world)
    named = reference(authority=world, case=case)
    police = as_a("police_officer")
    police.get(f"/cases/{case}", status=404)
    form = police.get("/break-glass")
    none = police.send(form, {"reference": "BBBB-BBBB", **WHY}, status=400)
    assert "There is no case of this child." in none.text
    shown = police.send(form, {"reference": named, **WHY})
    assert "You can read this case until" in shown.text
    assert not shown.tree.xpath("//main//form")
    police.get(f"/cases/{case}/replay", status=404)
    officer = as_a("privacy_officer", 2)
    uses = officer.get("/privacy/break-glass")
    use = officer.get(uses.tree.xpath("string(//main//a[starts-with(@href, '/privacy/break-glass/')]/@href)"))
    done = officer.send(use, {"verdict": "right", **WHY})
    assert "it was right" in done.text
    bars(world, case, "police_officer.1@example.org")
    police.get(f"/cases/{case}", status=404)


def test_all_about_privacy_has_one_place_in_the_menu(as_a: Callable[..., Visitor]) -> None:
    """For whoever keeps bars and does not review looks it is the bars."""
    for role, first in (("privacy_officer", "/privacy"), ("auditor", "/privacy"), ("administrator", "/privacy/bars")):
        page = as_a(role).get("/tasks")
        leads = page.tree.xpath("//nav[@aria-label='Main']//a[starts-with(@href, '/privacy')]/@href")
        assert leads == [first], role
        assert as_a(role).get(first).tree.xpath("//nav[@aria-label='Main']//a[@aria-current]/@href") == [first]
    officer = as_a("privacy_officer")
    for list_ in ("/privacy/bars", "/privacy/restricted", "/privacy/break-glass"):
        assert officer.get(list_).link("Back to privacy") == "/privacy"


def test_an_officer_who_names_somebody_without_a_part_is_told_whom_to_name(
    world: Authority, as_a: Callable[..., Visitor]
) -> None:
    named = reference(authority=world, case=case_at(authority=world)).replace("-", "")
    officer = as_a("privacy_officer")
    typed = {"reference": named, "emails": "police_officer.1@example.org", **WHY}
    [problem] = officer.send(officer.get("/privacy/restricted"), typed, status=400).errors
    assert problem.startswith("Not restricted, this case would not be known to Police officer 1 either. Name people of")
