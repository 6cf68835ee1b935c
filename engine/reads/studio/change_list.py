"""The drafts of an authority: what is being changed, by whom, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from engine.tables import Account, Change, ChangeFile

STATES = {
    "open": "Being worked on",
    "in_review": "With a second person",
    "approved": "Approved",
    "published": "Put in force",
    "dropped": "Closed",
}
CLOSED = ("published", "dropped")
MOST_SHOWN = 200
_FIRST = {"in_review": 0, "approved": 1, "open": 2}


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """`owner` is a name. `state` is one of STATES, `held_up` why it could not be put in force on its day. `base_hash`
    is what it stands on, `saved_at` when anything in it was saved last, None where nothing was.
    """

    id: str
    title: str
    why: str
    owner: str
    state: str
    created_at: datetime
    effect_from: datetime | None
    held_up: str
    published_number: int | None
    base_hash: str
    saved_at: datetime | None

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    def told(self) -> dict[str, Any]:
        """For a program."""
        names = ("id", "title", "why", "owner", "state", "created_at", "effect_from", "held_up", "published_number")
        return {name: getattr(self, name) for name in names}


def changes(connection: Connection, authority: str) -> tuple[ChangeSummary, ...]:
    """What waits for somebody else, then what is being worked on, then what is closed; of each the newest first."""
    saved = select(func.max(ChangeFile.saved_at)).where(ChangeFile.change_id == Change.id).scalar_subquery()
    rows = connection.execute(
        select(
            *(Change.id, Change.title, Change.why, Account.name.label("owner"), Change.state, Change.created_at),
            *(Change.effect_from, Change.held_up, Change.published_number, Change.base_hash, saved.label("saved_at")),
        )
        .join(Account, Account.id == Change.owner_id)
        .where(Change.authority_id == authority)
        .order_by(case(_FIRST, value=Change.state, else_=len(_FIRST)), Change.created_at.desc(), Change.id)
        .limit(MOST_SHOWN)
    )
    return tuple(ChangeSummary(**row) for row in rows.mappings())
