"""Many cases read side by side, one process for each core: nothing that they share is written."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from typing import Any, Protocol, TypeVar

from engine.base.database import Database
from engine.rerun.rerunning import Rerun, Rerunner

# Below this the processes take longer to start than they save.
WORTH_STARTING = 20


class ReadsCases(Protocol):
    """What reads the cases of a database, one after another, until it is closed."""

    def close(self) -> None: ...


Reader = TypeVar("Reader", bound=ReadsCases)
Result = TypeVar("Result")
_mine: list[Callable[[str], Any]] = []


def rerun_several(database: Database, cases: Sequence[str]) -> Iterator[Rerun]:
    """In the order of the cases, each as soon as it and those before it are done."""
    return side_by_side(Rerunner, Rerunner.rerun, database, cases)


def side_by_side(
    make: Callable[[Database], Reader], read: Callable[[Reader, str], Result], database: Database, cases: Sequence[str]
) -> Iterator[Result]:
    """What is read of each, in their order, each as soon as it and those before it are done. Each process makes a
    reader of its own.
    """
    if len(cases) < WORTH_STARTING:
        with closing(make(database)) as reader:
            yield from (read(reader, case) for case in cases)
        return
    address = database.url.render_as_string(hide_password=False)
    # Started afresh: a copy of this process would share its connections.
    with ProcessPoolExecutor(cpu_count(), get_context("spawn"), _begin, (make, read, address)) as processes:
        yield from processes.map(_read, cases, chunksize=4)


def _begin(make: Callable[[Database], Any], read: Callable[[Any, str], Any], address: str) -> None:
    _mine.append(partial(read, make(Database(address))))


def _read(case: str) -> Any:
    return _mine[0](case)
