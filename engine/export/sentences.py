"""What happened, entry by entry, in words. Names and free text are said only where the pack is not redacted."""

from collections.abc import Callable, Mapping

from engine.export.stored import Stored
from engine.process.bundle import Model
from engine.process.drawing import Drawing
from engine.reads.case.case_facts import ProcessRun

CLOCK = {
    "started": "The clock “{}” started",
    "passed": "Time ran out: “{}”",
    "met": "The clock “{}” was met",
    "stopped": "The clock “{}” stopped",
    "resumed": "The clock “{}” runs on",
}
SENT = {
    "acknowledgement": "Word was sent that the referral has arrived",
    "alert": "An alert was sent",
    "notice": "A colleague was told",
}


def sentence(entry: Stored, run: ProcessRun | None, model: Model, *, redacted: bool) -> str:
    """One that is new, and for which there are no words here yet, is named by its kind."""
    say = _SAY.get(entry.said["kind"])
    words = say(entry, run, model) if say else ""
    why = "" if redacted else _why(entry)
    return (words or entry.said["kind"].replace("_", " ").capitalize()) + (f" ({why})" if why else "")


def way_taken(drawing: Drawing, flows: tuple[str, ...]) -> str:
    """The names of the sequence flows taken, or of where they lead."""
    taken = [flow for flow in drawing.flows if flow.id in flows]
    return ", ".join(flow.name or drawing.elements[flow.target].name for flow in taken).strip(", ")


def _why(entry: Stored) -> str:
    """What the engine itself gave as the reason."""
    return str(entry.carried.get("why") or (entry.carried.get("what") if entry.said["kind"] == "message" else "") or "")


def _title(entry: Stored, run: ProcessRun | None, model: Model) -> str:
    elements = model.drawings[run.process].elements if run else {}
    element = elements.get(entry.said["element"] or "")
    return f"“{element.name or element.id.replace('_', ' ')}”" if element else ""


def _always(words: str) -> Callable[[Stored, ProcessRun | None, Model], str]:
    return lambda _entry, _run, _model: words


def _of_run(ending: str) -> Callable[[Stored, ProcessRun | None, Model], str]:
    return lambda _entry, run, _model: f"{run.name} {ending}" if run else ""


def _of_task(ending: str) -> Callable[[Stored, ProcessRun | None, Model], str]:
    return lambda entry, run, model: f"{title} {ending}" if (title := _title(entry, run, model)) else ""


def _withdrawn(entry: Stored, run: ProcessRun | None, model: Model) -> str:
    what = _title(entry, run, model) or (run.name if run else "")
    return f"{what} was withdrawn: no longer needed"


def _passed(entry: Stored, run: ProcessRun | None, model: Model) -> str:
    title = _title(entry, run, model)
    if run is None or not title:
        return ""
    drawing = model.drawings[run.process]
    way = way_taken(drawing, tuple(entry.said["flows"]))
    chooses = drawing.elements[entry.said["element"]].kind == "exclusiveGateway"
    return f"{title}: {way}" if chooses and way else f"Passed {title}"


def _part(entry: Stored, _run: ProcessRun | None, model: Model) -> str:
    agency = str(entry.carried.get("agency", ""))
    return f"{model.agencies[agency].name} became part of the case" if agency in model.agencies else ""


def _deadline(entry: Stored, _run: ProcessRun | None, model: Model) -> str:
    rule = model.rules.get(str(entry.carried.get("clock", "")))
    words = CLOCK.get(str(entry.carried.get("what", "")), "The clock “{}” was changed")
    return words.format(rule.title) if rule else ""


def _message(entry: Stored, _run: ProcessRun | None, model: Model) -> str:
    message = model.messages.get(entry.said["element"] or "")
    asked = model.drawings.get(message.starts) if message else None
    name = asked.name if asked else (entry.said["element"] or "").replace("_", " ")
    return f"Message: {name}"


def _sent(entry: Stored, _run: ProcessRun | None, _model: Model) -> str:
    return SENT.get(str(entry.carried.get("kind", "")), "")


_SAY: Mapping[str, Callable[[Stored, ProcessRun | None, Model], str]] = {
    "opened_case": _always("The case was opened"),
    "closed": _always("The case was closed"),
    "part": _part,
    "started": _of_run("began"),
    "ended": _of_run("ended"),
    "opened": _of_task("came up"),
    "completed": _of_task("was completed"),
    "claimed": _of_task("was taken"),
    "released": _of_task("was handed back"),
    "withdrawn": _withdrawn,
    "stuck": _of_run("was set aside: it could not go on"),
    "passed": _passed,
    "deadline": _deadline,
    "message": _message,
    "sent": _sent,
}
