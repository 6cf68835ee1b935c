"""What a step costs: the engine alone, with its state stored, and the whole command on each database, in one run."""

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text

from engine.base.database import Database
from engine.commands import timers
from engine.commands.cases import complete_task
from engine.commands.timers import catch_up, next_due
from engine.people.identity import SYSTEM
from engine.process.bundle import Model
from engine.tables import Case, Deadline, Instance, Person
from tests.amount import sized
from tests.benchmarks.measuring import Line, Stopwatch, machine, table
from tests.builders import (
    DAY,
    HOUR,
    MONDAY,
    WAYS,
    Authority,
    answers_to,
    authority,
    case_at,
    open_items,
    refer,
    shipped_model,
)
from tests.databases import Copies
from tests.engine.commands.pathway import planned
from tests.engine.commands.test_twenty_reviews import REVIEWS, a_half_year
from tests.engine.process.walking import Act, Mover, done, kept, stored

MODEL = shipped_model()
CASES = sized(15, 1)
CYCLES = sized(40, 4)
PLANS = sized(5, 1)
DUE = sized(24, 2)
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
CLOCKS = sized(20_000, 100)

# The tasks of one case from referral to closure, process by process, as the engine alone sees them.
WALKS: dict[str, tuple[Act, ...]] = {
    "referral": (
        done("clarify_referral", same_child="no"),
        done("acknowledge_referral"),
        done("decide_response", response="assessment"),
        done("feed_back_to_referrer", given="yes"),
        done("inform_family"),
        done("allocate_social_worker"),
    ),
    "assessment": (
        done("plan_assessment", contributors=["health", "police"]),
        done("write_assessment", finding="child_in_need"),
        done("authorise_assessment", authorised="yes"),
        done("share_outcome"),
    ),
    "child_in_need_plan": (done("agree_plan"), done("circulate_plan"), done("review_plan", progress="close")),
    "case_closure": (done("close_case"),),
}
TASKS = sum(len(acts) for acts in WALKS.values())


@pytest.fixture
def databases_of_each_kind(
    tmp_path: Path, sqlite_template: Path, postgresql_copies: Copies
) -> Generator[dict[str, Database]]:
    """As they are run: each waits for the disk before it says that something is kept."""
    file = tmp_path / "throughline.db"
    file.write_bytes(sqlite_template.read_bytes())
    address = postgresql_copies.make()
    found = {"SQLite": Database(f"sqlite:///{file}"), "PostgreSQL": Database(address)}
    set_fsync(found["PostgreSQL"], "on")
    yield found
    set_fsync(found["PostgreSQL"], "off")
    for database in found.values():
        database.dispose()
    postgresql_copies.remove(address)


def set_fsync(database: Database, value: str) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ALTER SYSTEM SET fsync = {value}"))
        connection.execute(text("SELECT pg_reload_conf()"))


def the_engine(way: Callable[[Model, str, dict[str, Any]], Mover]) -> Stopwatch:
    watch = Stopwatch()
    for _ in range(CASES):
        for process, acts in WALKS.items():
            move = way(MODEL, process, {"reply_by": "post"})
            move(None)
            for act in acts:
                watch.time(partial(move, act))
    return watch


def not_saved(_workflow: object, _counts: object) -> bytes:
    return b""


