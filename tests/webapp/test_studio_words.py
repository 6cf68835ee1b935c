"""Whoever changes words alone sees in a draft what they may do and no more; what is refused is shown as typed."""

import json
from collections.abc import Callable

import pytest

from engine.commands.saving_changes import save_file, start_change
from engine.facts.change_files import change_row, file_of_change
from tests.builders import MONDAY, Authority
from tests.webapp.visitor import Visitor

FORM, DRAWING = "forms/strategy_discussion/convene_strategy_discussion.json", "processes/assessment/assessment.bpmn"
QUESTIONS = "questions/strategy_discussion/convene_strategy_discussion"


@pytest.fixture
def writer(as_a: Callable[..., Visitor]) -> Visitor:
    return as_a("pathway_writer")


def content(world: Authority, change: str, path: str) -> bytes:
    with world.database.read() as connection:
        return file_of_change(connection, world.id, change_row(connection, world.id, change), path).content or b""


def test_a_writer_begins_a_draft_and_changes_its_words(writer: Visitor, world: Authority) -> None:
    draft = writer.send(
        writer.get("/studio/changes/new"), {"title": "Plainer words", "why": "Readers asked"}, button="Start"
    )
    change = draft.response.request.path.rpartition("/")[2]
    for absent in ("Draw a process", "Change a decision table", "Take the file at this place out", "Put it in force"):
        assert absent not in draft.text
    naming = writer.get(draft.link("Names in Assessment"))
    empty = writer.send(naming, {"name-see_child": " "}, status=400)
    assert empty.errors == ["Enter a name"]
    writer.send(empty, {"name-see_child": "Meet the child"})
    assert b'name="Meet the child"' in content(world, change, DRAWING)
    form = writer.get(f"/studio/changes/{change}/{QUESTIONS}")
    for absent in ("Take out", "Move up", "Add a question"):
        assert absent not in form.text
    asking = writer.get(form.link("Change How will you speak?"))
    assert "Must it be answered?" not in asking.text
    more = writer.send(asking, {"hint": "As you agreed"}, button="Add a choice")
    writer.send(more, {"choice-label": ["In a room", "By telephone or video", "By letter"], "needed": "never"})
    asked = json.loads(content(world, change, FORM))["properties"]["how"]
    assert (asked["description"], [one["title"] for one in asked["oneOf"]]) == (
        "As you agreed",
        ["In a room", "By telephone or video", "By letter"],
    )
    assert "how" in json.loads(content(world, change, FORM))["required"]
    read = writer.get(f"/studio/changes/{change}/questions/assessment/write_assessment/question/finding")
    assert "only a process owner can change them" in read.text
    assert "Give it to a second person" in writer.get(f"/studio/changes/{change}").text


def test_what_cannot_be_saved_is_shown_again_and_pages_of_others_stay_closed(writer: Visitor, world: Authority) -> None:
    owner = world.actor("process_owner")
    change = start_change(world.database, owner, MONDAY, "The school", "To ask for it")
    here = f"/studio/changes/{change}"
    asking = writer.get(f"{here}/{QUESTIONS}/words")
    naming = writer.get(f"{here}/names/assessment")
    save_file(world.database, owner, MONDAY, change, "processes/roles.toml", b"[", 0)
    refused = writer.send(asking, {"title": "Call it"}, status=400)
    assert (refused.value("title"), "could not be read" in refused.errors[0]) == ("Call it", True)
    renamed = writer.send(naming, {"name-see_child": "Meet the child"}, status=400)
    assert (renamed.value("name-see_child"), "could not be read" in renamed.errors[0]) == ("Meet the child", True)
    for closed in (f"{QUESTIONS}/add", f"{QUESTIONS}/question/how/take-out", "new-table/assessment"):
        writer.get(f"{here}/{closed}", status=403)
