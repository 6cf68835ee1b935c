"""Each duty of the guidance in one case: what was asked about it, what was answered, and what that comes to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.facts.duties import judgements
from engine.forms import decisions
from engine.forms.duty_judgement import BESIDE, STATES, Judgement, State, reasons_for
from engine.process.bundle import START, Model
from engine.process.duty_table import NOW, Duty
from engine.reads.audit.steps_by_run import ByRun, Steps, steps_by_run, under_way
from engine.reads.case.answered import form_title
from engine.reads.case.case_facts import ProcessRun
from engine.record.chain import RecordedEntry
from engine.record.entry_words import DEPARTED, SET_ASIDE

NEVER: State = "did not arise"
NOT_DONE: State = "not done"
OPEN: State = "open"
ANSWERED = ("started", "completed")
WAITS = "The process was set aside, as it cannot go on, and the step waits for that."
LEFT = "The process was set aside, as it could not go on, and then the case was closed."


@dataclass(frozen=True, slots=True)
class Asked:
    """One step that was to answer for a duty. `line` is the entry that says what became of it, `answers` those to the
    questions that the judgement reads, `reasons` what was written why it is not simply done. `next_time`: the run
    before called for this one.

    `aside`: it does not count, because another time of the same step answers for the duty.
    """

    state: State
    run: ProcessRun
    title: str
    judgement: Judgement
    line: RecordedEntry
    answers: Mapping[str, Any]
    reasons: tuple[str, ...]
    next_time: bool = False
    aside: bool = False

    def is_like(self, other: "Asked") -> bool:
        """Whether the other is the same step at another time, and arose."""
        place, its_place = self.judgement, other.judgement
        return (place.process, place.element) == (its_place.process, its_place.element) and other.state != NEVER


@dataclass(frozen=True, slots=True)
class DutyMet:
    """`asked` are the steps that arose, those not done first. `late`: its clock was not met in time."""

    duty: Duty
    state: State
    asked: tuple[Asked, ...]
    late: bool


def duties_met(
    lines: Sequence[RecordedEntry],
    runs: Mapping[str, ProcessRun],
    duties: Sequence[Duty],
    late_clocks: frozenset[str] = frozenset(),
) -> tuple[DutyMet, ...]:
    """Of the duties that this edition of the product delivers. What was passed late comes first, then what is not done.

    `lines` are the entries of the chain of the case, `runs` its processes by id, oldest first.
    """
    by_run, going_on = steps_by_run(lines, runs), under_way(lines, runs)
    found = [
        _duty(duty, runs, by_run, going_on, late=bool(duty.clock) and duty.clock in late_clocks)
        for duty in duties
        if duty.delivered == NOW
    ]
    return tuple(sorted(found, key=lambda one: (not one.late, STATES.index(one.state))))


def _duty(
    duty: Duty, runs: Mapping[str, ProcessRun], by_run: ByRun, under_way: frozenset[str], *, late: bool
) -> DutyMet:
    asked = [
        one
        for run in runs.values()
        for its_model in run.models
        for judgement in judgements(its_model).get(duty.id, ())
        if judgement.process == run.process and _is_told_by(its_model, run, by_run[run.id].get(judgement.element, ()))
        for one in _asked(
            duty.id,
            judgement,
            run,
            its_model,
            by_run[run.id],
            goes_on=run.id in under_way,
            next_time=_calls_itself(run, runs, by_run),
        )
    ]
    settled: list[Asked] = []
    for number, one in reversed(tuple(enumerate(asked))):  # what was not yet done waits for a next time that arose
        goes_on = one.run.id in under_way
        anew = any(one.is_like(other) and _leads_anew(one, other.run, runs, by_run) for other in settled)
        settled.insert(0, _settled(one, asked[:number], settled, by_run[one.run.id], goes_on=goes_on, anew=anew))
    arose = [one for one in settled if one.state != NEVER]
    counting = {one.state for one in arose if not one.aside}
    first: list[State] = [each for each in STATES if each in counting]
    return DutyMet(
        duty, first[0] if first else NEVER, tuple(sorted(arose, key=lambda one: STATES.index(one.state))), late
    )


def _is_told_by(its_model: Model, run: ProcessRun, lines: tuple[RecordedEntry, ...]) -> bool:
    """Whether a step is judged by these models: those of the day on which it was done last, or of now if it is open."""
    if not run.earlier or not lines:
        return True
    newest = lines[-1]
    return its_model.hash == (run if newest.kind == "opened" else run.then(newest.number)).model.hash


def _calls_itself(run: ProcessRun, runs: Mapping[str, ProcessRun], by_run: ByRun) -> bool:
    """Whether an earlier run of the same process led to this one."""
    before = _led_by(run, runs, by_run)
    return before is not None and before.process == run.process


def _leads_anew(one: Asked, run: ProcessRun, runs: Mapping[str, ProcessRun], by_run: ByRun) -> bool:
    """Whether this step was withdrawn as its own process called for what led to that run, in which it came up again: a
    plan that was to end is reviewed first, and the end that follows asks for the same.
    """
    between = _led_by(run, runs, by_run)
    before = _led_by(between, runs, by_run) if between else None
    if between is None or before is None or before.id != one.run.id or one.line.kind != "withdrawn":
        return False
    return by_run[between.id][START][0].act == one.line.act


def _led_by(run: ProcessRun, runs: Mapping[str, ProcessRun], by_run: ByRun) -> ProcessRun | None:
    began = by_run[run.id].get(START, ())[:1]
    return next((runs.get((line.payload or {}).get("by") or "") for line in began), None)


def _settled(
    one: Asked, earlier: Sequence[Asked], later: Sequence[Asked], steps: Steps, *, goes_on: bool, anew: bool
) -> Asked:
    """What was answered with “not yet” is for the next time to finish; where none comes, it was not done.

    A process that runs again because its last run called for it (the next visit, the next meeting) undoes nothing
    before anybody has answered in it: it is open beside what was answered before, unless that was left open for it, and
    where it was withdrawn as a whole it was not called for. What was withdrawn, and came up `anew` because of that, is
    for the next time to answer.
    """
    if anew:
        return replace(one, aside=True)
    if one.line.kind in ANSWERED:
        left_open = one.state == OPEN and not goes_on
        if left_open and not any(map(one.is_like, later)):
            return replace(one, state=NOT_DONE)
        return replace(one, aside=left_open)
    if not one.next_time or any(line.kind == "completed" for lines in steps.values() for line in lines):
        return one
    if _is_open(one.line, goes_on=goes_on):
        before = [other.state for other in earlier if one.is_like(other)]
        return replace(one, aside=before[-1:] not in ([], [OPEN]))
    return replace(one, state=NEVER)


def _asked(
    duty: str,
    judgement: Judgement,
    run: ProcessRun,
    its_model: Model,
    steps: Steps,
    *,
    goes_on: bool,
    next_time: bool,
) -> Iterator[Asked]:
    """One for the step, however often it came up: the last time counts, unless another is yet to come where that one
    did not do it. Of a step for several agencies each agency's counts. `its_model` is that of the judgement.
    """
    lines = steps.get(judgement.element, ())
    if judgement.element == START:
        lines = tuple(line for line in lines if _answers(line))
    shape = its_model.drawings[run.process].elements.get(judgement.element)
    for_each = shape is not None and "for_each" in shape.properties
    for group in _groups(lines, each=for_each):
        line, state = _judged(judgement, run, its_model.agencies_to_ask, steps, group, goes_on=goes_on)
        answers, reasons = _answers(line), _reasons(duty, run, steps, group if for_each else ())
        yield Asked(
            state=state,
            run=replace(run, model=its_model),
            title=form_title(its_model, run.process, judgement.element),
            judgement=judgement,
            line=line,
            answers={name: answers[name] for name in answers if name in judgement.fields_read()},
            reasons=()
            if state == "done"
            else (*_departed(line), *_set_aside(run, line, state, goes_on=goes_on), *reasons),
            next_time=next_time,
        )


def _groups(lines: tuple[RecordedEntry, ...], *, each: bool) -> Iterator[tuple[RecordedEntry, ...]]:
    if not each:
        yield from (lines,) if lines else ()
        return
    for occurrence in dict.fromkeys(line.occurrence for line in lines):
        yield tuple(line for line in lines if line.occurrence == occurrence)


def _judged(
    judgement: Judgement,
    run: ProcessRun,
    agencies: frozenset[str],
    steps: Steps,
    lines: tuple[RecordedEntry, ...],
    *,
    goes_on: bool,
) -> tuple[RecordedEntry, State]:
    newest = lines[-1]
    states: list[tuple[RecordedEntry, State]] = [
        (line, judgement.state({**_answers(line), **_beside(run, steps, line)}, agencies))
        for line in lines
        if line.kind in ANSWERED
    ]
    arose = [one for one in states if one[1] != NEVER]
    if not arose:
        if judgement.never_arises(_beside(run, steps, newest), agencies):
            return newest, NEVER
        if _is_open(newest, goes_on=goes_on):
            return newest, OPEN
        return newest, NEVER if states else NOT_DONE
    line, state = arose[-1]
    if state in (NOT_DONE, OPEN) and _is_open(newest, goes_on=goes_on):
        return newest, OPEN
    return (line, NOT_DONE) if state == OPEN and newest.kind == "withdrawn" else (line, state)


def _is_open(line: RecordedEntry, *, goes_on: bool) -> bool:
    """Whether the step is still to be done. One that went with a process that was set aside comes up again when the
    process is taken up: nobody has decided against it.
    """
    return line.kind == "opened" or (goes_on and _went_aside(line))


def _went_aside(line: RecordedEntry) -> bool:
    return line.kind == "withdrawn" and (line.payload or {}).get("why") == SET_ASIDE


def _departed(line: RecordedEntry) -> Iterator[str]:
    """Why somebody proceeded without the step."""
    said = line.payload or {}
    if line.kind == "withdrawn" and said.get("why") == DEPARTED:
        yield said.get("reason", "")


def _set_aside(run: ProcessRun, line: RecordedEntry, state: State, *, goes_on: bool) -> Iterator[str]:
    if run.status == "stuck" and (_went_aside(line) or state == OPEN):
        yield WAITS if goes_on else LEFT


def _beside(run: ProcessRun, steps: Steps, until: RecordedEntry) -> dict[str, Any]:
    """What a judgement may read of the rest of its run, as it was known at that entry."""
    last = {
        element: _answers(line)
        for element, lines in steps.items()
        for line in lines
        if line.kind == "completed" and line.number <= until.number
    }
    begun = steps.get(START, ())[:1]
    began_on = run.then(begun[0].number) if begun else run
    form = began_on.model.form(run.process, START) or {}
    start: dict[str, Any] = decisions(form, {})
    for line in begun:
        start |= {**decisions(form, _answers(line)), **_answers(line), **(line.payload or {}).get("payload", {})}
    told = [line.payload["facts"] for line in (*begun, until) if line.payload and "facts" in line.payload]
    return dict(zip(BESIDE, (start, last, told[-1] if told else {}), strict=True))


def _reasons(duty: str, run: ProcessRun, steps: Steps, only: tuple[RecordedEntry, ...]) -> tuple[str, ...]:
    """What anybody wrote about it in this run, newest first; of a step for several agencies what this one wrote."""
    completed = sorted(
        (line for lines in ((only,) if only else steps.values()) for line in lines if line.kind == "completed"),
        key=lambda line: -line.number,
    )
    forms = ((_form_then(run, line), _answers(line)) for line in completed)
    return tuple(dict.fromkeys(reason for form, answers in forms for reason in reasons_for(form, duty, answers)))


def _form_then(run: ProcessRun, line: RecordedEntry) -> Mapping[str, Any]:
    return run.then(line.number).model.form(run.process, line.element or "") or {}


def _answers(line: RecordedEntry) -> Mapping[str, Any]:
    return (line.payload or {}).get("answers") or {}
