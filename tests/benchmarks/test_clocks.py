"""A tick among very many clocks that run, of which few are due: finding them, and acting on them."""

from functools import partial
from typing import Any

from sqlalchemy import insert, select

from engine.base.database import Database
from engine.casework.running_out import is_due
from engine.commands.timers import catch_up, next_due
from engine.facts.authority import calendar_of
from engine.people.identity import SYSTEM
from engine.tables import Deadline, Instance
from tests.amount import MEASURED, sized
from tests.benchmarks.conftest import Shows
from tests.benchmarks.many_cases import copied
from tests.benchmarks.measuring import Cost, Meter, Ratio
from tests.builders import DAY, HOUR, MONDAY, authority, case_at

DUE = sized(100, 2)
FEW, MANY = sized(1_000, 60), sized(100_000, 120)
CLOCKS_OF_A_CASE = (
    "response_decision",
    "acknowledgement",
    "assessment",
    "strategy_discussion",
    "initial_conference",
    "conference_record",
    "first_core_group",
    "plan_visit",
    "first_review",
    "review_preparation",
)
TIMES = sized(50, 2)
# In small the machine says more than the clocks do.
GROWTH = 1.2 if MEASURED else None


def waiting(database: Database, clocks: int) -> None:
    """Ten that run in each case, of which a tenth of a case is due until there are DUE."""
    at = authority(database=database)
    copied(database, case_at(authority=at, point="closing"), clocks // len(CLOCKS_OF_A_CASE))
    with database.transaction() as connection:
        calendar = calendar_of(connection, at.id).version
        found = connection.execute(select(Instance.case_id, Instance.id).where(Instance.status == "running"))
        instances = sorted({row.case_id: row.id for row in found}.items())[: clocks // len(CLOCKS_OF_A_CASE)]
        rows = [
            {**row(case, instance, number, due=number == 0 and place < DUE), "calendar": calendar}
            for place, (case, instance) in enumerate(instances)
            for number in range(len(CLOCKS_OF_A_CASE))
        ]
        connection.execute(insert(Deadline), rows)


def row(case: str, instance: str, number: int, *, due: bool) -> dict[str, Any]:
    return {
        "id": f"clock {case} {number}",
        "case_id": case,
        "instance_id": instance,
        "clock": CLOCKS_OF_A_CASE[number],
        "number": number + 10,
        "title": "Decide how to respond to the referral",
        "kind": "statutory",
        "counted_from": MONDAY,
        "limit": 1,
        "taken_up": {},
        "due_at": MONDAY - HOUR if due else MONDAY + (2 + sum(case.encode()) % 300) * DAY,
        "provisional": False,
        "started_at": MONDAY,
    }


def first_due(database: Database) -> object:
    with database.read() as connection:
        due = select(Deadline.id).where(is_due(MONDAY)).order_by(Deadline.due_at)
        return connection.execute(due.limit(1)).scalar_one()


def when_next(database: Database) -> object:
    with database.read() as connection:
        return next_due(connection, MONDAY)


def test_clocks_that_are_due(kind: str, as_it_is_run: Database, another: Database, shows: Shows) -> None:
    among = {FEW: as_it_is_run, MANY: another}
    found = {count: [Cost(Meter(database)) for _ in range(3)] for count, database in among.items()}
    for count, database in among.items():
        waiting(database, count)
    for _ in range(TIMES):
        for count, database in among.items():
            found[count][0].time(partial(first_due, database))
            found[count][1].time(partial(when_next, database))
    for count, database in among.items():
        assert found[count][2].time(partial(catch_up, database, SYSTEM, MONDAY)) == DUE
    what = ("Finding the first clock that is due", "Finding when the next one is due", f"Acting on {DUE} that are due")
    for name, few, many in zip(what, found[FEW], found[MANY], strict=True):
        ratio = many.median / few.median
        shows(Ratio(f"{name}, of {MANY:,}", kind, ratio, f"of {FEW:,}", GROWTH, many.median))
