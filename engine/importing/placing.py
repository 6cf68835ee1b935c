"""The picture of what was brought in: as it was drawn, with a pool and lanes around it; lane below lane where the file
drew other ones; and column by column where it drew nothing.
"""

from engine.importing.foreign_picture import DrawnPicture, Point, around
from engine.importing.import_report import ImportReport
from engine.importing.sketch import Shape, Sketch, Way
from engine.lint.shape_rules import DrawnBox
from engine.process.drawing import RULE_TASK

_ROOM, _TITLE = 40, 30
_COLUMN, _ROW = 170, 120
_SIZES = {
    "userTask": (110, 80),
    RULE_TASK: (110, 80),
    "exclusiveGateway": (50, 50),
    "parallelGateway": (50, 50),
    "eventBasedGateway": (50, 50),
}
_EVENT = (36, 36)
_BESIDE = 66  # from one event on a boundary to the next
_NOTE = (160, 40)


def place(sketch: Sketch, drawn: DrawnPicture, report: ImportReport) -> DrawnPicture:
    """By the new ids: every shape, flow and note, each lane, and the pool by the id of the process."""
    boxes = {shape.id: drawn.boxes[shape.source] for shape in sketch.shapes.values() if shape.source in drawn.boxes}
    lanes = _lanes_as_drawn(sketch, drawn, boxes)
    if len(boxes) < len(sketch.shapes):
        report.change("The file does not say where everything stands in the picture: it is drawn anew.")
        picture = _stacked(sketch, _in_columns(sketch), DrawnPicture())
    elif lanes is None:
        report.keep("The picture is as it was, but for the lanes, which stand one below the other.")
        picture = _stacked(sketch, boxes, drawn)
    else:
        report.keep("The picture is as it was, with its pool and lanes.")
        picture = DrawnPicture({**boxes, **lanes})
        picture.upright = {lane.id for lane in sketch.lanes if lane.source in drawn.upright}
        for way in sketch.ways:
            _draw_way(way, picture, drawn, 0)
        _labels(sketch, picture, drawn, dict.fromkeys(boxes, 0.0))
    picture.boxes.setdefault(sketch.id, _pool(sketch, drawn, picture))
    if picture.upright:
        picture.upright.add(sketch.id)
    _notes(sketch, picture, drawn)
    return picture


def _lanes_as_drawn(sketch: Sketch, drawn: DrawnPicture, boxes: dict[str, DrawnBox]) -> dict[str, DrawnBox] | None:
    """None where they have to be drawn otherwise: a lane has no place, or does not hold what is done in it."""
    if len(sketch.lanes) == 1 and sketch.lanes[0].source not in drawn.boxes and boxes:
        pool, whole = drawn.boxes.get(sketch.pool), around(list(boxes.values()), _ROOM)
        if pool is None or not all(pool.holds_centre_of(box) for box in boxes.values()) or pool.width <= _TITLE:
            return {sketch.lanes[0].id: whole}
        return {sketch.lanes[0].id: DrawnBox(pool.left + _TITLE, pool.top, pool.width - _TITLE, pool.height)}
    lanes = {lane.id: drawn.boxes[lane.source] for lane in sketch.lanes if lane.source in drawn.boxes}
    for shape in sketch.shapes.values():
        box = boxes.get(shape.id)
        if box is None or [name for name, lane in lanes.items() if lane.holds_centre_of(box)] != [shape.lane]:
            return None
    return lanes


def _stacked(sketch: Sketch, boxes: dict[str, DrawnBox], drawn: DrawnPicture) -> DrawnPicture:
    """Each lane below the one before it, with what is done in it as it stood to each other."""
    picture, moved, top = DrawnPicture(), dict[str, float](), around(list(boxes.values())).top
    whole = around(list(boxes.values()), _ROOM)
    for lane in sketch.lanes:
        members = {shape.id: boxes[shape.id] for shape in sketch.in_lane(lane.id)}
        region = around(list(members.values()), _ROOM)
        for name, box in members.items():
            moved[name] = top - region.top
            picture.boxes[name] = box._replace(top=box.top + moved[name])
        picture.boxes[lane.id] = DrawnBox(whole.left, top, whole.width, region.height)
        top += region.height
    for way in sketch.ways:
        together = moved[way.start.id] == moved[way.end.id]
        _draw_way(way, picture, drawn if together else DrawnPicture(), moved[way.start.id])
    _labels(sketch, picture, drawn, moved)
    return picture


def _labels(sketch: Sketch, picture: DrawnPicture, drawn: DrawnPicture, moved: dict[str, float]) -> None:
    for shape in sketch.shapes.values():
        if shape.source in drawn.labels and shape.kind not in ("userTask", RULE_TASK):
            label = drawn.labels[shape.source]
            picture.labels[shape.id] = label._replace(top=label.top + moved[shape.id])
    for way in sketch.ways:
        if way.name and way.source in drawn.labels and moved[way.start.id] == moved[way.end.id]:
            label = drawn.labels[way.source]
            picture.labels[way.id] = label._replace(top=label.top + moved[way.start.id])


