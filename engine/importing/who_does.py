"""Whose a step is: the lanes, groups and people of another tool, held against the roles of the bundle by name or id.

Where none fits, the lane keeps its own name, or is called ROLE_NEEDED: it is no role, so that the linter names it
until a person has said who does this.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.importing.foreign_file import extensions_of, texts_in_parts
from engine.importing.given_ids import words_of
from engine.importing.import_report import LONGEST_NAME, ImportReport, UnknownLane, plain
from engine.importing.sketch import LaneSketch, Shape, Sketch
from engine.lint.table_files import Tables
from engine.process.bundle import ANY_AGENCY
from engine.process.drawing import BPMN, local_name
from engine.process.plain_ids import RESERVED
from engine.process.safe_xml import XmlElement

ROLE_NEEDED = ("role_needed", "Role needed")
_NAMING = ("candidateGroups", "assignee", "candidateUsers")
_OWNERS = ("potentialOwner", "performer", "humanPerformer")
_IN_BRACKETS = re.compile(r"(?:user|group)\(([^()]{1,200})\)")
_MOST_NAMES = 50


class RolesByName:
    """The roles of a bundle as other tools may call them; `chosen` are those that somebody has said, by the key of a
    lane that is called as none.
    """

    def __init__(self, tables: Tables, chosen: Mapping[str, str]) -> None:
        self._names = {**tables.roles, ANY_AGENCY[0]: ANY_AGENCY[1]}
        self._called_otherwise = RESERVED | {row.name for row in tables.messages}
        self._chosen = {key: role for key, role in chosen.items() if role in self._names}
        self._asked: dict[str, UnknownLane] = {}
        self._by_words: dict[str, str] = {}
        for role, name in self._names.items():
            for words in (role, words_of(name)):
                self._by_words.setdefault(words, role)
                self._by_words.setdefault(f"{words}s", role)

    def role_of(self, *called: str) -> str:
        """The id of the role that is called so; empty where there is none."""
        return next((self._by_words[words] for one in called if (words := words_of(one)) in self._by_words), "")

    def who(self, name: str, process: str, shapes: Iterable[Shape]) -> str:
        """For a name that is no role: the one that was chosen; else what the lane is called until somebody has said it,
        in words, and as nothing else in its drawing. `shapes` are what stands in it.
        """
        words = words_of(name) or ROLE_NEEDED[0]
        key = f"{words}_role" if words == process or words in self._called_otherwise else words
        before = self._asked.get(key, UnknownLane(key, plain(name)[:LONGEST_NAME] or ROLE_NEEDED[1], ()))
        tasks = tuple(shape.name or shape.source for shape in shapes if shape.kind == "userTask")
        role = self._chosen.get(key, "")
        self._asked[key] = replace(before, tasks=before.tasks + tasks, role=role)
        return role or key

    def is_role(self, lane: str) -> bool:
        return lane in self._names

    def name_of(self, lane: str, otherwise: str) -> str:
        return self._names.get(lane, otherwise)

    @property
    def unknown(self) -> tuple[UnknownLane, ...]:
        """The lanes that were asked for and are no role by their names."""
        return tuple(self._asked.values())


def give_lanes(sketch: Sketch, root: XmlElement, roles: RolesByName, report: ImportReport) -> None:
    """Says of each shape in which lane it is, and gives the sketch its lanes in order."""
    groups = {shape.source: list(_named(shape, root, report)) for shape in sketch.shapes.values()}
    lanes = [lane for lane in sketch.node.iter(f"{BPMN}lane") if lane.find(f"{BPMN}childLaneSet") is None]
    found: dict[str, LaneSketch] = {}
    for lane in lanes:
        members = [shape for one in lane.iterchildren(f"{BPMN}flowNodeRef") if (shape := _member(one, sketch))]
        if members and not any(shape.lane for shape in members):
            _lane(lane, members, groups, found, sketch, roles, report)
    for shape in sketch.shapes.values():
        if shape.kind == "userTask":
            _by_groups(shape, groups[shape.source], found, sketch, roles, report)
    if not found:
        lane = roles.who("", sketch.id, ())
        found[lane] = LaneSketch(lane, roles.name_of(lane, ROLE_NEEDED[1]))
    _beside_their_neighbours(sketch, next(iter(found)))
    used = {shape.lane for shape in sketch.shapes.values()}
    sketch.lanes = [lane for lane in found.values() if lane.id in used]


def _member(reference: XmlElement, sketch: Sketch) -> Shape | None:
    return sketch.shapes.get((reference.text or "").strip())


def _lane(
    lane: XmlElement,
    members: Sequence[Shape],
    groups: Mapping[str, Sequence[str]],
    found: dict[str, LaneSketch],
    sketch: Sketch,
    roles: RolesByName,
    report: ImportReport,
) -> None:
    """A lane is the role that its name or its id calls; else the one that all its tasks are for."""
    name, source = plain(lane.get("name", "")), lane.get("id", "")
    for_groups = {roles.role_of(*groups[shape.source]) for shape in members if shape.kind == "userTask"}
    role = roles.role_of(name, source) or (for_groups.pop() if len(for_groups) == 1 else "")
    now = role or roles.who(name, sketch.id, members)
    if not role and not roles.is_role(now):
        report.change("This lane is no role here: say in the drawing, or in roles.toml, who that is.", lane, now)
    elif not role:
        report.change(f"This lane is the role {roles.name_of(now, now)} now, as was chosen.", lane, now)
    elif role != source:
        report.change(f"This lane is the role {roles.name_of(role, role)} now.", lane, now)
    found.setdefault(now, LaneSketch(now, roles.name_of(now, name or ROLE_NEEDED[1]), source))
    for shape in members:
        shape.lane = now


def _by_groups(
    shape: Shape,
    named: Sequence[str],
    found: dict[str, LaneSketch],
    sketch: Sketch,
    roles: RolesByName,
    report: ImportReport,
) -> None:
    """A task in no lane is for the first of its groups that is a role; those after it may do it too."""
    known = list(dict.fromkeys(role for one in named if (role := roles.role_of(one))))
    if shape.lane:
        if named and shape.lane not in known:
            report.change(f"It was for {', '.join(named)[:200]}; here it is for whoever its lane names.", shape.node)
        return
    lane = known[0] if known else roles.who(next(iter(named), ""), sketch.id, [shape])
    otherwise = named[0] if named and not known and lane != ROLE_NEEDED[0] else ROLE_NEEDED[1]
    found.setdefault(lane, LaneSketch(lane, roles.name_of(lane, plain(otherwise)[:200])))
    shape.lane = lane
    if known[1:]:
        shape.properties.setdefault("also", " ".join(known[1:]))
    _tell_for_whom(shape, named, known, lane, roles, report)


def _tell_for_whom(
    shape: Shape, named: Sequence[str], known: Sequence[str], lane: str, roles: RolesByName, report: ImportReport
) -> None:
    if known:
        names = " or ".join(roles.name_of(role, role) for role in known)
        report.change(f"It is for the role {names} now, as its groups say.", shape.node)
    elif roles.is_role(lane):
        report.change(f"It is for the role {roles.name_of(lane, lane)} now, as was chosen.", shape.node)
    elif named:
        report.change(f"It is for {', '.join(named)[:200]}, which is no role here: say who does it.", shape.node)
    else:
        report.change("Nobody is named who does it: say who.", shape.node)


def _named(shape: Shape, root: XmlElement, report: ImportReport) -> Iterator[str]:
    """What the file calls whoever does it; an expression names nobody."""
    texts = [value for name in _NAMING for key, value in shape.node.attrib.items() if str(key).endswith(f"}}{name}")]
    for part in extensions_of(shape.node):
        if local_name(part) == "assignmentDefinition":
            texts += [part.get(name, "") for name in _NAMING]
    owners = [part for name in _OWNERS for part in shape.node.iterchildren(f"{BPMN}{name}")]
    texts += [text for owner in owners for text in texts_in_parts(owner, "formalExpression")]
    references = {text for owner in owners for text in texts_in_parts(owner, "resourceRef")}
    texts += [one.get("name", "") for one in root.iterchildren(f"{BPMN}resource") if one.get("id") in references]
    names = [plain(name) for text in map(str, texts) for name in (_IN_BRACKETS.findall(text) or text.split(","))]
    for name in list(dict.fromkeys(filter(None, names)))[:_MOST_NAMES]:
        if name.startswith(("$", "#", "=")):
            report.change(f"{name[:80]} is worked out by the other tool, and names nobody here.", shape.node)
        else:
            yield name


def _beside_their_neighbours(sketch: Sketch, otherwise: str) -> None:
    """What nobody does stands where the step before it stands, or else the one after it."""
    shapes = sketch.shapes
    before = [(way.end, way.start) for way in sketch.ways]
    before += [(one, shapes[one.attached_to]) for one in shapes.values() if one.attached_to in shapes]
    for pairs in (before, [(one, other) for other, one in before]):
        near: dict[str, list[Shape]] = {}
        for one, other in pairs:
            near.setdefault(other.source, []).append(one)
        reached = [shape for shape in shapes.values() if shape.lane]
        while reached:
            shape = reached.pop(0)
            new = [one for one in near.get(shape.source, ()) if not one.lane]
            for one in new:
                one.lane = shape.lane
            reached += new
    for shape in shapes.values():
        shape.lane = shape.lane or otherwise
