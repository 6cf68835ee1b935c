"""The installation in numbers, for a program that watches it: asked often, so each statement has an index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, literal, select

from engine.tables import Checkpoint, Deadline, Instance, LastTick, Outbox, running_deadline

# The clock ticks every few seconds: what it has not acted on by then it does not act on.
TIME_TO_ACT = timedelta(minutes=1)
# Written out: an index of some rows alone is found only by the very words that it was made with.
STUCK = literal("stuck", literal_execute=True)


@dataclass(frozen=True, slots=True)
class Figures:
    """`overdue`: clocks that ran out more than a minute ago, on which nothing has acted. `letters` by state, where
    there are some that are not settled; `waiting_since` is when the oldest that waits was asked for. The moments are
    None where there is none yet.
    """

    overdue: int
    set_aside: int
    letters: Mapping[str, int]
    waiting_since: datetime | None
    ticked_at: datetime | None
    checkpoint_at: datetime | None


def figures(connection: Connection, now: datetime) -> Figures:
    to_pass = and_(Deadline.passed_at.is_(None), running_deadline(), Deadline.due_at < now - TIME_TO_ACT)
    letters = select(Outbox.state, func.count().label("letters"), func.min(Outbox.asked_at).label("since"))
    by_state = connection.execute(letters.where(Outbox.settled_at.is_(None)).group_by(Outbox.state)).all()
    newest = select(Checkpoint.at).order_by(Checkpoint.number.desc()).limit(1)
    return Figures(
        overdue=connection.scalars(select(func.count()).where(to_pass)).one(),
        set_aside=connection.scalars(select(func.count()).where(Instance.status == STUCK)).one(),
        letters={row.state: row.letters for row in by_state},
        waiting_since=next((row.since for row in by_state if row.state == "waiting"), None),
        ticked_at=connection.scalars(select(LastTick.at)).one_or_none(),
        checkpoint_at=connection.scalars(newest).one_or_none(),
    )
