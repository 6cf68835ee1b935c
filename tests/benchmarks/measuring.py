"""What acts cost, in CPU time, and the one table of ratios that it is shown in.

Ratios are judged, of one run: what is compared is done by turns, so that whatever else the machine does falls on both.
CPU time is that of this process and, where Linux tells it, of the server process behind each connection to PostgreSQL:
waiting for other programs is not counted. Milliseconds are shown, and never judged.
"""

import os
import platform
import sqlite3
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time_ns
from typing import Any, TypeVar

from sqlalchemy import event

from engine.base.database import Database

Result = TypeVar("Result")
NANOSECONDS = 1_000_000  # in a millisecond


def cpu_of(processes: Iterable[int]) -> float:
    """Milliseconds of CPU that these processes have had, all their threads; 0 of what nobody tells."""
    return sum(_of_thread(file) for one in processes for file in Path(f"/proc/{one}/task").glob("*/schedstat"))


def _of_thread(file: Path) -> float:
    try:
        return int(file.read_text().split()[0]) / NANOSECONDS
    except OSError:  # it has ended
        return 0


class Meter:
    """CPU time in milliseconds of what is done through it. `database` is the one that it asks, if any."""

    def __init__(self, database: Database | None = None) -> None:
        self._servers: dict[int, float] = {}  # each with what it had had before anything was done through this
        if database is not None and database.engine.dialect.name == "postgresql":
            event.listen(database.engine, "checkout", self._note)

    def _note(self, connection: Any, *_: object) -> None:
        server = connection.info.backend_pid
        if server not in self._servers:
            self._servers[server] = cpu_of([server])

    def now(self) -> float:
        return process_time_ns() / NANOSECONDS + cpu_of(self._servers) - sum(self._servers.values())


def size_of(database: Database) -> int:
    """Bytes."""
    asked = "SELECT pg_database_size(current_database())"
    if database.engine.dialect.name == "sqlite":
        asked = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    with database.read() as connection:
        return connection.exec_driver_sql(asked).scalar_one()


@dataclass
class Cost:
    """What one kind of act has cost each time."""

    meter: Meter
    cpu: list[float] = field(default_factory=list[float])

    def time(self, act: Callable[[], Result]) -> Result:
        before = self.meter.now()
        result = act()
        self.cpu.append(self.meter.now() - before)
        return result

    @property
    def median(self) -> float:
        return statistics.median(self.cpu)


@dataclass(frozen=True)
class Ratio:
    """`at_most` is by what it is judged; where it is None, the number is there to be read."""

    what: str
    where: str
    ratio: float
    of: str
    at_most: float | None = None
    milliseconds: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.at_most is None or self.ratio <= self.at_most


@dataclass(frozen=True)
class Amount:
    """A number that is no ratio: a size, a rate."""

    what: str
    where: str
    amount: str


def table(rows: Iterable[Ratio | Amount]) -> str:
    """In Markdown, so that it can be kept as it is."""
    head = "| What | Where | Ratio | of | at most | CPU, ms |\n|---|---|---|---|---|---|"
    return "\n".join([head, *map(_line, rows)])


def _line(row: Ratio | Amount) -> str:
    if isinstance(row, Amount):
        return f"| {row.what} | {row.where} | {row.amount} | | | |"
    at_most = "" if row.at_most is None else f"{row.at_most:g}" if row.is_kept else f"{row.at_most:g}: **missed**"
    shown = "" if row.milliseconds is None else f"{row.milliseconds:.2f}"
    return f"| {row.what} | {row.where} | {row.ratio:.2f} | {row.of} | {at_most} | {shown} |"


def machine() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )
