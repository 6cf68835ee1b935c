"""Children as pages name them, and accounts by their names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, SQLColumnExpression, null, select, union_all

from engine.facts.child_names import child_name
from engine.tables import Account, NamedRow, Person
from engine.timescales.calendar import day_of, of_age

SOON_OF_AGE = 90
"""Days before the eighteenth birthday in which a case says how many are left: plans end with it."""


@dataclass(frozen=True, slots=True)
class ChildView:
    """`age` is in words, as of the moment the page was read: “6 years”, “8 months”, “not yet born”; may be empty. The
    last days before the eighteenth birthday are counted: “17 years, 18 in 32 days”. Of a child who died it says so with
    the age then, and of one who left the country for good since when.
    """

    person: str
    name: str
    age: str
    born: date | None
    expected: date | None
    died_on: date | None = None
    abroad_since: date | None = None

    @property
    def is_unborn(self) -> bool:
        return self.born is None and self.expected is not None


def child_columns() -> tuple[SQLColumnExpression[Any], ...]:
    """What a statement that joins `person` selects for `child_of`; the child's id is called `person` there."""
    return (
        *(Person.id.label("person"), Person.given_name, Person.family_name, Person.born, Person.expected),
        *(Person.died_on, Person.abroad_since),
    )


def child_of(row: NamedRow, now: datetime) -> ChildView:
    """From a row of a statement that selects `child_columns()`."""
    ended = {"died_on": row.died_on, "abroad_since": row.abroad_since}
    return child_view(row.person, row.given_name, row.family_name, row.born, row.expected, now, **ended)


def child_view(
    person: str,
    given_name: str,
    family_name: str,
    born: date | None,
    expected: date | None,
    now: datetime,
    *,
    died_on: date | None = None,
    abroad_since: date | None = None,
) -> ChildView:
    """Nobody grows older who has died."""
    age = _age(born, None if died_on else expected, died_on or day_of(now))
    said = [f"died on {_day(died_on)}"] if died_on else []
    if age:
        said.append(f"aged {age}" if died_on else age)
    if abroad_since and not died_on:
        said.append(f"left the United Kingdom on {_day(abroad_since)}")
    name = child_name(given_name, family_name)
    return ChildView(person, name, ", ".join(said), born, expected, died_on, abroad_since)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _age(born: date | None, expected: date | None, today: date) -> str:
    if born is None:
        return "not yet born" if expected else ""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if 0 < (left := (of_age(born) - today).days) <= SOON_OF_AGE:
        return f"17 years, 18 in {left} {'day' if left == 1 else 'days'}"
    if months >= 24:
        return f"{months // 12} years"
    if months > 0:
        return f"{months} month" if months == 1 else f"{months} months"
    days = (today - born).days
    return "newborn" if days == 0 else f"{days} day" if days == 1 else f"{days} days"


def names_of_accounts(connection: Connection, accounts: Iterable[str | None]) -> dict[str, str]:
    """Id -> name; ids that are no account's (`public`, `system`) are left out."""
    rows = connection.execute(select(Account.id, Account.name).where(Account.id.in_({one for one in accounts if one})))
    return {row.id: row.name for row in rows}


def names_of(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Id -> name of colleagues and of children alike, in one statement; none where there is no id. A colleague has one
    name, whatever of it is a family name; of a child either may not be known.
    """
    wanted = set(ids)
    if not wanted:
        return {}
    colleagues = select(Account.id, Account.name.label("given_name"), null().label("family_name"))
    children = select(Person.id, Person.given_name, Person.family_name)
    rows = connection.execute(
        union_all(colleagues.where(Account.id.in_(wanted)), children.where(Person.id.in_(wanted)))
    )
    return {
        row.id: row.given_name if row.family_name is None else child_name(row.given_name, row.family_name)
        for row in rows
    }


def names_of_persons(connection: Connection, persons: Iterable[str]) -> dict[str, str]:
    rows = connection.execute(
        select(Person.id, Person.given_name, Person.family_name).where(Person.id.in_(set(persons)))
    )
    return {row.id: child_name(row.given_name, row.family_name) for row in rows}
