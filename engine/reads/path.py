"""The way through one drawing up to a step: what the record says was passed, and nothing that it does not say."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.record import Line

PASSED = ("completed", "passed")
CLOSES = ("completed", "withdrawn")


@dataclass(frozen=True, slots=True)
class Path:
    """`visits` are the shapes passed, in order, each with the number of its entry; `flows` the arrows taken, in order.

    `current` are the tasks that stand open.
    """

    visits: tuple[tuple[str, int], ...]
    flows: tuple[str, ...]
    current: tuple[str, ...]


def path(lines: Iterable[Line], run: str, until: int) -> Path:
    """Of one process, up to and with the entry `until`."""
    visits: list[tuple[str, int]] = []
    flows: list[str] = []
    current: dict[tuple[str, int | None], None] = {}
    for line in lines:
        if line.instance != run or line.number > until:
            continue
        if line.kind == "ended" or (line.kind == "withdrawn" and not line.element):
            current.clear()
        if not line.element:
            continue
        place = line.element, line.occurrence
        if line.kind in PASSED:
            flows += line.flows
        # A task that several agencies do is passed as a whole after its parts (occurrence 0): the parts were counted.
        if line.kind in PASSED and line.occurrence:
            visits.append((line.element, line.number))
        if line.kind == "opened":
            current[place] = None
        elif line.kind in CLOSES:
            current.pop(place, None)
    return Path(tuple(visits), tuple(flows), tuple(dict.fromkeys(element for element, _ in current)))
