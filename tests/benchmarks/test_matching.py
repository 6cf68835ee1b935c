"""What finding a known child costs among few and among many, on each database, in one run."""

from collections.abc import Generator
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from engine.base.database import Database
from engine.base.identifiers import new_id
from engine.facts.matching import alike, folded_name
from engine.likeness.children import Described
from engine.likeness.keys import kept_keys
from engine.reads.lists.case_list import cases
from engine.tables import Case, Family, Person, PersonKey
from tests.amount import sized
from tests.benchmarks.measuring import Line, Stopwatch, machine, table
from tests.builders import HERE, MONDAY, Authority, authority
from tests.databases import Copies
from tests.engine.likeness.people import SLIPS, person

FEW, MANY = sized(1_000, 20), sized(50_000, 60)
TRIES = sized(60, 3)
AT_ONCE = 1_000


@pytest.fixture
def databases(tmp_path: Path, sqlite_template: Path, postgresql_copies: Copies) -> Generator[dict[str, Database]]:
    file = tmp_path / "throughline.db"
    file.write_bytes(sqlite_template.read_bytes())
    address = postgresql_copies.make()
    found = {"SQLite": Database(f"sqlite:///{file}"), "PostgreSQL": Database(address)}
    yield found
    for database in found.values():
        database.dispose()
    postgresql_copies.remove(address)


def known(at: Authority, count: int, chance: Random) -> list[Described]:
    """So many children more, each with a case, written by the thousand."""
    children = [person(chance) for _ in range(count)]
    for first in range(0, count, AT_ONCE):
        written(at, children[first : first + AT_ONCE], MONDAY)
    return children


def written(at: Authority, children: list[Described], now: datetime) -> None:
    family = new_id()
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "authority_id": HERE,
            "given_name": child.given_name,
            "family_name": child.family_name,
            "born": child.born,
            "address": child.address,
            "match_name": folded_name(child.given_name, child.family_name),
        }
        for child in children
    ]
    keys = [
        {"key": key, "person_id": row["id"]}
        for row, child in zip(rows, children, strict=True)
        for key in kept_keys(HERE, child)
    ]
    opened = [
        {
            "id": new_id(),
            "authority_id": HERE,
            "reference": new_id()[:12],
            "person_id": row["id"],
            "family_id": family,
            "team_id": at.team,
            "opened_at": now,
        }
        for row in rows
    ]
    with at.database.transaction() as connection:
        connection.execute(insert(Family).values(id=family, authority_id=HERE, created_at=now))
        connection.execute(insert(Person), rows)
        connection.execute(insert(PersonKey), keys)
        connection.execute(insert(Case), opened)


def matching(at: Authority, children: list[Described]) -> Stopwatch:
    watch, chance = Stopwatch(), Random(7)  # noqa: S311 (a try, not a secret)
    with at.database.read() as connection:
        for _ in range(TRIES):
            again = SLIPS[chance.choice(sorted(SLIPS))](chance, chance.choice(children))
            watch.time(partial(alike, connection, HERE, again, ""))
    return watch


def searching(at: Authority, children: list[Described]) -> Stopwatch:
    watch, chance = Stopwatch(), Random(8)  # noqa: S311 (a try, not a secret)
    worker = at.actor("social_worker")
    with at.database.read() as connection:
        for _ in range(TRIES):
            one = chance.choice(children)
            typed = chance.choice((f"{one.family_name} {one.given_name}", one.address, f"{one.born}"))
            watch.time(partial(cases, connection, worker, MONDAY, typed))
    return watch


def test_finding_a_known_child_among_many(databases: dict[str, Database], capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[Line] = []
    for name, database in databases.items():
        at, chance = authority(database=database), Random(1)  # noqa: S311 (a try, not a secret)
        children = known(at, FEW, chance)
        matched, searched = matching(at, children), searching(at, children)
        children += known(at, MANY - FEW, chance)
        analysed(database)
        lines += [
            Line(f"{name}: matching among {FEW:,}", matched),
            Line(f"{name}: matching among {MANY:,}", matching(at, children), matched.median),
            Line(f"{name}: searching among {FEW:,}", searched),
            Line(f"{name}: searching among {MANY:,}", searching(at, children), searched.median),
        ]
    with capsys.disabled():
        print(table(f"Known children, {machine()}", lines))  # noqa: T201
    assert all(len(line.watch.times) == TRIES for line in lines)


def analysed(database: Database) -> None:
    """As the servers do by themselves in time."""
    with database.transaction() as connection:
        connection.exec_driver_sql("ANALYZE")
