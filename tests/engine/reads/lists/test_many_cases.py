"""A list, and the lock of a case, read no more of the database where there are many cases than where there are few.

Counted are the steps of SQLite's own machine: they depend on no other. People have the same number of cases of their
own in both, so whatever grows is read of somebody else's.
"""

import shutil
from collections.abc import Callable, Generator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from engine.base.database import Database
from engine.casework import locking
from engine.people import identity
from engine.people.command import Work
from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.reads.case import protected
from engine.reads.lists.case_list import cases
from engine.reads.lists.inbox import inbox
from engine.reads.lists.team_page import team
from engine.tables import Case, Part, WorkItem
from engine.timescales.calendar import Calendar
from tests.benchmarks.many_cases import manager, many_cases, worker
from tests.builders import MONDAY, account

FEW, MANY = 100, 500
AT_ONCE = 20


def lock_one(connection: Connection, actor: Actor, now: datetime) -> None:
    theirs = select(Case.id).where(Case.team_id == next(iter(actor.teams))).limit(1)
    locking.lock_known_case(Work(connection, actor, now), connection.execute(theirs).scalar_one())


def protects_one(connection: Connection, actor: Actor, now: datetime) -> None:
    one = connection.execute(select(Case.id).where(Case.team_id == next(iter(actor.teams))).limit(1)).scalar_one()
    protected.protection(connection, actor, [one], now, Calendar())


GROWTH = 1.2
# The first page of all cases says how many there are, and so counts them.
READS: dict[str, tuple[str, Callable[..., Any]]] = {
    "tasks of a social worker": (worker(0), inbox),
    "tasks of a manager": (manager(0), inbox),
    "cases of a team": (worker(0), cases),
    "all cases": (account(role="auditor"), partial(cases, page=2)),
    "all cases, by parts in them": (account(role="health_practitioner"), partial(cases, page=2)),
    "cases of a school": (account(role="education_practitioner"), cases),
    "tasks of a school": (account(role="education_practitioner"), inbox),
    "the team": (manager(0), team),
    "a case that is locked": (worker(0), lock_one),
    "what protects the child of a case": (worker(0), protects_one),
}


def steps(connection: Connection, who: str, read: Callable[..., Any]) -> int:
    """That SQLite takes for what is read, to the nearest AT_ONCE."""
    counted = [0]

    def count() -> int:
        counted[0] += AT_ONCE
        return 0

    actor = identity.actor(connection, who, MONDAY)
    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(count, AT_ONCE)
    try:
        read(connection, actor, MONDAY)
    finally:
        driver.set_progress_handler(None, 0)
    return counted[0]


