"""What is wrong with a story, so that it is not played."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoryFault:
    """Something in a story that cannot be played as it is written. `step` is 0 for the story as a whole."""

    file: str
    step: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}: step {self.step}: {self.message}" if self.step else f"{self.file}: {self.message}"


class BadStory(Exception):
    """The story is not played. Holds every fault found, not the first."""

    def __init__(self, faults: Sequence[StoryFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))
