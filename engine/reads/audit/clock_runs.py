"""The clocks of a case as the record tells them: when each began, ran out and ended, entry by entry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.process.bundle import Model
from engine.reads.audit.trail import Trail
from engine.record.chain import RecordedEntry
from engine.timescales.rules import ELAPSED, Clock

Ending = Literal["met", "late", "stopped", "stopped_late", "went", "went_late", "running", "overdue", "late_before"]
"""`went`: on in another case, to which this one was joined, in time or when it had run out."""
MISSED: tuple[Ending, ...] = ("late", "stopped_late", "went_late", "overdue")


@dataclass(slots=True)
class ClockRun:
    """One clock from its start to its end. `began`, `passed` and `ended` are numbers of entries.

    `dues` are the days it was due by, each with the number of the entry that set it: a changed calendar moves a day.
    `came_late`: it is said to have run out before its case was taken over from another system. `went`: its case was
    joined to another one, in which it goes on.
    """

    clock: str
    run: str | None
    rule: Clock | None
    began: int
    began_at: datetime
    counted_from: datetime | None
    dues: list[tuple[int, datetime]]
    passed: int | None = None
    ended: int | None = None
    ended_at: datetime | None = None
    late_reason: str = ""
    came_late: bool = False
    met: bool = field(default=False)
    went: bool = field(default=False)

    @property
    def title(self) -> str:
        return self.rule.title if self.rule else self.clock.replace("_", " ").capitalize()

    @property
    def belongs_to(self) -> str:
        """The process that alone can meet it; empty for a clock of the whole case."""
        return self.run if self.run and self.rule and self.rule.scope == "instance" else ""

    @property
    def by_the_day(self) -> bool:
        return self.rule is None or self.rule.unit not in ELAPSED

    @property
    def due_at(self) -> datetime:
        return self.dues[-1][1]

    @property
    def late(self) -> bool:
        """Met, but after it had run out."""
        return self.met and self._ended_too_late and not self.late_before

    @property
    def late_before(self) -> bool:
        """It had run out in another system: nobody here was late. Recalculated since, it may lie after that."""
        return self.came_late and self.due_at < self.began_at

    @property
    def _ended_too_late(self) -> bool:
        return self.ended_at is not None and self.ended_at > self.due_at

    @property
    def entries(self) -> tuple[int, ...]:
        """The entries that tell of it."""
        ended = None if self.went else self.ended
        return (*(since for since, _ in self.dues), *(one for one in (self.passed, ended) if one))

    def due_then(self, number: int) -> datetime:
        """The day that it was due by at an entry."""
        return next((due for since, due in reversed(self.dues) if since <= number), self.dues[0][1])

    def runs_at(self, number: int) -> bool:
        """An entry that ends it still shows it."""
        return self.began <= number and (self.ended is None or number <= self.ended)

    def ending(self, now: datetime) -> Ending:
        if self.late_before:
            return "late_before"
        if self.met:
            return "late" if self.late else "met"
        if self.went:
            return "went_late" if self._ended_too_late else "went"
        if self.ended is not None:
            return "stopped_late" if self._ended_too_late else "stopped"
        return "overdue" if now > self.due_at else "running"


def clock_runs(trail: Trail) -> tuple[ClockRun, ...]:
    """In the order in which they began."""
    found: list[ClockRun] = []
    for line in trail.lines:
        said = line.payload or {}
        tell = _TELL.get(said.get("what", "")) if line.kind == "deadline" else None
        if tell:
            run = trail.run(line)
            tell(found, line, said, run.model if run else trail.newest)
        elif line.kind == "joined" and line.case == trail.case and not line.instance:
            _went(found, line)
        elif line.kind == "separated" and line.case == trail.case:
            _came_back(found)
    return tuple(found)


def _went(found: list[ClockRun], line: RecordedEntry) -> None:
    """They run on in another case, and are no longer this one's."""
    for one in found:
        if one.ended is None:
            one.ended, one.ended_at, one.went = line.number, line.at, True


def _came_back(found: list[ClockRun]) -> None:
    for one in found:
        if one.went:
            one.ended, one.ended_at, one.went = None, None, False


