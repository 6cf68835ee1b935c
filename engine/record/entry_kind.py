"""What every kind of entry says of itself (engine/record/kinds.py has them all)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.record.entry_words import Said, Say

About = Literal["act", "way", "clock", "message", "other"]
Redone = Literal["begins", "follows", "nothing"]
"""In re-running: an act may begin with it; it follows from how its act began; it belongs to no case."""


def always(_said: Said) -> bool:
    return True


def never(_said: Said) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class EntryKind:
    """`meaning` goes up when an entry of this kind comes to mean something else; `carries` names all that its payload
    may say. `say` is given whether it is redacted. `on_page`: told on the page of a case.
    `by_itself`: no person did it.
    """

    name: str
    say: Say
    carries: tuple[str, ...] = ()
    meaning: int = 1
    redone: Redone = "follows"
    about: About = "other"
    on_page: Callable[[Said], bool] = never
    by_itself: bool = False


ACTING_FOR = "acting_for"
"""In the payload of an entry: the account of a colleague who is away, by whose right it was done."""
OUTSIDE: Mapping[str, Any] = {"redone": "nothing"}
