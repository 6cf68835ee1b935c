"""In which order the acts of several cases are done again that were one for a time.

A case that was joined to another is done first, as far as it went by itself; what it holds goes over then. Once the two
were separated, each has what came back to it: the other is done first up to there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.record.chain import RecordedEntry

Acts = Sequence[Sequence[RecordedEntry]]


@dataclass(slots=True)
class Turns:
    """`acts` are by case; `done` says how many of each were given already."""

    acts: Mapping[str, Acts]
    done: dict[str, int] = field(default_factory=dict[str, int])

    def of(self, case: str) -> Iterator[tuple[str, int]]:
        """All acts of the case, each by case and place, and before each those of others that it needs."""
        return self._until(case, len(self.acts[case]))

    def _until(self, case: str, end: int) -> Iterator[tuple[str, int]]:
        while (place := self.done.get(case, 0)) < end:
            yield from self._before(case, self.acts[case][place])
            self.done[case] = place + 1
            yield case, place

    def _before(self, case: str, act: Sequence[RecordedEntry]) -> Iterator[tuple[str, int]]:
        for entry in act:
            said = entry.payload or {}
            if entry.kind == "took_over":
                yield from self._joined(said.get("case", ""), case, entry.at)
            elif entry.kind == "joined" and not entry.instance:
                yield from self._goes_on(case, said.get("into", ""), entry.at, alone=act[0].kind == "joined")
            elif entry.kind == "separated":
                yield from self._up_to(said["older"], "gave_back", entry.at, "newer", case, with_it=True)
            elif entry.kind == "gave_back":
                yield from self._up_to(said["newer"], "separated", entry.at, "older", case, with_it=False)

    def _joined(self, case: str, into: str, at: datetime) -> Iterator[tuple[str, int]]:
        """Up to the act with which it says no more than that it was joined."""
        place = self._place(case, "joined", at, "into", into)
        end = len(self.acts.get(case, ())) if place is None else place
        says_more = place is not None and self.acts[case][place][0].kind != "joined"
        yield from self._until(case, end + says_more)

    def _goes_on(self, case: str, into: str, at: datetime, *, alone: bool) -> Iterator[tuple[str, int]]:
        """Where the other one is done again as well: what goes over into it goes when it takes it, and all of it."""
        if into in self.acts:
            yield from self._up_to(into, "took_over", at, "case", case, with_it=alone)

    def _up_to(
        self, case: str, kind: str, at: datetime, name: str, value: str, *, with_it: bool
    ) -> Iterator[tuple[str, int]]:
        place = self._place(case, kind, at, name, value)
        if place is not None:
            yield from self._until(case, place + with_it)

    def _place(self, case: str, kind: str, at: datetime, name: str, value: Any) -> int | None:
        for place, act in enumerate(self.acts.get(case, ())):
            if any(one.kind == kind and one.at == at and (one.payload or {}).get(name) == value for one in act):
                return place
        return None
