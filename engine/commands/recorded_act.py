"""One act as the record has it, to be done again (engine/commands/redoing.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.record.chain import RecordedEntry

Act = Sequence[RecordedEntry]


class CannotRedo(Exception):
    """What was recorded cannot have been done, or not by what this version knows. Says why."""


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """`began` is the entry with which it began. `instances` leads from a recorded instance, letter or alarm to the one
    that stands for it; `child` is the one of the case.
    """

    began: RecordedEntry
    entries: Act
    instances: Mapping[str, str]
    child: Mapping[str, Any]

    def first(self, kind: str) -> RecordedEntry:
        for entry in self.entries:
            if entry.kind == kind:
                return entry
        raise CannotRedo("nobody can have begun it: nothing was opened, started, completed, taken or run out")
