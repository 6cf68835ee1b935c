"""The studio as its people use it: a draft from its first word to the day from which it holds, and who may not."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from engine.process.bundle import bundle_hash
from tests.builders import DAY, Authority, publish, shipped
from tests.drafts import approved
from tests.engine.commands.calls_of_drafts import FORM, begun, otherwise, submitted
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
PUT_IN = "Put it in the draft"
REFERRAL = "processes/referral/referral.bpmn"
START = "/studio/changes/new"
RENAMED = shipped()[FORM].replace(b"Decide the response", b"Say what follows", 1)


def file_path(change: str, path: str = FORM) -> str:
    return f"/studio/changes/{change}/files/{path}"


def puts(visitor: Visitor, change: str, content: bytes, version: str, path: str = FORM) -> tuple[int, dict[str, str]]:
    """As the editor saves: with the version that it read, and the token of its page."""
    token = visitor.get(f"/studio/changes/{change}").value("csrf_token")
    token = token or visitor.get(START).value("csrf_token")
    headers = {"If-Match": version, "X-CSRFToken": token, "Referer": "http://localhost/"}
    answer = visitor.client.put(file_path(change, path), data=content, headers=headers)
    return answer.status_code, answer.get_json()


def confirmed(page: Page, visitor: Visitor, button: str, **typed: str) -> Page:
    return visitor.send(page, {**typed, "confirmed": "yes"}, button=button)


def test_a_draft_goes_its_whole_way_by_pages_alone(as_a: As) -> None:
    """By files, as somebody does whose browser runs no scripts."""
    owner, second = as_a("process_owner"), as_a("pathway_approver")
    assert "There are no drafts" in owner.get("/studio").text
    empty = owner.send(owner.get(START), {"title": " ", "why": ""}, button="Start", status=400)
    assert empty.errors == ["Say in a few words what is to change", "Say why"]
    draft = owner.send(empty, {"title": "Say it better", "why": "They asked for it"}, button="Start")
    assert "Nothing is changed in this draft yet" in draft.text
    change = draft.path.rpartition("/")[2]
    status, _ = puts(owner, change, RENAMED, '"0"')
    assert status == 200
    draft = owner.get(draft.path)
    assert "Say what follows" in draft.text
    assert "No faults and no doubts" in draft.text
    sent = owner.send(draft, {"reason": "Please look"}, button="Give it to a second person")
    assert "With a second person" in sent.text
    assert second.get("/studio").link("Say it better") == draft.path
    asked = second.get(f"{draft.path}/judge")
    refused = second.send(asked, {}, button="Say so", status=400)
    assert refused.errors == ["Choose whether you approve it", "Say why: the reason is kept in the record"]
    said = confirmed(refused, second, "Say so", verdict="approve", reason="Clearer")
    assert "Clearer" in said.text
    in_force = confirmed(second.get(f"{draft.path}/publish"), second, "Put it in force", when="now")
    assert "It is in force" in in_force.text
    library = owner.get("/studio").text
    assert "approved by" in library


def test_a_save_by_the_editor_overwrites_nobody(as_a: As, world: Authority) -> None:
    change = begun(world)
    one, two = as_a("process_owner"), as_a("process_owner", 2)
    assert one.client.get(file_path(change)).headers["ETag"] == '"0"'
    assert puts(one, change, b"{", '"0"') == (200, {"version": 1})
    status, said = puts(two, change, b"[", '"0"')
    assert (status, said["version"], said["content"]) == (412, 1, "{")
    assert said["by"]
    assert puts(two, change, b"[", "")[0] == 428
    assert puts(two, change, b"[", '"0"', "forms/no.exe")[0] == 422
    read = two.client.get(file_path(change))
    assert (read.data, read.headers["ETag"], read.content_type) == (b"{", '"1"', "text/plain; charset=utf-8")
    assert two.client.get(file_path(change, "forms/referral/nothing.json")).status_code == 404


def test_without_the_token_of_the_page_nothing_is_saved(as_a: As, world: Authority) -> None:
    change = begun(world)
    owner = as_a("process_owner")
    answer = owner.client.put(file_path(change), data=b"{", headers={"If-Match": '"0"'})
    assert answer.status_code == 400
    assert owner.client.get(file_path(change)).data == shipped()[FORM]


def test_the_checks_are_told_with_their_causes_and_never_stop_a_save(as_a: As, world: Authority) -> None:
    change = begun(world, {**shipped(), FORM: b"{"})
    owner = as_a("process_owner")
    problems = owner.client.get(f"/studio/changes/{change}/checks.json").get_json()["problems"]
    assert {problem["level"] for problem in problems} == {"fault"}
    page = owner.get(f"/studio/changes/{change}")
    assert "must be mended before anybody can approve" in page.text
    assert "Mend the faults first" in page.text
    assert "cannot be said in words" in page.text


def test_others_who_have_it_open_are_named_for_half_a_minute(as_a: As, world: Authority, clock: Clock) -> None:
    change = begun(world)
    one, two = as_a("process_owner"), as_a("process_owner", 2)
    token = one.get(START).value("csrf_token")
    said = one.client.post(
        f"/studio/changes/{change}/here",
        data={"path": FORM, "csrf_token": token},
        headers={"Referer": "http://localhost/"},
    )
    assert said.get_json() == {"others": []}
    assert "open in this draft now" in two.get(f"/studio/changes/{change}").text
    clock.move(timedelta(seconds=31))
    assert "open in this draft now" not in two.get(f"/studio/changes/{change}").text


def test_a_drawing_that_is_left_open_keeps_nobody_signed_in(as_a: As, world: Authority, clock: Clock) -> None:
    change = begun(world)
    owner = as_a("process_owner")
    token = owner.get(START).value("csrf_token")
    given = {"path": FORM, "csrf_token": token}
    answers: list[int] = []
    for _ in range(17):
        clock.move(timedelta(minutes=1))
        came_from = {"Referer": "http://localhost/"}
        answers.append(owner.client.post(f"/studio/changes/{change}/here", data=given, headers=came_from).status_code)
    assert (answers[0], answers[-1] in (303, 401)) == (200, True)


@pytest.mark.parametrize("role", ["social_worker", "team_manager", "administrator", "auditor", "health_practitioner"])
def test_nobody_else_learns_of_a_draft(as_a: As, world: Authority, role: str) -> None:
    change = begun(world, otherwise())
    visitor = as_a(role)
    assert "Pathway" not in visitor.get("/tasks").tree.xpath("string(//nav)")
    for path in ("/studio", START, f"/studio/changes/{change}", f"/studio/changes/{change}/publish"):
        visitor.get(path, status=403)
    for path in (file_path(change), f"/studio/changes/{change}/checks.json"):
        assert visitor.client.get(path).status_code == 403


def test_whoever_made_it_is_not_asked_to_judge_it_and_is_refused(as_a: As, world: Authority) -> None:
    change, _ = submitted(world)
    owner = as_a("process_owner")
    assert "Approve or return" not in owner.get(f"/studio/changes/{change}").text
    owner.get(f"/studio/changes/{change}/judge", status=403)


def test_a_day_to_come_is_a_real_day_and_shown_where_the_draft_is(as_a: As, world: Authority, clock: Clock) -> None:
    change = approved(world, otherwise())
    owner = as_a("process_owner")
    asked = owner.get(f"/studio/changes/{change}/publish")
    assert owner.send(asked, {}, button="Put it in force", status=400).errors == ["Choose from when it holds"]
    for day, why in (("31", "Day must be a real date, like 1 4 2027"), ("1", "Day must be in the future")):
        typed = {"when": "later", "day-day": day, "day-month": "2", "day-year": "2021"}
        wrong = owner.send(asked, typed, button="Put it in force", status=400)
        assert (wrong.errors, wrong.value("day-day")) == ([why], day)
    day = clock.now + 7 * DAY
    typed = {"when": "later", "day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)}
    dated = confirmed(asked, owner, "Put it in force", **typed)
    assert "It will be put in force" in dated.text
    assert "To be put in force" in owner.get("/studio").text
    again = owner.send(dated, {"reason": "Not yet"}, button="Open it again")
    assert "The draft is open again" in again.text


def test_both_drawings_are_shown_with_what_differs(as_a: As, world: Authority) -> None:
    drawing = "processes/referral/referral.bpmn"
    text = shipped()[drawing].replace(b'name="Decide the response"', b'name="Say what follows"')
    change = begun(world, {**shipped(), drawing: text})
    owner = as_a("process_owner")
    seen = owner.get(owner.get(f"/studio/changes/{change}").link("See both drawings"))
    assert "Say what follows" in seen.text
    marked = [one.get("data-changed") for one in seen.tree.xpath("//*[@data-diagram]")]
    assert all("decide_response" in (one or "") for one in marked)
    for side, name in (("before", b"Decide the response"), ("now", b"Say what follows")):
        picture = owner.client.get(f"/studio/changes/{change}/pictures/referral/{side}.bpmn")
        assert (picture.status_code, name in picture.data) == (200, True)
    owner.get(f"/studio/changes/{change}/pictures/nothing", status=404)


def test_a_draft_with_faults_is_not_given_to_a_second_person_and_its_first_is_named(as_a: As, world: Authority) -> None:
    """Also where the page that was open did not know of it yet."""
    owner, change = as_a("process_owner"), begun(world, otherwise())
    page = owner.get(f"/studio/changes/{change}")
    assert puts(owner, change, b"{", '"1"')[0] == 200
    assert puts(owner, change, b"{", f'"{"9" * 5000}"')[0] == 428
    refused = owner.send(page, {"reason": "Please look"}, button="Give it to a second person", status=400)
    assert [error.startswith(f"Something speaks against it: {FORM}") for error in refused.errors] == [True]
    assert "Being worked on" in refused.text


def test_a_drawing_that_both_changed_is_shown_in_words_and_made_one(as_a: As, world: Authority) -> None:
    """Beside each element that both changed stand both; who says nothing of one is asked, and nothing is lost."""
    owner, change = as_a("process_owner"), begun(world)
    family, referrer = b'name="Tell the family"', b'name="Tell the referrer"'
    base = shipped()[REFERRAL]
    mine = base.replace(family, b'name="Say it to the family"')
    puts(owner, change, mine, '"0"', REFERRAL)
    theirs = base.replace(family, b'name="Ring the family"').replace(referrer, b'name="Ring the referrer"')
    publish(database=world.database, files={**shipped(), REFERRAL: theirs})
    page = owner.get(f"/studio/changes/{change}")
    for said in ("“Tell the family” is called “Say it to the family” now", "“Tell the referrer” is called “Ring the"):
        assert said in page.text
    whole, part = f"keep:{REFERRAL}", f"keep:{REFERRAL}#inform_family"
    asked = owner.send(page, {whole: "in one"}, button="Take over what is in force", status=400)
    [error] = asked.errors
    assert error.endswith("changed “Tell the family” in “Referral”. Say which is kept.")
    taken = owner.send(asked, {whole: "in one", part: "mine"}, button="Take over what is in force")
    assert "stands on what is in force" in taken.text
    assert owner.client.get(file_path(change, REFERRAL)).data == theirs.replace(
        b"Ring the family", b"Say it to the family"
    )


def test_many_stories_that_are_changed_are_folded_and_few_are_not(as_a: As, world: Authority) -> None:
    owner = as_a("process_owner")
    for many, folded in ((10, False), (11, True)):
        stories = {f"processes/referral/scenarios/story_{number}.toml": b"" for number in range(many)}
        page = owner.get(f"/studio/changes/{begun(world, {**shipped(), **stories})}")
        assert ("11 stories that are changed" in page.text) is folded
        assert page.text.count("scenarios/story_") >= many


def test_a_file_is_put_back_from_a_computer_and_a_save_taken_back(as_a: As, world: Authority) -> None:
    change = begun(world)
    owner = as_a("process_owner")
    page = owner.get(f"/studio/changes/{change}")
    nothing = owner.send(page, {"path": FORM}, button=PUT_IN, status=400)
    assert (nothing.errors, nothing.value("path")) == (["Choose a file from your computer"], FORM)
    named: Any = {"path": "no.exe", "file": (BytesIO(b""), "no.exe")}
    wrong = owner.send(page, named, button=PUT_IN, status=400)
    assert wrong.errors == ["“no.exe” cannot be the path of a drawing, a form, a table or a story."]
    assert puts(owner, change, RENAMED, '"0"')[0] == 200
    seen = owner.get(page.path)
    for saves in ("0", "9" * 5000):  # looked at before the save, or no number
        refused = owner.send(seen, {"saves": saves}, button=_take_back(seen), status=409)
        assert "Somebody has saved this since" in refused.text
    back = owner.send(seen, button=_take_back(seen))
    assert "Nothing is changed in this draft yet" in back.text
    assert json.loads(owner.client.get(file_path(change)).data)["title"] == "Decide the response"
    assert bundle_hash(shipped()) == bundle_hash({**shipped(), FORM: owner.client.get(file_path(change)).data})


def test_a_file_is_uploaded_again_and_taken_out_unless_somebody_else_saved_it(as_a: As, world: Authority) -> None:
    change = begun(world)
    one, two = as_a("process_owner"), as_a("process_owner", 2)
    path = f"/studio/changes/{change}"

    def sends(page: Page, content: bytes, *, status: int = 200) -> Page:
        given: Any = {"path": FORM, "file": (BytesIO(content), "a.json")}
        return one.send(page, given, button=PUT_IN, status=status)

    page = sends(sends(one.get(path), RENAMED), otherwise()[FORM])
    assert one.client.get(file_path(change)).data == otherwise()[FORM]
    assert puts(two, change, RENAMED, '"2"')[0] == 200
    refused = sends(page, b"{}", status=409)
    assert "Somebody has saved this since" in refused.text
    assert one.client.get(file_path(change)).data == RENAMED
    out = one.send(one.get(path), {"path": FORM}, button="Take the file at this place out")
    assert "Taken out" in out.text
    assert one.client.get(file_path(change)).status_code == 404


def _take_back(page: Page) -> str:
    (button,) = page.tree.xpath("//button[starts-with(normalize-space(), 'Take back')]")[:1]
    return " ".join(button.text_content().split())
