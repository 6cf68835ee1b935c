"""The questions of a draft are changed one by one, by pages without scripts; nothing that was typed is lost."""

import json
from collections.abc import Callable
from difflib import ndiff

import pytest

from engine.commands.saving_changes import save_file, start_change
from engine.facts.change_files import ChangedFiles, change_row, files_of_change
from engine.forms.checks import KNOWN_CHECKS
from engine.forms.form_layout import rewritten
from engine.lint.linted import linted
from engine.scenario.playing import played
from tests.builders import MONDAY, ROOT, Authority, refer
from tests.webapp.visitor import Page, Visitor

PATH = "forms/assessment/see_child.json"
STORY = "processes/assessment/scenarios/seen_in_time_recorded_later.toml"


@pytest.fixture
def change(world: Authority) -> str:
    return start_change(world.database, world.actor("process_owner"), MONDAY, "The school", "To ask for it")


@pytest.fixture
def owner(as_a: Callable[..., Visitor]) -> Visitor:
    return as_a("process_owner")


def files_in(world: Authority, change: str) -> ChangedFiles:
    with world.database.read() as connection:
        authority = world.actor("process_owner").within
        return files_of_change(connection, authority, change_row(connection, authority, change))


def content(world: Authority, change: str, path: str = PATH) -> bytes:
    return files_in(world, change).now[path]


def page(owner: Visitor, change: str, place: str = "") -> Page:
    return owner.get(f"/studio/changes/{change}/questions/assessment/see_child{place}")


def added_question(owner: Visitor, change: str, world: Authority) -> Page:
    before = content(world, change)
    draft = owner.get(f"/studio/changes/{change}")
    forms = owner.get(draft.link("Questions"))
    form = owner.get(forms.link("See the child"))
    asking = owner.get(form.link("Add a question at the beginning"))
    empty = owner.send(asking, {"title": ""}, status=400)
    assert empty.errors == [
        "Enter how it is worded",
        "Choose what it is answered with",
        "Choose whether it must be answered",
    ]
    typed = {"title": "Which school does the child go to?", "kind": "one_of", "needed": "no"}
    wrong = owner.send(empty, {**typed, "labels": "None\nNone"}, status=400)
    assert (wrong.errors, wrong.value("labels")) == (["Two choices have the same words: change one"], "None\nNone")
    long = owner.send(wrong, {"labels": f"A nursery\n{'x' * 201}"}, status=400)
    assert long.errors == ["A choice must be 200 characters or fewer"]
    added = owner.send(long, {"labels": "A nursery\nA school"})
    assert "Which school does the child go to?" in added.text
    now = json.loads(content(world, change))
    assert next(iter(now["properties"])) == "which_school_child_go"
    assert [one["const"] for one in now["properties"]["which_school_child_go"]["oneOf"]] == ["nursery", "school"]
    lines = ndiff(before.decode().splitlines(), content(world, change).decode().splitlines())
    assert not [line for line in lines if line.startswith("-")]
    return added


def test_a_question_is_added_and_changed_and_the_linter_finds_nothing(
    owner: Visitor, change: str, world: Authority
) -> None:
    added = added_question(owner, change, world)
    asking = owner.get(added.link("Change Which school"))
    more = owner.send(asking, {"title": "Which school?"}, button="Add a choice")
    assert more.value("title") == "Which school?"
    up = owner.send(more, {"choice-label": ["A nursery", "A school", "None"]}, button="Move up choice 3")
    saved = owner.send(up, {"needed": "sometimes", "needed_for": ["child_seen=not_born"], "shown_for": []})
    assert "It must be answered where" in saved.text
    field = json.loads(content(world, change))["properties"]["which_school_child_go"]
    assert [one["title"] for one in field["oneOf"]] == ["A nursery", "None", "A school"]
    files = files_in(world, change)
    assert linted(files.models, KNOWN_CHECKS) == ()
    story = {STORY: (ROOT / STORY).read_bytes()}
    came_out = played(
        world.database, world.system, lambda: MONDAY, files.models, story, lambda _number, _of, _path: None
    )
    assert (came_out.passed, came_out.failed) == (1, {})


