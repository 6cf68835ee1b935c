"""How often somebody did something, counted in the database, so that all processes of the site count together.

Not commands: who counts is nobody, and the record has nothing to say of it. A key is made by whoever asks, and says
neither an address nor an account (docs/decisions/limits.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from engine.base.database import Database, one_at_a_time
from engine.tables import Counted

FORGOTTEN_AT_ONCE = 1000
# After so long without another wrong one nothing is left of the wrong passwords.
WRONG_COUNTS_FOR = timedelta(hours=24)
LONGEST_DELAY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many in any span of this length, wherever that begins."""

    most: int
    span: timedelta

    def times(self, factor: int) -> "Budget":
        return Budget(self.most * factor, self.span)


def spend(database: Database, now: datetime, budgets: Mapping[str, Budget]) -> datetime | None:
    """Counts one against each key, or against none where one of them is spent: then gives when there is room again.

    What is refused writes nothing. Raises DatabaseUnavailable, after three seconds at most.
    """
    with database.read() as connection:
        if again := room_at(connection, now, budgets):
            return again
    with database.brief_transaction() as connection:
        for key in sorted(budgets):
            one_at_a_time(connection, f"counted {key}")
        if again := room_at(connection, now, budgets):
            return again
        forget_old(connection, now)
        count(connection, now, budgets)
    return None


def room_at(connection: Connection, now: datetime, budgets: Mapping[str, Budget]) -> datetime | None:
    """When each of the budgets has room again; None where all have it now."""
    ends = [
        connection.scalar(
            select(Counted.until)
            .where(Counted.key == key, Counted.until > now)
            .order_by(Counted.until.desc())
            .offset(budget.most - 1)
            .limit(1)
        )
        for key, budget in budgets.items()
    ]
    return max((end for end in ends if end is not None), default=None)


def count(connection: Connection, now: datetime, budgets: Mapping[str, Budget]) -> None:
    rows = [{"key": key, "at": now, "until": now + budget.span} for key, budget in budgets.items()]
    if rows:
        connection.execute(insert(Counted), rows)


def forget_old(connection: Connection, now: datetime) -> None:
    """What counts no more goes when something is counted, whosever it is: each row once."""
    over = select(Counted.number).where(Counted.until <= now).limit(FORGOTTEN_AT_ONCE)
    old = over.with_for_update(of=Counted, skip_locked=True)
    connection.execute(delete(Counted).where(Counted.number.in_(old)))


def wrong_before(connection: Connection, now: datetime, key: str) -> tuple[int, datetime | None]:
    """How many wrong passwords count for this key, and when the next may be tried; None where there were none."""
    of_key = (Counted.key == key, Counted.until > now)
    row = connection.execute(
        select(func.count().label("wrong"), func.max(Counted.at).label("last")).where(*of_key)
    ).one()
    return row.wrong, row.last + delay_after(row.wrong) if row.wrong else None


def delay_after(wrong: int) -> timedelta:
    """After so many wrong passwords in a row: 1 s after the first, 2, 4, and so on to 15 minutes."""
    return min(timedelta(seconds=2 ** min(wrong - 1, 30)), LONGEST_DELAY)


def forget(connection: Connection, key: str) -> None:
    connection.execute(delete(Counted).where(Counted.key == key))