def _in_columns(sketch: Sketch) -> dict[str, DrawnBox]:
    """How many steps from the beginning is the column; what shares one stands below the other."""
    columns = _steps_from_the_beginning(sketch)
    rows: dict[tuple[str, int], int] = {}
    boxes: dict[str, DrawnBox] = {}
    on_boundary: list[Shape] = []
    for shape in sorted(sketch.shapes.values(), key=lambda shape: _is_aside(shape, sketch)):
        if shape.attached_to in sketch.shapes and shape.kind == "boundaryEvent":
            on_boundary.append(shape)
            continue
        width, height = _SIZES.get(shape.kind, _EVENT)
        place = (shape.lane, columns.get(shape.id, 0))
        row = rows[place] = max(rows.get(place, -1) + 1, _is_aside(shape, sketch))
        centre = (_COLUMN * (place[1] + 1), _ROW * (row + 1))
        boxes[shape.id] = DrawnBox(centre[0] - width / 2, centre[1] - height / 2, width, height)
    for number, shape in enumerate(on_boundary):
        host = boxes.get(sketch.shapes[shape.attached_to].id, DrawnBox(0, 0, *_EVENT))
        beside = sum(other.attached_to == shape.attached_to for other in on_boundary[:number])
        boxes[shape.id] = DrawnBox(host.left + 4 + _BESIDE * beside, host.top + host.height - 18, *_EVENT)
    return boxes


def _is_aside(shape: Shape, sketch: Sketch) -> bool:
    """Whether only events on the boundary lead there: it stands below what is done otherwise."""
    before = [way.start.kind for way in sketch.ways if way.end is shape]
    return bool(before) and set(before) == {"boundaryEvent"}


def _steps_from_the_beginning(sketch: Sketch) -> dict[str, int]:
    after: dict[str, list[str]] = {}
    hosts = {shape.id: sketch.shapes.get(shape.attached_to) for shape in sketch.shapes.values()}
    pairs = [(way.start.id, way.end.id) for way in sketch.ways]
    for one, other in (*pairs, *((host.id, name) for name, host in hosts.items() if host)):
        after.setdefault(one, []).append(other)
    reached = {name for names in after.values() for name in names}
    waiting = [name for name in hosts if name not in reached] or [*hosts][:1]
    steps = dict.fromkeys(waiting, 0)
    while waiting:
        one = waiting.pop(0)
        new = [other for other in dict.fromkeys(after.get(one, ())) if other not in steps]
        steps.update(dict.fromkeys(new, steps[one] + 1))
        waiting += new
    return steps


def _draw_way(way: Way, picture: DrawnPicture, drawn: DrawnPicture, down: float) -> None:
    points = drawn.ways.get(way.source)
    if points is None:
        picture.ways[way.id] = _straight(picture.boxes[way.start.id], picture.boxes[way.end.id], way.start.kind)
    else:
        picture.ways[way.id] = [(across, height + down) for across, height in points]


def _straight(start: DrawnBox, end: DrawnBox, kind: str) -> list[Point]:
    """From the right of the one to the left of the other, or straight up or down where one is above the other; back
    below both; from a boundary event downwards.
    """
    right, left = start.left + start.width, end.left
    here, there = start.top + start.height / 2, end.top + end.height / 2
    middle, below = start.left + start.width / 2, start.top + start.height
    if kind == "boundaryEvent":
        return [(middle, below), (middle, below + 20), (left - 15, below + 20), (left - 15, there), (left, there)]
    over = start.left < end.left + end.width and left < right
    if over and below < end.top:
        return _upright(middle, below, end.left + end.width / 2, end.top)
    if over and end.top + end.height < start.top:
        return _upright(middle, start.top, end.left + end.width / 2, end.top + end.height)
    if right > left:
        floor, target = max(below, end.top + end.height) + 15, end.left + end.width / 2
        return [(middle, below), (middle, floor), (target, floor), (target, end.top + end.height)]
    if here == there:
        return [(right, here), (left, there)]
    bend = (right + left) / 2
    return [(right, here), (bend, here), (bend, there), (left, there)]


def _upright(across: float, down: float, to_across: float, to_down: float) -> list[Point]:
    if across == to_across:
        return [(across, down), (across, to_down)]
    bend = (down + to_down) / 2
    return [(across, down), (across, bend), (to_across, bend), (to_across, to_down)]


def _pool(sketch: Sketch, drawn: DrawnPicture, picture: DrawnPicture) -> DrawnBox:
    lanes = around([picture.boxes[lane.id] for lane in sketch.lanes])
    pool = drawn.boxes.get(sketch.pool)
    as_drawn = pool is not None and all(_holds(pool, picture.boxes[lane.id]) for lane in sketch.lanes)
    if pool is not None and as_drawn:
        return pool
    if picture.upright:
        return DrawnBox(lanes.left, lanes.top - _TITLE, lanes.width, lanes.height + _TITLE)
    return DrawnBox(lanes.left - _TITLE, lanes.top, lanes.width + _TITLE, lanes.height)


def _holds(pool: DrawnBox, lane: DrawnBox) -> bool:
    across = pool.left <= lane.left and lane.left + lane.width <= pool.left + pool.width
    return across and pool.top <= lane.top and lane.top + lane.height <= pool.top + pool.height


def _notes(sketch: Sketch, picture: DrawnPicture, drawn: DrawnPicture) -> None:
    pool = picture.boxes[sketch.id]
    for number, note in enumerate(sketch.notes):
        below = DrawnBox(pool.left + (_NOTE[0] + 20) * number, pool.top + pool.height + 20, *_NOTE)
        picture.boxes[note.id] = drawn.boxes.get(note.source, below)
