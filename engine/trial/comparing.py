"""What the entries of a case say on each side, the record and the draft, and how the one differs from the other."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.process.bundle import Model
from engine.process.condition_words import listed, readable
from engine.process.drawing import Drawing
from engine.record.chain import NewEntry, RecordedEntry
from engine.rerun.outside import Outside
from engine.trial.trial_findings import Cause, Days, Kind, TrialFinding

DECIDES = "exclusiveGateway"
Place = tuple[str, str, int]
"""An instance, an element in it and its occurrence."""


@dataclass(slots=True)
class RunClock:
    """`over_at` is when it was met or stopped; `stood` is what stood outside the case as it began."""

    due_at: datetime
    entry: int
    instance: str
    counted_from: datetime
    met_at: datetime | None = None
    over_at: datetime | None = None
    stood: Outside | None = None


@dataclass(slots=True)
class ToldSoFar:
    """By what was done so far. `processes` and `bundles` are by instance; a number is that of the entry of the record
    with which it came. `decided` is what tables decided, in words. `clocks` are, of each kind, in the order in which
    they began.
    """

    processes: dict[str, str] = field(default_factory=dict[str, str])
    bundles: dict[str, str] = field(default_factory=dict[str, str])
    started: dict[str, list[int]] = field(default_factory=lambda: defaultdict[str, list[int]](list))
    opened: dict[Place, int] = field(default_factory=dict[Place, int])
    over: set[Place] = field(default_factory=set[Place])
    ways: dict[Place, tuple[tuple[str, ...], int]] = field(default_factory=dict[Place, tuple[tuple[str, ...], int]])
    decided: dict[Place, tuple[str, int]] = field(default_factory=dict[Place, tuple[str, int]])
    clocks: dict[str, list[RunClock]] = field(default_factory=lambda: defaultdict[str, list[RunClock]](list))

    def is_open(self) -> set[Place]:
        return {*self.opened} - self.over

    def take_over(self, other: "ToldSoFar", number: int) -> None:
        """What runs in a case that is joined to this one, with an entry of this one."""
        self.processes |= other.processes
        self.bundles |= other.bundles
        for clock, those in other.clocks.items():
            self.clocks[clock] += [replace(one, entry=number) for one in those if one.over_at is None]


def told_of(
    told: ToldSoFar, entries: Iterable[RecordedEntry | NewEntry], number: int, standing: Mapping[str, str]
) -> None:
    """Adds what these say. `standing` leads from an instance to the recorded one that it stands for."""
    for one in entries:
        instance = standing.get(one.instance or "", one.instance or "")
        said: Mapping[str, Any] = one.payload or {}
        if one.kind == "started":
            told.processes[instance], told.bundles[instance] = said["process"], one.bundle or ""
            told.started[said["process"]].append(number)
        elif one.kind == "deadline":
            _told_of_clock(told, said, instance, number)
        else:
            _told_of_element(told, one, (instance, one.element or "", one.occurrence or 0), number)


def _told_of_element(told: ToldSoFar, entry: RecordedEntry | NewEntry, place: Place, number: int) -> None:
    if entry.kind == "opened":
        told.opened[place] = number
        told.over.discard(place)
    elif entry.kind in ("completed", "withdrawn"):
        told.over.add(place)
    elif entry.kind == "passed":
        told.ways[place] = entry.flows, number
        if (decided := (entry.payload or {}).get("decided")) is not None:
            told.decided[place] = listed([readable(str(one)) for one in decided.values()]), number


def _told_of_clock(told: ToldSoFar, said: Mapping[str, Any], instance: str, number: int) -> None:
    what, these = said["what"], told.clocks[said["clock"]]
    if what == "started":
        due_at, counted_from = (datetime.fromisoformat(said[name]) for name in ("due_at", "counted_from"))
        these.append(RunClock(due_at, number, instance, counted_from))
    elif clock := _due(these, said.get("before", said["due_at"])):
        _goes_on(clock, what, said)


def _goes_on(clock: RunClock, what: str, said: Mapping[str, Any]) -> None:
    if what in ("recalculated", "due_corrected"):
        clock.due_at = datetime.fromisoformat(said["due_at"])
    elif what == "resumed":
        clock.over_at = None
    elif what in _OVER:
        clock.over_at = datetime.fromisoformat(said[_OVER[what]])
        clock.met_at = clock.over_at if _OVER[what] == "met_at" else None


_OVER = {"met": "met_at", "stopped": "stopped_at", "met_corrected": "met_at", "stop_corrected": "stopped_at"}


def _due(clocks: Sequence[RunClock], due_at: str) -> RunClock | None:
    """An entry names the clock by the day on which it was due: of several with one day any one that runs will do. One
    that is over is met again where something earlier is told of later.
    """
    due = datetime.fromisoformat(due_at)
    there = [one for one in clocks if one.due_at == due]
    return next((one for one in there if one.over_at is None), there[-1] if there else None)


def compared(then: ToldSoFar, now: ToldSoFar, old: Callable[[str], Model], draft: Model) -> Iterator[TrialFinding]:
    """`old` gives the model on which a recorded instance ran."""
    yield from _processes(then, now)
    both = then.processes.keys() & now.processes.keys()
    yield from _tasks(then, now, both, draft)
    yield from _ways(then, now, both, old, draft)
    yield from _decisions(then, now, both)
    yield from _roles(then, now, both, old, draft)
    yield from _clocks(then, now)


def _processes(then: ToldSoFar, now: ToldSoFar) -> Iterator[TrialFinding]:
    for process in sorted(then.started.keys() | now.started.keys()):
        was, is_now = then.started.get(process, []), now.started.get(process, [])
        if len(was) != len(is_now):
            kind: Kind = "started_more" if len(is_now) > len(was) else "started_less"
            yield TrialFinding(Cause(kind, process, ""), max(was, is_now, key=len)[min(len(was), len(is_now))])


def _tasks(then: ToldSoFar, now: ToldSoFar, both: Iterable[str], draft: Model) -> Iterator[TrialFinding]:
    known = {*both}
    waiting = defaultdict[str, set[str]](set)
    for instance, element, _ in now.is_open():
        waiting[instance].add(element)
    for place in sorted(now.opened.keys() - then.opened.keys()):
        if place[0] in known:
            yield TrialFinding(Cause("asked_more", now.processes[place[0]], place[1]), now.opened[place])
    for place in sorted(then.opened.keys() - now.opened.keys()):
        if place[0] in known:
            process = then.processes[place[0]]
            drawing = draft.drawings.get(process)
            later = drawing is not None and place[1] in ahead_of(drawing, waiting[place[0]])
            yield TrialFinding(Cause("asked_later" if later else "asked_less", process, place[1]), then.opened[place])


def ahead_of(drawing: Drawing, elements: Iterable[str]) -> set[str]:
    """What can still come after these, or on account of a clock or message that is drawn on their boundary."""
    found, left = set[str](), [*elements]
    while left:
        one = left.pop()
        beside = [event.id for event in drawing.elements.values() if event.attached_to == one]
        for target in (*beside, *(flow.target for flow in drawing.outgoing(one))):
            if target not in found:
                found.add(target)
                left.append(target)
    return found


def _ways(
    then: ToldSoFar, now: ToldSoFar, both: Iterable[str], old: Callable[[str], Model], draft: Model
) -> Iterator[TrialFinding]:
    known = {*both}
    for place in sorted(then.ways.keys() & now.ways.keys()):
        (was, number), (is_now, _) = then.ways[place], now.ways[place]
        process = then.processes.get(place[0], "")
        if was == is_now or place[0] not in known:
            continue
        before, after = old(place[0]).drawings[process], draft.drawings[process]
        if before.elements[place[1]].kind == after.elements[place[1]].kind == DECIDES:
            went, goes = way_in_words(before, was), way_in_words(after, is_now)
            if went != goes:
                yield TrialFinding(Cause("other_way", process, place[1], went, goes), number)


def _decisions(then: ToldSoFar, now: ToldSoFar, both: Iterable[str]) -> Iterator[TrialFinding]:
    """What a table decided, also where no way depends on it."""
    known = {*both}
    for place in sorted(then.decided.keys() & now.decided.keys()):
        (was, number), (is_now, _) = then.decided[place], now.decided[place]
        if was != is_now and place[0] in known:
            yield TrialFinding(Cause("other_way", then.processes[place[0]], place[1], was, is_now), number)


def way_in_words(drawing: Drawing, flows: Sequence[str]) -> str:
    """The answers that stand on the flows, or to what they lead."""
    known = {flow.id: flow for flow in drawing.flows}
    those = [known[one] for one in flows if one in known]
    return ", ".join(one.name or drawing.elements[one.target].name or one.target for one in those)


def _roles(
    then: ToldSoFar, now: ToldSoFar, both: Iterable[str], old: Callable[[str], Model], draft: Model
) -> Iterator[TrialFinding]:
    known = {*both}
    for place in sorted(then.opened.keys() & now.opened.keys()):
        process = then.processes.get(place[0], "")
        if place[0] not in known or place[1] not in draft.drawings[process].elements:
            continue
        model = old(place[0])
        was = model.drawings[process].elements[place[1]].lane or ""
        is_now = draft.drawings[process].elements[place[1]].lane or ""
        if was != is_now:
            cause = Cause("other_role", process, place[1], role_in_words(model, was), role_in_words(draft, is_now))
            yield TrialFinding(cause, then.opened[place])


def role_in_words(model: Model, role: str) -> str:
    """A lane may be for agencies, which is no role."""
    return model.roles[role].name if role in model.roles else role


def _clocks(then: ToldSoFar, now: ToldSoFar) -> Iterator[TrialFinding]:
    for clock in sorted(then.clocks.keys() | now.clocks.keys()):
        was, is_now = then.clocks.get(clock, []), now.clocks.get(clock, [])
        for before, after in zip(was, is_now, strict=False):
            if before.due_at != after.due_at:
                days = Days(before.due_at, after.due_at, before.met_at or after.met_at)
                yield TrialFinding(Cause("other_day", "", clock), before.entry, days)
        if len(was) != len(is_now):
            kind: Kind = "clock_more" if len(is_now) > len(was) else "clock_less"
            extra = max(was, is_now, key=len)[min(len(was), len(is_now))]
            yield TrialFinding(Cause(kind, "", clock), extra.entry)
