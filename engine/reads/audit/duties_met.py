"""Each duty of the guidance in one case: where it was fulfilled, by whom and when, or how far it has come."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from engine.facts.duties import NOW, Place, fulfilled
from engine.facts.models import KEPT
from engine.process.bundle import START, Model
from engine.process.duty_table import Duty
from engine.reads.audit.trail import Trail
from engine.reads.case.answered import form_title
from engine.reads.case.case_facts import ProcessRun
from engine.record.chain import RecordedEntry

State = Literal["done", "partly", "left_out", "withdrawn", "open", "not_yet", "not_called_for", "not_applicable"]
# A step that came up says more of a duty than one that did not.
CAME_UP: tuple[State, ...] = ("withdrawn", "open", "done")
OTHERWISE: tuple[State, ...] = ("left_out", "not_yet", "not_called_for", "not_applicable")
FIRST: tuple[State, ...] = ("left_out", "withdrawn", "partly", "open", "not_yet", "done", "not_called_for")


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A task, or the form that began a process, and the entry `number` that says what became of it; 0 for none."""

    state: State
    process: str
    title: str
    number: int = 0
    by: str = ""
    role: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DutyMet:
    """`partly`: some of its steps were done, others are open or were withdrawn. `late`: its clock was not met in time.

    `places` are the steps that say so, those not done first.
    """

    duty: Duty
    state: State
    places: tuple[Fulfilment, ...]
    late: bool


def duties_met(trail: Trail, duties: Sequence[Duty], late_clocks: frozenset[str]) -> tuple[DutyMet, ...]:
    """Of the duties that this edition of the product delivers. What was passed late comes first, then what is open."""
    by_run = _by_run(trail)
    found = [
        _duty(trail, duty, by_run, late=bool(duty.clock) and duty.clock in late_clocks)
        for duty in duties
        if duty.delivered == NOW
    ]
    rank = {state: place for place, state in enumerate(FIRST)}
    return tuple(sorted(found, key=lambda one: (not one.late, rank.get(one.state, len(FIRST)))))


def _by_run(trail: Trail) -> Mapping[str, Mapping[str, tuple[RecordedEntry, ...]]]:
    """Entries by process of the case and element; those that began the process under `start`."""
    found: dict[str, dict[str, tuple[RecordedEntry, ...]]] = {run: {} for run in trail.runs}
    for line in trail.lines:
        element = START if line.kind == "started" else line.element
        if line.instance in found and element and line.kind in ("started", "opened", "completed", "withdrawn"):
            of_run = found[line.instance]
            of_run[element] = (*of_run.get(element, ()), line)
    return found


def _duty(
    trail: Trail, duty: Duty, by_run: Mapping[str, Mapping[str, tuple[RecordedEntry, ...]]], *, late: bool
) -> DutyMet:
    places = [
        _place(trail, run, element, fields, by_run[run.id].get(element, ()))
        for run in trail.runs.values()
        for element, fields in _places_of(run.model, run.process, duty.id).items()
    ]
    state, says = _state({one.state for one in places})
    told = sorted((one for one in places if one.state in says), key=lambda one: says.index(one.state))
    return DutyMet(duty, state, tuple(told), late)


def _state(states: set[State]) -> tuple[State, tuple[State, ...]]:
    """Of the duty, from those of its places, and which of these say so."""
    came_up: list[State] = [state for state in CAME_UP if state in states]
    if len(came_up) > 1:
        return "partly", tuple(came_up)
    not_come_up: list[State] = [state for state in OTHERWISE if state in states]
    state = (came_up or not_come_up or [OTHERWISE[-1]])[0]
    return state, (state,)


def _places_of(model: Model, process: str, duty: str) -> Mapping[str, tuple[str, ...]]:
    """By task the questions that name the duty; an empty name stands for the task as a whole."""
    found: dict[str, tuple[str, ...]] = {}
    for place in _places(model).get(duty, ()):
        if place.process == process:
            found[place.element] = (*found.get(place.element, ()), place.field)
    return found


def _places(model: Model) -> Mapping[str, tuple[Place, ...]]:
    """A model never changes: worked out once for each that is in use."""
    found = _worked_out.get(model.hash)
    if found is None:
        while len(_worked_out) >= KEPT:
            _worked_out.pop(next(iter(_worked_out)), None)
        found = _worked_out[model.hash] = fulfilled(model)
    return found


_worked_out: dict[str, Mapping[str, tuple[Place, ...]]] = {}


def _place(
    trail: Trail, run: ProcessRun, element: str, fields: tuple[str, ...], entries: Sequence[RecordedEntry]
) -> Fulfilment:
    title = form_title(run.model, run.process, element)
    done = [line for line in entries if line.kind in ("completed", "started")]
    answered = [line for line in done if _is_answered(line, fields)]
    if answered or done:
        last = (answered or done)[-1]
        by, role = trail.people.name(last.actor), trail.people.role(last.actor, last.at)
        state: State = "done" if answered else "left_out"
        return Fulfilment(state, run.name, title, last.number, by, role, last.at)
    return Fulfilment(_unfulfilled(run, entries), run.name, title, entries[-1].number if entries else 0)


def _unfulfilled(run: ProcessRun, entries: Sequence[RecordedEntry]) -> State:
    if entries:
        return "withdrawn" if entries[-1].kind == "withdrawn" else "open"
    return "not_yet" if run.status in ("running", "stuck") else "not_called_for"


def _is_answered(line: RecordedEntry, fields: tuple[str, ...]) -> bool:
    answers = (line.payload or {}).get("answers", {})
    return any(not field or _holds(answers, field.split(".")) for field in fields)


def _holds(answers: Any, names: Sequence[str]) -> bool:
    """Whether there is an answer at `list.field`, in one item at least."""
    first, *rest = names
    found: Any = cast("dict[str, Any]", answers).get(first) if isinstance(answers, dict) else None
    if not rest:
        return found not in (None, "", [])
    return any(_holds(item, rest) for item in _items(found))


def _items(found: Any) -> Iterator[Any]:
    yield from found if isinstance(found, list) else ()
