"""The path through one drawing up to a step: what the record says was passed, and nothing that it does not say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.record.chain import RecordedEntry

PASSED = ("completed", "passed")
CLOSED = ("completed", "withdrawn")


@dataclass(frozen=True, slots=True)
class Path:
    """`visits` are the shapes passed, in order, each with the number of its entry; `flows` the arrows taken, in order.

    `current` are the tasks that stand open.
    """

    visits: tuple[tuple[str, int], ...]
    flows: tuple[str, ...]
    current: tuple[str, ...]


def path(lines: Iterable[RecordedEntry], run: str, until: int) -> Path:
    """Of one process, up to and with the entry `until`."""
    tracer = _PathTracer()
    for line in lines:
        if line.instance == run and line.number <= until:
            tracer.on(line)
    return Path(
        tuple(tracer.visits), tuple(tracer.flows), tuple(dict.fromkeys(element for element, _ in tracer.current))
    )


@dataclass(slots=True)
class _PathTracer:
    visits: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    flows: list[str] = field(default_factory=list[str])
    current: dict[tuple[str, int | None], None] = field(default_factory=dict[tuple[str, int | None], None])

    def on(self, line: RecordedEntry) -> None:
        """A task that several agencies do is passed as a whole after its parts (occurrence 0), which were counted. One
        that was left undone was not passed, and the arrow behind it was taken.
        """
        self.flows += line.flows
        if line.kind in PASSED and line.element and line.occurrence:
            self.visits.append((line.element, line.number))
        if line.kind == "migrated":
            names: Mapping[str, str] = (line.payload or {}).get("renamed", {})
            self.current = {(names.get(element, element), times): None for element, times in self.current}
        if line.kind in ("ended", "stuck", "joined") or (line.kind == "withdrawn" and not line.element):
            self.current.clear()
        elif line.kind == "opened" and line.element:
            self.current[line.element, line.occurrence] = None
        elif line.kind in CLOSED and line.element:
            self.current.pop((line.element, line.occurrence), None)
