"""How long each folder of tests took, said at the end of a run, so that a suite that grows slow is seen to."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

import pytest

TESTS = PurePosixPath("tests")
LONGEST_NAME = 30


def place_of(test: str) -> str:
    """`tests/engine/commands/test_claim.py::test_it[sqlite]` counts for `engine/commands`."""
    file = PurePosixPath(test.partition("::")[0])
    folder = file.relative_to(TESTS).parent if file.is_relative_to(TESTS) else file.parent
    return str(folder) if folder.name else file.name


def seconds_of_each_place(reports: Iterable[pytest.TestReport]) -> Counter[str]:
    """Seconds of set-up, call and tear-down together; of all workers, where several share the work."""
    seconds: Counter[str] = Counter()
    for report in reports:
        seconds[place_of(report.nodeid)] += report.duration  # pyright: ignore[reportArgumentType]  a Counter adds floats
    return seconds


def lines(seconds: Counter[str]) -> list[str]:
    return [f"{place:<{LONGEST_NAME}} {spent:8.1f} s" for place, spent in seconds.most_common()]
