"""What people call a case by: random, so that one reference says nothing of another or of how many there are."""

import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random

# Read aloud over a telephone: no letter or digit that sounds or looks like another.
LETTERS = "BCDFGHJKMPQRTVWXY23456789"
_choose: ContextVar[Callable[[str], str]] = ContextVar("choose", default=secrets.choice)


def new_reference() -> str:
    """Two groups of four letters."""
    choose = _choose.get()
    return "-".join("".join(choose(LETTERS) for _ in range(4)) for _ in range(2))


@contextmanager
def called_as_before(played: str) -> Generator[None]:
    """In this thread, for as long as the block runs: what is played again is called as it was. For scratch databases
    alone, since whoever knows what was played knows the reference.
    """
    before = _choose.set(Random(played).choice)  # noqa: S311 - no secret
    try:
        yield
    finally:
        _choose.reset(before)
