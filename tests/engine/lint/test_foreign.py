"""Drawings of other tools: each sentence about them is true, and one cause is said once."""

import pytest

from engine.lint.lint_problems import LintProblem
from tests.engine.lint.small_bundle import VISIT, small_bundle
from tests.engine.lint.small_drawing import chain, drawing, event, flow, lane, task
from tests.engine.lint.test_lint import found_in

BEGIN = event("startEvent", "begin", name="Begin")
ENDED = '<bpmn:endEvent id="ended" name="Ended" />'
ASK = task("see_child", "See the child")
LANES = lane("social_worker", "Social worker", "see_child")
FLOW = frozenset(
    {"unreachable", "dead-end", "split-without-gateway", "misplaced-condition", "loop-without-wait", "undecided-loop"}
    | {"parallel-loop", "join-in-loop", "boundary-host", "event-kind", "event-gateway", "gateway-default"}
)


def about(body: str, *, lanes: str = LANES, declared: str = "") -> list[LintProblem]:
    """What is said of a drawing that stands in the place of the visit's."""
    text = drawing(process="visit", declared=declared, lanes=lanes, body=body)
    return [finding for finding in found_in({**small_bundle(), VISIT: text}) if finding.file == VISIT]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("serviceTask", "service task"),
        ("task", "task"),
        ("subProcess", "sub-process"),
        ("callActivity", "call activity"),
        ("receiveTask", "receive task"),
        ("manualTask", "manual task"),
    ],
)
def test_two_of_a_refused_kind_are_refused_each_and_neither_stands_twice(kind: str, words: str) -> None:
    both = f'<bpmn:{kind} id="one" name="One" /><bpmn:{kind} id="other" name="Other" />'
    found = about(BEGIN + both + ASK + ENDED + chain("begin", "one", "other", "see_child", "ended"))
    assert [(finding.rule, finding.element) for finding in found] == [
        ("unsupported-element", "one"),
        ("unsupported-element", "other"),
    ]
    assert all(finding.message.startswith(f"A process can hold no {words} here.") for finding in found)


WRITTEN_OUT = (
    ('id="begin" name="Begin"', 'isInterrupting="true" parallelMultiple="false"'),
    ('id="see_child" name="See the child"', 'startQuantity="1" completionQuantity="1" isForCompensation="false"'),
    ('id="see_child" name="See the child"', 'implementation="##unspecified"'),
    ('id="visit" name="Visit"', 'isClosed="false" processType="None"'),
    ('id="begin_to_see_child"', 'isImmediate="true"'),
    ('id="begin_to_see_child"', 'isImmediate="false"'),
    ('id="visit_definitions"', 'typeLanguage="http://www.w3.org/2001/XMLSchema"'),
    ('id="visit_definitions"', 'expressionLanguage="http://www.w3.org/1999/XPath"'),
)
CHANGED = (
    ('id="begin" name="Begin"', 'isInterrupting="false"', "unsupported-attribute"),
    ('id="see_child" name="See the child"', 'startQuantity="2"', "unsupported-attribute"),
    ('id="see_child" name="See the child"', 'isForCompensation="true"', "unsupported-attribute"),
    ('id="visit_definitions"', 'expressionLanguage="http://groovy.codehaus.org/"', "other-expression-language"),
)


def with_attribute(place: str, attributes: str) -> list[LintProblem]:
    body = BEGIN + ASK + ENDED + chain("begin", "see_child", "ended")
    text = drawing(process="visit", declared="", lanes=LANES, body=body)
    assert text.count(f"{place} ") + text.count(f"{place}>") == 1
    changed = text.replace(place, f"{place} {attributes}")
    return [finding for finding in found_in({**small_bundle(), VISIT: changed}) if finding.line < 12]


@pytest.mark.parametrize(("place", "attributes"), WRITTEN_OUT)
def test_what_holds_anyway_may_be_written_out(place: str, attributes: str) -> None:
    assert {finding.rule for finding in with_attribute(place, attributes)} & REFUSING == set()


REFUSING = {"unsupported-attribute", "other-expression-language"}


@pytest.mark.parametrize(("place", "attributes", "rule"), CHANGED)
def test_what_would_change_something_is_refused(place: str, attributes: str, rule: str) -> None:
    assert rule in {finding.rule for finding in with_attribute(place, attributes)}


@pytest.mark.parametrize(
    "beside",
    [
        '<bpmn:dataObject id="note" />',
        '<bpmn:dataObjectReference id="note" dataObjectRef="paper" />',
        '<bpmn:dataStoreReference id="note" name="Files" />',
        '<bpmn:group id="note" />',
        "<bpmn:ioSpecification />",
        '<bpmn:property name="note" />',
    ],
)
def test_what_is_beside_the_flow_gets_one_sentence(beside: str) -> None:
    found = about(BEGIN + beside + ASK + ENDED + chain("begin", "see_child", "ended"))
    assert [finding.rule for finding in found if finding.rule in FLOW | {"no-picture", "unreadable-file"}] == []
    assert [finding.rule for finding in found].count("unsupported-element") == 1


UNTOLD = (
    '<bpmn:inclusiveGateway id="odd" name="Which?" default="odd_to_ended" />'
    + flow("odd", "see_child", "This", "start.urgent == &quot;no&quot;"),
    '<bpmn:receiveTask id="odd" name="Told" />',
    '<bpmn:serviceTask id="odd" name="Ask"><bpmn:standardLoopCharacteristics /></bpmn:serviceTask>'
    + event("boundaryEvent", "late", name="Late", more=' attachedToRef="odd"', clock="visit_limit")
    + flow("late", "see_child"),
    event("intermediateCatchEvent", "odd", name="Odd", inner='<bpmn:linkEventDefinition id="link" />'),
)


