"""How much is to be run: the short batteries, or one round of the long ones; benchmarks of a size that measures, or one
that only shows that they run.
"""

import os
from collections.abc import Iterable
from random import Random
from typing import TypeVar

Item = TypeVar("Item")

# `make long ROUND=3` is the round of the seeds 3 * k to 4 * k - 1 of each battery of k tries; none is the short run.
ROUND = int(os.environ["THROUGHLINE_ROUND"]) if "THROUGHLINE_ROUND" in os.environ else None
LONG = ROUND is not None
# `make bench`, and `make bench-large`, which takes very many cases and people for ten minutes.
LARGE = os.environ.get("THROUGHLINE_BENCH") == "large"
MEASURED = LARGE or os.environ.get("THROUGHLINE_BENCH") == "1"


def seeds(short: int, a_round: int) -> range:
    """The first `short` of them, or those of this round."""
    return range(short) if ROUND is None else range(ROUND * a_round, (ROUND + 1) * a_round)


def random_of(seed: int) -> Random:
    """The same choices each time, for work and not for secrets."""
    return Random(seed)  # noqa: S311


def some_of(every: Iterable[Item], one_in: int) -> list[Item]:
    """One in so many in the short run, all in a long one: what each of them tries differs little."""
    return [*every] if LONG else [*every][::one_in]


def sized(whole: int, least: int) -> int:
    """What a benchmark takes when it measures, or the least with which it can run."""
    return whole if MEASURED else least
