"""What a pack tells of a case. Everything that is shown in it is made from this, and a redacted one holds no more."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.forms.duty_judgement import State as DutyState
from engine.process.drawing import Drawing
from engine.process.duty_table import Duty
from engine.reads.case.answer_rows import Answer
from engine.tables import NamedRow

State = Literal["met in time", "met late", "overdue", "running", "stopped", "stopped late", "ran out elsewhere"]
LATE: tuple[State, ...] = ("met late", "stopped late", "overdue")


def state_of(row: NamedRow, now: datetime) -> State:
    """Of a clock. It ran out elsewhere where its time was over before its case was taken over from another system."""
    if row.came_with_case and row.due_at < row.started_at:
        return "ran out elsewhere"
    if row.met_at:
        return "met late" if row.met_at > row.due_at else "met in time"
    if row.stopped_at:
        return "stopped late" if row.stopped_at > row.due_at else "stopped"
    return "overdue" if row.due_at < now else "running"


@dataclass(frozen=True, slots=True)
class Who:
    """`name` is empty where it is withheld and the role says all."""

    name: str
    role: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.role) if part)


@dataclass(frozen=True, slots=True)
class NarratedProcess:
    """One run of a process. `number` counts those of the case, `drawn` is its drawing as it was.

    `earlier` is the same on the models that it went over from, each `until` the entry that says so.
    """

    id: str
    number: int
    name: str
    process: str
    bundle: str
    drawing: Drawing
    drawn: bytes
    status: str
    started_at: datetime
    ended_at: datetime | None
    until: int = sys.maxsize
    earlier: "tuple[NarratedProcess, ...]" = ()

    @property
    def on_each(self) -> "tuple[NarratedProcess, ...]":
        """On each of its models, in order."""
        return (*self.earlier, self)

    @property
    def picture(self) -> str:
        """The name of its picture."""
        before = "" if self.until == sys.maxsize else f"-until-{self.until}"
        return f"{self.number:03}-{self.process}{before}"

    def then(self, number: int) -> "NarratedProcess":
        """On the models of an entry."""
        return next(one for one in self.on_each if number < one.until)


@dataclass(frozen=True, slots=True)
class NarratedStep:
    """One entry of the case. `words` say what happened; `form` is where its answers were asked (process, task).

    `chooses`: the drawing decided here which path to take. `renamed`: from here on these tasks are called otherwise.

    `withheld` counts the answers that are left out, `stage` is the number of the stage, 0 for the case as a whole.
    `case` is the one in whose chain it was written, as it is called in this pack, and `written_as` its number there;
    `number` counts through all chains of the pack.
    """

    number: int
    case: str
    written_as: int
    act: int
    at: datetime
    by: Who
    kind: str
    stage: int
    element: str
    title: str
    occurrence: int | None
    flows: tuple[str, ...]
    words: str
    answers: tuple[Answer, ...]
    withheld: int
    form: tuple[str, str]
    chooses: bool
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class NarratedDeadline:
    """`days_over` is 0 unless it was met or stopped late or has run out. A date that is withheld is None."""

    clock: str
    number: int
    title: str
    kind: str
    limit: str
    stage: int
    counted_from: datetime | None
    due_at: datetime | None
    started_at: datetime
    met_at: datetime | None
    stopped_at: datetime | None
    state: State
    days_over: int
    late_reason: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class NarratedDuty:
    """One step that was to answer for a duty, or the duty alone where no step came up. `state` is of the duty, `here`
    of the step; `entry` is 0 for none. `reason` is in a redacted pack how long it is.
    """

    duty: Duty
    state: DutyState
    late: bool
    here: DutyState | None = None
    stage: int = 0
    title: str = ""
    entry: int = 0
    done_when: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NarratedLook:
    at: datetime
    by: Who
    kind: str
    page: str


@dataclass(frozen=True, slots=True, repr=False)
class Narrative:
    """`number` is the case's reference, in a redacted pack one of its own; `about` are facts of the case, by name.
    `joined` are the numbers of the cases that were joined to it, `is_joined` that it was joined itself and goes on
    elsewhere.
    """

    number: str
    joined: tuple[str, ...]
    is_joined: bool
    redacted: bool
    made_at: datetime
    edition: str
    about: Mapping[str, str]
    stages: tuple[NarratedProcess, ...]
    steps: tuple[NarratedStep, ...]
    clocks: tuple[NarratedDeadline, ...]
    duties: tuple[NarratedDuty, ...]
    looks: tuple[NarratedLook, ...]

    @property
    def late(self) -> tuple[NarratedDeadline, ...]:
        return tuple(one for one in self.clocks if one.state in LATE)

    def stage(self, number: int) -> NarratedProcess | None:
        return self.stages[number - 1] if number else None
