"""Faults and doubts as the command line prints them."""

from collections.abc import Iterator, Sequence

from engine.base.errors import Problem, by_cause

_MOST_NAMED = 8


def lines_of(problems: Sequence[Problem]) -> Iterator[str]:
    """What is said of them: of those that follow from one cause the first, and how many more there are."""
    for first, others in by_cause(problems):
        yield str(first)
        if others:
            named = ", ".join(list(dict.fromkeys(one.element or one.file for one in others))[:_MOST_NAMED])
            yield f"    {len(others)} more of the same cause: {named}{', …' if len(others) > _MOST_NAMED else ''}"
