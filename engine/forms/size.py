"""Answers that are too large or too strange to be looked at closely. Found first, and quickly."""

from collections.abc import Iterator, Mapping
from typing import cast

from engine.forms import problem_sentences

LARGEST = 200_000
"""Characters of all answers together, each name and value counting as ten more."""
LONGEST = 1_000
"""Items of one list, whatever its form allows: what compares each with each must stay quick."""
DEEPEST = 8
_COST_OF_A_VALUE = 10
_LARGEST_NUMBER = 2**63


def size_problem(answers: object) -> str:
    """The sentence that refuses them, or ""."""
    size = 0
    for value, depth in _values(answers):
        size += _COST_OF_A_VALUE + (len(value) if isinstance(value, str) else 0)
        if size > LARGEST:
            return problem_sentences.TOO_MUCH.format(LARGEST)
        if depth > DEEPEST:
            return problem_sentences.TOO_DEEP
        if _is_excessive(value):
            return problem_sentences.TOO_LARGE
    return ""


def _is_excessive(value: object) -> bool:
    if isinstance(value, list):
        return len(cast("list[object]", value)) > LONGEST
    return isinstance(value, int | float) and not abs(value) < _LARGEST_NUMBER


def _values(answers: object) -> Iterator[tuple[object, int]]:
    """Every key and value at every depth, without recursion: how deep it goes is the sender's choice."""
    waiting: list[tuple[object, int]] = [(answers, 0)]
    while waiting:
        value, depth = waiting.pop()
        yield value, depth
        if isinstance(value, Mapping):
            pairs = cast("Mapping[object, object]", value).items()
            waiting += [(each, depth + 1) for pair in pairs for each in pair]
        elif isinstance(value, list):
            waiting += [(each, depth + 1) for each in cast("list[object]", value)]
