"""The editor of a drawing in a real browser: by keyboard, kept in the draft, and never over somebody else's."""

import re
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree
from playwright.sync_api import Browser, BrowserContext, Page, expect

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands.saving_changes import start_change
from tests.browser.drawn_draft import LONG, PATH, Draft, box, choose, draw, go, meets, saved
from tests.builders import MONDAY, ROOT, authority
from webapp import create_app

CHILD_IN_NEED = "processes/child_in_need_plan/child_in_need_plan.bpmn"
SHIPPED = (ROOT / PATH).read_text()

# Steps of which the canvas shows a part or nothing.
CUT_OFF = """() => {
  const sheet = document.querySelector('[data-canvas]').getBoundingClientRect()
  const isOff = ({ left, right, top, bottom }) =>
    left < sheet.left - 1 || right > sheet.right + 1 || top < sheet.top - 1 || bottom > sheet.bottom + 1
  const shapes = [...document.querySelectorAll('[data-canvas] .djs-shape')]
  return shapes.filter((shape) => isOff(shape.getBoundingClientRect())).map(({ dataset }) => dataset.elementId)
}"""


@pytest.fixture
def draft(tmp_path: Path, sqlite_template: Path) -> Generator[Draft]:
    shutil.copy(sqlite_template, tmp_path / "throughline.db")
    database = Database(f"sqlite:///{tmp_path / 'throughline.db'}")
    world = authority(database=database)
    change = start_change(database, world.actor("process_owner"), MONDAY, "Ask for the school", "Schools know")
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path), "THROUGHLINE_MODELS": str(ROOT)})
    yield Draft(create_app(settings, database, now=lambda: MONDAY, demo=True), world, change)
    database.dispose()


@pytest.fixture
def address(serve: Callable[[Flask], str], draft: Draft) -> str:
    return serve(draft.app)


def test_the_page_is_accessible_and_fits(
    page: Page, address: str, draft: Draft, check_accessibility: Callable[[], None]
) -> None:
    panel = draw(page, address, draft)
    expect(page.get_by_text("No problem in this drawing.")).to_be_visible(timeout=LONG)
    for step, width in (("Section 47?", 1280), ("See the child", 320)):
        page.set_viewport_size({"width": width, "height": 800})
        choose(page, step)
        panel.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        check_accessibility()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(CUT_OFF) == []


def test_a_task_is_added_by_keyboard_and_kept(page: Page, address: str, draft: Draft) -> None:
    """From the list of steps to the saved file, and what the checks say of it."""
    panel = draw(page, address, draft, checked=True)
    choose(page, "Plan the assessment")
    panel.get_by_label("Its name").fill("Record the child’s school")
    panel.get_by_label("Its name").press("Enter")
    expect(page.get_by_role("heading", level=2, name="Record the child’s school")).to_be_visible()
    expect(panel.get_by_label("Who does it")).to_have_value("social_worker")
    expect(page.locator("[data-saved]")).to_have_text("Not saved yet")
    saved(page)
    text, version = draft.read()
    assert version == 1
    assert '<bpmn:userTask id="record_the_childs_school" name="Record the child’s school">' in text
    for flow in (("plan_assessment", "record_the_childs_school"), ("record_the_childs_school", "share_the_work")):
        assert f'id="{"_to_".join(flow)}" sourceRef="{flow[0]}" targetRef="{flow[1]}"' in text
    boxes = boxes_of_steps(text)
    (left, top, right, bottom), before = boxes["record_the_childs_school"], boxes["plan_assessment"]
    assert (right - left, bottom - top) == (110, 80)
    assert (top + bottom, left > before[2]) == (before[1] + before[3], True)  # in the row of the one before it
    assert lying_over("record_the_childs_school", boxes) == []
    assert lying_over("record_the_childs_school", boxes | {"see_child": (left + 1, top, right, bottom)}) == [
        "see_child"
    ]
    problem = page.locator("[data-problems] li").filter(has_text="Record the child’s school")
    expect(problem.first).to_contain_text("Fault", timeout=LONG)
    expect(page.locator(".app-editor-sign--fault").first).to_be_attached()
    panel.get_by_role("button", name="Begin its form").press("Enter")
    expect(panel.get_by_role("link", name="Record the child’s school")).to_be_focused()
    expect(problem.filter(has_text="It has no form yet")).to_have_count(0, timeout=LONG)


def boxes_of_steps(text: str) -> dict[str, tuple[float, float, float, float]]:
    drawn = etree.fromstring(text.encode())
    nodes = {one.get("id") for one in drawn.iterfind(".//{*}process/*") if one.find("{*}incoming") is not None}
    shapes = drawn.iterfind(".//{*}BPMNShape")
    return {name: box(one) for one in shapes if (name := one.get("bpmnElement", "")) in nodes}


