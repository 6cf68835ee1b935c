"""Drawings of Camunda Modeler and spiff-arena become drafts that a person can finish, and the report says how."""

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.importing.drawing_import import imported
from engine.process.drawing import Drawing, read_drawing
from tests.builders import shipped
from tests.engine.importing.bringing_in import FOREIGN, brought_in, found_in, left_to_decide, said


def drawing_of(name: str) -> Drawing:
    path = f"processes/{name}/{name}.bpmn"
    return read_drawing(brought_in(name).files[path], path)


def form_of(name: str, task: str) -> dict[str, Any]:
    return json.loads(brought_in(name).files[f"forms/{name}/{task}.json"])


def test_a_drawing_with_groups_and_a_form_of_its_own() -> None:
    """Ids of words, lanes by the groups, the question that the gateway reads a decision, the picture as it was."""
    drawn = drawing_of("school_place")
    assert {one.id: (one.kind, one.lane) for one in drawn.elements.values()} == {
        "start": ("startEvent", "social_worker"),
        "record_the_school": ("userTask", "social_worker"),
        "place": ("exclusiveGateway", "social_worker"),
        "find_another": ("userTask", "role_needed"),
        "done": ("endEvent", "role_needed"),
    }
    task = drawn.elements["record_the_school"]
    assert (task.name, task.properties) == ("Record the school", {"also": "team_manager"})
    assert drawn.elements["place"].default == "place_to_done"
    assert {flow.id: flow.condition for flow in drawn.flows if flow.condition} == {
        "place_to_find_another": 'record_the_school.place == "full"'
    }
    form = form_of("school_place", "record_the_school")
    assert form["properties"]["place"] == {
        "type": "string",
        "title": "Is there a place?",
        "oneOf": [{"const": "free", "title": "There is one"}, {"const": "full", "title": "None"}],
        "x-decision": True,
    }
    assert (form["required"], form["properties"]["notes"]["x-ui"]) == (["place"], {"kind": "long_text"})
    assert left_to_decide(brought_in("school_place")) == [("unknown-role", "role_needed")]


def test_a_drawing_with_lanes_and_messages_and_without_a_picture() -> None:
    """A lane is a role by its name, a message is that of the table; what is neither is named until somebody says."""
    drawn = drawing_of("holiday_club")
    assert drawn.name == "Holiday club"
    assert list(drawn.lanes) == ["social_worker", "holiday_desk"]
    assert {one.message for one in drawn.elements.values() if one.message} == {"form_arrived", "child_died"}
    assert drawn.elements["a_week_is_over"].clock == "a_week_is_over"
    assert (drawn.elements["a_week_is_over"].interrupting, drawn.elements["told"].ends_all) == (False, True)
    assert form_of("holiday_club", "ask")["properties"]["wanted"]["x-ui"] == {"kind": "yes_no"}
    assert left_to_decide(brought_in("holiday_club")) == [
        ("start-message", "start"),
        ("unknown-clock", "a_week_is_over"),
        ("unknown-message", "start"),
        ("unknown-role", "holiday_desk"),
    ]


