"""What a form is about."""

from dataclasses import dataclass

START = "start"
"""In place of a task: the form of the beginning of a process."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A task of an instance, or the start of a process (`element` is then `START`).

    `by_anyone`: whoever is asked has no account.
    """

    process: str
    element: str
    case: str | None = None
    instance: str | None = None
    by_anyone: bool = False
