"""The pages of an auditor without scripts: the replay, a step, beside the guidance, and who looked."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from engine.reads.audit.path import path
from engine.reads.audit.trail import trail
from tests.auditing import CLOSED, HELD, WHY, closed_too_late, conference_too_late, opens_case
from tests.builders import DAY, HERE, Authority, case_at, child, do, publish, shipped, shipped_model
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]


@pytest.fixture
def late(world: Authority, clock: Clock) -> str:
    case = conference_too_late(authority=world)
    clock.move(HELD + DAY - clock.now)
    return case


def rows(page: Page) -> list[str]:
    found = page.tree.xpath("//table[contains(@class, 'app-trail')]//tr[td]")
    return [" ".join(" ".join(row.xpath(".//text()")).split()) for row in found]


def words(page: Page, xpath: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in page.tree.xpath(xpath)]


def link(page: Page, name: str) -> str:
    (found,) = [one for one in page.tree.xpath("//main//a") if " ".join(one.text_content().split()) == name]
    return found.get("href")


def test_from_the_case_to_why_the_conference_was_late_and_who_knew(as_a: As, world: Authority, late: str) -> None:
    opens_case(authority=world, case=late, role="service_manager", now=HELD - DAY)
    auditor = as_a("auditor")
    page = auditor.get(link(auditor.get(f"/cases/{late}"), "Replay, step by step"))
    page = auditor.get(link(page, "See why, and who knew"))
    assert words(page, "//article[1]/h3") == ["Hold the child protection conference 3 working days (3 days) late"]
    assert words(page, "//article[1]/p[strong]") == [f"Why: {WHY}"]
    assert words(page, "//article[1]//summary") == ["Who knew of it: Service manager 1, Conference chair 1"]
    step = auditor.get(page.tree.xpath("//article[1]/p/a/@href")[0])
    assert step.heading == "Clock met too late: Hold the child protection conference"


def test_what_ran_out_and_was_then_stopped_is_called_late_and_not_done(
    as_a: As, world: Authority, clock: Clock
) -> None:
    case = closed_too_late(authority=world)
    clock.move(CLOSED + DAY - clock.now)
    auditor = as_a("auditor")
    late = words(auditor.get(f"/cases/{case}/replay"), "//section[contains(@class, 'app-late-first')]//li")
    (said,) = [one for one in late if one.startswith("Complete and authorise the assessment")]
    assert "not done, stopped" in said
    beside = auditor.get(f"/cases/{case}/guidance")
    titles = words(beside, "//article/h3")
    assert "Complete and authorise the assessment 23 working days (34 days) overdue when it was stopped" in titles
    (facts,) = words(beside, "//article[contains(h3, 'Complete and authorise')]/p[contains(@class, 'app-late__facts')]")
    assert "Not done; stopped" in facts


def narrowed(auditor: Visitor, case: str, text: str, about: str = "main") -> Page:
    """As the form asks for it: the words are kept, and stand in no address."""
    whole = auditor.get(f"/cases/{case}/replay?case=other&_external=1")
    return auditor.send(whole, {"text": text, "about": about}, button="Show these")


def test_every_step_is_in_the_list_with_a_link_of_its_own(as_a: As, late: str) -> None:
    auditor = as_a("auditor")
    first = auditor.get(f"/cases/{late}/replay?about=all")
    second = auditor.get(f"/cases/{late}/replay?about=all&page=2")
    numbers = [int(row.split()[2]) for row in (*rows(first), *rows(second))]
    assert numbers[:150] == list(range(1, 151))
    assert auditor.get(f"/cases/{late}/replay/7").status == 200


def test_a_page_of_a_narrowed_list_stays_narrowed(as_a: As, late: str) -> None:
    page = narrowed(as_a("auditor"), late, "o", "all")
    (following,) = page.tree.xpath("//a[@rel='next']/@href")
    assert re.fullmatch(f"/cases/{late}/replay\\?page=2&about=all&search=[a-z0-9]+#steps", following)


def test_the_list_can_be_searched(as_a: As, late: str) -> None:
    page = narrowed(as_a("auditor"), late, "hospital")
    assert any(WHY in row and "Conference chair 1" in row for row in rows(page))
    nothing = narrowed(as_a("auditor"), late, "nothing like it")
    assert (rows(nothing), "No step is like this" in nothing.text) == ([], True)


def test_a_step_says_all_that_stood_then(as_a: As, late: str) -> None:
    auditor = as_a("auditor")
    page = narrowed(auditor, late, "hospital")
    step = auditor.get(page.tree.xpath("//td[contains(@class, 'number')]/a/@href")[0])
    assert step.heading == "“Hold the conference” was completed"
    assert "What does the conference decide? A child protection plan" in step.text or "plan" in step.text
    clocks = words(step, "//ul[@data-clocks]/li")
    assert any(one.startswith("Hold the child protection conference") and "Late" in one for one in clocks)
    (own,) = step.tree.xpath("//ol[@data-forms]//details[@open]")
    assert "Hold the conference" in own.text_content()
    way = words(step, "//ol[@data-way]/li")
    assert way[-1] == step.heading
    assert way[0] == "Child protection conference began"


def test_previous_and_next_lead_through_the_case(as_a: As, late: str) -> None:
    auditor = as_a("auditor")
    first = auditor.get(f"/cases/{late}/replay/1")
    assert not first.tree.xpath("//a[@data-previous]/@href")
    second = auditor.get(first.tree.xpath("//a[@data-next]/@href")[0])
    assert second.path.endswith("/replay/2")
    assert second.tree.xpath("//a[@data-previous]/@href")[0].endswith("/replay/1")


def test_what_was_known_can_be_asked_by_what_had_happened(as_a: As, late: str) -> None:
    auditor = as_a("auditor")
    step = auditor.get(f"/cases/{late}/replay/12?known=happened")
    assert words(step, "//a[@data-known][@aria-current]") == ["What had happened by then"]
    assert step.tree.xpath("//a[@data-next]/@href")[0].endswith("?known=happened")


def test_the_script_gets_the_same_steps_in_one_answer(as_a: As, world: Authority, late: str) -> None:
    answer: Any = as_a("auditor").client.get(f"/cases/{late}/replay/steps.json")
    assert answer.content_type == "application/json"
    with world.database.read() as connection:
        of_case = trail(connection, HERE, late)
    steps = answer.json["steps"]
    assert [step["kind"] for step in steps] == [line.kind for line in of_case.lines]
    run = next(place for place, run in enumerate(answer.json["runs"]) if run["name"] == "Strategy discussion")
    flows = [flow for step in steps if step["run"] == run for flow in step.get("flows", ())]
    assert tuple(flows) == path(of_case.lines, list(of_case.runs)[run], len(steps)).flows


def test_what_people_wrote_is_shown_as_text(as_a: As, world: Authority, clock: Clock) -> None:
    """Also to the script, which puts in what the server made."""
    case = case_at(authority=world, children=[child(given_name="<b>Ada</b>")], concerns="<script>alert(1)</script>")
    clock.move(DAY)
    auditor = as_a("auditor")
    for path_ in ("/replay", "/replay/3", "/guidance", "/looks"):
        assert "<script>alert" not in auditor.client.get(f"/cases/{case}{path_}").text
    answer: Any = auditor.client.get(f"/cases/{case}/replay/steps.json")
    assert "&lt;script&gt;" in answer.json["forms"][0]["html"]
    assert "<script>" not in answer.json["forms"][0]["html"]


def test_social_care_replays_its_own_cases_and_does_not_see_who_looked(as_a: As, late: str) -> None:
    manager = as_a("team_manager")
    for path_ in ("replay", "replay/5", "guidance"):
        page = manager.get(f"/cases/{late}/{path_}")
        assert page.status == 200
        assert "Who looked" not in page.text
        assert "who knew" not in page.text.lower()
    assert manager.client.get(f"/cases/{late}/looks").status_code == 403


def test_other_agencies_are_refused_and_strangers_find_nothing(as_a: As, late: str) -> None:
    for path_ in ("replay", "replay/5", "replay/steps.json", "guidance", "looks"):
        assert as_a("police_officer").client.get(f"/cases/{late}/{path_}").status_code == 403
        assert as_a("housing_officer").client.get(f"/cases/{late}/{path_}").status_code == 404
    assert "Replay, step by step" not in as_a("police_officer").get(f"/cases/{late}").text


def test_looking_at_who_looked_is_a_look(as_a: As, late: str) -> None:
    auditor = as_a("auditor")
    auditor.get(f"/cases/{late}/looks")
    page = auditor.get(f"/cases/{late}/looks")
    assert any("Auditor 1" in row and "Who looked at the case" in row for row in words(page, "//tbody/tr"))


def test_the_last_step_leads_no_further_and_one_beyond_is_not_there(as_a: As, late: str) -> None:
    auditor = as_a("auditor")
    total = int(re.findall(r"Step 1 of (\d+)", auditor.get(f"/cases/{late}/replay/1").text)[0])
    assert not auditor.get(f"/cases/{late}/replay/{total}").tree.xpath("//a[@data-next]/@href")
    for number in (0, total + 1):
        assert auditor.client.get(f"/cases/{late}/replay/{number}").status_code == 404


def test_each_process_is_shown_on_the_drawing_that_it_ran_on(as_a: As, world: Authority) -> None:
    """Drawings that were published later do not change what an auditor sees of what went before."""
    case = case_at(authority=world, point="deciding")
    before = shipped_model().hash
    files = dict(shipped())
    drawing = "processes/referral/referral.bpmn"
    files[drawing] = files[drawing].replace(b"Decide the response", b"Decide otherwise")
    after = publish(database=world.database, files=files)
    do(authority=world, case=case, task="decide_response", response="assessment")
    auditor = as_a("auditor")
    answer: Any = auditor.client.get(f"/cases/{case}/replay/steps.json")
    drawings = {run["name"]: run["drawings"][0]["address"].split("/")[2] for run in answer.json["runs"]}
    assert drawings == {"Referral": before, "Assessment": after}
    assert "“Decide the response” was completed" in auditor.get(f"/cases/{case}/replay").text