def test_a_drawing_of_spiff_arena() -> None:
    """Its instructions go with the form, its properties that we have stay, its signal is called in words."""
    drawn = drawing_of("tea_round")
    assert drawn.elements["ask_who_wants_tea"].properties == {"not_by": "put_the_kettle_on"}
    assert drawn.elements["called"].signal == "tea_is_ready"
    assert form_of("tea_round", "put_the_kettle_on")["description"] == "Use fresh water."
    assert [flow.condition for flow in drawn.flows] == [None] * 6
    assert left_to_decide(brought_in("tea_round")) == [
        ("gateway-default", "milk_to_called"),
        ("missing-name", "start"),
        ("signal-pair", "called"),
        ("unknown-role", "role_needed"),
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("school_place", "Activity_1y > : It is a task now"),
        ("school_place", "Activity_0x > : taskHeaders is left out"),
        ("school_place", "Data_1 > : dataObjectReference is left out"),
        ("school_place", "Activity_1y > : Nobody is named who does it: say who."),
        ("school_place", "Activity_0x > record_the_school: Its id is of words now"),
        ("school_place", "The question score of the kind expression is left out"),
        ("school_place", "It is for the role Social worker or Team manager now"),
        ("school_place", "Flow_4 > place_to_find_another: Its condition is"),
        ("school_place", "Nobody can begin it yet"),
        ("school_place", "The picture is as it was, but for the lanes"),
        ("holiday_club", "Participant_2 > : This pool is outside of what is done here"),
        ("holiday_club", "messageFlow is left out"),
        ("holiday_club", "Lane_2 > holiday_desk: This lane is no role here"),
        ("holiday_club", "It waited for 'P7D'. Time limits stand in timescales.csv"),
        ("holiday_club", "Its message is none of messages.csv: name one that is, or add form_arrived."),
        ("holiday_club", "ask > : It was for team_manager; here it is for whoever its lane names."),
        ("holiday_club", "it is drawn anew"),
        (
            "holiday_club",
            "Pay_1 > : Its form stands in another file: write its questions here (embedded:app:forms/pay.html)",
        ),
        ("tea_round", "Its form stands in another file: write its questions here (ask-tea-schema.json)."),
        ("tea_round", "preScript is left out"),
        ("tea_round", 'Its condition cannot be read here and is left out: milk == "yes" and len(cups) > 2'),
    ],
)
def test_what_was_done_is_said(name: str, words: str) -> None:
    assert words in said(brought_in(name))


def test_a_draft_in_which_a_person_has_decided_what_was_left_has_no_fault() -> None:
    """Its process can be started, its forms can be filled in."""
    brought = brought_in("school_place")
    path = "processes/school_place/school_place.bpmn"
    settled = brought.files[path].replace(b"role_needed", b"team_manager")
    assert [str(one) for one in found_in(replace(brought, files={**brought.files, path: settled}))] == []


def test_everything_that_stands_in_the_way_is_named_and_nothing_is_made() -> None:
    brought = brought_in("what_stands_in_the_way")
    assert (brought.files, brought.kept, brought.changed) == ({}, (), ())
    assert [one.element for one in brought.refused] == [
        *("Every_1", "Script_1", "Service_1", "Send_1", "Receive_1", "Call_1", "Sub_1", "Some_1", "Task_1", "Task_1"),
        *("Task_2", "Error_1", "Again_1"),
    ]
    assert all(one.words and one.line for one in brought.refused)


def test_every_file_but_the_one_of_what_cannot_be_becomes_a_draft_that_stands_on_what_is_in_force() -> None:
    for path in FOREIGN.glob("*.bpmn"):
        files = brought_in(path.stem).files
        assert path.stem == "what_stands_in_the_way" or shipped().items() <= files.items()


def test_the_file_names_a_process_that_has_no_name_and_another_writing_is_read() -> None:
    text = (
        (FOREIGN / "tea_round.bpmn").read_text().replace("Put the kettle on", "Prüfen").replace("UTF-8", "windows-1252")
    )
    brought = imported(
        text.replace("Process_tea_round_77", "Process_1").encode("cp1252"), r"C:\drawn\Café.bpmn", shipped()
    )
    drawn = read_drawing(brought.files["processes/cafe/cafe.bpmn"], "processes/cafe/cafe.bpmn")
    assert (drawn.name, drawn.elements["prufen"].name) == ("Cafe", "Prüfen")
    assert "The file was written in windows-1252; it is UTF-8 now." in said(brought)


def test_a_name_that_is_taken_gets_a_number() -> None:
    text = (
        (FOREIGN / "tea_round.bpmn").read_text().replace('isExecutable="true"', 'name="Core group" isExecutable="true"')
    )
    brought = imported(text.encode(), "x.bpmn", shipped())
    assert brought.files.keys() - shipped().keys() == {
        "processes/core_group_2/core_group_2.bpmn",
        "forms/core_group_2/put_the_kettle_on.json",
        "forms/core_group_2/ask_who_wants_tea.json",
    }
