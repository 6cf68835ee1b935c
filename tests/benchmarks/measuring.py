"""Times of acts in milliseconds, and the table they are shown in."""

import os
import platform
import sqlite3
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

Result = TypeVar("Result")


class Stopwatch:
    """Collects the times of what is done through it."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def time(self, act: Callable[[], Result]) -> Result:
        began = perf_counter()
        result = act()
        self.times.append((perf_counter() - began) * 1000)
        return result

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def slowest_of_twenty(self) -> float:
        return sorted(self.times)[int(len(self.times) * 0.95)]


@dataclass(frozen=True)
class Line:
    """One row of the table; `floor` is what it is compared with."""

    what: str
    watch: Stopwatch
    floor: float | None = None

    def __str__(self) -> str:
        ratio = f"{self.watch.median / self.floor:6.1f} x" if self.floor else ""
        return (
            f"{self.what:<46} {self.watch.median:8.2f} ms  {self.watch.slowest_of_twenty:8.2f} ms "
            f"{1000 / self.watch.median:8.0f}/s  {ratio}"
        )


def table(title: str, lines: list[Line]) -> str:
    head = f"{title:<46} {'median':>11}  {'95th':>11} {'a second':>10}  {'of the floor':>8}"
    return "\n".join(["", head, "-" * len(head), *map(str, lines)])


def machine() -> str:
    load = os.getloadavg()[0]
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores (load {load:.1f}), "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )
