"""Pages over HTTP where there are few cases and where there are many, by turns; `make bench-large` takes very many."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import select

from engine.base.database import Database
from engine.tables import Case, WorkItem
from tests.amount import LARGE, MEASURED, sized
from tests.benchmarks.conftest import Shows
from tests.benchmarks.many_cases import manager, many_cases, worker
from tests.benchmarks.measuring import Amount, Cost, Meter, Ratio, size_of
from tests.benchmarks.site import Browser, served
from tests.builders import MONDAY, account

FEW, MANY = sized(1_000, 20), sized(100_000 if LARGE else 10_000, 60)
TIMES = sized(7, 1)
# In small most lists are shorter than a page.
GROWTH = 1.2 if MEASURED else None
TEAM = 0
WHO = {
    "social worker": worker(TEAM),
    "manager": manager(TEAM),
    "health": account(role="health_practitioner"),
    "auditor": account(role="auditor"),
}
LISTS = {
    "Tasks, social worker": ("social worker", "/tasks"),
    "Tasks, team manager": ("manager", "/tasks"),
    "Tasks, health of the whole authority": ("health", "/tasks"),
    "Cases, social worker": ("social worker", "/cases"),
    "Cases, health of the whole authority": ("health", "/cases"),
    "Cases, auditor": ("auditor", "/cases"),
    "Cases, auditor, page 10": ("auditor", "/cases?page=10"),
    "Team": ("manager", "/team"),
}


def addresses(database: Database) -> dict[str, tuple[str, str]]:
    with database.read() as connection:
        theirs = select(Case.id).where(Case.team_id == f"team{TEAM}").order_by(Case.id)
        closed = connection.scalars(theirs.where(Case.closed_at.is_not(None))).first()
        waiting = select(WorkItem.id, WorkItem.case_id).where(WorkItem.closed_at.is_(None), WorkItem.owner_id.is_(None))
        mine = (WorkItem.role == "social_worker", WorkItem.team_id == f"team{TEAM}")
        item = connection.execute(
            waiting.where(*mine).order_by(WorkItem.process, WorkItem.element, WorkItem.id)
        ).first()
    assert item
    return {
        **LISTS,
        "Case, open": ("social worker", f"/cases/{item.case_id}"),
        "Case, closed": ("social worker", f"/cases/{closed}"),
        "Task": ("social worker", f"/tasks/{item.id}"),
        "Guidance of a case, auditor": ("auditor", f"/cases/{item.case_id}/guidance"),
    }


class Visited:
    """One authority that is looked at."""

    def __init__(self, database: Database, browser: Callable[[str], Browser]) -> None:
        meter = Meter(database)
        self.addresses = addresses(database)
        self.browsers = {who: browser(account) for who, account in WHO.items()}
        self.costs = {page: Cost(meter) for page in self.addresses}

    def look(self, page: str, *, measured: bool = True) -> None:
        who, path = self.addresses[page]
        look = lambda: self.browsers[who].get(path)  # noqa: E731
        self.costs[page].time(look) if measured else look()


def test_pages(kind: str, as_it_is_run: Database, another: Database, shows: Shows, tmp_path: Path) -> None:
    with ExitStack() as sites:
        visited: dict[int, Visited] = {}
        for database, count in ((as_it_is_run, FEW), (another, MANY)):
            many_cases(database, count)
            site = sites.enter_context(served(database, tmp_path / str(count), MONDAY))
            visited[count] = Visited(database, site.browser)
        a_case = (size_of(another) - size_of(as_it_is_run)) / (MANY - FEW)
        pages = list(visited[FEW].addresses)
        for turn in range(TIMES + 1):  # the first is to warm up
            for page in pages:
                for one in visited.values():
                    one.look(page, measured=turn > 0)
    for page in pages:
        few, many = (visited[count].costs[page].median for count in (FEW, MANY))
        shows(Ratio(f"{page}, {MANY:,} cases", kind, many / few, f"with {FEW:,}", GROWTH, many))
    shows(Amount("Size of a case, on average, with its record", kind, f"{a_case / 1000:.0f} KB"))
