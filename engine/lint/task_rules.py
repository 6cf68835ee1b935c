"""Who does a task and what its properties say: lanes are roles, properties come from a short list."""

from collections.abc import Iterator

from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, fault, instead_of_role, missing, nearest, of_kind
from engine.process.drawing import BPMN, PAYLOAD, RULE_TASK, TABLE, THROWS, Drawing, Element, line_of
from engine.process.safe_xml import XmlElement
from engine.process.vocabulary import properties_of

PROPERTIES = {
    "userTask": frozenset({"also", "automatic", "not_by", "for_each", "for_agency"}) | properties_of("task"),
    RULE_TASK: frozenset({TABLE}),
    "startEvent": frozenset({"started_by", "until_days_after_closure"}) | properties_of("start"),
    "intermediateThrowEvent": frozenset[str](),
    "endEvent": frozenset[str](),
}
SAID_ELSEWHERE = {
    "duty": "Nothing reads it: the form says which duties it is about (`x-duty`) and when one is done (`x-duty-when`)."
}
ANYONE = "anyone"


def check_lanes(root: XmlElement, drawing: Drawing) -> Iterator[LintProblem]:
    """Each task in one lane; no lane that lists what is not there."""
    lanes_of: dict[str, list[str]] = {}
    for lane in root.iter(f"{BPMN}lane"):
        for reference in lane.iterchildren(f"{BPMN}flowNodeRef"):
            member = (reference.text or "").strip()
            lanes_of.setdefault(member, []).append(lane.get("id", ""))
            if member not in drawing.elements:
                message = f"The lane lists {member or 'nothing'}, which is not in the drawing: take it out."
                yield LintProblem(drawing.file, lane.get("id", ""), line_of(reference), message, "task-lane")
    for element in drawing.elements.values():
        yield from _one_lane(drawing, element, lanes_of.get(element.id, []))


def _one_lane(drawing: Drawing, element: Element, lanes: list[str]) -> Iterator[LintProblem]:
    if len(lanes) > 1:
        yield fault("task-lane", drawing, element, f"It stands in {len(lanes)} lanes: {', '.join(lanes)}. Keep one.")
    if not lanes and element.kind == "userTask":
        yield fault("task-lane", drawing, element, "It stands in no lane: put it in the lane of the role that does it.")


def check(drawing: Drawing, material: Material) -> Iterator[LintProblem]:
    yield from _lanes_are_roles(drawing, material)
    for element in of_kind(drawing, *PROPERTIES):
        for name in element.properties:
            if not (element.kind in THROWS and name.startswith(PAYLOAD)):  # message_rules.py holds those to their row
                yield from _property(drawing, element, name, material)


def _property(drawing: Drawing, element: Element, name: str, material: Material) -> Iterator[LintProblem]:
    allowed = PROPERTIES[element.kind]
    if name not in allowed:
        hint = f" {SAID_ELSEWHERE[name]}" if name in SAID_ELSEWHERE else nearest(name, allowed)
        message = f"A {element.kind} has no property {name or '(none)'}.{hint}"
        yield fault("unknown-property", drawing, element, message)
    elif name in ("also", "started_by"):
        yield from _roles(drawing, element, name, material)
    elif name == "not_by":
        yield from _not_by(drawing, element, material)
    else:
        yield from _misused(drawing, element, name)


def _misused(drawing: Drawing, element: Element, name: str) -> Iterator[LintProblem]:
    if name == "until_days_after_closure" and not element.properties[name].isdecimal():
        yield fault("unknown-property", drawing, element, f"`{name}` is a number of days.")


def _lanes_are_roles(drawing: Drawing, material: Material) -> Iterator[LintProblem]:
    roles = material.tables.roles
    for node in material.roots[drawing.process].iter(f"{BPMN}lane"):
        lane = node.get("id", "")
        if lane not in roles:
            hint = instead_of_role(lane, frozenset(roles), material)
            message = f"{lane} is no role of roles.toml: choose who does what is drawn there.{hint}"
            yield LintProblem(drawing.file, lane, line_of(node), message, "unknown-role", cause=missing("role", lane))


def _roles(drawing: Drawing, element: Element, name: str, material: Material) -> Iterator[LintProblem]:
    roles = frozenset(material.tables.roles).union([ANYONE] if name == "started_by" else list[str]())
    for role in element.properties[name].split():
        if role not in roles:
            message = f"`{name}` names {role}, which is no role of roles.toml.{instead_of_role(role, roles, material)}"
            yield fault("unknown-role", drawing, element, message, missing("role", role))


def _not_by(drawing: Drawing, task: Element, material: Material) -> Iterator[LintProblem]:
    named = task.properties["not_by"]
    tasks = {each.id for each in of_kind(drawing, "userTask")} - {task.id}
    for other in material.drawings.values():
        tasks |= {f"{other.process}.{each.id}" for each in of_kind(other, "userTask")}
    if named not in tasks:
        message = (
            f"`not_by` names {named or 'nothing'}, which is no other task of this drawing and no process.task of "
            f"another.{nearest(named, frozenset(tasks))}"
        )
        yield fault("unknown-task", drawing, task, message)
