"""What messages carry: stated by the drawing that throws, found by the one that is started or that waits."""

import pytest

from engine.base.errors import BadModel
from engine.process.bundle import Model
from engine.process.position import AwaitedEvent, Thrown
from engine.process.run import NotThere
from tests.engine.process.drawings import (
    catch,
    choice,
    end,
    flow,
    in_a_row,
    model_of,
    on_boundary,
    properties,
    several,
    task,
    throw,
    together,
)
from tests.engine.process.walking import Act, done, open_tasks, thrown, walk

HERE = ("asked", "concluded")


def throwing(event: str = "intermediateThrowEvent", **payload: str) -> Model:
    shapes = [task("decide"), throw("tell", "asked", event=event, **payload)]
    rest = [end(), in_a_row("start", "decide", "tell", "end")]
    return model_of(*shapes, *(rest if event != "endEvent" else [in_a_row("start", "decide", "tell")]), messages=HERE)


@pytest.mark.parametrize("event", ["intermediateThrowEvent", "endEvent"])
def test_a_throw_carries_what_its_drawing_states_and_nothing_else(event: str) -> None:
    model = throwing(event, kind="&quot;initial&quot;", who="decide.who", unborn="case.unborn")
    position = walk(model, "planted", done("decide", who=["police"], secret="kept here"))
    assert position.thrown == (Thrown("asked", {"kind": "initial", "who": ["police"], "unborn": False}),)


def test_a_message_without_fields_carries_nothing() -> None:
    assert walk(throwing(), "planted", done("decide")).thrown == (Thrown("asked", {}),)


@pytest.mark.parametrize("stated", ["decide.nothing", "nobody.who", "decide.who()", "__import__(&quot;os&quot;)"])
def test_a_field_that_cannot_be_stated_is_a_fault_of_the_model(stated: str) -> None:
    with pytest.raises(BadModel):
        walk(throwing(who=stated), "planted", done("decide", who="me"))


WAITING = model_of(
    catch("wait", "concluded"), choice("which", "which_to_other"), task("enquire"), task("other"), end(),
    in_a_row("start", "wait", "which"), flow("which", "enquire", "concluded.decision == &quot;section_47&quot;"),
    in_a_row("which", "other", "end"), in_a_row("enquire", "end"), messages=HERE,
)  # fmt: skip


@pytest.mark.parametrize(("decision", "then"), [("section_47", "enquire"), ("section_17", "other")])
def test_what_was_caught_is_read_under_the_name_of_the_message(decision: str, then: str) -> None:
    position = walk(WAITING, "planted", Act("message", "concluded", decisions={"decision": decision}))
    assert open_tasks(position) == [then]


def test_two_messages_with_fields_of_one_name_do_not_overwrite_each_other() -> None:
    model = model_of(
        catch("first", "asked"), catch("second", "concluded"), throw("tell", "asked", a="asked.who", b="concluded.who"),
        end(), in_a_row("start", "first", "second", "tell", "end"), messages=HERE,
    )  # fmt: skip
    came = [Act("message", name, decisions={"who": name}) for name in HERE]
    assert walk(model, "planted", *came).thrown == (Thrown("asked", {"a": "asked", "b": "concluded"}),)


def bounded(*, interrupting: bool) -> Model:
    return model_of(
        task("write"), on_boundary("came", "concluded", "write", interrupting=interrupting), task("after"), end(),
        end("overtaken"), in_a_row("start", "write", "end"), in_a_row("came", "after", "overtaken"), messages=HERE,
    )  # fmt: skip


def test_a_message_on_the_boundary_of_a_task_withdraws_it() -> None:
    model = bounded(interrupting=True)
    assert walk(model, "planted").waits == (AwaitedEvent("message", "concluded"),)
    position = walk(model, "planted", Act("message", "concluded", decisions={}))
    assert open_tasks(position) == ["after"]
    assert [(step.kind, step.element) for step in position.trace if step.kind == "withdrawn"] == [
        ("withdrawn", "write")
    ]


def test_one_that_does_not_interrupt_is_heard_only_once() -> None:
    """So the linter refuses it. Should this fail, a newer engine hears it again, and the rule may go."""
    model, message = bounded(interrupting=False), Act("message", "concluded", decisions={})
    assert open_tasks(walk(model, "planted", message)) == ["after", "write"]
    with pytest.raises(NotThere):
        walk(model, "planted", message, message)


def test_a_message_in_a_loop_is_heard_as_often_as_it_comes() -> None:
    model = model_of(
        task("write"), together("beside"), choice("again", "again_to_come"), catch("come", "concluded"), end(),
        in_a_row("start", "beside", "write", "end"), in_a_row("beside", "again", "come", "again"), messages=HERE,
    )  # fmt: skip
    message = Act("message", "concluded", decisions={})
    assert walk(model, "planted", message, message, message).waits == (AwaitedEvent("message", "concluded"),)


def test_a_process_finds_under_start_what_the_message_that_started_it_brought() -> None:
    started = '<startEvent id="start"><messageEventDefinition messageRef="asked"/></startEvent>'
    shapes = [choice("which", "which_to_later"), task("first"), task("later"), end()]
    ways = [in_a_row("start", "which"), flow("which", "first", "start.first == &quot;yes&quot;")]
    ways += [in_a_row("which", "later", "end"), in_a_row("first", "end")]
    model = model_of(started, *shapes, *ways, messages=HERE)
    assert open_tasks(walk(model, "planted", first="yes")) == ["first"]
    assert open_tasks(walk(model, "planted", first="no")) == ["later"]


@pytest.mark.parametrize("agency", ["police", "social_care", "nspcc"])
def test_a_task_may_be_for_the_agency_that_an_expression_names(agency: str) -> None:
    model = model_of(task("act", properties(for_agency="start.acting")), end(), in_a_row("start", "act", "end"))
    position = walk(model, "planted", acting=agency)
    assert [(one.element, one.agency) for one in position.open] == [("act", agency)]
    assert walk(model, "planted", done("act"), acting=agency).ended


def test_an_agency_that_nothing_names_is_a_fault_of_the_model() -> None:
    model = model_of(task("act", properties(for_agency="start.acting")), end(), in_a_row("start", "act", "end"))
    with pytest.raises(BadModel):
        walk(model, "planted")


def test_only_agencies_are_asked_of_those_who_were_invited() -> None:
    listed = "agencies_of(start.invited)"
    model = model_of(several("report", f"count({listed})", listed), end(), in_a_row("start", "report", "end"))
    invited = ["social_worker", "police", "team_manager", "health", "referring_agency", "social_care"]
    assert open_tasks(walk(model, "planted", invited=invited)) == ["report(health)", "report(police)"]
    assert walk(model, "planted", invited=["team_manager"]).ended


def test_what_is_thrown_on_the_way_comes_in_order() -> None:
    model = model_of(
        task("decide"), throw("one", "concluded"), throw("two", "asked"), end(),
        in_a_row("start", "decide", "one", "two", "end"), messages=HERE,
    )  # fmt: skip
    assert thrown(walk(model, "planted", done("decide"))) == ("concluded", "asked")
