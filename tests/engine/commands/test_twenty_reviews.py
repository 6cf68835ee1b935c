"""Ten years on a plan: the twentieth review asks the database no more than the first, and no state grows."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from engine.base.database import Database
from engine.casework import moving
from engine.tables import Instance
from tests.builders import MONDAY, Authority, authority, child, do, pass_time
from tests.engine.commands.pathway import planned, review, tasks

REVIEWS = 20
HALF_A_YEAR = timedelta(days=182)
LARGEST_STATE = 20_000  # bytes


@contextmanager
def asked(database: Database) -> Generator[list[str]]:
    statements: list[str] = []

    def hear(*arguments: Any) -> None:
        statements.append(str(arguments[2]))

    event.listen(database.engine, "before_cursor_execute", hear)
    yield statements
    event.remove(database.engine, "before_cursor_execute", hear)


def a_half_year(world: Authority, case: str, number: int) -> int:
    """A visit, a core group and a review; gives how many statements the review's conference took."""
    now = MONDAY + number * HALF_A_YEAR
    pass_time(authority=world, now=now)
    late: dict[str, Any] = {"late_reason": "The worker was ill."}
    do(authority=world, case=case, task="record_visit", now=now, child_seen="yes", seen_at=now.isoformat(), **late)
    do(authority=world, case=case, task="hold_core_group", now=now, held_at=now.isoformat(), **late)
    for task in {"circulate_plan", "explain_plan_to_child", "explain_overrun"} & tasks(authority=world, case=case):
        do(authority=world, case=case, task=task, now=now)
    with asked(world.database) as statements:
        review(authority=world, case=case, now=now, decision="continue", proceedings="not_now", **late)
    do(authority=world, case=case, task="circulate_record", now=now)
    return len(statements)


def largest_state(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.max(func.length(Instance.state)))).scalar_one()


def test_the_twentieth_review_costs_what_the_first_ones_did(database: Database) -> None:
    world = authority(database=database)
    case = planned(authority=world, children=[child(born="2026-01-05")])  # of age long after
    taken = [a_half_year(world, case, number) for number in range(1, REVIEWS + 1)]
    assert max(taken[-4:]) <= max(taken[:4])
    assert largest_state(database) < LARGEST_STATE


def test_work_for_every_old_row_would_be_seen(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = moving._wait_for

    def looking_back(casework: Any, running: Any, position: Any) -> None:
        """In place of the function that keeps what an instance waits for."""
        for old in casework.connection.scalars(select(Instance.id).where(Instance.case_id == casework.case.id)).all():
            casework.connection.execute(update(Instance).where(Instance.id == old).values(case_id=casework.case.id))
        ordinary(casework, running, position)

    monkeypatch.setattr(moving, "_wait_for", looking_back)
    world = authority(database=database)
    case = planned(authority=world)
    second, third = (a_half_year(world, case, number) for number in (1, 2))
    assert third > second
