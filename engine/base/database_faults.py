"""What can be wrong with a database that cannot be used just now, in words without a statement or a value in them."""

import errno
from collections.abc import Callable, Generator
from contextlib import contextmanager
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

Result = TypeVar("Result")


class Trouble(Enum):
    """What is wrong, as far as whoever asked has to know."""

    AWAY = "it does not answer, or the connection to it was lost"
    BUSY = "somebody else has held what was needed for too long"
    FULL = "its disk is full, so nothing can be written"
    READ_ONLY = "nothing may be written just now"
    SPOILED = "what it holds cannot be read as it was written"
    UNPREPARED = "it has no such tables, or this role may not use them"
    UNKNOWN = "the connection was lost while what was sent was being stored: it may or may not be"


# By SQLSTATE, the longest beginning that fits (PostgreSQL, appendix A), and by the primary code of SQLite.
_SQLSTATES = {
    "08": Trouble.AWAY,
    "25006": Trouble.READ_ONLY,
    "3F000": Trouble.UNPREPARED,
    "40": Trouble.BUSY,
    "42501": Trouble.UNPREPARED,
    "42P01": Trouble.UNPREPARED,
    "42703": Trouble.UNPREPARED,
    "53100": Trouble.FULL,
    "55P03": Trouble.BUSY,
    "57": Trouble.AWAY,
    "57014": Trouble.BUSY,
    "58030": Trouble.FULL,
    "XX001": Trouble.SPOILED,
    "XX002": Trouble.SPOILED,
}
_SQLITE = {
    "SQLITE_BUSY": Trouble.BUSY,
    "SQLITE_LOCKED": Trouble.BUSY,
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_IOERR_SHMSIZE": Trouble.FULL,  # no room for the index of what was written last
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_CORRUPT": Trouble.SPOILED,
    "SQLITE_NOTADB": Trouble.SPOILED,
}
# Of these kinds a fault is the database's own or its keeper's; of others it is a fault of ours, unless its SQLSTATE is
# named above.
NOT_OURS = (OperationalError, InternalError, InterfaceError)


class DatabaseUnavailable(Exception):
    """The database cannot be opened or written just now. Says what to do; never what was in the statement.

    `code` is the driver's own: `SQLITE_FULL`, an SQLSTATE, or empty.
    """

    def __init__(self, message: str, trouble: Trouble = Trouble.AWAY, code: str = "") -> None:
        super().__init__(message)
        self.trouble = trouble
        self.code = code

    @property
    def is_unwritable(self) -> bool:
        """Nothing can be written, and all can be read."""
        return self.trouble in (Trouble.FULL, Trouble.READ_ONLY)


@contextmanager
def said_plainly() -> Generator[None]:
    """Raises DatabaseUnavailable for what is wrong with the database; a fault of ours goes on as it is."""
    try:
        yield
    except NoConnectionFree:  # of the pool: more threads than connections
        raise DatabaseUnavailable("The database cannot be used just now: too many ask.", Trouble.BUSY) from None
    except DBAPIError as error:
        trouble = _trouble(error)
        # SQLite says DatabaseError itself of a file that is no database.
        if trouble is None and type(error) not in (DatabaseError, *NOT_OURS):
            raise
        # The statement and its values hold a child's data: only the driver's own words may travel on.
        words = f"The database cannot be used just now: {_words(error)}"
        if trouble is Trouble.UNPREPARED:
            words += ". Does “throughline db upgrade” have to be run, or “throughline db role”?"
        raise DatabaseUnavailable(words, trouble or Trouble.AWAY, code_of(error)) from None


@contextmanager
def said_of_commit() -> Generator[None]:
    """Within `said_plainly`, around a commit: whoever is cut off while it is under way knows nothing of its end."""
    try:
        yield
    except DBAPIError as error:
        code = code_of(error)
        if _trouble(error) in (None, Trouble.AWAY) and (code.startswith("SQLITE_IOERR") or _is_cut_off(error)):
            raise DatabaseUnavailable(
                f"The database was lost while something was stored: {_words(error)}", Trouble.UNKNOWN, code
            ) from None
        raise


def once_more(ask: Callable[[], Result]) -> Result:
    """What `ask` gives; where the connection is lost under way, what it gives the second time.

    For what only reads, and for a command that may be given twice: nothing of it has happened when a connection is lost
    before its commit.
    """
    try:
        return ask()
    except DatabaseUnavailable as lost:
        if lost.trouble is not Trouble.AWAY:
            raise
        return ask()


def code_of(error: BaseException | None) -> str:
    """By which a fault of the database or of a file is known: `SQLITE_FULL`, an SQLSTATE, `ENOSPC`; empty where it has
    none. Holds nothing that anybody wrote.
    """
    if isinstance(error, DatabaseUnavailable):
        return error.code
    if isinstance(error, DBAPIError):
        driver: Any = error.orig
        return str(getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None) or "")
    return errno.errorcode.get(error.errno or 0, "") if isinstance(error, OSError) else ""


def _trouble(error: DBAPIError) -> Trouble | None:
    """None where the driver's code says nothing of it."""
    code = code_of(error)
    if code.startswith("SQLITE_"):
        if code == "SQLITE_ERROR":
            return Trouble.UNPREPARED if "no such table" in str(error.orig) else None
        names = ("_".join(code.split("_")[:length]) for length in (3, 2))
        return next((_SQLITE[name] for name in names if name in _SQLITE), None)
    known = (code[:length] for length in (5, 2) if code)
    return next((_SQLSTATES[part] for part in known if part in _SQLSTATES), None)


def _is_cut_off(error: DBAPIError) -> bool:
    return error.connection_invalidated or not code_of(error) or code_of(error).startswith(("08", "57"))


def _words(error: DBAPIError) -> str:
    """PostgreSQL says the statement behind its words: that is left out."""
    said: str | None = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    return (said or str(error.orig)).strip()
