"""A shipped process as its owner may have changed it: each change is sound by itself, and many of them an instance that
is under way cannot take.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import cast

from lxml import etree

from engine.lint.form_file import choices_of
from engine.lint.graph import graph_of
from engine.process.bundle import Model
from engine.process.drawing import BPMN, read_drawing
from engine.process.safe_xml import XmlElement
from tests.engine.process.redrawing import ADDED, MODEL, NoSuchPlace, Redrawing, redrawing

__all__ = ["CHANGES", "MODEL", "NoSuchPlace", "redrawn"]
YES_OR_NO = {"title": "Added", "type": "string", "x-ui": {"kind": "yes_no"}, "x-decision": True}


def nothing(_drawn: Redrawing) -> None:
    """The same drawing in another bundle."""


def task_added(drawn: Redrawing) -> None:
    drawn.insert_task(drawn.one_of([one for one in drawn.flows() if _may_be_parted(drawn, one)]))


def _may_be_parted(drawn: Redrawing, flow: XmlElement) -> bool:
    """Between an event gateway and what it waits for nothing can stand."""
    return not any(node.get("id") == flow.get("sourceRef") for node in drawn.shapes("eventBasedGateway"))


def task_removed(drawn: Redrawing) -> None:
    """One that nobody reads."""
    held = {node.get("attachedToRef") for node in drawn.shapes("boundaryEvent")}
    task = drawn.touch(
        [
            node
            for node in drawn.shapes("userTask")
            if node.get("id") not in held
            and not drawn.readers(node.get("id", ""))
            and len(drawn.flows("sourceRef", node.get("id", ""))) == 1
        ]
    )
    _take_out(drawn, task)


def _take_out(drawn: Redrawing, node: XmlElement) -> None:
    (after,) = drawn.flows("sourceRef", node.get("id", ""))
    for before in drawn.flows("targetRef", node.get("id", "")):
        before.set("targetRef", after.get("targetRef", ""))
    drawn.body.remove(after)
    drawn.body.remove(node)


def boundary_event_removed(drawn: Redrawing) -> None:
    drawn.body.remove(drawn.touch(drawn.shapes("boundaryEvent")))


def boundary_event_added(drawn: Redrawing) -> None:
    """A message that takes a task away."""
    drawn.one_of(drawn.shapes("boundaryEvent"))  # only where the drawing knows such events
    task = drawn.touch(drawn.shapes("userTask"))
    event = drawn.add("boundaryEvent", ADDED)
    event.set("attachedToRef", task.get("id", ""))
    _catch(drawn, event)
    drawn.add("endEvent", "added_end")
    drawn.connect(ADDED, "added_end")


def _catch(drawn: Redrawing, event: XmlElement, *others: str | None) -> None:
    """A message that none of the other events catches."""
    known = MODEL.drawings[drawn.process].elements
    message = drawn.one_of(sorted(MODEL.messages.keys() - {known[one].message for one in others if one}))
    declared = etree.Element(f"{BPMN}message", attrib={"id": "added_message", "name": message})
    drawn.body.addprevious(declared)
    etree.SubElement(event, f"{BPMN}messageEventDefinition", attrib={"id": "added_d", "messageRef": "added_message"})


def event_turned(drawn: Redrawing) -> None:
    """What took a task away leaves it open, or the other way about."""
    event = drawn.touch(drawn.shapes("boundaryEvent"))
    event.set("cancelActivity", "false" if event.get("cancelActivity", "true") == "true" else "true")


def clock_changed(drawn: Redrawing) -> None:
    timed = [node for node in drawn.shapes() if node.find(f"{BPMN}timerEventDefinition") is not None]
    timer = drawn.touch(timed).find(f"{BPMN}timerEventDefinition/{BPMN}timeDate")
    assert timer is not None
    timer.text = drawn.one_of(sorted(MODEL.rules.keys() - {timer.text}))


def message_changed(drawn: Redrawing) -> None:
    events = drawn.shapes("boundaryEvent", "intermediateCatchEvent")
    event = drawn.touch([one for one in events if one.find(f"{BPMN}messageEventDefinition") is not None])
    event.remove(cast("XmlElement", event.find(f"{BPMN}messageEventDefinition")))
    _catch(drawn, event, event.get("id"))


def alternative_added(drawn: Redrawing) -> None:
    gateway = drawn.touch(drawn.shapes("eventBasedGateway"))
    alternatives = [flow.get("targetRef") for flow in drawn.flows("sourceRef", gateway.get("id", ""))]
    _catch(drawn, drawn.add("intermediateCatchEvent", ADDED), *alternatives)
    drawn.add("endEvent", "added_end")
    drawn.connect(gateway.get("id", ""), ADDED)
    drawn.connect(ADDED, "added_end")


def step_renamed(drawn: Redrawing) -> None:
    """Its id, wherever it stands: to a case that has come there it is another step."""
    task = drawn.touch(drawn.shapes("userTask")).get("id", "")
    text = etree.tostring(drawn.root).decode()
    for before, after in ((f'"{task}"', f'"{task}_x"'), (f">{task}<", f">{task}_x<"), (f"{task}.", f"{task}_x.")):
        text = text.replace(before, after)
    drawn.root = etree.fromstring(text.encode())
    path = f"forms/{drawn.process}/{task}.json"
    if path in drawn.forms:
        drawn.forms[path.replace(".json", "_x.json")] = drawn.forms.pop(path)


def answer_renamed(drawn: Redrawing) -> None:
    """In the form that asks, and wherever the drawing compares it."""
    task, field, value = drawn.one_of(list(_answers_read(drawn)))
    holder = drawn.form(task)["properties"][field]
    for choice in holder.get("items", holder)["oneOf"]:
        choice["const"] = f"{value}_x" if choice["const"] == value else choice["const"]
    for node in drawn.body.iter():
        if f"{task}.{field}" in (node.text or ""):
            node.text = (node.text or "").replace(f'"{value}"', f'"{value}_x"')


def _answers_read(drawn: Redrawing) -> Iterator[tuple[str, str, str]]:
    sources = [one.text or "" for one in drawn.body.iter(f"{BPMN}conditionExpression")]
    for path, form in drawn.forms.items():
        task = path.split("/")[2].removesuffix(".json")
        for name, asked in form["properties"].items():
            if not asked.get("x-decision") or "oneOf" not in asked.get("items", asked):
                continue
            for value in sorted(choices_of(asked) or ()):
                if any(f"{task}.{name}" in one and f'"{value}"' in one for one in sources):
                    yield task, name, value


def question_added(drawn: Redrawing) -> None:
    """To a task that a gateway goes by: who has answered it already was not asked."""
    task, flow = _read_and_flow(drawn)
    form = drawn.form(task)
    form["properties"][ADDED] = YES_OR_NO
    _decide_by(flow, f"{task}.{ADDED}")


def _read_and_flow(drawn: Redrawing) -> tuple[str, XmlElement]:
    drawing = read_drawing(etree.tostring(drawn.root), "")
    done = graph_of(drawing).done_before()
    found = [
        (task, flow)
        for flow in drawn.flows()
        if flow.find(f"{BPMN}conditionExpression") is not None
        for task in sorted(done.get(flow.get("sourceRef", ""), ()))
        if f"forms/{drawn.process}/{task}.json" in drawn.forms
    ]
    return drawn.one_of(found)


def _decide_by(flow: XmlElement, path: str) -> None:
    condition = flow.find(f"{BPMN}conditionExpression")
    assert condition is not None
    condition.text = f'{path} in ["yes", "no"] and ({condition.text})'


def task_added_and_read(drawn: Redrawing) -> None:
    """A step before a gateway that goes by its answer."""
    task, flow = _read_and_flow(drawn)
    (after,) = drawn.flows("sourceRef", task)
    drawn.insert_task(after)
    drawn.forms[f"forms/{drawn.process}/{ADDED}.json"] = {"properties": {ADDED: YES_OR_NO}}
    _decide_by(flow, f"{ADDED}.{ADDED}")


def _blocks(drawn: Redrawing) -> list[tuple[str, str]]:
    """Gateways that part the way and bring it together again."""
    gateways = {node.get("id", "") for node in drawn.shapes("parallelGateway")}
    found: list[tuple[str, str]] = []
    for task in drawn.shapes("userTask"):
        name = task.get("id", "")
        (before, *more), after = drawn.flows("targetRef", name), drawn.flows("sourceRef", name)
        split, join = before.get("sourceRef", ""), after[0].get("targetRef", "")
        if not more and split in gateways and join in gateways:
            found.append((split, join))
    return found


def branch_added(drawn: Redrawing) -> None:
    split, join = drawn.one_of(_blocks(drawn))
    drawn.add("userTask", ADDED)
    drawn.connect(split, ADDED)
    drawn.connect(ADDED, join)


def asked_of_others(drawn: Redrawing) -> None:
    """Of one agency, where it was asked of all that were chosen."""
    several = f"{BPMN}multiInstanceLoopCharacteristics/{BPMN}loopCardinality"
    task = drawn.touch([node for node in drawn.shapes("userTask") if node.find(several) is not None])
    cast("XmlElement", task.find(several)).text = "1"
    for each in task.iter():
        if each.get("name") == "for_each":
            each.set("value", '["health"]')


CHANGES: dict[str, Callable[[Redrawing], None]] = {
    one.__name__: one
    for one in (
        nothing,
        task_added,
        task_removed,
        boundary_event_removed,
        boundary_event_added,
        event_turned,
        clock_changed,
        message_changed,
        alternative_added,
        step_renamed,
        answer_renamed,
        question_added,
        task_added_and_read,
        branch_added,
        asked_of_others,
    )
}


def redrawn(process: str, change: str, random: Random) -> tuple[Model, set[str]]:
    """And the steps that are other ones in it. Raises NoSuchPlace."""
    drawn = redrawing(process, random)
    CHANGES[change](drawn)
    return drawn.model(), drawn.touched
