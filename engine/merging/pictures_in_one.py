"""Where the shapes of a drawing lie once two sides are one. Nothing that the system acts on hangs on it, so nobody is
asked: where both moved a shape, both moves count, and arrows follow the shapes at their ends.
"""

import copy
from collections.abc import Collection, Mapping

from engine.lint.allowed_xml import PICTURE
from engine.merging.sheet import FLOW, Sheet, as_text
from engine.merging.three_way import Sides, in_order
from engine.process.safe_xml import XmlElement

_BOUNDS, _POINT = f"{PICTURE[1]}Bounds", f"{PICTURE[2]}waypoint"
_LENGTHS = ("x", "y", "width", "height")
Shapes = Sides[Mapping[str, XmlElement]]


def picture_in_one(
    sheets: Sides[Sheet], nodes: Mapping[str, XmlElement], lanes: Collection[str]
) -> dict[str, XmlElement]:
    """Of what is there together. Raises CannotMerge."""
    shapes = sheets.each(lambda sheet: sheet.picture)
    known = {one for sheet in sheets for one in (*sheet.nodes, *sheet.lanes)}
    gone = known - nodes.keys() - {*lanes}
    keys = [key for key in in_order(shapes) if key not in gone]
    found = {key: _in_one(shapes, key) for key in keys}
    for key, node in nodes.items():
        if node.tag == FLOW and key in found:
            found[key] = _docked(found, shapes, key, node)
    return found


def _in_one(shapes: Shapes, key: str) -> XmlElement:
    was, mine, theirs = shapes.each(lambda side: side.get(key))
    if mine is None or theirs is None:
        return next(one for one in (mine, theirs, was) if one is not None)
    if was is None or as_text(theirs) in (as_text(was), as_text(mine)):
        return mine
    return theirs if as_text(mine) == as_text(was) else _added_up(was, mine, theirs)


def _added_up(was: XmlElement, mine: XmlElement, theirs: XmlElement) -> XmlElement:
    """Both moves; the draft's alone where one of them changed more than places."""
    made = copy.deepcopy(mine)
    parts = [[*one.iter()] for one in (was, made, theirs)]
    if len({tuple(one.tag for one in part) for part in parts}) > 1:
        return made
    for before, mine_now, theirs_now in zip(*parts, strict=True):
        for name in _LENGTHS:
            if name in before.attrib and name in mine_now.attrib and name in theirs_now.attrib:
                mine_now.set(
                    name, _written(_length(mine_now, name) + _length(theirs_now, name) - _length(before, name))
                )
    return made


def _docked(found: Mapping[str, XmlElement], shapes: Shapes, key: str, flow: XmlElement) -> XmlElement:
    """An arrow that one side alone drew goes along with the shapes at its ends, where the other side moved those."""
    mine, theirs = shapes.mine.get(key), shapes.theirs.get(key)
    drawn = found[key]
    side = shapes.mine if drawn is mine else shapes.theirs if drawn is theirs else None
    if side is None or (mine is not None and theirs is not None and as_text(mine) == as_text(theirs)):
        return drawn
    made = copy.deepcopy(drawn)
    points = made.findall(_POINT)
    for end, order in (("sourceRef", points), ("targetRef", points[::-1])):
        shape = flow.get(end, "")
        if shape in found and shape in side and len(points) > 1:
            _move(order, *_moved(side[shape], found[shape]))
    return made


def _moved(before: XmlElement, now: XmlElement) -> tuple[float, float]:
    was, is_now = before.find(_BOUNDS), now.find(_BOUNDS)
    if was is None or is_now is None:
        return 0, 0
    return _length(is_now, "x") - _length(was, "x"), _length(is_now, "y") - _length(was, "y")


def _move(points: list[XmlElement], across: float, down: float) -> None:
    """The first of them, and the bend beside it so far that what was straight stays straight."""
    first, second = points[0], points[1]
    level, upright = (first.get(side) == second.get(side) for side in ("y", "x"))
    has_a_bend = len(points) > 2
    for name, by, goes_along in (("x", across, upright), ("y", down, level)):
        if by:
            first.set(name, _written(_length(first, name) + by))
        if by and has_a_bend and goes_along:
            second.set(name, _written(_length(second, name) + by))


def _length(node: XmlElement, name: str) -> float:
    try:
        return float(node.get(name, ""))
    except ValueError:
        return 0


def _written(length: float) -> str:
    return f"{length:g}"
