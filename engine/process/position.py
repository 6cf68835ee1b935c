"""Where an instance stands after a step: what is open, what is awaited, what was thrown, and how it got there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.decision_tables.decision_table import Fired


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that waits for somebody. `agency` is set for one item of a task that several agencies do.

    `automatic`: the drawing says that nobody is needed for it this time.
    """

    element: str
    occurrence: int
    agency: str | None
    automatic: bool


@dataclass(frozen=True, slots=True)
class AwaitedEvent:
    """`kind` is `clock` or `message`; `name` is that of the clock or message."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message on its way out of an instance."""

    name: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One line of the trace. `kind` is opened, completed or withdrawn for a user task, passed for any other element.

    `flows` are the sequence flows taken on leaving it, `fired` the row of the table that decided there.
    """

    kind: str
    element: str
    occurrence: int
    flows: tuple[str, ...] = ()
    fired: Fired | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where an instance stands after a step, what it asked for on the way, and how it got there.

    `data` is process data as the completed task saw it. `outcome` is the end event reached last, once it has ended.
    """

    state: bytes
    open: tuple[OpenTask, ...]
    waits: tuple[AwaitedEvent, ...]
    thrown: tuple[Thrown, ...]
    data: Mapping[str, Any]
    ended: bool
    outcome: str | None
    trace: tuple[TraceStep, ...]
