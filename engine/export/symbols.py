"""The symbols of BPMN: each shape as elements of SVG, in the box that the drawing gives it."""

from collections.abc import Iterator

from engine.export.markup import drawn
from engine.process.drawing import RULE_TASK, THROWS, Element
from engine.process.safe_xml import XmlElement

# x, y, width, height
Place = tuple[float, float, float, float]

INK = "#0b0c0c"
# By how far it came: filling, line, width of the line. The width says it without the colour.
LOOKS = {"": ("#ffffff", "#505a5f", 1.5), "taken": ("#e3f1e9", "#00592f", 3.5), "open": ("#fff3b8", "#0b0c0c", 3.5)}
LETTER = 5.9  # how wide a letter of 11 pixels is, on average
LINE = 13
GAP = 4


def symbol(element: Element, event: str, place: Place, look: str) -> Iterator[XmlElement]:
    """`event` is what kind of event it is ("message", "timer", "signal", "terminate"), `look` a key of LOOKS."""
    if element.kind.endswith("Gateway"):
        yield from _gateway(element.kind, place, look)
    elif element.kind.endswith("Event"):
        yield from _event(element, event, place, look)
    else:
        yield from _task(element, place, look)


def label(words: str, place: Place, colour: str) -> Iterator[XmlElement]:
    """In the middle of its box, broken where it is too wide for it."""
    x, y, width, height = place
    lines = _broken(words, max(width, 30))
    top = y + (height - LINE * len(lines)) / 2 + LINE - 3
    for number, line in enumerate(lines):
        given = {"x": f"{x + width / 2:g}", "y": f"{top + LINE * number:g}", "text-anchor": "middle"}
        yield drawn("text", line, given=given, font_size="11", fill=colour)


def _broken(words: str, width: float) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) * LETTER > width + GAP:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _task(element: Element, place: Place, look: str) -> Iterator[XmlElement]:
    x, y, width, height = place
    yield drawn("rect", given=_box(place) | _line(look), rx="10")
    person = f"M{x + 8:g} {y + 21:g} v-3 a6 4 0 0 1 12 0 v3 z M{x + 14:g} {y + 7:g} a3.2 3.2 0 1 0 0.01 0 z"
    table = f"M{x + 7:g} {y + 7:g} h16 v13 h-16 z m0 4.5 h16 m-16 4.5 h16 m-11 -4.5 v8.5"
    yield drawn("path", d=table if element.kind == RULE_TASK else person, fill="none", stroke=INK)
    if element.cardinality is not None:
        bars = " ".join(f"M{x + width / 2 + offset:g} {y + height - 14:g} v10" for offset in (-5, 0, 5))
        yield drawn("path", d=bars, stroke=INK, stroke_width="2")
    yield from label(element.name, (x + 4, y + 14, width - 8, height - 18), INK)


def _gateway(kind: str, place: Place, look: str) -> Iterator[XmlElement]:
    x, y, width, height = place
    middle, centre = x + width / 2, y + height / 2
    corners = ((middle, y), (x + width, centre), (middle, y + height), (x, centre))
    yield drawn("polygon", given=_line(look), points=" ".join(f"{a:g},{b:g}" for a, b in corners))
    if kind == "eventBasedGateway":
        yield _circle(middle, centre, width * 0.26)
        yield _pentagon(middle, centre, width * 0.16)
        return
    reach = width * (0.15 if kind == "exclusiveGateway" else 0.22)
    crossed = ((-1, -1, 1, 1), (1, -1, -1, 1)) if kind == "exclusiveGateway" else ((-1, 0, 1, 0), (0, -1, 0, 1))
    for x0, y0, x1, y1 in crossed:
        arm = f"M{middle + x0 * reach:g} {centre + y0 * reach:g} L{middle + x1 * reach:g} {centre + y1 * reach:g}"
        yield drawn("path", d=arm, stroke=INK, stroke_width="3.5")


def _event(element: Element, event: str, place: Place, look: str) -> Iterator[XmlElement]:
    x, y, width, height = place
    middle, centre, radius = x + width / 2, y + height / 2, width / 2
    line = _line(look)
    if element.kind == "endEvent":
        line["stroke-width"] = "4.5"
    dashed = {} if element.interrupting else {"stroke-dasharray": "5 3"}
    yield drawn("circle", given=_round(middle, centre, radius) | line | dashed)
    if element.kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        yield drawn("circle", given=_round(middle, centre, radius - 4) | dashed, fill="none", stroke=line["stroke"])
    yield from _sign(event, middle, centre, filled=element.kind in THROWS)


def _sign(event: str, x: float, y: float, *, filled: bool) -> Iterator[XmlElement]:
    fill, line = (INK, "#ffffff") if filled else ("none", INK)
    edge = INK if not filled else "none"
    if event == "message":
        yield drawn("rect", given=_box((x - 8, y - 5.5, 16, 11)), fill=fill, stroke=edge)
        yield drawn(
            "polyline", points=f"{x - 8:g},{y - 5.5:g} {x:g},{y + 1:g} {x + 8:g},{y - 5.5:g}", fill="none", stroke=line
        )
    elif event == "timer":
        yield _circle(x, y, 9)
        yield drawn("path", d=f"M{x:g} {y - 6:g} V{y:g} L{x + 5:g} {y + 2:g}", fill="none", stroke=INK)
    elif event == "signal":
        yield drawn("polygon", points=f"{x:g},{y - 8:g} {x + 8:g},{y + 6:g} {x - 8:g},{y + 6:g}", fill=fill, stroke=INK)
    elif event == "terminate":
        yield drawn("circle", given=_round(x, y, 9), fill=INK)


def _circle(x: float, y: float, radius: float) -> XmlElement:
    return drawn("circle", given=_round(x, y, radius), fill="none", stroke=INK)


def _pentagon(x: float, y: float, radius: float) -> XmlElement:
    corners = ((0, -1), (0.95, -0.31), (0.59, 0.81), (-0.59, 0.81), (-0.95, -0.31))
    points = " ".join(f"{x + radius * a:.1f},{y + radius * b:.1f}" for a, b in corners)
    return drawn("polygon", points=points, fill="none", stroke=INK)


def _line(look: str) -> dict[str, str]:
    fill, stroke, width = LOOKS[look]
    return {"fill": fill, "stroke": stroke, "stroke-width": f"{width:g}"}


def _round(x: float, y: float, radius: float) -> dict[str, str]:
    return {"cx": f"{x:g}", "cy": f"{y:g}", "r": f"{radius:g}"}


def _box(place: Place) -> dict[str, str]:
    return {name: f"{value:g}" for name, value in zip(("x", "y", "width", "height"), place, strict=True)}
