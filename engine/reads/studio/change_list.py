"""The drafts of an authority: what is being changed, by whom, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, select

from engine.tables import Account, Change

STATES = {
    "open": "Being worked on",
    "in_review": "With a second person",
    "approved": "Approved",
    "published": "Published",
    "dropped": "Dropped",
}
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """`owner` is a name. `state` is one of STATES, `held_up` why it could not be put in force on its day."""

    id: str
    title: str
    why: str
    owner: str
    state: str
    created_at: datetime
    effect_from: datetime | None
    held_up: str
    published_number: int | None

    def told(self) -> dict[str, Any]:
        """For a program."""
        names = ("id", "title", "why", "owner", "state", "created_at", "effect_from", "held_up", "published_number")
        return {name: getattr(self, name) for name in names}


def changes(connection: Connection, authority: str) -> tuple[ChangeSummary, ...]:
    """Those that are not closed first, then the newest."""
    closed = case((Change.state.in_(("published", "dropped")), 1), else_=0)
    rows = connection.execute(
        select(
            *(Change.id, Change.title, Change.why, Account.name.label("owner"), Change.state, Change.created_at),
            *(Change.effect_from, Change.held_up, Change.published_number),
        )
        .join(Account, Account.id == Change.owner_id)
        .where(Change.authority_id == authority)
        .order_by(closed, Change.created_at.desc(), Change.id)
        .limit(MOST_SHOWN)
    )
    return tuple(ChangeSummary(**row) for row in rows.mappings())
