"""Whether the rows of an authority follow from what was recorded while something was done."""

from collections.abc import Generator
from contextlib import contextmanager
from copy import deepcopy

from sqlalchemy import Connection

from engine.base.database import Database
from engine.record.chain import INSTALLATION, RecordedEntry, authority_chain, lines
from engine.rerun.authority_rerunning import follow
from engine.rerun.authority_standing import standing_rows


@contextmanager
def rows_follow(database: Database, authority: str) -> Generator[None]:
    """From the rows that stood before, however they came there, and the entries that were written since, follow the
    rows that stand after.
    """
    with database.read() as connection:
        before, known = standing_rows(connection, authority), _entries(connection, authority)
    yield
    with database.read() as connection:
        said = deepcopy(before)
        new = [entry for entry in _entries(connection, authority) if entry not in known]
        assert list(follow(connection, said, new)) == []
        assert said == standing_rows(connection, authority)


def _entries(connection: Connection, authority: str) -> list[RecordedEntry]:
    """Its chain, and what the chain of the installation says of it."""
    of_all = [one for one in lines(connection, INSTALLATION) if (one.payload or {}).get("authority") == authority]
    return [*of_all, *lines(connection, authority_chain(authority))]
