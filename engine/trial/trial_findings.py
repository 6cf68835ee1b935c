"""What a draft would have done otherwise in a recorded case, and how many cases say the same for the same cause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

Kind = Literal[
    "not_tried",
    "cannot_go_on",
    "answer_refused",
    "asked_more",
    "asked_less",
    "asked_later",
    "other_way",
    "other_role",
    "other_day",
    "clock_more",
    "clock_less",
    "started_more",
    "started_less",
]
"""`not_tried`: nothing can be said of the case. `cannot_go_on`: what was done cannot be done on the draft.
`started_...`: a process begins or does not. `asked_later`: not before something that the draft asks first, so nobody
answered it. The rest says of a task, a gateway or a clock what its name says.
"""


class Cause(NamedTuple):
    """`element` is a task or a gateway, or a clock, and then there is no process; it is empty where the process itself
    is meant. `was` and `is_now` are in words.
    """

    kind: Kind
    process: str
    element: str
    was: str = ""
    is_now: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """When a clock was due, and would have been; how much later or earlier it was met, if it was: `met_at`."""

    was: datetime
    is_now: datetime
    met_at: datetime | None = None

    @property
    def late_then(self) -> bool:
        return self.met_at is not None and self.met_at > self.was

    @property
    def late_now(self) -> bool:
        return self.met_at is not None and self.met_at > self.is_now


@dataclass(frozen=True, slots=True)
class ClockTried:
    """A clock that ran in the record, on the draft, or on both: when it was due there, and when it was met or stopped.

    `gone`: the draft would not have begun it; `more`: the record did not; `untold`: it lies behind what could be tried.
    """

    clock: str
    entry: int
    due_then: datetime | None
    over_then: datetime | None
    due_now: datetime | None
    over_now: datetime | None
    said: Literal["both", "gone", "more", "untold"]

    @property
    def runs(self) -> bool:
        """In the record, now: its day stays, whatever the draft says."""
        return self.said != "more" and self.over_then is None

    @property
    def late_then(self) -> bool:
        return self.due_then is not None and self.over_then is not None and self.over_then > self.due_then

    @property
    def late_now(self) -> bool:
        ended = None if self.runs else self.over_now
        return self.due_now is not None and ended is not None and ended > self.due_now

    def in_json(self) -> dict[str, object]:
        told: dict[str, object] = asdict(self)
        return told | {"runs": self.runs, "late_then": self.late_then, "late_now": self.late_now}


@dataclass(frozen=True, slots=True)
class TrialFinding:
    """`entry` is the number of the entry of the record at which it shows."""

    cause: Cause
    entry: int
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class CaseTried:
    """`acts` that were done on the draft, of `of` in the record: where a process parts from what was recorded, what
    people did in it after that answers nothing that the draft asks.
    """

    case: str
    reference: str
    is_open: bool
    acts: int
    of: int
    findings: tuple[TrialFinding, ...]
    clocks: tuple[ClockTried, ...] = ()

    @property
    def was_tried(self) -> bool:
        return all(one.cause.kind != "not_tried" for one in self.findings)


@dataclass(slots=True)
class Group:
    """Of one cause: the cases by reference, each with the entry at which it shows first, and the days of its clocks."""

    cause: Cause
    cases: dict[str, int] = field(default_factory=dict[str, int])
    days: list[Days] = field(default_factory=list[Days])


def grouped(tried: Iterable[CaseTried]) -> Sequence[Group]:
    """That which is in the most cases first."""
    found: dict[Cause, Group] = {}
    for one in tried:
        for finding in one.findings:
            group = found.setdefault(finding.cause, Group(finding.cause))
            group.cases.setdefault(one.reference, finding.entry)
            if finding.days:
                group.days.append(finding.days)
    return sorted(found.values(), key=lambda group: (-len(group.cases), group.cause))


def in_json(tried: Sequence[CaseTried], groups: Sequence[Group], words: Mapping[Cause, str]) -> dict[str, object]:
    return {
        "cases": len(tried),
        "tried": sum(one.was_tried for one in tried),
        "differing": sum(bool(one.findings) and one.was_tried for one in tried),
        "groups": [
            {**group.cause._asdict(), "words": words[group.cause], "cases": dict(sorted(group.cases.items()))}
            for group in groups
        ],
    }