def the_floor() -> Stopwatch:
    """Nothing is saved and nothing is loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.process.state.save", not_saved)
        return the_engine(kept)


def the_command(at: Authority) -> Stopwatch:
    """Each task of a whole case, from the answers sent to the acknowledgement."""
    watch = Stopwatch()
    for _ in range(CASES):
        case = refer(authority=at).cases[0]
        for steps in WAYS.values():
            for task, answers in steps:
                complete(at, case, task, watch, **answers)
    assert len(watch.times) == CASES * TASKS
    return watch


def complete(at: Authority, case: str, task: str, watch: Stopwatch, **given: Any) -> None:
    item = open_items(database=at.database, case=case)[task]
    answers = answers_to(authority=at, item=item, **given)
    person = at.actor(item.role)
    watch.time(partial(complete_task, at.database, person, MONDAY, item.id, answers))


def test_one_task(databases_of_each_kind: dict[str, Database], capsys: pytest.CaptureFixture[str]) -> None:
    the_engine(stored)  # everything is loaded and compiled once
    floor = the_floor().median
    lines = [
        Line("engine alone, in memory", the_floor()),
        Line("+ state loaded and stored", the_engine(stored), floor),
    ]
    for name, database in databases_of_each_kind.items():
        at = authority(database=database)
        case_at(authority=at, point="closed")
        lines.append(Line(f"the whole command on {name}", the_command(at), floor))
    with capsys.disabled():
        print(f"\n{machine()}")  # noqa: T201
        print(table("One task of a case, from referral to closure", lines))  # noqa: T201


def test_forty_cycles_of_a_plan(
    databases_of_each_kind: dict[str, Database], capsys: pytest.CaptureFixture[str]
) -> None:
    """A young plan and an old one by turns, so that whatever else the machine does falls on both."""
    lines: list[Line] = []
    for name, database in databases_of_each_kind.items():
        at = authority(database=database)
        first, last = Stopwatch(), Stopwatch()
        for _ in range(PLANS):
            young, old = (case_at(authority=at, point="in_need") for _ in range(2))
            for _ in range(CYCLES - 3):
                cycle(at, old, Stopwatch())
            for _ in range(3):
                cycle(at, young, first)
                cycle(at, old, last)
        lines += [
            Line(f"a step of cycles 1 to 3 on {name}", first),
            Line(f"a step of cycles {CYCLES - 2} to {CYCLES} on {name}", last, first.median),
        ]
    with capsys.disabled():
        print(table("A plan that goes on and on (compared with its first)", lines))  # noqa: T201


def cycle(at: Authority, case: str, watch: Stopwatch) -> None:
    complete(at, case, "agree_plan", watch, review_date="2026-06-01")
    complete(at, case, "review_plan", watch, progress="continue")


def test_twenty_reviews(databases_of_each_kind: dict[str, Database], capsys: pytest.CaptureFixture[str]) -> None:
    """A young plan and one of ten years by turns."""
    lines: list[Line] = []
    for name, database in databases_of_each_kind.items():
        at = authority(database=database)
        first, last = Stopwatch(), Stopwatch()
        old = planned(authority=at)
        for number in range(1, REVIEWS):
            a_half_year(at, old, number)
        for more in range(PLANS):
            young = planned(authority=at)
            first.time(partial(a_half_year, at, young, 1))
            last.time(partial(a_half_year, at, old, REVIEWS + more))
        lines += [
            Line(f"the first half year of a plan on {name}", first),
            Line(f"a half year after nineteen reviews on {name}", last, first.median),
        ]
    with capsys.disabled():
        print(table("A visit, a core group and a review", lines))  # noqa: T201


def many_clocks(database: Database, cases: list[str]) -> None:
    """Ten that run in each case: one of each given case is due, and copies of the first case make up the number."""
    with database.transaction() as connection:
        copies = [f"{cases[0]} {number}" for number in range(CLOCKS // len(CLOCKS_OF_A_CASE) - len(cases))]
        copy_rows(connection, cases[0], copies)
        running = select(Instance.case_id, Instance.id).where(Instance.status == "running").order_by(Instance.id)
        found = connection.execute(running)
        instances = {row.case_id: row.id for row in found}
        rows = [
            clock_row(case, instances[case], number, due=case in cases and number == 0)
            for case in (*cases, *copies)
            for number in range(len(CLOCKS_OF_A_CASE))
        ]
        connection.execute(insert(Deadline), rows)


def copy_rows(connection: Connection, case: str, names: list[str]) -> None:
    """The rows of a child, the case and its processes, under other identifiers; nobody acts on the copies."""
    child = (
        connection.execute(select(Person.__table__).join(Case, Case.person_id == Person.id).where(Case.id == case))
        .mappings()
        .one()
    )
    row = connection.execute(select(Case.__table__).where(Case.id == case)).mappings().one()
    runs = connection.execute(select(Instance.__table__).where(Instance.case_id == case)).mappings().all()
    connection.execute(insert(Person), [{**child, "id": name} for name in names])
    connection.execute(insert(Case), [{**row, "id": name, "person_id": name, "reference": name} for name in names])
    copies = [{**run, "id": f"{run['id']} {name}", "case_id": name} for name in names for run in runs]
    connection.execute(insert(Instance), copies)


def clock_row(case: str, instance: str, number: int, *, due: bool) -> dict[str, Any]:
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
        "calendar": "",
        "provisional": False,
        "started_at": MONDAY,
    }


def first_due(database: Database) -> object:
    with database.read() as connection:
        due = select(Deadline.id).where(timers._to_pass(), Deadline.due_at < MONDAY).order_by(Deadline.due_at)
        return connection.execute(due.limit(1)).scalar_one()


def test_clocks_that_are_due(databases_of_each_kind: dict[str, Database], capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[Line] = []
    for name, database in databases_of_each_kind.items():
        at = authority(database=database)
        many_clocks(database, [case_at(authority=at, point="closing") for _ in range(DUE)])
        found, next_one, acted = Stopwatch(), Stopwatch(), Stopwatch()
        for _ in range(50):
            with database.read() as connection:
                next_one.time(partial(next_due, connection, MONDAY))
            found.time(partial(first_due, database))
        assert acted.time(partial(catch_up, database, SYSTEM, MONDAY)) == DUE
        lines += [
            Line(f"the first that is due, on {name}", found),
            Line(f"when the next is due, on {name}", next_one),
            Line(f"acting on all {DUE}, on {name}", acted),
        ]
    with capsys.disabled():
        print(table(f"{DUE} clocks due of {CLOCKS}", lines))  # noqa: T201