def test_what_somebody_else_saved_meanwhile_stands_beside_what_was_typed(
    owner: Visitor, change: str, world: Authority
) -> None:
    asking = page(owner, change, "/question/child_seen")
    theirs = json.loads(content(world, change))
    theirs["properties"]["child_seen"]["title"] = "Did anybody see the child?"
    save_file(
        world.database, world.actor("process_owner"), MONDAY, change, PATH, rewritten(content(world, change), theirs), 0
    )
    typed = {"title": "Have you really seen the child?"}
    refused = owner.send(asking, typed, status=400)
    assert "Somebody has saved this form since you opened it" in refused.errors[0]
    assert (refused.value("title"), "Did anybody see the child?" in refused.text) == (typed["title"], True)
    owner.send(refused)
    assert json.loads(content(world, change))["properties"]["child_seen"]["title"] == typed["title"]


def test_a_question_is_moved_and_taken_out_after_it_was_said_what_reads_it(
    owner: Visitor, change: str, world: Authority
) -> None:
    before = content(world, change)
    form = page(owner, change)
    down = owner.send(form, button="Move down Have you seen the child?")
    assert [*json.loads(content(world, change))["properties"]][1] == "child_seen"
    owner.send(down, button="Move up Have you seen the child?")
    assert content(world, change) == before
    asking = owner.get(page(owner, change).link("Take out Have you seen the child?"))
    assert "The drawing of “Assessment” reads it" in asking.text
    out = owner.send(asking)
    assert "child_seen" not in json.loads(content(world, change))["properties"]
    assert "show_if: there is no field child_seen" in out.text
    rows = f"/studio/changes/{change}/questions/case_closure/start/question/withdrawn.what/take-out"
    assert "preview.withdrawn" not in owner.send(owner.get(rows)).response.text
    draft = owner.get(out.link("See the checks of the whole draft"))
    assert "the form see_child asks no decision child_seen" in draft.text


def test_the_words_of_a_form_are_changed(owner: Visitor, change: str, world: Authority) -> None:
    asking = page(owner, change, "/words")
    refused = owner.send(asking, {"title": "", "hint": "x" * 1001}, status=400)
    assert len(refused.errors) == 2
    done = owner.send(refused, {"title": "See and hear the child", "hint": ""})
    assert done.heading == "See and hear the child"
    assert json.loads(content(world, change))["title"] == done.heading


def test_a_form_that_cannot_be_read_says_where_and_offers_its_file(
    owner: Visitor, change: str, world: Authority
) -> None:
    save_file(world.database, world.actor("process_owner"), MONDAY, change, PATH, b'{\n  "title": \n}', 0)
    broken = page(owner, change)
    assert "Line 3: This is not JSON" in broken.text
    assert broken.link("Download forms").endswith("download=1")
    page_of_all = owner.get(f"/studio/changes/{change}/questions")
    assert "which cannot be read" in page_of_all.text


def test_a_task_without_a_form_gets_an_empty_one(owner: Visitor, change: str, world: Authority) -> None:
    save_file(world.database, world.actor("process_owner"), MONDAY, change, PATH, None, 0)
    forms = owner.get(f"/studio/changes/{change}/questions")
    form = owner.send(forms, button="Add an empty one for See the child")
    assert "It asks nothing yet." in form.text
    assert json.loads(content(world, change))["properties"] == {}


def test_an_approver_reads_the_questions_and_changes_none(
    as_a: Callable[..., Visitor], change: str, owner: Visitor
) -> None:
    approver = as_a("pathway_approver")
    form = page(approver, change)
    assert ("Have you seen the child?" in form.text, "Take out" in form.text) == (True, False)
    as_a("social_worker").get(form.path, status=403)
    for place in ("/words", "/add", "/question/child_seen", "/question/child_seen/take-out"):
        page_of = f"{form.path}{place}"
        approver.get(page_of, status=403)
        assert owner.get(page_of).status == 200


