"""Looking is an act: it is in the looker's record before the page is answered. No entry, no page."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Select, select

from engine.base.database import Database
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

    By a page of OPENING a case is opened, which ends its alarms; `read` then takes first which case or task that is.
    Raises what `read` raises, NotFound above all.
    """
    opened = OPENING[page](str(arguments[0])) if page in OPENING else None
    return _look(
        database, actor, now, page, lambda connection: read(connection, actor, now, *arguments, **named), opened
    )


@command(may=CommandRight.SIGNED_IN)
def _look(work: Work, page: str, read: Callable[[Connection], Page], opened: Select[str] | None) -> Page:
    if opened is not None:
        open_cases(work, opened)
    shown = read(work.connection)
    cases = tuple(dict.fromkeys(shown.cases_shown))
    fact = NewEntry("viewed", payload={"page": page}, cases_shown=cases)
    append(work.connection, work.actor.chain, work.actor.signature, work.now, [fact])
    return shown