def lying_over(step: str, boxes: dict[str, tuple[float, float, float, float]]) -> list[str]:
    left, top, right, bottom = boxes[step]
    others = ((name, one) for name, one in boxes.items() if name != step)
    return [name for name, (x, y, x2, y2) in others if x < right and x2 > left and y < bottom and y2 > top]


def test_a_step_is_given_away_and_deleted_by_keyboard_and_all_is_taken_back(
    page: Page, address: str, draft: Draft
) -> None:
    panel = draw(page, address, draft)
    choose(page, "Explain the overrun")
    role = panel.get_by_label("Who does it")
    offered = role.locator("option").all_inner_texts()
    assert {"Social worker", "Police officer", "Disagreement resolver", "Agency"} <= {*offered}
    assert not {"Auditor", "Process owner", "Administrator", "Member of the public"} & {*offered}
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        role.press(key)
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")
    role.press("Enter")
    panel.get_by_label("Name", exact=True).fill("Say why it is late")
    panel.get_by_label("Name", exact=True).press("Tab")
    saved(page)
    assert 'id="explain_overrun" name="Say why it is late"' in draft.read()[0]
    assert "explain_overrun" in lane(draft.read()[0], "team_manager")
    panel.get_by_role("button", name="Delete “Say why it is late”").press("Enter")
    expect(page.get_by_role("button", name="Say why it is late")).to_have_count(0)
    expect(panel.get_by_role("heading", name="Nothing chosen")).to_be_focused()
    assert not page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    for _ in range(3):
        page.get_by_role("button", name="Undo").press("Enter")
    saved(page)
    text, saves = draft.read()
    assert text == SHIPPED
    assert saves >= 2, "a slow machine saves between the changes as well"
    assert page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))")


def lane(text: str, role: str) -> str:
    found = re.search(rf'<bpmn:lane id="{role}".*?</bpmn:lane>', text, re.DOTALL)
    return found[0] if found else ""


def test_a_condition_is_built_from_questions_and_answers(page: Page, address: str, draft: Draft) -> None:
    panel = draw(page, address, draft)
    choose(page, "Which finding?")
    panel.get_by_text("Goes on to “Share the outcome”").click()
    expect(panel.get_by_role("group", name="Write the assessment: ")).to_be_visible()
    panel.get_by_label("Child in need", exact=False).first.check()
    saved(page)
    assert re.search(r"write_assessment\.finding in \[.*no_support_needed.*\]</bpmn:condition", draft.read()[0])
    was = draft.read()
    panel.get_by_label("And another answer").locator("visible=true").select_option(
        label="Authorise the assessment: Do you authorise this assessment?"
    )
    asked = panel.get_by_role("group", name="Choose the answer to “Authorise the assessment")
    expect(asked.get_by_role("checkbox")).not_to_have_count(0)
    expect(asked.get_by_role("checkbox", checked=True)).to_have_count(0)
    assert draft.read() == was  # nobody but the person says which answer it is
    asked.get_by_role("checkbox").first.click()  # the group becomes one of what is chosen
    saved(page)
    assert "authorise_assessment." in draft.read()[0].partition('id="which_finding_to_share_outcome"')[2]


def test_a_branch_lies_beside_its_other_way_and_a_lane_that_grows_takes_the_ways_below_it_along(
    page: Page, address: str, draft: Draft
) -> None:
    panel = draw(page, address, draft, name="Child in need plan")
    choose(page, "Agree the plan")
    for kind, name in (("Decision: one way is taken", "Ring first?"), ("", "Ring the school")):
        expect(panel.get_by_label("What comes")).to_have_value("task")
        if kind:
            panel.get_by_label("What comes").select_option(label=kind)
        panel.get_by_label("Its name").fill(name)
        panel.get_by_label("Its name").press("Enter")
        expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()
    reviewed = "Review the plan: What happens to the plan?"
    for step, may_be_known in (("Ring first?", False), ("What next?", True)):
        choose(page, step)
        panel.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        asked = panel.get_by_label(re.compile("^(Taken when this was answered|And another answer)$")).first
        assert (reviewed in asked.locator("option").all_inner_texts()) is may_be_known, step
    saved(page)
    drawn = etree.fromstring(draft.read(CHILD_IN_NEED)[0].encode())
    boxes = {one.get("bpmnElement"): box(one) for one in drawn.iterfind(".//{*}BPMNShape")}
    ends = {one.get("id"): (one.get("sourceRef"), one.get("targetRef")) for one in drawn.iterfind(".//{*}sequenceFlow")}
    for edge in drawn.iterfind(".//{*}BPMNEdge"):
        source, target = ends[edge.get("bpmnElement", "")]
        points = [(float(one.get("x", "")), float(one.get("y", ""))) for one in edge.iterfind("{*}waypoint")]
        assert meets(points[0], boxes[source]), edge.get("id")
        assert meets(points[-1], boxes[target]), edge.get("id")
        if source == "ring_first" and target != "ring_the_school":
            _, top, right, _ = boxes["ring_the_school"]
            assert max(y for _, y in points) < top or min(x for x, _ in points) > right


