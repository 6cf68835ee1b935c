"""The page of a case, the list of cases, and what can be started."""

from collections.abc import Callable

import pytest

from engine.reads.list_page import PAGE
from tests.builders import (
    DAY,
    MONDAY,
    Authority,
    case_at,
    child,
    do,
    open_items,
    pass_time,
    refer,
    reference,
)
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]


def section(page: Page, name: str) -> str:
    found = page.tree.xpath(f"//section[@aria-labelledby='{name}']")
    return " ".join(" ".join(found[0].xpath(".//text()")).split()) if found else ""


def test_a_case_says_where_it_stands_and_who_acts_next(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    page = as_a("social_worker").get(f"/cases/{case}")
    assert page.heading == "Ada Example"
    stands = section(page, "stands")
    assert "Assessment Began today at 10:00." in stands
    assert "Contribute to the assessment Health (health practitioner)" in stands
    assert "Referral ended" in stands or "Finished" in stands
    assert "Lead professional Social worker 1" in page.text


def test_the_drawing_has_a_table_beside_it_that_says_all_of_it(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(f"/cases/{case}")
    rows = [" ".join(" ".join(row.xpath(".//text()")).split()) for row in page.tree.xpath("//tbody/tr")]
    assert any(row.startswith("Clarify the concerns Social worker Done") for row in rows)
    assert any(row.startswith("Decide the response Social worker Open now") for row in rows)
    assert "Allocate a social worker Team manager Not reached" in rows
    drawing = page.tree.xpath("//*[@data-diagram]")[0]
    assert drawing.get("data-current") == "decide_response"
    answer = visitor.client.get(drawing.get("data-diagram"))
    assert (answer.status_code, answer.content_type) == (200, "application/xml; charset=utf-8")
    assert b'id="decide_response"' in answer.data
    assert visitor.client.get("/drawings/none/referral").status_code == 404


def test_clocks_tell_what_became_of_them(as_a: As, world: Authority, clock: Clock) -> None:
    case = case_at(authority=world, point="deciding")
    now = clock.move(3 * DAY)
    pass_time(authority=world, now=now)
    page = as_a("social_worker").get(f"/cases/{case}")
    assert "Overdue by 2 days" in section(page, "clocks")
    assert "Time ran out" in section(page, "happened")
    do(authority=world, case=case, task="decide_response", now=now, response="early_help", late_reason="Snow.")
    page = as_a("social_worker").get(f"/cases/{case}")
    assert "Done late" in section(page, "ended")
    assert "Why it was late: Snow." in section(page, "ended")
    assert "Done in time" in section(page, "ended")


def test_what_happened_is_told_newest_first_with_who_did_it(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    page = as_a("social_worker").get(f"/cases/{case}?list=happened")
    happened = section(page, "happened")
    assert (
        happened.index("The case was closed")
        < happened.index("Referral began")
        < happened.index("The case was opened") + 200
    )
    assert "Social worker 1" in happened
    assert "“Write the assessment” was completed" in happened
    page = as_a("social_worker").get(f"/cases/{case}")
    assert "This case is closed." in section(page, "stands")
    assert [link.get("href").rsplit("/", 1)[1] for link in page.tree.xpath("//a[contains(@href, '/start/')]")] == [
        "professional_disagreement"
    ]


def test_answers_are_shown_in_words_to_those_they_are_for(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    do(authority=world, case=case, task="contribute(health)", answer="given", contribution="Missed two clinics.")
    answered = section(as_a("social_worker").get(f"/cases/{case}"), "answered")
    assert "Missed two clinics." in answered
    assert "Which agencies do you ask to contribute? Health, Police" in answered
    assert "Date of birth 3 June 2011" in answered
    assert "Missed two clinics." in section(as_a("health_practitioner").get(f"/cases/{case}"), "answered")
    police = as_a("police_officer").get(f"/cases/{case}")
    assert "Missed two clinics." not in police.response.text
    assert "Contribute to the assessment" in police.text


def test_brothers_and_sisters_and_earlier_cases_are_linked(as_a: As, world: Authority, clock: Clock) -> None:
    first = refer(authority=world, children=[child(given_name="Ada"), child(given_name="Ben")]).cases
    page = as_a("social_worker").get(f"/cases/{first[0]}")
    assert "Ben Example" in section(page, "related")
    assert "the same family" in section(page, "related")
    case = case_at(authority=world, point="deciding", now=clock.now)
    assert section(as_a("social_worker").get(f"/cases/{case}"), "related") == ""


def test_a_known_child_s_earlier_case_is_shown_once_somebody_said_so(as_a: As, world: Authority) -> None:
    earlier = case_at(authority=world, point="closed")
    case = refer(authority=world).cases[0]
    visitor = as_a("social_worker")
    page = visitor.get(f"/cases/{case}")
    assert section(page, "related") == ""
    task = visitor.get(page.link("Clarify the concerns"))
    known = task.tree.xpath("//input[@name='known_person']/@value")
    typed = {"concerns_clarified": "Spoke to the school.", "same_child": "yes", "known_person": known[0]}
    typed |= {"same_child_reason": "The school says so."}
    done = visitor.send(task, typed)
    assert reference(authority=world, case=earlier) in section(done, "related")
    assert "the same child" in section(done, "related")
    assert "Which child? Ada Example" in section(done, "answered")


def test_a_known_child_is_searched_for_and_picked_by_hand_without_a_script(as_a: As, world: Authority) -> None:
    known = refer(authority=world, children=[{"given_name": "Zoë", "family_name": "O’Brien"}]).cases[0]
    case = refer(authority=world).cases[0]
    visitor = as_a("social_worker")
    task = visitor.get(visitor.get(f"/cases/{case}").link("Clarify the concerns"))
    assert "There is nobody to choose yet." in task.text
    typed = {"concerns_clarified": "Spoke to the school.", "same_child": "yes", "known_child_search": "obrien zoe"}
    nobody = visitor.send(task, typed, status=400)
    assert "Which child?" in nobody.text
    found = visitor.send(task, {**typed, "do": "search"})
    (choice,) = found.tree.xpath("//input[@name='known_person']/@value")
    assert "Spoke to the school." in found.text
    done = visitor.send(found, {**typed, "known_person": choice, "same_child_reason": "The school says so."})
    assert reference(authority=world, case=known) in section(done, "related")
    assert "All that was under way here goes on there" in done.text
    assert "Decide the response" in visitor.get(done.link(f"case {reference(authority=world, case=known)}")).text


def test_who_may_be_the_same_child_stands_on_the_case_the_row_and_the_decision(as_a: As, world: Authority) -> None:
    known, case = (refer(authority=world).cases[0] for _ in range(2))
    visitor = as_a("social_worker")
    page = visitor.get(f"/cases/{case}")
    name = reference(authority=world, case=known)
    assert f"case {name}" in section(page, "matches")
    assert "same birth date" in section(page, "matches")
    assert f"case {name}" in section(visitor.get(page.link("Decide the response")), "matches")
    assert visitor.get("/tasks").text.count(f"case {name} (open)") == 3


def test_a_referral_of_a_child_with_an_open_case_joins_it(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    visitor = as_a("social_worker")
    page = visitor.get(visitor.get(f"/cases/{case}").link("New referral of this child"))
    typed = {
        "immediate_danger": "no",
        "source": "public",
        "children.0.given_name": "Ada",
        "children.0.family_name": "Example",
        "concerns": "Seen alone at night.",
        "reply_by": "none",
    }
    done = visitor.send(page, typed)
    assert done.path.startswith(f"/cases/{case}?done=")
    assert "Referral (2)" in section(done, "stands")


def test_a_manager_closes_a_case_with_a_reason_for_what_is_withdrawn(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    assert "Close a case" not in as_a("social_worker").get(f"/cases/{case}").text
    manager = as_a("team_manager")
    page = manager.get(manager.get(f"/cases/{case}").link("Close a case"))
    assert "Assessment" in page.text
    again = manager.send(page, {"reason": "The family moved."}, status=400)
    assert again.link(again.errors[0]) == "#withdrawn-0-reason"
    done = manager.send(again, {"withdrawn.0.reason": "The new authority assesses."})
    assert "“Close the case” is done." not in done.text
    assert "Close the case" in section(done, "stands")
    assert "was withdrawn" in section(done, "happened")


def test_what_cannot_be_closed_says_why_and_keeps_what_was_typed(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    manager = as_a("team_manager")
    page = manager.get(manager.get(f"/cases/{case}").link("Close a case"))
    typed = {"reason": "A mistake.", "withdrawn.0.reason": "Not needed."}
    refused = manager.send(page, typed, status=409)
    assert refused.heading == "This is not possible now"
    assert "a referral is not yet decided" in refused.text
    assert "A mistake." in refused.text


def test_a_draft_of_a_start_is_kept(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    manager = as_a("team_manager")
    page = manager.get(f"/cases/{case}/start/case_closure")
    kept = manager.send(page, {"reason": "Half a"}, button="Save and finish later")
    assert kept.value("reason") == "Half a"
    assert manager.send(kept, button="Start again without it").value("reason") == ""


@pytest.mark.parametrize("process", ["assessment", "nothing", "child_in_need_plan"])
def test_what_nobody_may_start_is_not_there(as_a: As, world: Authority, process: str) -> None:
    case = case_at(authority=world)
    as_a("team_manager").get(f"/cases/{case}/start/{process}", status=404)


def test_the_list_finds_by_name_and_by_reference(as_a: As, world: Authority) -> None:
    cases = refer(authority=world, children=[child(given_name="Zoë"), child(given_name="Ben")]).cases
    visitor = as_a("social_worker")
    everybody = visitor.get("/cases")
    assert "2 cases" in everybody.text
    found = visitor.send(everybody, {"name": " zoe "}, button="Find")
    assert ("Zoë Example" in found.text, "Ben Example" in found.text) == (True, False)
    named = visitor.send(everybody, {"name": reference(authority=world, case=cases[1]).lower()}, button="Find")
    assert ("Zoë Example" in named.text, "Ben Example" in named.text) == (False, True)
    nobody = visitor.send(everybody, {"name": "%"}, button="Find")
    assert "this does not mean that the child is not known" in nobody.text


def test_what_was_looked_for_is_in_no_address_and_no_title(as_a: As, world: Authority) -> None:
    for number in range(PAGE + 1):
        refer(authority=world, children=[child(given_name=f"Zephyrine {number}")])
    visitor = as_a("social_worker")
    found = visitor.send(visitor.get("/cases"), {"name": "zephyrine"}, button="Find")
    rest = visitor.get(found.link("Next page"))
    assert len(rest.tree.xpath("//li[contains(@class, 'app-task')]")) == 1
    first = visitor.get(rest.link("Previous page"))
    assert len(first.tree.xpath("//li[contains(@class, 'app-task')]")) == PAGE
    for page in (found, rest, first):
        assert "zephyrine" not in (page.path + page.title).lower()
        assert not [link for link in page.tree.xpath("//@href | //@action") if "zephyrine" in link.lower()]


def test_no_title_names_a_child(as_a: As, world: Authority) -> None:
    """A title stays in the history of the browser, and on a screen that is shared."""
    case = case_at(authority=world, point="deciding", children=[child(given_name="Zephyrine")])
    item = open_items(database=world.database, case=case)["decide_response"].id
    visitor, auditor = as_a("social_worker"), as_a("auditor")
    about = (f"/cases/{case}", f"/tasks/{item}", f"/cases/{case}/start/referral")
    pages = [visitor.get(path) for path in (*about, "/cases", "/tasks")]
    pages += [auditor.get(f"/cases/{case}{end}") for end in ("/replay", "/guidance", "/looks", "/export", "/replay/1")]
    pages += [as_a("team_manager").get(f"/tasks/{item}", status=403)]
    for page in pages:
        assert "Zephyrine" not in page.title
    assert all(reference(authority=world, case=case) in page.title for page in pages[:3])


def test_only_known_cases_are_listed(as_a: As, world: Authority) -> None:
    case_at(authority=world)
    assert "1 case" in as_a("health_practitioner").get("/cases").text
    assert "There are no cases" in as_a("police_officer").get("/cases").text
    assert "Ada Example" in as_a("auditor").get("/cases").text
    assert "Ada" not in as_a("administrator").get("/cases").text
    assert MONDAY.tzinfo


def test_why_a_clock_was_late_is_not_for_other_agencies(as_a: As, world: Authority, clock: Clock) -> None:
    case = case_at(authority=world, point="planned")
    now = clock.move(100 * DAY)
    pass_time(authority=world, now=now)
    do(authority=world, case=case, task="see_child", now=now, late_reason="The mother was in hospital.")
    address = f"/cases/{case}?list=ended"
    assert "Why it was late: The mother was in hospital." in section(as_a("social_worker").get(address), "ended")
    told = as_a("health_practitioner").get(address)
    assert "hospital" not in told.text


def test_the_red_button_promises_nothing_that_does_not_happen(as_a: As, world: Authority) -> None:
    emergency = section(as_a("social_worker").get(f"/cases/{case_at(authority=world)}"), "emergency")
    assert "It begins at once" in emergency
    assert "told" not in emergency
