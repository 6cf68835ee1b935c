# pyright: basic
"""A bundle is known by its content, and what cannot be read of it is named with its file."""

from typing import Any

import pytest
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.base.errors import BadModel
from engine.process.bundle import EDITION, MESSAGES, ROLES, TIMESCALES, Model, bundle_hash, read_bundle
from tests.builders import shipped, shipped_model
from tests.engine.process.drawings import drawing, end, in_a_row, model_of, task
from tests.engine.process.walking import open_tasks, walk

MODEL = shipped_model()
PLAN = "processes/child_in_need_plan/child_in_need_plan.bpmn"


def with_file(path: str, content: bytes) -> dict[str, bytes]:
    return {**shipped(), path: content}


def without_file(path: str) -> dict[str, bytes]:
    return {name: content for name, content in shipped().items() if name != path}


def test_the_shipped_bundle_has_its_processes_forms_and_tables() -> None:
    assert {"referral", "assessment", "child_in_need_plan", "case_closure"} <= set(MODEL.drawings)
    assert MODEL.drawings.keys() == MODEL.specifications.keys()
    assert MODEL.hash == bundle_hash(shipped())
    assert {"acknowledgement", "response_decision", "assessment", "plan_review"} <= set(MODEL.rules)
    assert MODEL.agencies["health"].role == "health_practitioner"
    assert MODEL.roles["social_worker"].agency == "social_care"
    assert MODEL.messages["assessment_required"].starts == "assessment"


def test_every_user_task_has_a_form_and_a_title() -> None:
    for process, drawn in MODEL.drawings.items():
        for element in drawn.elements.values():
            if element.kind == "userTask":
                assert MODEL.form(process, element.id), f"{process}.{element.id}"
                assert MODEL.title(process, element.id)
    assert MODEL.title("referral", "start") == "Referral"
    assert MODEL.form("referral", "nowhere") is None


def test_no_timer_of_the_engine_is_left_in_a_drawing() -> None:
    """SpiffWorkflow's timers read the wall clock and keep dates in the state."""
    definitions: list[Any] = []
    for specification in MODEL.specifications.values():
        for task_spec in specification.spec.task_specs.values():
            definition = getattr(task_spec, "event_definition", None)
            definitions += getattr(definition, "event_definitions", [definition])
    assert not [one for one in definitions if isinstance(one, TimerEventDefinition)]
    assert [one.name for one in definitions if type(one).__name__ == "ClockEvent"]


@pytest.mark.parametrize(
    "changed",
    [
        with_file(PLAN, shipped()[PLAN] + b"\n"),
        with_file("forms/referral/extra.json", b"{}"),
        without_file("forms/referral/start.json"),
        {f"{path}x": content for path, content in shipped().items()},
    ],
)
def test_any_change_of_a_path_or_a_byte_is_another_bundle(changed: dict[str, bytes]) -> None:
    assert bundle_hash(changed) != bundle_hash(shipped())


def test_the_order_of_files_does_not_matter() -> None:
    assert bundle_hash(dict(reversed(shipped().items()))) == bundle_hash(shipped())


@pytest.mark.parametrize("path", [MESSAGES, TIMESCALES, ROLES, EDITION])
def test_a_missing_table_is_named(path: str) -> None:
    with pytest.raises(BadModel) as refused:
        read_bundle(without_file(path))
    assert [(problem.file, problem.message) for problem in refused.value.problems] == [
        (path, "this file is missing from the bundle")
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (MESSAGES, b"message,starts\nx,y\n"),
        (MESSAGES, b"message,thrown_by,starts,if_one_runs,payload\nx,y\n"),
        (MESSAGES, b"\xff\xfe"),
        (ROLES, b"[role"),
        (ROLES, b"\xff"),
        (ROLES, b"[role.x]\n[agency]\n"),
        (EDITION, b"words = 1"),
        (TIMESCALES, b"id\nx\n"),
        ("forms/referral/start.json", b"{"),
        (PLAN, b"<definitions"),
        (PLAN, b"<!DOCTYPE x>" + shipped()[PLAN]),
        (PLAN, b"\xff\xfe"),
        (PLAN, shipped()[PLAN].replace(b'targetRef="agree_plan"', b'targetRef="nowhere"')),
        (PLAN, shipped()[PLAN].replace(b"userTask", b"magicTask")),
    ],
)
def test_what_cannot_be_read_is_named_with_its_file(path: str, content: bytes) -> None:
    with pytest.raises(BadModel) as refused:
        read_bundle(with_file(path, content))
    assert {problem.file for problem in refused.value.problems} == {path}


def test_a_process_may_be_drawn_without_lanes_for_a_test() -> None:
    """What the builders of these tests rely on."""
    planted: Model = model_of(task("only"), end(), in_a_row("start", "only", "end"))
    assert open_tasks(walk(planted, "planted")) == ["only"]
    assert drawing(end(), in_a_row("start", "end")).startswith(b"<definitions")