def test_what_is_forbidden_is_refused_with_its_reason(page: Page, address: str, draft: Draft) -> None:
    page.set_viewport_size({"width": 1280, "height": 1400})
    panel = draw(page, address, draft)
    expect(page.get_by_text("No problem in this drawing.")).to_be_visible(timeout=LONG)
    drag_down(page, "explain_overrun", 130)
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Team manager will do “Explain the overrun”. Right?")
    question.get_by_role("button", name="No, put it back").click()
    alert = page.locator("[data-refused]")
    choose(page, "Authorised?")
    panel.get_by_label("Kind", exact=True).select_option("all")
    expect(alert).to_contain_text("A decision does not become another kind of gateway")
    expect(panel.get_by_label("Kind", exact=True)).to_have_value("decision")
    panel.get_by_role("button", name="Back to the list of steps").press("Enter")
    expect(page.get_by_role("button", name="Authorised?", exact=True)).to_be_focused()
    choose(page, "Authorise the assessment")
    panel.get_by_label("What comes").select_option("end")
    panel.get_by_role("button", name="Add", exact=True).click()
    expect(alert).to_contain_text("“Authorise the assessment” leads on already")
    panel.get_by_role("button", name="The whole drawing").press("Enter")
    panel.get_by_text("Roles in this drawing").click()
    panel.get_by_role("button", name="Take out “Team manager”").press("Enter")
    expect(alert).to_contain_text("Team manager still does")
    saved(page)
    assert draft.read() == (SHIPPED, 0)


def drag_down(page: Page, shape: str, by: int) -> None:
    """In steps, as a hand does; from a corner, where nothing lies over it."""
    box = page.locator(f'.djs-shape[data-element-id="{shape}"] .djs-hit').first.bounding_box()
    assert box
    x, y = box["x"] + 20, box["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + by / 3, steps=4)
    page.mouse.move(x, y + by, steps=6)
    page.mouse.up()


def test_nothing_is_lost_by_a_sign_out_and_nothing_of_others_overwritten(
    context: BrowserContext, address: str, draft: Draft
) -> None:
    page = context.new_page()  # one that is not watched: that a save is refused is meant here
    panel = draw(page, address, draft)
    context.clear_cookies()
    choose(page, "Interview the family")
    panel.get_by_label("Name", exact=True).fill("Talk with them")
    panel.get_by_label("Name", exact=True).press("Tab")
    expect(page.locator("[data-refused]")).to_contain_text("Perhaps you are no longer signed in", timeout=LONG)
    expect(page.get_by_role("link", name="Take what you have drawn")).to_be_visible()
    go(context.new_page(), address, "/studio")
    page.get_by_role("button", name="Save now").click()
    saved(page)
    expect(page.locator("[data-refused]")).to_be_hidden()
    theirs = SHIPPED.replace('name="See the child"', 'name="See the child alone"')
    draft.save(theirs)
    panel.get_by_label("Name", exact=True).fill("Talk with the family")
    panel.get_by_label("Name", exact=True).press("Tab")
    told = page.locator("[data-conflict]")
    expect(told).to_contain_text("Process owner 1 saved it while you were changing it (version 2).", timeout=LONG)
    with page.expect_download() as mine:
        told.get_by_role("link", name="Your file").click()
    assert "Talk with the family" in mine.value.path().read_text()
    expect(told.locator("pre").last).to_contain_text("See the child alone")
    page.get_by_role("button", name="Save now").click()
    assert draft.read() == (theirs, 2)


def test_what_is_not_read_whole_is_not_opened(page: Page, address: str, draft: Draft) -> None:
    draft.save(SHIPPED.replace("<bpmn:outgoing>start_to_begin<", "<bpmn:outgoing>nowhere<"))
    go(page, address, f"/studio/changes/{draft.change}/draw/assessment")
    expect(page.locator("[data-refused]")).to_contain_text("This file says more than the editor reads.")
    expect(page.locator("[data-editor]")).to_be_hidden()
    assert draft.read()[1] == 1


def test_without_scripts_the_steps_are_a_table(chromium: Browser, address: str, draft: Draft) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    go(page, address, f"/studio/changes/{draft.change}/draw/assessment")
    expect(page.get_by_role("row", name="See the child Task")).to_contain_text("Social worker")
    expect(page.locator("[data-editor]")).to_be_hidden()
    with page.expect_download() as file:
        page.get_by_role("link", name="Download this drawing").click()
    assert file.value.path().read_text() == SHIPPED
    context.close()