@pytest.fixture(scope="module")
def few_and_many(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Generator[dict[int, Database]]:
    found: dict[int, Database] = {}
    for count in (FEW, MANY):
        file = tmp_path_factory.mktemp("many") / "throughline.db"
        shutil.copy(sqlite_template, file)
        found[count] = Database(f"sqlite:///{file}")
        many_cases(found[count], count)
        give_school_parts(found[count])
    yield found
    for database in found.values():
        database.dispose()


def give_school_parts(database: Database) -> None:
    """In as many cases where there are many as where there are few, each with a task for it."""
    with database.transaction() as connection:
        contributing = (WorkItem.element == "contribute", WorkItem.agency_id == "police", WorkItem.closed_at.is_(None))
        items = connection.execute(select(WorkItem.id, WorkItem.case_id).where(*contributing).limit(2)).all()
        school = {"agency_id": "education", "organisation_id": "education", "number": 1, "deed": "asked"}
        parts = [{"id": f"school.{one.id}", "case_id": one.case_id, "held_from": MONDAY, **school} for one in items]
        connection.execute(insert(Part), parts)
        theirs = {"role": "education_practitioner", "agency_id": "education"}
        connection.execute(update(WorkItem).where(WorkItem.id.in_(one.id for one in items)).values(**theirs))


def growth(few_and_many: dict[int, Database], name: str, *before: str) -> float:
    """`before` are statements that are done, and undone again, where there are many."""
    with few_and_many[FEW].read() as few, few_and_many[MANY].read() as many:
        for statement in before:
            many.exec_driver_sql(statement)
        return steps(many, *READS[name]) / steps(few, *READS[name])


@pytest.mark.parametrize("name", READS)
def test_nothing_is_read_of_what_is_not_shown(few_and_many: dict[int, Database], name: str) -> None:
    assert growth(few_and_many, name) <= GROWTH


@pytest.mark.parametrize(
    ("name", "indexes"),
    # Without the first of the two alone, 500 cases of a team are too few to be seen beside all else that its page asks.
    [("all cases", ("ix_case_listed",)), ("the team", ("ix_case_team_id", "ix_case_person_id"))],
)
def test_a_list_without_its_indexes_would_be_seen(
    few_and_many: dict[int, Database], name: str, indexes: tuple[str, ...]
) -> None:
    assert growth(few_and_many, name, *(f"DROP INDEX {index}" for index in indexes)) > GROWTH


def test_what_protects_a_child_is_not_looked_for_among_all_cases_of_the_team(
    few_and_many: dict[int, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "what protects the child of a case"
    all_of_one = f"""UPDATE "case" SET team_id = '{team_of(few_and_many)}'"""  # noqa: S608  an id of the builder
    assert growth(few_and_many, name, all_of_one) <= GROWTH
    monkeypatch.setattr(protected, "own_or", or_)  # the planted fault
    monkeypatch.setattr(protected, "_protecting", protected._protecting.__wrapped__)  # made for this test alone
    assert growth(few_and_many, name, all_of_one) > GROWTH


def team_of(few_and_many: dict[int, Database]) -> str:
    with few_and_many[MANY].read() as connection:
        return next(iter(identity.actor(connection, worker(0), MONDAY).teams))


@pytest.mark.parametrize(
    ("name", "where"),
    [("cases of a school", "case_list"), ("tasks of a school", "worklist")],
)
def test_a_list_that_asks_of_every_case_whether_it_is_known_would_be_seen(
    few_and_many: dict[int, Database], monkeypatch: pytest.MonkeyPatch, name: str, where: str
) -> None:
    def nobody(_actor: Actor) -> None:
        """In place of who knows of cases by parts alone."""

    monkeypatch.setattr(f"engine.reads.lists.{where}.known_by_part", nobody)
    assert growth(few_and_many, name) > GROWTH


def test_who_knows_many_is_shown_what_they_are_shown_of_few(
    few_and_many: dict[int, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows in the same order, and as many, however they are found."""
    with few_and_many[FEW].read() as connection:
        for role in ("health_practitioner", "police_officer", "education_practitioner"):
            actor = identity.actor(connection, account(role=role), MONDAY)
            seen: list[tuple[Any, ...]] = []
            for many in (1, 10_000):
                monkeypatch.setattr("engine.people.who_knows.MANY", many)
                first, second = (cases(connection, actor, MONDAY, page=page) for page in (1, 2))
                tasks = inbox(connection, actor, MONDAY).groups
                seen.append((first.rows, first.total, second.rows, tasks))
            assert seen[0] == seen[1]
            assert seen[0][1] == len(connection.scalars(select(Case.id).where(knows(actor))).all()) > 0
            assert tasks["team"].total


def test_a_lock_that_reads_every_case_in_its_order_would_be_seen(
    few_and_many: dict[int, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "_LOCKED", locking._LOCKED.order_by(None).order_by(Case.id))
    monkeypatch.setattr(locking, "_locking", locking._locking.__wrapped__)  # made for this test alone
    assert growth(few_and_many, "a case that is locked") > GROWTH


ALL_IN_ONE_TEAM = f"""UPDATE "case" SET team_id = (SELECT team_id FROM membership WHERE account_id = '{worker(0)}')"""  # noqa: S608


def test_a_lock_reads_no_other_case_of_its_team(
    few_and_many: dict[int, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the team is asked for as in a list."""
    assert growth(few_and_many, "a case that is locked", ALL_IN_ONE_TEAM) <= GROWTH

    def as_in_a_list(is_known: ColumnElement[bool]) -> ColumnElement[bool]:
        return is_known

    monkeypatch.setattr(locking, "_of_those_found", as_in_a_list)
    monkeypatch.setattr(locking, "_locking", locking._locking.__wrapped__)  # made for this test alone
    assert growth(few_and_many, "a case that is locked", ALL_IN_ONE_TEAM) > GROWTH
