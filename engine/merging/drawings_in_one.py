"""A drawing that a draft and what was put in force meanwhile changed both, made one again element by element."""

from collections.abc import Mapping

from engine.merging.pictures_in_one import picture_in_one
from engine.merging.sheet import ENDS, FLOW, GATEWAY, Sheet, as_text, put_together, taken_apart
from engine.merging.three_way import CannotMerge, Decided, InOne, Keep, Sides, decided, in_order
from engine.process.safe_xml import XmlElement

AS_A_WHOLE = ""
"""The key of what a drawing is as a whole: its name, its pool."""
Units = Mapping[str, str]
"""The id of a node -> the id of what it is decided with: the ways out of a decision with the decision."""


def drawing_in_one(contents: Sides[bytes], file: str, keep: Keep) -> InOne:
    """What is asked for are the ids of elements, flows, lanes, messages and signals. Raises CannotMerge."""
    sheets = contents.each(lambda content: taken_apart(content, file))
    units = _units(sheets)
    choice = decided(sheets.each(lambda sheet: _parts(sheet, units)), keep)
    frame = choice.of(AS_A_WHOLE, sheets.each(lambda sheet: {AS_A_WHOLE: sheet.frame}))
    lanes = choice.all_of(sheets.each(lambda sheet: sheet.lanes))
    nodes = _nodes(sheets, units, choice)
    made = Sheet(
        frame=sheets.base.frame if frame is None else frame,
        declared=choice.all_of(sheets.each(lambda sheet: sheet.declared)),
        lanes=lanes,
        nodes=nodes,
        picture=picture_in_one(sheets, nodes, lanes),
        members={lane: _members(sheets, units, choice, lane, nodes) for lane in lanes},
        ends={node: _ends(sheets, node, nodes) for node in nodes},
    )
    return InOne(put_together(made), choice.asked)


def _units(sheets: Sides[Sheet]) -> Units:
    decisions = {one for sheet in sheets for one, node in sheet.nodes.items() if node.tag == GATEWAY}
    found: dict[str, str] = {}
    for sheet in sheets:
        for one, node in sheet.nodes.items():
            source = node.get("sourceRef", "") if node.tag == FLOW else ""
            unit = source if source in decisions else one
            if found.setdefault(one, unit) != unit:
                raise CannotMerge("A way out of a decision begins somewhere else on one side.")
    return found


def _parts(sheet: Sheet, units: Units) -> dict[str, object]:
    """By what each is known to be changed or not."""
    found: dict[str, object] = {AS_A_WHOLE: as_text(sheet.frame)}
    found |= {one: as_text(node) for part in (sheet.declared, sheet.lanes) for one, node in part.items()}
    drawn: dict[str, tuple[tuple[str, ...], ...]] = {}
    for one, node in sheet.nodes.items():
        drawn[units[one]] = (*drawn.get(units[one], ()), (one, as_text(node), sheet.lane_of(one)))
    return found | drawn


def _nodes(sheets: Sides[Sheet], units: Units, choice: Decided) -> dict[str, XmlElement]:
    sides = sheets.each(lambda sheet: sheet.nodes)
    drawn = {one: (sides.mine if choice.mine[units[one]] else sides.theirs).get(one) for one in in_order(sides)}
    return {one: node for one, node in drawn.items() if node is not None}


def _members(
    sheets: Sides[Sheet], units: Units, choice: Decided, lane: str, nodes: Mapping[str, XmlElement]
) -> list[str]:
    ordered = in_order(sheets.each(lambda sheet: sheet.members.get(lane, ())))
    lies_in = {one: (sheets.mine if choice.mine[units[one]] else sheets.theirs).lane_of(one) for one in ordered}
    return [one for one in ordered if one in nodes and lies_in[one] == lane]


def _ends(sheets: Sides[Sheet], node: str, nodes: Mapping[str, XmlElement]) -> dict[str, list[str]]:
    """Its flows by ENDS, as far as they still end there."""
    found: dict[str, list[str]] = {}
    for tag, attribute in zip(ENDS, ("targetRef", "sourceRef"), strict=True):
        ordered = in_order(sheets.each(lambda sheet, tag=tag: sheet.ends.get(node, {}).get(tag, ())))
        found[tag] = [one for one in ordered if one in nodes and nodes[one].get(attribute) == node]
    return found
