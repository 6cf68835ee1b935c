"""What one entry of the record says, in plain words."""

from collections.abc import Callable

from engine.reads.audit.clock_runs import ClockRun
from engine.reads.audit.trail import Trail
from engine.reads.audit.way import passed
from engine.reads.case.answered import Said
from engine.reads.case.timeline import SENT
from engine.record.chain import RecordedEntry

CLOCK = {
    "started": "Clock started",
    "passed": "Time ran out",
    "met": "Clock met in time",
    "stopped": "Clock stopped",
    "resumed": "Clock runs again",
    "recounted": "Clock counted anew",
}
MESSAGE = {
    "started": "This called for {}, which began",
    "joined": "This called for {}, which was under way already",
    "reached": "{} was told",
}
NEWS = {"nobody waited for it": "nothing waited for it"}
WHY = {
    "ended": "The process that it belongs to came to its end.",
    "withdrawn": "The process that it belongs to was withdrawn.",
    "stopped": "It was no longer called for.",
}


def what(trail: Trail, line: RecordedEntry, clock: ClockRun | None) -> str:
    """`clock` is the one that the entry tells of. A kind without words of its own is shown plainly."""
    return _clock(line, clock) if clock else _SAY.get(line.kind, _plain)(trail, line)


def reasons(line: RecordedEntry) -> tuple[Said, ...]:
    """What an entry says of its reasons beside the answers of a form."""
    payload = line.payload or {}
    why, late_reason = payload.get("why"), payload.get("late_reason")
    found: list[Said] = []
    if isinstance(why, str) and line.kind != "part":
        found.append(Said("Why", WHY.get(why, why[:1].upper() + why[1:]), about="reason"))
    if isinstance(late_reason, str):
        found.append(Said("Why it was late", late_reason, about="reason"))
    if line.erased:
        found.append(Said("What it said", "Erased: the time for which it may be kept is over"))
    return tuple(found)


def _clock(line: RecordedEntry, clock: ClockRun) -> str:
    said = (line.payload or {}).get("what", "")
    if said == "met" and clock.late:
        return f"Clock met too late: {clock.title}"
    return f"{CLOCK[said]}: {clock.title}"


def _opened_case(_trail: Trail, line: RecordedEntry) -> str:
    after = (line.payload or {}).get("after")
    return "The case was opened, after an earlier one that is closed" if after else "The case was opened"


def _part(trail: Trail, line: RecordedEntry) -> str:
    said = line.payload or {}
    agency = trail.newest.agencies.get(said.get("agency", ""))
    name = agency.name if agency else said.get("agency") or "An agency"
    return f"{name} became part of the case" + (f": {said['why']}" if said.get("why") else "")


def _started(trail: Trail, line: RecordedEntry) -> str:
    run = trail.run(line)
    return f"{run.name} began" if run else "A process began"


def _ended(trail: Trail, line: RecordedEntry) -> str:
    run = trail.run(line)
    if run is None:
        return "A process ended"
    outcome = run.model.drawings[run.process].elements.get(line.element or "")
    return f"{run.name} ended: “{outcome.name}”" if outcome and outcome.name else f"{run.name} ended"


def _task(verb: str) -> Callable[[Trail, RecordedEntry], str]:
    def say(trail: Trail, line: RecordedEntry) -> str:
        said = line.payload or {}
        agency = trail.newest.agencies.get(said.get("agency") or trail.newest.leading_agency)
        whose = f" for {agency.name}" if agency and not agency.leads else ""
        alone = " by itself, as nobody was needed" if said.get("automatic") else ""
        return f"“{_title(trail, line)}” {verb}{whose}{alone}"

    return say


def _withdrawn(trail: Trail, line: RecordedEntry) -> str:
    if line.element:
        return f"“{_title(trail, line)}” was withdrawn: it was no longer needed"
    run = trail.run(line)
    return f"{run.name} was withdrawn" if run else "A process was withdrawn"


def _stuck(trail: Trail, line: RecordedEntry) -> str:
    run, what = trail.run(line), (line.payload or {}).get("what", "")
    return f"{run.name if run else 'A process'} was set aside, as it could not go on: {what}"


def _passed(trail: Trail, line: RecordedEntry) -> str:
    run = trail.run(line)
    return passed(run, line.element, line.flows) if run and line.element else "Went on"


def _message(trail: Trail, line: RecordedEntry) -> str:
    """“started assessment”: what came of a message, with the names that people read."""
    what, _, process = (line.payload or {}).get("what", "").partition(" ")
    drawing = trail.newest.drawings.get(process)
    if drawing is None or what not in MESSAGE:
        return f"News for the rest of the case: {NEWS.get(f'{what} {process}', f'{what} {process}')}"
    return MESSAGE[what].format(drawing.name)


def _sent(_trail: Trail, line: RecordedEntry) -> str:
    return SENT.get((line.payload or {}).get("kind", ""), "Something was sent")


def _closed(_trail: Trail, _line: RecordedEntry) -> str:
    return "The case was closed"


def _plain(trail: Trail, line: RecordedEntry) -> str:
    """A kind of entry that came after this page was written, by its own name and what it says of itself."""
    said = (line.payload or {}).get("what")
    about = f" “{_title(trail, line)}”" if line.element else ""
    named = line.kind.replace("_", " ").capitalize()
    return f"{named}{about}: {said}" if isinstance(said, str) else f"{named}{about}"


def _title(trail: Trail, line: RecordedEntry) -> str:
    run = trail.run(line)
    shape = run.model.drawings[run.process].elements.get(line.element or "") if run else None
    return shape.name if shape and shape.name else line.element or "A task"


_SAY: dict[str, Callable[[Trail, RecordedEntry], str]] = {
    "opened_case": _opened_case,
    "part": _part,
    "started": _started,
    "ended": _ended,
    "opened": _task("came up"),
    "completed": _task("was completed"),
    "withdrawn": _withdrawn,
    "stuck": _stuck,
    "claimed": _task("was taken"),
    "released": _task("was given back"),
    "passed": _passed,
    "message": _message,
    "sent": _sent,
    "closed": _closed,
}
