"""What a form is about."""

from dataclasses import dataclass
from datetime import datetime

START = "start"
"""In place of a task: the form of the beginning of a process."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A task of an instance, or the start of a process (`element` is then `START`).

    `by_anyone`: whoever is asked has no account. `given_at`: it was answered then, and the answers are put right now.
    """

    process: str
    element: str
    case: str | None = None
    instance: str | None = None
    by_anyone: bool = False
    given_at: datetime | None = None
