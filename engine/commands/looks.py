"""Looking is an act: it is in the looker's record before the page is answered. No entry, no page."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Select, select

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound
from engine.commands.watching_alarms import open_cases
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.record.chain import NewEntry, append
from engine.tables import Case, WorkItem


class NamesCases(Protocol):
    """What a page shows names the cases it shows."""

    @property
    def cases_shown(self) -> tuple[str, ...]: ...


Page = TypeVar("Page", bound=NamesCases)
Arguments = ParamSpec("Arguments")
OPENING: Mapping[str, Callable[[str], Select[str]]] = {
    "case": lambda case: select(Case.id).where(Case.id == case),
    "task": lambda item: select(WorkItem.case_id).where(WorkItem.id == item),
}


def look(
    database: Database,
    actor: Actor,
    now: datetime,
    page: str,
    read: Callable[Concatenate[Connection, Actor, datetime, Arguments], Page],
    *arguments: Arguments.args,
    **named: Arguments.kwargs,
) -> Page:
    """What `read` gives, once the look is recorded in the person's chain: one entry naming every case shown.

    It is read before the entry is written, so that nobody who saves waits for readers: SQLite lets one write at a time.
    By a page of OPENING a case is opened, which ends its alarms; `read` then takes first which case or task that is.
    Raises what `read` raises, NotFound above all.
    """
    opened = OPENING[page](str(arguments[0])) if page in OPENING else None

    def reading(connection: Connection) -> Page:
        return read(connection, actor, now, *arguments, **named)

    seen = None
    with suppress(NotFound, NotAllowed), database.read() as connection:  # the command refuses it again, and remembers
        seen = reading(connection)
    return _look(database, actor, now, page, reading, opened, seen)


@command(may=CommandRight.SIGNED_IN)
def _look(
    work: Work, page: str, read: Callable[[Connection], Page], opened: Select[str] | None, seen: Page | None
) -> Page:
    """What was `seen` is shown, unless opening the case has changed it: then it is read again."""
    alarms_ended = opened is not None and open_cases(work, opened)
    shown = read(work.connection) if seen is None or alarms_ended else seen
    cases = tuple(dict.fromkeys(shown.cases_shown))
    fact = NewEntry("viewed", payload={"page": page}, cases_shown=cases)
    append(work.connection, work.actor.chain, work.actor.signature, work.now, [fact])
    return shown
