"""Many cases re-run side by side, one process for each core: nothing that they share is written."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from os import cpu_count

from engine.base.database import Database
from engine.rerun.rerunning import Rerun, Rerunner

# Below this the processes take longer to start than they save.
WORTH_STARTING = 20
_mine: list[Rerunner] = []


def rerun_several(database: Database, cases: Sequence[str]) -> Iterator[Rerun]:
    """In the order of the cases, each as soon as it and those before it are done."""
    if len(cases) < WORTH_STARTING:
        rerunner = Rerunner(database)
        try:
            yield from map(rerunner.rerun, cases)
        finally:
            rerunner.close()
        return
    address = database.url.render_as_string(hide_password=False)
    # Started afresh: a copy of this process would share its connections.
    with ProcessPoolExecutor(cpu_count(), get_context("spawn"), _begin, (address,)) as processes:
        yield from processes.map(_rerun, cases, chunksize=4)


def _begin(address: str) -> None:
    _mine.append(Rerunner(Database(address)))


def _rerun(case: str) -> Rerun:
    return _mine[0].rerun(case)
