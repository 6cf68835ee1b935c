"""What finding a known child costs among few and among many, on each database, in one run."""

from datetime import datetime
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import insert

from engine.base.database import Database
from engine.base.identifiers import new_id
from engine.facts.matching import alike, folded_name
from engine.likeness.children import Described
from engine.likeness.keys import kept_keys
from engine.reads.lists.case_list import cases
from engine.tables import Case, Family, Person, PersonKey
from tests.amount import sized
from tests.benchmarks.conftest import Shows
from tests.benchmarks.measuring import Cost, Meter, Ratio
from tests.builders import HERE, MONDAY, Authority, authority
from tests.engine.likeness.people import SLIPS, person

FEW, MANY = sized(1_000, 20), sized(50_000, 60)
TRIES = sized(60, 3)
AT_ONCE = 1_000


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
            "match_name": row["match_name"],
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


def matching(at: Authority, children: list[Described]) -> Cost:
    cost, chance = Cost(Meter(at.database)), Random(7)  # noqa: S311 (a try, not a secret)
    with at.database.read() as connection:
        for _ in range(TRIES):
            again = SLIPS[chance.choice(sorted(SLIPS))](chance, chance.choice(children))
            cost.time(partial(alike, connection, HERE, again, ""))
    return cost


def searching(at: Authority, children: list[Described]) -> Cost:
    cost, chance = Cost(Meter(at.database)), Random(8)  # noqa: S311 (a try, not a secret)
    worker = at.actor("social_worker")
    with at.database.read() as connection:
        for _ in range(TRIES):
            one = chance.choice(children)
            typed = chance.choice((f"{one.family_name} {one.given_name}", one.address, f"{one.born}"))
            cost.time(partial(cases, connection, worker, MONDAY, typed))
    return cost


def test_finding_a_known_child_among_many(kind: str, as_it_is_run: Database, shows: Shows) -> None:
    at, chance = authority(database=as_it_is_run), Random(1)  # noqa: S311 (a try, not a secret)
    children = known(at, FEW, chance)
    few = matching(at, children), searching(at, children)
    children += known(at, MANY - FEW, chance)
    analysed(as_it_is_run)
    many = matching(at, children), searching(at, children)
    for what, before, after in zip(("Matching a child", "Searching"), few, many, strict=True):
        ratio = after.median / before.median
        shows(Ratio(f"{what}, {MANY:,} known", kind, ratio, f"among {FEW:,}", milliseconds=after.median))


def analysed(database: Database) -> None:
    """As the servers do by themselves in time."""
    with database.transaction() as connection:
        connection.exec_driver_sql("ANALYZE")
