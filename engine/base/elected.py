"""One of all the processes that share a database, for what one alone is to do."""

from types import TracebackType
from typing import Self

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from engine.base.database import Database

TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
# A machine that is cut off says no farewell: its lock is to be free within half a minute, not after two hours.
NOTICED_WHEN_CUT_OFF = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)


class Elected:
    """By a lock of PostgreSQL that belongs to a connection: it is free for the next as soon as that has ended, however
    that was. On SQLite there is one process, and it is elected.
    """

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._holding: Connection | None = None

    def is_it(self) -> bool:
        """Whether this process is the one; tries to become it. False as well where the database is out of reach."""
        if self._database.engine.dialect.name == "sqlite":
            return True
        try:
            if self._holding is not None:
                self._holding.execute(text("SELECT 1"))
                return True
            return self._try()
        except OperationalError:
            self._give_up()
            return False

    def _try(self) -> bool:
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # never given back to the pool: there the lock would outlive us
        self._holding = connection
        for statement in NOTICED_WHEN_CUT_OFF:
            connection.exec_driver_sql(statement)
        if connection.execute(TAKE, {"name": self._name}).scalar_one():
            return True
        self._give_up()
        return False

    def _give_up(self) -> None:
        if self._holding is not None:
            self._holding.close()
            self._holding = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_up()