@pytest.mark.parametrize("odd", UNTOLD, ids=["a way of several", "a wait", "a loop of one task", "a link"])
def test_nothing_is_said_of_the_flow_where_a_shape_is_refused(odd: str) -> None:
    """What would decide, wait or end there is not known, so no sentence about loops, waits or ends would be true."""
    shapes = BEGIN + ASK + odd + ENDED + chain("begin", "see_child", "odd", "ended")
    assert {finding.rule for finding in about(shapes)} == {"unsupported-element"}


def test_of_a_way_that_breaks_off_the_place_is_named_where_it_does() -> None:
    steps = [task(f"step_{number}", f"Step {number}") for number in range(5)]
    names = [f"step_{number}" for number in range(5)]
    body = BEGIN + "".join(steps) + ENDED + chain("begin", *names[:3]) + chain(*names[3:], "ended")
    lanes = lane("social_worker", "Social worker", *names)
    broken = {(finding.rule, finding.element) for finding in about(body, lanes=lanes) if finding.rule in FLOW}
    assert broken == {("dead-end", "step_2"), ("unreachable", "step_3")}


def test_a_loop_that_nobody_leaves_is_named_once() -> None:
    body = BEGIN + ASK + task("ask", "Ask") + ENDED + chain("begin", "see_child", "ask", "see_child")
    found = about(body, lanes=lane("social_worker", "Social worker", "see_child", "ask"))
    assert [finding.element for finding in found if finding.rule == "dead-end"] == ["see_child"]


def test_a_drawing_without_an_end_or_without_a_start_hears_of_that_alone() -> None:
    assert [one.rule for one in about(BEGIN + ASK + chain("begin", "see_child")) if one.rule in FLOW] == ["dead-end"]
    found = about(ASK + ENDED + chain("see_child", "ended"))
    assert [one.rule for one in found if one.rule in FLOW | {"one-start"}] == ["one-start"]


SEVERAL = (
    ('<p:process id="visit" name="Visit" /><p:process id="shop" />', "Visit (visit), one without a name (shop)."),
    ("", "The file holds no process"),
)


@pytest.mark.parametrize(("processes", "words"), SEVERAL)
def test_a_file_of_several_processes_is_told_which(processes: str, words: str) -> None:
    text = f'<p:definitions xmlns:p="http://www.omg.org/spec/BPMN/20100524/MODEL">{processes}</p:definitions>'
    (found,) = found_in({**small_bundle(), VISIT: text})
    assert found.rule == "unreadable-file"
    assert words in found.message
    assert ("may become a lane" in found.message) == bool(processes)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ('<bpmn:sendTask id="one" name="One" />', "Throw the message with an event."),
        ('<bpmn:receiveTask id="one" name="One" />', "Wait for the message with an event."),
        (task("one", "One", inner="<bpmn:ioSpecification />"), "what people answer is asked in forms."),
        (event("startEvent", "one", name="One", inner="<bpmn:signalEventDefinition />"), "somebody begins it."),
        (
            event("intermediateCatchEvent", "one", name="One", inner="<bpmn:messageEventDefinition />"),
            "It names no message: choose in the drawing which message is meant.",
        ),
    ],
)
def test_what_is_to_be_done_instead_is_what_can_be(shape: str, words: str) -> None:
    found = about(BEGIN + shape + ASK + ENDED + chain("begin", "one", "see_child", "ended"))
    assert [finding.message for finding in found if finding.message.endswith(words)] != []


def test_of_several_pools_one_is_kept() -> None:
    body = BEGIN + ASK + ENDED + chain("begin", "see_child", "ended")
    text = drawing(process="visit", declared="", lanes=LANES, body=body)
    other = '<bpmn:participant id="parents" name="Parents" />'
    pools = text.replace("</bpmn:collaboration>", f"{other}</bpmn:collaboration>")
    found = [finding for finding in found_in({**small_bundle(), VISIT: pools}) if finding.file == VISIT]
    assert [finding.rule for finding in found if "pool" in finding.message or finding.element == "parents"] == [
        "one-participant"
    ]
    none = pools.replace('processRef="visit"', "")
    (first,) = (one for one in found_in({**small_bundle(), VISIT: none}) if one.rule == "one-participant")
    assert first.message == "Draw one pool (collaboration, participant) for this process."


@pytest.mark.parametrize(
    ("down", "rule", "words"),
    [
        ("90", "lane-picture", "It is drawn in no lane, but it stands in the list of social_worker"),
        ("below", "no-picture", "This userTask is drawn 0 times"),
    ],
)
def test_a_task_is_drawn_where_its_lane_is(down: str, rule: str, words: str) -> None:
    body = BEGIN + ASK + ENDED + chain("begin", "see_child", "ended")
    text = drawing(process="visit", declared="", lanes=LANES, body=body)
    place = 'bpmnElement="see_child"><dc:Bounds x="0" y='
    assert f'{place}"0"' in text
    found = found_in({**small_bundle(), VISIT: text.replace(f'{place}"0"', f'{place}"{down}"')})
    assert [finding.message.startswith(words) for finding in found if finding.rule == rule] == [True]
