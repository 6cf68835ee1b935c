"""What another limit, start or end of a clock would have meant: when each that ran was due and would have been, how
many were late and would have been. What runs now keeps the day that it has.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.facts.authority import Settled, may_be_set
from engine.process.bundle import Model
from engine.timescales.rules import UNIT_WORDS, Clock, limit_in_words
from engine.trial.comparing import RunClock, ToldSoFar
from engine.trial.trial_findings import CaseTried, ClockTried

DueByLimit = Callable[[str, RunClock], datetime | None]
"""When a recorded clock would be due on the draft, by its limit alone; None where that says too little."""
DAY_THAT_LIES_ELSEWHERE = ("its due date", "the eighteenth birthday")


def starts_alike(one: Clock, other: Clock) -> bool:
    return (one.starts_on, one.counts_from) == (other.starts_on, other.counts_from)


def ends_alike(one: Clock, other: Clock) -> bool:
    return (one.met_on, one.met_at, one.stopped_on) == (other.met_on, other.met_at, other.stopped_on)


def lasts_alike(one: Clock, other: Clock) -> bool:
    return (one.limit, one.unit) == (other.limit, other.unit)


@dataclass(frozen=True, slots=True)
class Followed:
    """A case that was tried to its end: `recorded` is all that its record says, `now` what came of it on the draft.
    `done` are the acts, by number, that the draft could do, and `until` is the moment of the last one.

    `recorded_rule` gives the row of the models that a recorded clock ran on.
    """

    recorded: ToldSoFar
    now: ToldSoFar
    done: frozenset[int]
    has_parted: bool
    until: datetime
    recorded_rule: Callable[[str, RunClock], Clock | None]
    due_by_limit: DueByLimit
    draft: Model

    def clocks(self) -> Iterator[ClockTried]:
        """Those that began with the same act stand for each other, and what is left in its order."""
        for clock in sorted(self.recorded.clocks.keys() | self.now.clocks.keys()):
            drafted = defaultdict[int, list[RunClock]](list)
            for one in self.now.clocks.get(clock, ()):
                drafted[one.entry].append(one)
            pairs = [
                (was, drafted[was.entry].pop(0) if drafted[was.entry] else None)
                for was in self.recorded.clocks.get(clock, ())
            ]
            left = [one for those in drafted.values() for one in those]
            for was, now in pairs:
                yield self._tried(clock, was, now or (left.pop(0) if left and was.entry not in self.done else None))
            yield from (ClockTried(clock, one.entry, None, None, one.due_at, one.over_at, "more") for one in left)

    def _tried(self, clock: str, was: RunClock, now: RunClock | None) -> ClockTried:
        said: Literal["both", "gone", "untold"] = "both"
        due_now = now.due_at if now else self.due_by_limit(clock, was)
        over_now = self._over(clock, was, now)
        if now is None and (clock not in self.draft.rules or (was.entry in self.done and not self.has_parted)):
            said, due_now, over_now = "gone", None, None
        elif due_now is None or (over_now is None and was.over_at is not None):
            said, due_now, over_now = "untold", None, None
        return ClockTried(clock, was.entry, was.due_at, was.over_at, due_now, over_now, said)

    def _over(self, clock: str, was: RunClock, now: RunClock | None) -> datetime | None:
        """Where the draft has parted from the record, what ends a clock as it did ended it when it did."""
        if now and not self.has_parted:
            return now.over_at or self.until
        before, after = self.recorded_rule(clock, was), self.draft.rules.get(clock)
        return was.over_at if before and after and ends_alike(before, after) else None


@dataclass(frozen=True, slots=True)
class LimitEffect:
    """Of one clock that the draft changes: each that ran in the cases tried, with the case's reference."""

    clock: str
    title: str
    change: str
    clocks: tuple[tuple[str, ClockTried], ...]

    def of(self, said: str) -> Sequence[ClockTried]:
        return [one for _, one in self.clocks if one.said == said and not one.runs]

    @property
    def running(self) -> int:
        return sum(one.runs for _, one in self.clocks)

    @property
    def late_then(self) -> int:
        return sum(one.late_then for one in self.of("both"))

    @property
    def late_now(self) -> int:
        return sum(one.late_now for one in self.of("both"))

    def in_words(self) -> str:
        """“Visits: 10 working days become 8. Of 212 clocks that ran, 31 were late; 58 would have been.”"""
        both, running = len(self.of("both")), self.running
        said = [f"{self.title}: {self.change}."]
        if both:
            clocks = "1 clock that ran" if both == 1 else f"{both} clocks that ran"
            said.append(f"Of {clocks}, {_were(self.late_then)} late; {self.late_now or 'none'} would have been.")
        elif not self.clocks:
            said.append("None has run in these cases.")
        counts = (("gone", "would not have run"), ("more", "would have run as well"))
        said += [f"{len(those)} {words}." for kind, words in counts if (those := self.of(kind))]
        if untold := len(self.of("untold")):
            said.append(f"Of {untold} nothing can be said.")
        if running:
            said.append("1 that runs now keeps its own." if running == 1 else f"{running} that run now keep theirs.")
        return " ".join(said)

    def in_json(self) -> dict[str, object]:
        return {
            "clock": self.clock,
            "words": self.in_words(),
            "late_then": self.late_then,
            "late_now": self.late_now,
            "running": self.running,
            "clocks": [{"case": reference, **one.in_json()} for reference, one in self.clocks],
        }


def limit_effects(tried: Iterable[CaseTried], before: Model, draft: Model, settled: Settled) -> Sequence[LimitEffect]:
    """`before` are the models in force. `settled` knows the limits that the authority set for itself: they go on."""
    changes = dict(_changes(before.rules, draft.rules, settled))
    found = {clock: list[tuple[str, ClockTried]]() for clock in changes}
    for case in tried:
        for one in case.clocks:
            if one.clock in found:
                found[one.clock].append((case.reference, one))
    return [LimitEffect(name, draft.rules[name].title, changes[name], tuple(those)) for name, those in found.items()]


def _changes(before: Mapping[str, Clock], after: Mapping[str, Clock], settled: Settled) -> Iterator[tuple[str, str]]:
    """In words, by clock."""
    for clock, now in after.items():
        if (was := before.get(clock)) is None:
            continue
        said = [] if lasts_alike(was, now) else [_becomes(was, now, settled)]
        others = (("begins", starts_alike(was, now)), ("ends", ends_alike(was, now)))
        if other := [word for word, alike in others if not alike]:
            said.append(f"it {' and '.join(other)} otherwise")
        if said:
            yield clock, ", and ".join(said)


def _becomes(was: Clock, now: Clock, settled: Settled) -> str:
    if now.id in settled.limits and may_be_set(now):
        return f"the authority’s own limit, {limit_in_words(settled.rule(now))}, goes on"
    words = limit_in_words(settled.rule(was))
    become = "becomes" if words.startswith("1 ") or not words[0].isdigit() else "become"
    is_other_number = was.unit == now.unit and was.unit in UNIT_WORDS and min(was.limit, now.limit) > 0
    return f"{words} {become} {now.limit if is_other_number else limit_in_words(now)}"


def _were(number: int) -> str:
    return f"{number} were" if number > 1 else f"{number or 'none'} was"
