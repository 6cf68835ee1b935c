"""Looking is an act: it is in the looker's record before the page is answered. No entry, no page."""

from collections.abc import Callable
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from engine.base.database import Database
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.record.chain import NewEntry, append


class NamesCases(Protocol):
    """What a page shows names the cases it shows."""

    @property
    def cases_shown(self) -> tuple[str, ...]: ...


Page = TypeVar("Page", bound=NamesCases)
Arguments = ParamSpec("Arguments")


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

    Raises what `read` raises, NotFound above all.
    """
    return _look(database, actor, now, page, lambda connection: read(connection, actor, now, *arguments, **named))


@command(may=CommandRight.SIGNED_IN)
def _look(work: Work, page: str, read: Callable[[Connection], Page]) -> Page:
    shown = read(work.connection)
    cases = tuple(dict.fromkeys(shown.cases_shown))
    fact = NewEntry("viewed", payload={"page": page}, cases_shown=cases)
    append(work.connection, work.actor.chain, work.actor.signature, work.now, [fact])
    return shown
