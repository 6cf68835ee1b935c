"""A page that is looked at in a browser."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page worth looking at, and who looks at it; `role` is empty for somebody who has not signed in."""

    name: str
    path: str
    role: str
