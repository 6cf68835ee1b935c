"""A drawing read as plain facts, and XML that is refused before anything is made of it."""

import pytest

from engine.base.errors import BadModel
from engine.process.drawing import Drawing, read_drawing
from engine.process.safe_xml import LARGEST_FILE, parse_xml
from tests.engine.lint.small_bundle import LETTER, VISIT, small_bundle


def visit() -> Drawing:
    return read_drawing(small_bundle()[VISIT].encode(), VISIT)


def test_the_process_and_its_lanes() -> None:
    drawing = visit()
    assert (drawing.process, drawing.name, drawing.file) == ("visit", "Visit", VISIT)
    assert drawing.lanes == {"social_worker": "Social worker", "agency": "Agency"}


def test_elements_stand_in_the_order_of_the_file_with_their_lines() -> None:
    text = small_bundle()[VISIT]
    drawing = visit()
    assert list(drawing.elements)[:4] == ["begin", "plan_visit", "together", "see_child"]
    assert all(f'id="{each.id}"' in text.splitlines()[each.line - 1] for each in drawing.elements.values())


def test_what_a_task_says() -> None:
    plan, contribute = visit().elements["plan_visit"], visit().elements["contribute"]
    assert (plan.kind, plan.name, plan.lane) == ("userTask", "Plan the visit", "social_worker")
    assert plan.properties == {"also": "team_manager"}
    assert plan.cardinality is None
    assert contribute.cardinality == "count(plan_visit.contributors)"


def test_what_events_throw_and_catch() -> None:
    elements = visit().elements
    assert elements["ask_for_letter"].message == "letter_required"
    assert elements["finished"].signal == "all_done"
    assert elements["limit_passed"].clock == "visit_limit"
    assert (elements["withdrawn"].attached_to, elements["withdrawn"].interrupting) == ("contribute", True)
    assert read_drawing(small_bundle()[LETTER].encode(), LETTER).elements["begin"].message == "letter_required"


def test_an_event_beside_the_work_does_not_interrupt() -> None:
    text = small_bundle()[VISIT].replace(
        'attachedToRef="contribute"', 'attachedToRef="contribute" cancelActivity="false"'
    )
    assert not read_drawing(text.encode(), VISIT).elements["withdrawn"].interrupting


def test_flows() -> None:
    drawing = visit()
    back = next(flow for flow in drawing.flows if flow.id == "seen_to_see_child")
    assert (back.source, back.target, back.name) == ("seen", "see_child", "No")
    assert back.condition == 'see_child.child_seen == "no"'
    assert {flow.target for flow in drawing.outgoing("together")} == {"see_child", "contribute", "which_first"}
    assert {flow.source for flow in drawing.incoming("see_child")} == {"together", "seen"}
    assert drawing.flow_between("seen", "finished") == "seen_to_finished" == drawing.elements["seen"].default
    assert drawing.flow_between("finished", "seen") is None


def test_a_comment_does_not_hide_half_of_a_condition() -> None:
    text = small_bundle()[VISIT].replace(">see_child.child_seen ==", ">see_child<!-- or nobody -->.child_seen ==")
    assert read_drawing(text.encode(), VISIT) == visit()


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"<a>\n<b></a>", 2, "not well-formed"),
        (b"", 1, "not well-formed"),
        (b"\n<?xml version='1.0'?><a/>", 2, "not well-formed"),
        (b"<a/>\n<?php evil()?>", 2, "processing instruction"),
        (b"<?php evil()?><a/>", 1, "processing instruction"),
        (b"<a>\n<?php evil()?></a>", 2, "processing instruction"),
        (b"<a>&file;</a>", 1, "not well-formed"),
        ("<a/>".encode("utf-16"), 1, "not UTF-8"),
        (b"<a>\xff</a>", 1, "not UTF-8"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", 1, "says that it is written in utf-7: save"),
        (b"<a>" * 1000 + b"</a>" * 1000, 1, "not well-formed"),
        (b" " * (LARGEST_FILE + 1), 0, "larger than"),
    ],
)
def test_xml_that_is_refused(content: bytes, line: int, said: str) -> None:
    with pytest.raises(BadModel) as refused:
        parse_xml(content, "some.bpmn")
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("some.bpmn", line)
    assert said in problem.message


def test_xml_that_is_read() -> None:
    assert (
        parse_xml("\ufeff<?xml version='1.0' encoding='UTF-8'?><!-- é --><a>&lt;&#233;</a>".encode(), "f").text == "<é"
    )


def test_every_unclear_id_is_named_at_once() -> None:
    text = small_bundle()[VISIT].replace('id="ended"', 'id="explained"').replace('id="finished_to_ask_for_letter" ', "")
    with pytest.raises(BadModel) as refused:
        read_drawing(text.encode(), VISIT)
    assert [problem.element for problem in refused.value.problems] == ["explained", ""]


@pytest.mark.parametrize(
    ("text", "said"),
    [("<definitions />", "no BPMN"), (small_bundle()[VISIT].replace("bpmn:process", "bpmn:other"), "no process")],
)
def test_a_file_without_one_process_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadModel, match=said):
        read_drawing(text.encode(), VISIT)
