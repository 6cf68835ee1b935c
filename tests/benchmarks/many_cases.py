"""An authority with very many cases: a few that commands made, copied by statements, a hundred cases to a team.

Copies have names, teams, lead professionals and days of their own, so that lists are in some order and each person has
as much as where there are few. Their record is as long as a real one and does not verify: it is that of another case.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    and_,
    case,
    cast,
    insert,
    literal,
    select,
)
from sqlalchemy.sql.schema import Table as Rows

from engine.base.database import Database
from engine.tables import Account, Case, Chain, Membership, Relationship, Table, Team
from engine.tables.column_types import Instant
from tests.builders import MONDAY, Authority, authority, case_at, do, membership
from tests.engine.commands.pathway import in_enquiry, planned

A_TEAM = 100
WORKERS = 8
DAYS = 64
# How a year's cases lie in an authority: most are over, half of them without an assessment.
OF_ALL = {
    "closed": 90,
    "no_further_action": 74,
    "assessing": 6,
    "agreed": 5,
    "plan": 5,
    "written": 3,
    "referred": 2,
    "deciding": 2,
    "enquiry": 3,
}
# By the columns that name something of the case, which each copy has for itself.
OWN = frozenset(
    {
        "id",
        "case_id",
        "person_id",
        "family_id",
        "instance_id",
        "deadline_id",
        "chain",
        "reference",
        "match_name",
        "name",
    }
)
COPIED = ("family", "person", "relationship", "case", "part", "instance", "deadline", "work_item", "wait", "answers")


def many_cases(database: Database, count: int) -> Authority:
    """Of `count` cases, and a few that they were copied from."""
    at = authority(database=database)
    originals = {name: _original(at, name) for name in OF_ALL}
    teams = max(1, count // A_TEAM)
    with database.transaction() as connection:
        _add_teams(connection, teams)
        first = 0
        for name, share in OF_ALL.items():
            last = first + max(1, count * share // sum(OF_ALL.values()))
            _copy(connection, originals[name], range(first, last), teams)
            first = last
    if database.engine.dialect.name == "postgresql":  # which does so by itself in time
        with database.transaction() as connection:
            connection.exec_driver_sql("ANALYZE")
    return at


def _original(at: Authority, name: str) -> str:
    match name:
        case "enquiry":
            return in_enquiry(authority=at)
        case "plan":
            return planned(authority=at)
        case "no_further_action":
            found = case_at(authority=at, point="deciding")
            do(authority=at, case=found, task="decide_response", response="no_further_action")
            return found
        case _:
            return case_at(authority=at, point=name)


def copied(database: Database, of_case: str, count: int) -> None:
    """Copies of one case, all in one team beside that of the case."""
    with database.transaction() as connection:
        _add_teams(connection, 1)
        _copy(connection, of_case, range(count), 1)


def worker(team: int, number: int = 0) -> str:
    return f"worker{team}.{number}"


def manager(team: int) -> str:
    return f"manager{team}"


def _add_teams(connection: Connection, teams: int) -> None:
    own = {"authority_id": "here"}
    rows = [
        {"id": f"team{n}", "name": f"Team {n}", "duty": False, "organisation_id": "social_care"} for n in range(teams)
    ]
    connection.execute(insert(Team), [{**row, **own} for row in rows])
    people = {worker(n, one): ("social_worker", n) for n in range(teams) for one in range(WORKERS)}
    people |= {manager(n): ("team_manager", n) for n in range(teams)}
    since = {"created_at": MONDAY - timedelta(days=365), "password_hash": None, "disabled_at": None}
    named = [{"id": one, "name": one, "email": f"{one}@example.org"} for one in people]
    connection.execute(insert(Account), [{**row, **own, **since} for row in named])
    held = [
        membership(account=one, role=role, agency="social_care", team=f"team{n}") for one, (role, n) in people.items()
    ]
    connection.execute(insert(Membership), held)


def _copy(connection: Connection, of_case: str, numbers: range, teams: int) -> None:
    """One statement for each table."""
    counted = select(literal(numbers.start, Integer).label("n")).cte("numbers", recursive=True)
    counted = counted.union_all(select(counted.c.n + 1).where(counted.c.n < numbers.stop - 1))
    family = connection.execute(select(Case.family_id).where(Case.id == of_case)).scalar_one()
    their = {
        **dict.fromkeys(COPIED, ("case_id", [of_case])),
        **dict.fromkeys(("act", "payload"), ("chain", [f"case:{of_case}"])),
        "case": ("id", [of_case]),
        "family": ("id", [family]),
        "relationship": ("family_id", [family]),
        "person": ("id", select(Relationship.person_id).where(Relationship.family_id == family)),
    }
    for name, (key, values) in their.items():
        of_it = Table.metadata.tables[name]
        copied = [_column(of_it, one, counted.c.n, teams) for one in of_it.columns]
        whole = select(*copied).select_from(of_it.join(counted, literal(True))).where(of_it.c[key].in_(values))
        connection.execute(insert(of_it).from_select([one.name for one in of_it.columns], whole))
    names = select(literal(f"case:{of_case}.") + cast(counted.c.n, String))
    connection.execute(insert(Chain).from_select(["name"], names))


def _column(table: Rows, column: Any, n: ColumnElement[int], teams: int) -> ColumnElement[Any]:  # noqa: C901, PLR0911  a list
    """As the copy numbered `n` has it."""
    if column.name in OWN:
        return column + "." + cast(n, String)
    team, in_team = cast(n % teams, String), n // teams
    lead = literal("worker") + team + "." + cast(in_team % WORKERS, String)
    match table.name, column.name:
        case _, "team_id":
            return case((column.is_not(None), literal("team") + team))
        case "case", "lead_account_id":
            return case((column.is_not(None), lead))
        case "work_item", "owner_id":
            to_take = and_(table.c.closed_at.is_(None), table.c.team_id.is_not(None), in_team % 2 == 0)
            return case((to_take, lead), else_=column)
        case "deadline", "due_at":
            runs = and_(table.c.met_at.is_(None), table.c.stopped_at.is_(None), table.c.passed_at.is_(None))
            return case((runs, _some_day(n)), else_=column)
        case "person" | "case", "match_name":
            return cast((n * 7919) % 100_003, String)
        case _:
            return column


def _some_day(n: ColumnElement[int]) -> ColumnElement[datetime]:
    """From a few days ago on."""
    days: Mapping[int, ColumnElement[Any]] = {
        day: literal(MONDAY + timedelta(days=day - 4), Instant) for day in range(DAYS)
    }
    return case(days, value=(n * 37) % DAYS)
