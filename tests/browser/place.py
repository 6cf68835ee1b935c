"""A page worth looking at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page worth looking at, and who looks at it; `role` is empty for somebody who has not signed in."""

    name: str
    path: str
    role: str
