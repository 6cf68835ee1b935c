"""What counts against a limit, on both databases: never more than the budget in any span, never refused below it."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine.base import database as bases
from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.base.identifiers import new_id
from engine.commands import counting
from engine.commands.counting import Budget, spend
from engine.tables import Counted
from tests.builders import DAY, MONDAY
from tests.statements import counted

SPAN = timedelta(seconds=10)
SECOND = timedelta(seconds=1)
Spend = Callable[[Database, datetime, Mapping[str, Budget]], datetime | None]


def rows(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(Counted)) or 0


def faults(database: Database, key: str, gaps: list[int], most: int, spends: Spend = spend) -> list[str]:
    """Of one who asks after each of these many seconds: what differs from a count by hand."""
    now, allowed, found = MONDAY, list[int](), list[str]()
    for second in range(len(gaps)):
        now += gaps[second] * SECOND
        at = sum(gaps[: second + 1])
        room = sum(at - one < SPAN.total_seconds() for one in allowed) < most
        again = spends(database, now, {key: Budget(most, SPAN)})
        if (again is None) != room:
            found.append(f"at {at}: {'refused below' if room else 'allowed beyond'} the budget")
        if again is None:
            allowed.append(at)
        elif again != MONDAY + (allowed[-most] * SECOND) + SPAN:
            found.append(f"at {at}: there is room at another time than was said")
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gaps=st.lists(st.integers(0, 6), max_size=12), most=st.integers(1, 4))
def test_in_no_span_more_than_the_budget_and_never_less(database: Database, gaps: list[int], most: int) -> None:
    assert faults(database, new_id(), gaps, most) == []


def test_a_count_that_begins_anew_with_each_span_is_found(database: Database) -> None:
    """As limits by the clock's full minute do: twice the budget passes about the stroke."""

    def by_the_stroke(database: Database, now: datetime, budgets: Mapping[str, Budget]) -> datetime | None:
        return spend(database, now, {f"{key} {now.second // 10}": budget for key, budget in budgets.items()})

    assert faults(database, "planted", [8, 1, 1], 2, by_the_stroke) == ["at 10: allowed beyond the budget"]


def test_of_two_budgets_both_must_have_room_and_what_is_refused_writes_nothing(database: Database) -> None:
    both = {"one": Budget(3, SPAN), "all": Budget(2, SPAN)}
    assert [spend(database, MONDAY, both) for _ in range(2)] == [None, None]
    before = rows(database)
    with counted(database) as statements:
        assert spend(database, MONDAY + SECOND, both) == MONDAY + SPAN
    assert [one.split()[0] for one in statements] == ["SELECT", "SELECT"]
    assert rows(database) == before
    assert spend(database, MONDAY + SECOND, {"one": Budget(3, SPAN)}) is None


def test_what_counts_no_more_is_gone_whosever_it_was(database: Database) -> None:
    for number in range(5):
        spend(database, MONDAY, {f"who came once {number}": Budget(1, SPAN)})
    spend(database, MONDAY + DAY, {"another": Budget(1, SPAN)})
    assert rows(database) == 1


def test_many_who_ask_at_once_have_no_more_than_the_budget(database: Database) -> None:
    budget, allowed = {"crowd": Budget(3, SPAN)}, list[object]()
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        allowed.append(spend(database, MONDAY, budget))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert allowed.count(None) == 3


def test_who_counts_does_not_wait_for_another_writer(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bases, "BRIEF_SECONDS", 0)
    if database.engine.dialect.name == "postgresql":
        monkeypatch.setattr(bases, "BRIEF_SECONDS", 0.001)
    began = monotonic()
    with database.transaction() as connection:
        bases.one_at_a_time(connection, "counted held")
        with pytest.raises(DatabaseUnavailable):
            spend(database, MONDAY, {"held": Budget(1, SPAN)})
        assert monotonic() - began < bases.BUSY_SECONDS / 2
    assert spend(database, MONDAY, {"held": Budget(1, SPAN)}) is None
    if database.engine.dialect.name == "sqlite":  # who comes after waits as long as ever
        with database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == bases.BUSY_SECONDS * 1000


def test_the_delay_doubles_from_a_second_to_a_quarter_of_an_hour() -> None:
    delays = [counting.delay_after(wrong).total_seconds() for wrong in range(1, 13)]
    assert delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert counting.delay_after(10**6) == counting.LONGEST_DELAY
    assert all(one <= other for one, other in pairwise(delays))
