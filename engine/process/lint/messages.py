"""Messages: every one that is thrown is taken by somebody, and starts what messages.csv says."""

from collections.abc import Iterator

from engine.process.drawing import PAYLOAD, Drawing, Element
from engine.process.lint.findings import Finding
from engine.process.lint.material import Material, fault, nearest, of_kind
from engine.process.lint.shapes import SNAKE_CASE
from engine.process.lint.tables import MESSAGES, MessageRow

_THROWS = ("intermediateThrowEvent", "endEvent")
_WAITS = ("intermediateCatchEvent", "boundaryEvent")


def check_table(material: Material) -> Iterator[Finding]:
    rows = material.tables.messages
    for number, row in enumerate(rows):
        earlier = rows[:number]
        if not all(SNAKE_CASE.fullmatch(name) for name in (row.name, *row.payload)):
            message = "Messages and the fields that they carry are named in small letters with underscores."
            yield Finding(MESSAGES, row.name, row.line, message, "message-table")
        if row.name in {other.name for other in earlier}:
            yield Finding(MESSAGES, row.name, row.line, "Another row has this message: keep one.", "message-table")
        if row.starts and row.starts in {other.starts for other in earlier}:
            message = f"Another message already starts {row.starts}: a process has one start."
            yield Finding(MESSAGES, row.name, row.line, message, "message-table")
        yield from _ways(row)
        if row.starts and not row.if_one_runs:
            message = f"Say in if_one_runs what happens when {row.starts} already runs: start or join."
            yield Finding(MESSAGES, row.name, row.line, message, "message-table")


def _ways(row: MessageRow) -> Iterator[Finding]:
    if row.if_one_runs not in ("", "start", "join"):
        message = "if_one_runs is start (another one starts) or join (the one that runs is meant)."
        yield Finding(MESSAGES, row.name, row.line, message, "message-table")
    if row.in_plan not in ("", "refuse", "drop"):
        message = "in_plan is refuse, drop or empty: what happens while a child protection plan is in force."
        yield Finding(MESSAGES, row.name, row.line, message, "message-table")
    if any(event.happening != "completed" or event.process != row.starts for event in row.until):
        message = f"until names what is completed in {row.starts or 'the process that it starts'}, nothing else."
        yield Finding(MESSAGES, row.name, row.line, message, "message-table")


def _payload(drawing: Drawing, event: Element, material: Material) -> Iterator[Finding]:
    """The fields that the throw states are those of the row, each once."""
    row = material.tables.message(event.message or "")
    stated = frozenset(name.removeprefix(PAYLOAD) for name in event.properties if name.startswith(PAYLOAD))
    wanted = frozenset(row.payload) if row else frozenset[str]()
    for name in sorted(wanted ^ stated):
        what = "is not carried by" if name in stated else "has to be stated for"
        message = f"`{PAYLOAD}{name}` {what} {event.message or 'this event'}: see the payload column of messages.csv."
        yield fault("message-payload", drawing, event, message)


def check(drawing: Drawing, material: Material) -> Iterator[Finding]:
    names = frozenset(row.name for row in material.tables.messages)
    for event in drawing.elements.values():
        if event.message and event.message not in names:
            message = f"{event.message} is no message of messages.csv.{nearest(event.message, names)}"
            yield fault("unknown-message", drawing, event, message)
    for event in of_kind(drawing, *_THROWS):
        yield from _untaken(drawing, event, material)
        yield from _payload(drawing, event, material)
    for event in of_kind(drawing, "startEvent"):
        yield from _start(drawing, event, material)


def _untaken(drawing: Drawing, event: Element, material: Material) -> Iterator[Finding]:
    row = material.tables.message(event.message or "")
    if row is None or not row.starts or row.starts in material.drawings:
        return
    waiting = (each for other in material.drawings.values() for each in of_kind(other, *_WAITS))
    if not any(each.message == row.name for each in waiting):
        message = f"Nobody takes {row.name}: there is no process {row.starts} yet, and no drawing waits for it."
        yield fault("message-nobody-takes", drawing, event, message)


def _start(drawing: Drawing, event: Element, material: Material) -> Iterator[Finding]:
    row = material.tables.started_by(drawing.process)
    wanted = row.name if row else None
    if event.message != wanted:
        means = f"make it a message start event for {wanted}" if wanted else "make it a plain start event"
        yield fault("start-message", drawing, event, f"By messages.csv: {means}.")
