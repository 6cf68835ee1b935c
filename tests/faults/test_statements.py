"""A fault at every statement of a command in turn: nothing is left half-done, and the next try works."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event, select

from engine.base.database import Database
from engine.commands.cases import claim, complete_task, start_process
from engine.commands.looks import look
from engine.commands.timers import catch_up, pass_clocks
from engine.people.identity import SYSTEM
from engine.record.chain import lines
from engine.tables import Deadline
from tests.builders import (
    DAY,
    MONDAY,
    Authority,
    all_rows,
    answers_to,
    authority,
    case_at,
    child,
    open_items,
    referral,
)

MOST = 500  # statements of one command: more than any has


class DiskFault(Exception):
    """What the planted fault raises."""


@dataclass
class Faulty:
    """Lets `after` statements through and fails at the next one; `commit` fails when all is to be kept instead."""

    after: int
    commit: bool = False
    passed: list[str] = field(default_factory=list[str])

    def statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if len(self.passed) >= self.after:
            raise DiskFault(statement)
        self.passed.append(statement)

    def keep(self, _connection: Any) -> None:
        if self.commit:
            raise DiskFault("commit")


@contextmanager
def failing(database: Database, *, after: int = MOST, commit: bool = False) -> Generator[Faulty]:
    faulty = Faulty(after, commit)
    event.listen(database.engine, "before_cursor_execute", faulty.statement)
    event.listen(database.engine, "commit", faulty.keep)
    try:
        yield faulty
    finally:
        event.remove(database.engine, "before_cursor_execute", faulty.statement)
        event.remove(database.engine, "commit", faulty.keep)


Act = Callable[[], object]


def authorising(at: Authority) -> Act:
    """The longest step there is: it withdraws, meets and stops clocks, and starts a plan."""
    item = open_items(database=at.database, case=case_at(authority=at, point="written"))["authorise_assessment"]
    answers = answers_to(authority=at, item=item, authorised="yes")
    manager = at.actor("team_manager")
    return lambda: complete_task(at.database, manager, MONDAY, item.id, answers)


def referring(at: Authority) -> Act:
    """Two children, an alert and an acknowledgement that nobody types."""
    given: dict[str, Any] = {"immediate_danger": "yes", "reply_by": "email", "referrer_email": "h@example.org"}
    answers = referral(authority=at, children=[child(), child(given_name="Ben")], **given)
    sender = at.actor("health_practitioner")
    return lambda: start_process(at.database, sender, MONDAY, "referral", answers, submission="key")


def claiming(at: Authority) -> Act:
    """It ends an alarm, whose letters wait."""
    case = case_at(authority=at, immediate_danger="yes")
    item = open_items(database=at.database, case=case)["decide_response"]
    worker = at.actor("social_worker")
    return lambda: claim(at.database, worker, MONDAY, item.id)


def passing_a_clock(at: Authority) -> Act:
    case = case_at(authority=at, point="planned")
    return lambda: pass_clocks(at.database, SYSTEM, MONDAY + 90 * DAY, case)


class Page:
    cases_shown: tuple[str, ...] = ()


def a_page(*_: Any) -> Page:
    return Page()


def looking(at: Authority) -> Act:
    auditor = at.actor("auditor")
    return lambda: look(at.database, auditor, MONDAY, "inbox", a_page)


COMMANDS = (authorising, referring, claiming, passing_a_clock, looking)


def stopped_at_each(database: Database, act: Act) -> Generator[int]:
    """Fails at the first statement, at the second and so on, until the act comes to its end."""
    for number in range(MOST):
        with failing(database, after=number):
            try:
                act()
            except DiskFault:
                pass
            else:
                return
        yield number


@pytest.mark.parametrize("prepared", COMMANDS)
def test_a_fault_at_any_statement_leaves_nothing_half_done(
    database: Database, prepared: Callable[[Authority], Act]
) -> None:
    act = prepared(authority(database=database))
    before = all_rows(database=database)
    tries = 0
    for tries in stopped_at_each(database, act):
        assert all_rows(database=database) == before, f"after {tries} statements"
    assert tries > 2
    assert all_rows(database=database) != before


def test_an_outage_in_the_midst_of_catching_up_is_caught_up_with(database: Database) -> None:
    """Each clock is a transaction: those that were acted on stay so, the others come with the next try."""
    at = authority(database=database)
    cases = [case_at(authority=at) for _ in range(3)]
    for _ in stopped_at_each(database, lambda: catch_up(database, SYSTEM, MONDAY + 90 * DAY)):
        pass
    for case in cases:
        with database.read() as connection:
            entries = lines(connection, f"case:{case}", ["deadline"])
        assert sum((line.payload or {})["what"] == "passed" for line in entries) == 2
        assert [line.number for line in entries] == sorted({line.number for line in entries})


@pytest.mark.parametrize("prepared", COMMANDS)
def test_a_fault_when_all_is_to_be_kept_keeps_nothing(database: Database, prepared: Callable[[Authority], Act]) -> None:
    act = prepared(authority(database=database))
    before = all_rows(database=database)
    with failing(database, commit=True), pytest.raises(DiskFault):
        act()
    assert all_rows(database=database) == before
    act()
    assert all_rows(database=database) != before


def test_what_comes_of_the_next_try_is_what_would_have_come_of_the_first(database: Database) -> None:
    at = authority(database=database)
    act = authorising(at)
    for number in (3, 10, 20):
        with failing(database, after=number), pytest.raises(DiskFault):
            act()
    act()
    with database.read() as connection:
        (clock,) = connection.execute(select(Deadline.case_id).where(Deadline.clock == "assessment")).scalars()
        chain = lines(connection, f"case:{clock}")
    assert [line.number for line in chain] == list(range(1, len(chain) + 1))
    assert [line.element for line in chain if line.kind == "completed"].count("authorise_assessment") == 1
    assert sorted(open_items(database=database, case=clock)) == ["agree_plan", "share_outcome"]


def test_a_command_in_two_transactions_is_found(database: Database) -> None:
    """The planted fault: one half stands when the other fails."""
    at = authority(database=database)
    case = case_at(authority=at)
    items = open_items(database=database, case=case)
    worker = at.actor("social_worker")

    def in_two_halves() -> None:
        claim(database, worker, MONDAY, items["decide_response"].id)
        claim(database, worker, MONDAY, items["clarify_referral"].id)

    before = all_rows(database=database)
    assert any(all_rows(database=database) != before for _ in stopped_at_each(database, in_two_halves))
