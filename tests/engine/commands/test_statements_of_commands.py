"""How many statements a command gives the database: each row of the case is read once and written once."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from engine.base.database import Database
from engine.base.identifiers import new_id
from engine.casework.case_rows import InstanceRow
from engine.casework.locked_case import CaseWork
from engine.casework.locking import _locking
from engine.commands.cases import complete_task, start_process
from engine.tables import Case
from tests.builders import DAY, MONDAY, Authority, answers_to, authority, case_at, open_items, referral
from tests.engine.commands.pathway import accepted, planned

DECIDING = 17
# With a lead one reads in which roles they work in the team, as what comes up is given to them.
VISITING = 19
DISCUSSING = 22  # one of them reads the days that its date is held against
# On PostgreSQL, where three of them are locks: of the authority, of the same form sent twice at once, and of the names
# of the authority. To find a known child again it takes that lock, a look for those who share a key, and the keys of
# this child; where one is found, as here, the pairs as well. The key of the form is a row of its own, because a form
# that joins a process which runs already begins no instance to keep it.
REFERRING = 26


def counted(database: Database, act: Callable[[], object]) -> int:
    given: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        given.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return sum(not statement.startswith("BEGIN") for statement in given) + 1  # alike on every database


def deciding(at: Authority) -> Callable[[], object]:
    item = open_items(database=at.database, case=case_at(authority=at, point="deciding"))["decide_response"]
    answers = answers_to(authority=at, item=item, response="assessment")
    worker = at.actor("social_worker")
    return lambda: complete_task(at.database, worker, MONDAY, item.id, answers)


def visiting(at: Authority) -> Callable[[], object]:
    item = open_items(database=at.database, case=planned(authority=at))["record_visit"]
    answers = answers_to(authority=at, item=item)
    worker = at.actor("social_worker")
    return lambda: complete_task(at.database, worker, MONDAY + DAY, item.id, answers)


def discussing(at: Authority) -> Callable[[], object]:
    """Its date is held against the first concern of the case: one statement more than without, for all such days."""
    case = accepted(authority=at, response="strategy_discussion")
    item = open_items(database=at.database, case=case)["hold_strategy_discussion"]
    answers = answers_to(authority=at, item=item, decision="section_47")
    manager = at.actor("team_manager")
    return lambda: complete_task(at.database, manager, MONDAY, item.id, answers)


def referring(at: Authority) -> Callable[[], object]:
    sender, answers = at.actor("health_practitioner"), referral(authority=at)
    return lambda: start_process(at.database, sender, MONDAY, "referral", answers, submission=new_id())


@pytest.mark.parametrize(
    ("prepared", "most"), [(deciding, DECIDING), (visiting, VISITING), (discussing, DISCUSSING), (referring, REFERRING)]
)
def test_a_command_gives_no_more_statements_than_it_needs(
    database: Database, prepared: Callable[[Authority], Callable[[], object]], most: int
) -> None:
    at = authority(database=database)
    prepared(at)()  # the models are read once, whoever comes first
    assert counted(database, prepared(at)) <= most


def test_a_statement_for_each_entry_would_be_seen(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: something is read again for each entry that is recorded."""
    ordinary = CaseWork.note

    def looking(casework: CaseWork, kind: str, instance: InstanceRow | None = None, **more: Any) -> None:
        casework.connection.execute(select(Case.id).where(Case.id == casework.case.id))
        ordinary(casework, kind, instance, **more)

    at = authority(database=database)
    deciding(at)()
    act = deciding(at)
    monkeypatch.setattr(CaseWork, "note", looking)
    assert counted(database, act) > DECIDING


def test_the_statement_that_locks_is_made_once_for_all_who_know_by_the_same(database: Database) -> None:
    """Made anew it took a quarter of a command."""
    at = authority(database=database)
    deciding(at)()
    before = _locking.cache_info()
    deciding(at)()
    after = _locking.cache_info()
    assert (after.misses, after.currsize) == (before.misses, before.currsize)
    assert after.hits > before.hits
