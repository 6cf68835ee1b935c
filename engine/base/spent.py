"""What a request, or whatever else is under way in this thread, has spent in the database: statements and seconds."""

from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

# These wait for somebody else, if for anything.
TAKES_LOCK = ("BEGIN IMMEDIATE", "FOR UPDATE", "pg_advisory_xact_lock")


@dataclass(slots=True)
class Spent:
    """`seconds` in statements; `waiting` in those among them that take a lock, so nearly all of it for the lock."""

    statements: int = 0
    seconds: float = 0.0
    waiting: float = 0.0
    since: float = 0.0


_SPENT: ContextVar[Spent | None] = ContextVar("spent", default=None)


def count_from_now() -> Spent:
    """Goes on counting until it is called again in this thread."""
    spent = Spent()
    _SPENT.set(spent)
    return spent


def watch(engine: Engine) -> None:
    event.listen(engine, "before_cursor_execute", _begin, retval=True)
    event.listen(engine, "after_cursor_execute", _end)
    event.listen(engine, "handle_error", _fail)


def _begin(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
    if spent := _SPENT.get():
        spent.statements += 1
        spent.since = perf_counter()
    return statement, parameters


def _end(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if (spent := _SPENT.get()) and spent.since:
        took, spent.since = perf_counter() - spent.since, 0.0
        spent.seconds += took
        if any(words in statement for words in TAKES_LOCK):
            spent.waiting += took


def _fail(failure: Any) -> None:
    """Whoever waited in vain waited longest."""
    _end(None, None, failure.statement or "")