def test_the_preview_asks_as_things_stand(owner: Visitor, change: str) -> None:
    plain, late = page(owner, change), page(owner, change, "?chosen=yes&on=late&on=not+case.unborn")
    assert ("preview.late_reason" in plain.response.text, "preview.late_reason" in late.response.text) == (False, True)


def test_what_is_saved_as_it_stands_changes_nothing(owner: Visitor, change: str, world: Authority) -> None:
    places = (
        *("referral/start/question/children", "referral/start/question/children.given_name"),
        *("assessment/see_child/question/not_alone_reason", "assessment/see_child/words"),
        *("initial_conference/hold_conference/question/decision", "core_group/hold_core_group/question/held_at"),
    )
    for place in places:
        owner.send(owner.get(f"/studio/changes/{change}/questions/{place}"))
    assert files_in(world, change).changed == ()


def test_who_outside_reads_an_answer_is_ticked(owner: Visitor, change: str, world: Authority) -> None:
    asking = page(owner, change, "/question/child_seen")
    assert "As the form says of all its questions: nobody" in asking.text
    wrong = owner.send(asking, {"who_reads": "as_ticked", "shown_to": ["neighbours"]}, status=400)
    assert wrong.errors == ["Tick only those that are offered"]
    owner.send(wrong, {"who_reads": "as_ticked", "shown_to": ["police", "family"]})
    assert json.loads(content(world, change))["properties"]["child_seen"]["x-shown-to"] == ["police", "family"]
    assert linted(files_in(world, change).models, KNOWN_CHECKS) == ()
    owner.send(page(owner, change, "/question/child_seen"), {"who_reads": "as_the_form"})
    assert files_in(world, change).changed == ()


def test_what_may_never_be_read_outside_is_said_with_why_and_not_asked(
    owner: Visitor, change: str, world: Authority
) -> None:
    never = page(owner, change, "/question/late_reason")
    assert "Nobody: it says who or where somebody is, or why something was late." in never.text
    forged = owner.send(never, {"who_reads": "as_ticked", "shown_to": ["police"]}, status=400)
    assert (forged.errors[0][:32], files_in(world, change).changed) == ("Nobody outside may read this: it", ())


def test_how_a_question_is_really_answered_is_said_in_counts(owner: Visitor, change: str, world: Authority) -> None:
    few = owner.get(f"/studio/changes/{change}/questions/referral/start")
    assert "Nobody has answered this form here yet." in few.text
    for _ in range(7):
        refer(authority=world, now=MONDAY, concerns="Bruises on her arm")
    form = owner.get(few.path)
    assert "“Yes”: never chosen" in form.text
    assert "Answered about 6 times; otherwise it was left empty, or not asked." in form.text
    assert "Bruises" not in form.response.text


def test_a_form_is_begun_while_a_decision_still_lacks_a_condition_and_a_script_says_so_itself(
    owner: Visitor, change: str, world: Authority
) -> None:
    path = "processes/referral/referral.bpmn"
    drawn = (ROOT / path).read_text().replace("inform_family", "ring_family")
    condition = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">decide_response.response == "early_help"'
    assert condition in drawn
    unfinished = drawn.replace(f"{condition}</bpmn:conditionExpression>", "")
    save_file(world.database, world.actor("process_owner"), MONDAY, change, path, unfinished.encode(), 0)
    forms = owner.get(f"/studio/changes/{change}/questions")
    quiet = {"process": "referral", "task": "ring_family", "quiet": "yes"}
    begun = owner.send(forms, quiet, button="Add an empty one for Tell the family")
    assert "The form is there" not in begun.text
    assert json.loads(content(world, change, "forms/referral/ring_family.json"))["properties"] == {}
