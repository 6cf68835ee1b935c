"""What somebody typed to find something, by the random id that stands for it in an address."""

from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotFound
from engine.people.identity import Actor
from engine.tables import KeptSearch


def words_of(connection: Connection, actor: Actor, now: datetime, search: str) -> str:
    """Raises NotFound for one that is another person's, that has run out, or that never was: nobody can tell which."""
    mine = (KeptSearch.id == search, KeptSearch.account_id == actor.account, KeptSearch.until > now)
    words = connection.scalar(select(KeptSearch.words).where(*mine))
    if words is None:
        raise NotFound
    return words
