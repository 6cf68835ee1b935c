"""The entries of a case's chain in plain words: one step each, numbered as in the record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.facts.typed_texts import typed_texts
from engine.reads.audit.clock_runs import ClockRun
from engine.reads.audit.known import KnownForm
from engine.reads.audit.trail import Trail
from engine.reads.case.answered import Said
from engine.reads.case.entry_titles import words
from engine.reads.case.passed_shapes import is_choice
from engine.record.chain import RecordedEntry
from engine.record.entry_kind import About
from engine.record.entry_words import SET_ASIDE
from engine.record.kinds import KINDS

WHY = {SET_ASIDE: "The process that it belongs to was set aside, as it cannot go on."}
"""What is said of a reason that the record keeps as one word."""


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """One entry, of the chain of `case`. `process` and `run` are empty for what belongs to no process, `said` its
    decisions and reasons.

    `act`: what one command did has the same number. `late`: time had run out. `known`: the kind of entry is one that
    this page has words for; another one is shown by its own name, so that nothing is left out. `because` is the step
    whose answers decided which way a drawing went on.
    """

    number: int
    case: str
    act: int
    at: datetime
    by: str
    role: str
    account: str
    about: About
    known: bool
    what: str
    run: str
    process: str
    element: str
    decides: bool
    late: bool
    withdrawn: bool
    due_at: datetime | None
    by_the_day: bool
    said: tuple[Said, ...]
    because: int | None

    @property
    def words(self) -> str:
        """What a search looks into."""
        parts = (self.what, self.process, self.by, self.role, *(f"{one.question} {one.words}" for one in self.said))
        return " ".join(parts).casefold()


@dataclass(frozen=True, slots=True)
class StepSources:
    """What stands behind the entries, by their numbers: forms, clocks, which were late, and which answers decided."""

    forms: Mapping[int, KnownForm]
    clocks: Mapping[int, ClockRun]
    late: frozenset[int]
    decided_by: Mapping[int, int]


def steps(trail: Trail, forms: Iterable[KnownForm], clocks: Iterable[ClockRun]) -> tuple[ReplayStep, ...]:
    """One for each entry, in order."""
    clocks = tuple(clocks)
    ticking = {number: clock for clock in clocks for number in clock.entries}
    told = StepSources({form.number: form for form in forms}, ticking, _late(trail, clocks), _decided_by(trail))
    return tuple(_step(trail, line, told) for line in trail.lines)


def _late(trail: Trail, clocks: Iterable[ClockRun]) -> frozenset[int]:
    """Entries that say that time had run out, and those of the tasks that were done too late for it."""
    passed_late = {clock.passed for clock in clocks if clock.passed and not clock.late_before}
    met_late = {clock.ended for clock in clocks if clock.late and clock.ended}
    acts = {line.act for line in trail.lines if line.number in met_late}
    done_late = {line.number for line in trail.lines if line.act in acts and line.kind == "completed"}
    return frozenset(passed_late | met_late | done_late)


def _decided_by(trail: Trail) -> Mapping[int, int]:
    """By the entry of a way that was chosen, that of the answers in the same act which the drawing asked."""
    found: dict[int, int] = {}
    answers: dict[int, int] = {}
    for line in trail.lines:
        if (line.payload or {}).get("answers"):
            answers[line.act] = line.number
        elif line.act in answers and _is_choice(trail, line):
            found[line.number] = answers[line.act]
    return found


def _is_choice(trail: Trail, line: RecordedEntry) -> bool:
    run = trail.run(line)
    return line.kind == "passed" and bool(line.element) and run is not None and is_choice(run, line.element or "")


def _step(trail: Trail, line: RecordedEntry, told: StepSources) -> ReplayStep:
    clock, form = told.clocks.get(line.number), told.forms.get(line.number)
    run = trail.run(line) or trail.runs.get(clock.belongs_to if clock else "")
    kind = KINDS.get(line.kind)
    said = (*reasons(line), *(one for one in (form.rows if form else ()) if one.about))
    return ReplayStep(
        number=line.number,
        case=line.case or trail.case,
        act=line.act,
        at=line.at,
        by=trail.by(line),
        role=trail.people.role(line.actor, line.at),
        account=line.actor,
        about=kind.about if kind else "other",
        known=kind is not None,
        what=words(line, trail.run(line), trail.newest),
        run=run.id if run else "",
        process=run.name if run else "",
        element=line.element or "",
        decides=_decides(trail, line, said),
        late=line.number in told.late,
        withdrawn=line.kind == "withdrawn",
        due_at=clock.due_then(line.number) if clock else None,
        by_the_day=clock.by_the_day if clock else True,
        said=said,
        because=told.decided_by.get(line.number),
    )


def _decides(trail: Trail, line: RecordedEntry, said: tuple[Said, ...]) -> bool:
    """A person's decision, or a way that the drawing chose because of one."""
    decided = any(one.about == "decision" for one in said)
    return _is_choice(trail, line) or (decided and line.kind in ("completed", "started"))


def reasons(line: RecordedEntry) -> tuple[Said, ...]:
    """What an entry says of its reasons beside the answers of a form."""
    payload = line.payload or {}
    why, late_reason = payload.get("why"), payload.get("late_reason")
    found: list[Said] = []
    if isinstance(why, str) and line.kind != "part":
        found.append(Said("Why", WHY.get(why, why[:1].upper() + why[1:]), about="reason"))
    if isinstance(late_reason, str):
        found.append(Said("Why it was late", late_reason, about="reason"))
    if dropped := ", ".join(typed_texts(payload.get("dropped"))):
        found.append(Said("What had been typed, and is asked no more", dropped))
    if line.erased:
        found.append(Said("What it said", "Erased: the time for which it may be kept is over"))
    return tuple(found)
