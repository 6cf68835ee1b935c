"""Re-running all that a database holds, as a test asks it."""

from collections.abc import Iterable

from engine.base.database import Database
from engine.rerun.rerunning import Rerun, Rerunner, cases


def rerun_all(*, database: Database, only: Iterable[str] | None = None) -> list[Rerun]:
    rerunner = Rerunner(database)
    try:
        return [rerunner.rerun(case) for case in only or cases(database)]
    finally:
        rerunner.close()


def differing(*, database: Database) -> list[str]:
    """Every difference in words."""
    return [f"{one.reference}: {each}" for one in rerun_all(database=database) for each in one.differences]
