"""A sub-process that says no more than its steps do stands in the process itself; any other stands in the way."""

import pytest

from engine.importing.drawing_import import imported
from engine.importing.import_report import Imported
from engine.process.drawing import Drawing, read_drawing
from tests.builders import shipped
from tests.engine.importing.bringing_in import brought_in, said
from tests.engine.importing.test_hostile import wrong_in

INSIDE = """
<startEvent id="s"/><task id="t" name="Sort the post"/><exclusiveGateway id="g" name="Urgent?"/>
<task id="u" name="Ring somebody"/><endEvent id="e"/><endEvent id="f"/>
<sequenceFlow id="i1" sourceRef="s" targetRef="t"/><sequenceFlow id="i2" sourceRef="t" targetRef="g"/>
<sequenceFlow id="i3" sourceRef="g" targetRef="u"/><sequenceFlow id="i4" sourceRef="u" targetRef="e"/>
<sequenceFlow id="i5" name="No" sourceRef="g" targetRef="f"/>
"""
INSIDE_OF_IT = """<startEvent id="a"/><task id="b" name="Open the post"/><endEvent id="c"/>
<sequenceFlow id="d1" sourceRef="a" targetRef="b"/><sequenceFlow id="d2" sourceRef="b" targetRef="c"/>"""
AROUND = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="post">
<startEvent id="begin"/><{after} id="last" name="File it"/><endEvent id="over"/>
<subProcess id="sub" name="Sort"{also}>{inside}</subProcess>{beside}
<sequenceFlow id="o1" sourceRef="begin" targetRef="sub"/><sequenceFlow id="o2" sourceRef="sub" targetRef="last"/>
<sequenceFlow id="o3" sourceRef="last" targetRef="over"/></process></definitions>"""


def brought(inside: str = INSIDE, also: str = "", beside: str = "", after: str = "task") -> Imported:
    text = AROUND.format(inside=inside, also=also, beside=beside, after=after)
    return imported(text.encode(), "post.bpmn", shipped())


def drawing(made: Imported) -> Drawing:
    path = "processes/post/post.bpmn"
    assert list(wrong_in(made.files[path], path)) == []
    return read_drawing(made.files[path], path)


def ways(of: Drawing) -> set[tuple[str, str]]:
    return {(one.source, one.target) for one in of.flows}


def test_its_steps_stand_in_the_process_and_its_ends_lead_on() -> None:
    made = brought()
    assert made.refused == ()
    read = drawing(made)
    assert set(read.elements) == {"begin", "t", "g", "u", "last", "over"}
    led = {("begin", "t"), ("t", "g"), ("g", "u"), ("u", "last"), ("g", "last"), ("last", "over")}
    assert ways(read) == led
    assert "sub > : The steps of this sub-process stand in the process itself now, without its start" in said(made)


def test_one_inside_another_is_unfolded_first() -> None:
    deep = INSIDE.replace('<task id="t" name="Sort the post"/>', f'<subProcess id="t">{INSIDE_OF_IT}</subProcess>')
    assert ("begin", "b") in ways(drawing(brought(deep)))


def test_one_in_which_nothing_is_drawn_is_a_task() -> None:
    made = brought("")
    assert set(drawing(made).elements) == {"begin", "sub", "last", "over"}
    assert "Nothing is drawn in this sub-process: it is a task." in said(made)


MORE = {
    "begun by an event": {"also": ' triggeredByEvent="true"'},
    "done several times": {"inside": f"{INSIDE}<multiInstanceLoopCharacteristics/>"},
    "undoes other work": {"also": ' isForCompensation="true"'},
    "left by an event": {"beside": '<boundaryEvent id="b" attachedToRef="sub"><timerEventDefinition/></boundaryEvent>'},
    "left two ways": {"beside": '<sequenceFlow id="o4" sourceRef="sub" targetRef="over"/>'},
    "several at once": {"inside": INSIDE.replace("exclusiveGateway", "parallelGateway")},
    "a task that splits": {"inside": f'{INSIDE}<sequenceFlow id="i6" sourceRef="t" targetRef="u"/>'},
    "two beginnings": {"inside": f'{INSIDE}<startEvent id="z"/>'},
    "begins with a message": {"inside": INSIDE.replace('id="s"/>', 'id="s"><messageEventDefinition/></startEvent>')},
    "ends all of it": {"inside": INSIDE.replace('id="e"/>', 'id="e"><terminateEventDefinition/></endEvent>')},
    "a step that leads nowhere": {"inside": f'{INSIDE}<task id="z"/>'},
    "a way out of it": {"inside": INSIDE.replace('targetRef="f"', 'targetRef="last"')},
    "its ends meet where all are waited for": {"after": "parallelGateway"},
    "meanwhile": {
        "inside": f'{INSIDE}<boundaryEvent id="z" attachedToRef="t" cancelActivity="false"/>'
        '<sequenceFlow id="i6" sourceRef="z" targetRef="u"/>'
    },
}


@pytest.mark.parametrize("name", MORE)
def test_what_says_more_stands_in_the_way(name: str) -> None:
    refused = [one.words for one in brought(**MORE[name]).refused]
    assert refused == ["A process can hold no sub-process here. Draw it in a process of its own that a message starts."]


def test_a_picture_stays_as_it_was_without_the_border() -> None:
    made = brought_in("post_round")
    text = made.files["processes/post_round/post_round.bpmn"].decode()
    assert "The picture is as it was, with its pool and lanes." in said(made)
    assert '<dc:Bounds x="360" y="160" width="100" height="80" />' in text
    assert '<di:waypoint x="188" y="200" />\n        <di:waypoint x="360" y="200" />' in text
    assert '<di:waypoint x="460" y="200" />\n        <di:waypoint x="640" y="200" />' in text
    assert text.count("BPMNEdge id=") == 3
