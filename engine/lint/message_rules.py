"""Messages: every one that is thrown is taken by somebody, and starts what messages.csv says."""

from collections.abc import Iterator

from engine.expressions.evaluation import BadExpression
from engine.lint.comparisons import texts_given
from engine.lint.condition_rules import START, wrong_value
from engine.lint.kind_rules import kind_of_field, kinds_in
from engine.lint.lint_problems import LintProblem
from engine.lint.listening import EventFault, event_faults
from engine.lint.material import Material, fault, missing, nearest, of_kind
from engine.lint.table_files import MESSAGES, MessageRow
from engine.lint.value_kinds import kind_faults
from engine.process.drawing import CATCHES, PAYLOAD, THROWS, Drawing, Element
from engine.process.plain_ids import SNAKE_CASE
from engine.timescales.rules import Event


def check_table(material: Material) -> Iterator[LintProblem]:
    rows = material.tables.messages
    for number, row in enumerate(rows):
        messages = [*_names(row, rows[:number]), *_ways(row)]
        found: list[EventFault] = [EventFault("message-table", message) for message in messages]
        for event in row.until:
            found += _until(row, event, material)
        yield from (LintProblem(MESSAGES, row.name, row.line, one.message, one.rule, cause=one.cause) for one in found)


def _names(row: MessageRow, above: tuple[MessageRow, ...]) -> Iterator[str]:
    if not all(SNAKE_CASE.fullmatch(name) for name in (row.name, *row.payload)):
        yield "Messages and the fields that they carry are named in small letters with underscores."
    if row.name in {other.name for other in above}:
        yield "Another row has this message: keep one."
    if row.starts and row.starts in {other.starts for other in above}:
        yield f"Another message already starts {row.starts}: a process has one start."


def _ways(row: MessageRow) -> Iterator[str]:
    if row.starts and not row.if_one_runs:
        yield f"Say in if_one_runs what happens when {row.starts} already runs: start or join."
    if row.if_one_runs not in ("", "start", "join"):
        yield "if_one_runs is start (another one starts) or join (the one that runs is meant)."
    if row.until and row.if_one_runs != "join":
        yield "until says how long the running one is joined, so it goes with join in if_one_runs."
    if row.in_plan not in ("", "refuse", "drop"):
        yield "in_plan is refuse, drop or empty: what happens while a child protection plan is in force."
    if row.in_plan and not row.starts:
        yield "in_plan goes with a message that starts a process: this one starts none."


def _until(row: MessageRow, event: Event, material: Material) -> Iterator[EventFault]:
    """What is completed in a process that does not exist yet is nobody's fault: it cannot run and be joined."""
    if event.happening != "completed" or event.process != row.starts:
        message = f"until names what is completed in {row.starts or 'the process that it starts'}, nothing else."
        yield EventFault("message-table", message)
    elif row.starts in material.drawings:
        yield from event_faults(event, material, "message-table")


def _payload(drawing: Drawing, event: Element, material: Material) -> Iterator[LintProblem]:
    """The fields that the throw states are those of the row, each once."""
    row = material.tables.message(event.message or "")
    stated = frozenset(name.removeprefix(PAYLOAD) for name in event.properties if name.startswith(PAYLOAD))
    wanted = frozenset(row.payload) if row else frozenset[str]()
    for name in sorted(wanted ^ stated):
        what = "is not carried by" if name in stated else "has to be stated for"
        message = f"`{PAYLOAD}{name}` {what} {event.message or 'this event'}: see the payload column of messages.csv."
        yield fault("message-payload", drawing, event, message)
    form = material.forms.get((row.starts, START)) if row else None
    fields = form.fields if form else {}
    for name in sorted(wanted & stated & set(fields)):
        for text in _texts(event.properties[PAYLOAD + name]):
            if message := wrong_value(f"{START}.{name}", text, fields[name]):
                yield fault("unknown-value", drawing, event, message)
        kind = kind_of_field(fields[name])
        for message in kind_faults(event.properties[PAYLOAD + name], kinds_in(drawing, material), kind):
            yield fault("wrong-kind", drawing, event, message)


def _texts(source: str) -> frozenset[str]:
    """What is not in the language is reported where expressions are."""
    try:
        return texts_given(source)
    except BadExpression:
        return frozenset()


def check(drawing: Drawing, material: Material) -> Iterator[LintProblem]:
    names = frozenset(row.name for row in material.tables.messages)
    for event in drawing.elements.values():
        if event.message and event.message not in names:
            message = f"{event.message} is no message of messages.csv.{nearest(event.message, names)}"
            yield fault("unknown-message", drawing, event, message, missing("message", event.message))
    for event in of_kind(drawing, *THROWS):
        yield from _untaken(drawing, event, material)
        yield from _payload(drawing, event, material)
    for event in of_kind(drawing, "startEvent"):
        yield from _start(drawing, event, material)


def _untaken(drawing: Drawing, event: Element, material: Material) -> Iterator[LintProblem]:
    row = material.tables.message(event.message or "")
    if row is None or not row.starts or row.starts in material.drawings:
        return
    waiting = (each for other in material.drawings.values() for each in of_kind(other, *CATCHES))
    if not any(each.message == row.name for each in waiting):
        hint = nearest(row.starts, frozenset(material.drawings))
        message = f"Nobody takes {row.name}: there is no process {row.starts}, and no drawing waits for it.{hint}"
        yield fault("message-nobody-takes", drawing, event, message, missing("process", row.starts))


def _start(drawing: Drawing, event: Element, material: Material) -> Iterator[LintProblem]:
    row = material.tables.started_by(drawing.process)
    wanted = row.name if row else None
    if event.message != wanted:
        means = f"make it a message start event for {wanted}" if wanted else "make it a plain start event"
        unknown = event.message if material.tables.message(event.message or "") is None else None
        cause = missing("message", unknown) if unknown else ""
        yield fault("start-message", drawing, event, f"By messages.csv: {means}.", cause)
