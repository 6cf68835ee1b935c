"""Ids in words: what other tools number (`Activity_0x1f`) is called by its name here, once and for ever."""

import re
from collections.abc import Iterable

from engine.likeness.folding import fold
from engine.process.plain_ids import LONGEST_ID, RESERVED, SNAKE_CASE

_LETTERS = re.compile(r"[A-Za-z]+(_[A-Za-z]+)*", re.ASCII)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST_NAME = 200  # of a name only its beginning counts
_ROOM = 5  # for a number behind


def words_of(text: str) -> str:
    """Small letters and digits joined by underscores, not over LONGEST_ID less room for a number; may be empty."""
    words = fold(_HUMP.sub(" ", text[:_LONGEST_NAME])).split()
    while words and not words[0][0].isalpha():
        words.pop(0)
    while len("_".join(words)) > LONGEST_ID - _ROOM and len(words) > 1:
        words.pop()
    return "_".join(words)[: LONGEST_ID - _ROOM]


def is_words(name: str) -> bool:
    """Whether it is an id in our style already, and not a number that a tool gave."""
    return SNAKE_CASE.fullmatch(name) is not None and len(name) <= LONGEST_ID and not any(map(str.isdigit, name))


class GivenIds:
    """The ids of one file: each thing one, no two the same."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def give(self, wishes: Iterable[str], otherwise: str) -> str:
        """The first of the wishes that can be an id, with a number behind it where another has it already."""
        wished = next((one for one in wishes if one), otherwise)
        name, number = (f"{wished}_step" if wished in RESERVED else wished), 2
        while name in self._taken:
            name, number = f"{wished}_{number}", number + 1
        self._taken.add(name)
        return name

    def keep(self, name: str) -> str:
        """An id that must be this one."""
        self._taken.add(name)
        return name


def wishes(node_id: str, name: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """What it could be called, best first: its id where that is words or known, its name, and an id without numbers."""
    own = node_id if is_words(node_id) or node_id in known else ""
    spelt = words_of(node_id) if _LETTERS.fullmatch(node_id) else ""
    return own, words_of(name), spelt