def _started(found: list[ClockRun], line: RecordedEntry, said: Any, model: Model) -> None:
    counted = said.get("counted_from")
    found.append(
        ClockRun(
            clock=said["clock"],
            run=line.instance,
            rule=model.rules.get(said["clock"]),
            began=line.number,
            began_at=line.at,
            counted_from=datetime.fromisoformat(counted) if counted else None,
            dues=[(line.number, _due(said))],
            came_late=said.get("late_before", False),
        )
    )


def _passed(found: list[ClockRun], line: RecordedEntry, said: Any, _model: Model) -> None:
    for one in _like(found, said, ended=False):
        if one.passed is None:
            one.passed = line.number
            return


def _met(found: list[ClockRun], line: RecordedEntry, said: Any, _model: Model) -> None:
    for one in _like(found, said, ended=False):
        one.ended, one.ended_at, one.met = line.number, datetime.fromisoformat(said["met_at"]), True
        one.late_reason = said.get("late_reason") or ""
        return


def _met_earlier(found: list[ClockRun], _line: RecordedEntry, said: Any, _model: Model) -> None:
    """What happened before it ran out was recorded after something later had met it late."""
    for one in _like(reversed(found), said, ended=True):
        if one.late:
            one.ended_at, one.late_reason = datetime.fromisoformat(said["met_at"]), ""
            return


def _stopped(found: list[ClockRun], line: RecordedEntry, said: Any, _model: Model) -> None:
    for one in _like(found, said, ended=False):
        one.ended, one.ended_at = line.number, datetime.fromisoformat(said["stopped_at"])
        return


def _resumed(found: list[ClockRun], line: RecordedEntry, said: Any, model: Model) -> None:
    """A decision against it was overruled; in a case that opened after a closed one, it begins with what was left."""
    if "counted_from" in said:
        _started(found, line, said, model)
        return
    for one in _like(reversed(found), said, ended=True):
        one.ended, one.ended_at = None, None
        return


def _recalculated(found: list[ClockRun], line: RecordedEntry, said: Any, _model: Model) -> None:
    for one in _like(found, {**said, "due_at": said["before"]}, ended=False):
        one.dues.append((line.number, _due(said)))
        one.passed = None if _due(said) >= line.at else one.passed
        return


def _due_corrected(found: list[ClockRun], line: RecordedEntry, said: Any, _model: Model) -> None:
    """Of the one that runs; else of the newest of those that are over."""
    before = {**said, "due_at": said["before"]}
    for one in (*_like(found, before, ended=False), *_like(reversed(found), before, ended=True)):
        one.dues.append((line.number, _due(said)))
        one.counted_from = datetime.fromisoformat(said["counted_from"])
        if one.ended is None:
            one.passed = None if _due(said) >= line.at else one.passed
        return


def _ended_corrected(found: list[ClockRun], _line: RecordedEntry, said: Any, _model: Model) -> None:
    """Met or stopped on another day."""
    before, now = (datetime.fromisoformat(said[name]) for name in ("was", _ENDED_AT[said["what"]]))
    for one in _like(reversed(found), said, ended=True):
        if one.ended_at == before:
            one.ended_at, one.late_reason = now, one.late_reason if now > one.due_at else ""
            return


_ENDED_AT = {"met_corrected": "met_at", "stop_corrected": "stopped_at"}


def _like(found: Any, said: Any, *, ended: bool) -> Iterator[ClockRun]:
    """Of this kind and due by the same moment; those of one kind that end alike are told apart by nothing else."""
    for one in found:
        if one.clock == said["clock"] and one.due_at == _due(said) and (one.ended is not None) == ended:
            yield one


def _due(said: Any) -> datetime:
    return datetime.fromisoformat(said["due_at"])


_TELL: dict[str, Callable[[list[ClockRun], RecordedEntry, Any, Model], None]] = {
    "started": _started,
    "passed": _passed,
    "met": _met,
    "met_earlier": _met_earlier,
    "stopped": _stopped,
    "resumed": _resumed,
    "recalculated": _recalculated,
    "due_corrected": _due_corrected,
    "met_corrected": _ended_corrected,
    "stop_corrected": _ended_corrected,
}
