"""Faults and doubts as the command line prints them."""

from collections.abc import Iterator, Sequence

from engine.base.errors import Problem

_MOST_NAMED = 8


def lines_of(problems: Sequence[Problem]) -> Iterator[str]:
    """What is said of them: of those that follow from one cause the first, and how many more there are."""
    by_cause: dict[str, list[Problem]] = {}
    for number, problem in enumerate(problems):
        by_cause.setdefault(problem.cause or str(number), []).append(problem)
    for first, *others in by_cause.values():
        yield str(first)
        if others:
            named = ", ".join(list(dict.fromkeys(one.element or one.file for one in others))[:_MOST_NAMED])
            yield f"    {len(others)} more of the same cause: {named}{', …' if len(others) > _MOST_NAMED else ''}"
