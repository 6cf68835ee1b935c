"""The files that were brought in from elsewhere: those of a draft, and those that wait for one to be made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.tables import Account, BroughtIn


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """`is_made`: it is in a draft. `by` is a name."""

    id: str
    name: str
    by: str
    at: datetime
    is_made: bool


def brought_files(connection: Connection, authority: str, change: str | None) -> Sequence[BroughtFile]:
    """Of a draft, also those that wait to be put into it; with None those of which one is to be made. Newest first."""
    made = BroughtIn.packed.is_(None).label("is_made")
    rows = connection.execute(
        select(BroughtIn.id, BroughtIn.name, BroughtIn.brought_at.label("at"), Account.name.label("by"), made)
        .join(Account, Account.id == BroughtIn.brought_by)
        .where(BroughtIn.authority_id == authority, BroughtIn.change_id == change)
        .order_by(BroughtIn.brought_at.desc(), BroughtIn.id)
    )
    return [BroughtFile(**one) for one in rows.mappings()]
