"""What a form is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """A task of an instance, or the start of a process (`element` is then `start`)."""

    process: str
    element: str
    case: str | None = None
    instance: str | None = None
