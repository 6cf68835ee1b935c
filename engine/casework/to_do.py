"""What is still to be done in a case before a command ends: one queue, in the order in which things follow.

What happened in another case of the child comes first, then messages reach whom they are for, then tasks that need
nobody are done, then clocks that have passed are acted on, then two cases of one child are joined; only when all that
is done can it be said that a case is idle, and what is left for its lead to do. Other cases come last.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.base.errors import BadModel, Problem
from engine.casework.case_rows import InstanceRow
from engine.process.bundle import MESSAGES
from engine.process.position import Thrown

# Of each case that a person names in a command. More than this is two drawings that call each other for ever.
LIMIT = 100


@dataclass(frozen=True, slots=True)
class Deliver:
    """A message that an instance threw."""

    thrower: InstanceRow
    thrown: Thrown


@dataclass(frozen=True, slots=True)
class Hear:
    """A message about the child that went out in another of their cases. `happened_at`: of what it tells."""

    message: str
    payload: Mapping[str, Any]
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class CompleteAlone:
    """A work item for which the drawing needs nobody."""

    item: str


@dataclass(frozen=True, slots=True)
class ActOnPassedClocks:
    """A clock passed, or an instance came to wait for one: it may be that one waits for what has passed already."""


@dataclass(frozen=True, slots=True)
class JoinCases:
    """Two open cases are of one child: what `newer` holds goes over into `older`.

    `team` has the newer one, `plan_since` is when the plan began that is in force there. `said` is the answer that
    says so, where it was given in the older case.
    """

    newer: str
    older: str
    team: str = ""
    plan_since: str | None = None
    said: "SameChildSaid | None" = None


@dataclass(frozen=True, slots=True)
class SameChildSaid:
    """What was answered to this form of a task."""

    process: str
    element: str
    form: Mapping[str, Any]
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CloseIfIdle:
    """A process ended: it may be that nothing runs any more."""


@dataclass(frozen=True, slots=True)
class ReferOtherChild:
    """A child of a household who is at risk: what was said of them, or the `person` of one who is known.

    `message` calls for what such a child's open case needs; `named_in` is the title of the task in which somebody said
    so.
    """

    child: Mapping[str, Any]
    person: str | None
    message: str
    named_in: str


@dataclass(frozen=True, slots=True)
class OpenNextCase:
    """A process that a closed case calls for: in the open case of its child, or in a new one that opens for it."""

    process: str
    called_by: InstanceRow
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GiveToLead:
    """A task came up, or the case got another lead: it may be that some are for the lead to do."""


ToDo = (
    Hear
    | Deliver
    | CompleteAlone
    | ActOnPassedClocks
    | JoinCases
    | CloseIfIdle
    | GiveToLead
    | ReferOtherChild
    | OpenNextCase
)
_TURNS: tuple[type[ToDo], ...] = (
    Hear,
    Deliver,
    CompleteAlone,
    ActOnPassedClocks,
    JoinCases,
    CloseIfIdle,
    GiveToLead,
    ReferOtherChild,
    OpenNextCase,
)
_LOOKS = (ActOnPassedClocks, CloseIfIdle, GiveToLead)


class Queue:
    """Of one case. The number of steps is shared by all cases that the command touches."""

    def __init__(self, steps: "Steps") -> None:
        self.steps = steps
        self._waiting: list[ToDo] = []

    def add(self, *things: ToDo) -> None:
        """To look at something once is enough, however often it was asked for."""
        for one in things:
            if not (isinstance(one, _LOOKS) and one in self._waiting):
                self._waiting.append(one)

    def drop(self, thing: ToDo) -> None:
        """What need not be done any more."""
        self._waiting = [one for one in self._waiting if one != thing]

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def take(self) -> ToDo | None:
        """The next one: what came first of those whose turn it is. Raises BadModel where there is no end to it."""
        if not self._waiting:
            return None
        self.steps.count()
        first = min(self._waiting, key=lambda one: _TURNS.index(type(one)))
        self._waiting.remove(first)
        return first


@dataclass(slots=True)
class Steps:
    """How many a command may still take, over all cases that it touches."""

    left: int = LIMIT

    def allow(self) -> None:
        """Another case, which a person named."""
        self.left += LIMIT

    def count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise BadModel([Problem(MESSAGES, "", 0, "these processes call each other without end")])
