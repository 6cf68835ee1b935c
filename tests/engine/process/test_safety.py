# pyright: basic
"""Nothing that stands in a drawing is ever run as Python: the engine that would do so cannot be reached."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.base.errors import BadModel
from engine.process import run, state
from engine.process.bundle import Model
from engine.process.safety import NothingIsRun, SafeScriptEngine
from tests.builders import shipped_model
from tests.engine.process.drawings import choice, end, flow, in_a_row, model_of, several, task
from tests.engine.process.walking import Act, done, open_tasks, stored, walk

MODEL = shipped_model()
ASKED = done("plan_assessment", contributors=["health", "police"])


class Reached(BaseException):
    """The default engine was built or asked: nothing here may swallow it."""


@pytest.fixture
def default_engine_forbidden() -> Iterator[None]:
    def reached(*_: Any, **__: Any) -> None:
        raise Reached

    with pytest.MonkeyPatch.context() as patch:
        for member in ("__init__", "evaluate", "execute", "call_service"):
            patch.setattr(PythonScriptEngine, member, reached)
        for member in ("evaluate", "execute"):
            patch.setattr(TaskDataEnvironment, member, reached)
        yield


@pytest.mark.usefixtures("default_engine_forbidden")
@pytest.mark.parametrize(
    ("process", "acts"),
    [
        (
            "referral",
            (done("clarify_referral", same_child="unsure"), done("decide_response", response="assessment")),
        ),
        (
            "assessment",
            (
                ASKED,
                done("contribute", 2, answer="given"),
                Act("clock", "assessment"),
                done("see_child", child_seen="no"),
                done("write_assessment", finding="child_in_need"),
                done("authorise_assessment", authorised="yes"),
                done("explain_overrun"),
                done("share_outcome"),
            ),
        ),
        ("child_in_need_plan", (done("agree_plan"), done("review_plan", progress="continue"))),
        ("case_closure", (done("close_case"),)),
    ],
)
def test_every_drawing_runs_without_the_default_engine(process: str, acts: tuple[Act, ...]) -> None:
    """Each step begins with a load, at which SpiffWorkflow's own serializer would bring the default engine back."""
    walk(MODEL, process, *acts, reply_by="email")


@pytest.mark.usefixtures("default_engine_forbidden")
def test_a_workflow_that_is_given_no_engine_is_found() -> None:
    """The planted fault: what SpiffWorkflow does when it is left to itself."""
    with pytest.raises(Reached):
        BpmnWorkflow(MODEL.specifications["referral"].spec)


@pytest.mark.usefixtures("default_engine_forbidden")
def test_a_load_without_our_engine_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = stored(MODEL, "assessment")(None).state
    monkeypatch.setattr(state, "SafeScriptEngine", lambda _agencies: None)
    with pytest.raises(Reached):
        run.complete(MODEL, "assessment", begun, "plan_assessment", 1, {"contributors": []}, {})


def test_a_loaded_workflow_holds_our_engine() -> None:
    workflow, _ = state.load(stored(MODEL, "assessment")(None).state, MODEL.specifications["assessment"])
    assert type(workflow.script_engine) is SafeScriptEngine
    assert not isinstance(workflow.script_engine, PythonScriptEngine)


def attacks(proof: Path) -> list[str]:
    return [
        f"__import__('os').system('touch {proof}')",
        f"open('{proof}', 'w').close()",
        "().__class__.__base__.__subclasses__()",
        "[x for x in range(10)]",
        "10 ** 10 ** 10",
        "'a' * 1000000000",
        "start.__class__",
        "lambda: 1",
        "exec('1')",
    ]


def with_condition(expression: str) -> Model:
    return model_of(
        choice("which", "which_to_end"), task("other"), end(), in_a_row("start", "which", "end"),
        flow("which", "other", expression.replace("&", "&amp;").replace("<", "&lt;")), flow("other", "end"),
    )  # fmt: skip


def with_cardinality(expression: str) -> Model:
    return model_of(several("report", expression, "start.invited"), end(), in_a_row("start", "report", "end"))


def with_members(expression: str) -> Model:
    return model_of(several("report", "2", expression), end(), in_a_row("start", "report", "end"))


def with_automatic(expression: str) -> Model:
    automatic = f'<spiffworkflow:property name="automatic" value="{expression}"/>'
    inside = f"<extensionElements><spiffworkflow:properties>{automatic}</spiffworkflow:properties></extensionElements>"
    return model_of(task("other", inside), end(), in_a_row("start", "other", "end"))


@pytest.mark.parametrize("place", [with_condition, with_cardinality, with_members, with_automatic])
def test_code_in_a_place_that_is_evaluated_is_a_fault_and_does_not_run(place: Any, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    for expression in attacks(proof):
        with pytest.raises(BadModel):
            walk(place(expression), "planted", invited=["health"])
    assert not proof.exists()


def test_code_given_as_data_stays_data(tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    for expression in attacks(proof):
        position = walk(MODEL, "referral", done("decide_response", response=expression), reply_by=expression)
        assert "refer_on" not in open_tasks(position)
    assert not proof.exists()


def test_a_script_is_never_run_whatever_the_linter_missed(tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    script = f'<scriptTask id="planted_script"><script>open("{proof}", "w")</script></scriptTask>'
    planted = model_of(script, end(), in_a_row("start", "planted_script", "end"))
    with pytest.raises((BadModel, NothingIsRun)):
        walk(planted, "planted")
    assert not proof.exists()


@pytest.mark.parametrize("shape", ["sendTask", "receiveTask", "serviceTask", "callActivity"])
def test_a_shape_that_would_act_by_itself_does_not(shape: str) -> None:
    """The linter refuses it; should one get past, nothing is done for it in silence."""
    planted = f'<{shape} id="acts" calledElement="planted"/>'
    try:
        position = walk(model_of(planted, end(), in_a_row("start", "acts", "end")), "planted")
    except BadModel:
        return
    assert position.thrown == ()


def test_every_member_that_the_engine_asks_is_our_own() -> None:
    safe = SafeScriptEngine(frozenset())
    for asked in (
        lambda: safe.execute(None, "1"),
        lambda: safe.call_service(None),
        lambda: safe.environment.execute("1", {}),
        lambda: safe.environment.call_service({}),
    ):
        with pytest.raises(NothingIsRun):
            asked()
