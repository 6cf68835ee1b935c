"""Who may change what in a draft: everything, or words alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.facts.change_files import ChangeRow
from engine.people.identity import CHANGES_PATHWAY, PROCESS_OWNER, Actor
from engine.people.who_may import must_hold


@dataclass(frozen=True, slots=True)
class MayChange:
    """That somebody may change the pathway; nothing is shown of it."""

    cases_shown: tuple[str, ...] = ()


Guard = Callable[[Connection, Actor, datetime], MayChange]


def may_change(_connection: Connection, actor: Actor, _now: datetime) -> MayChange:
    """Raises NotAllowed unless the actor may change everything."""
    must_hold(actor, [PROCESS_OWNER])
    return MayChange()


def may_change_words(_connection: Connection, actor: Actor, _now: datetime) -> MayChange:
    """Raises NotAllowed unless the actor may change words, and perhaps more."""
    must_hold(actor, CHANGES_PATHWAY)
    return MayChange()


def changes_all(actor: Actor) -> bool:
    return PROCESS_OWNER in actor.roles


def changes_words(actor: Actor) -> bool:
    return bool(actor.roles & CHANGES_PATHWAY)


def may_save(actor: Actor, row: ChangeRow) -> bool:
    return changes_all(actor) and row.state == "open"


def may_save_words(actor: Actor, row: ChangeRow) -> bool:
    return changes_words(actor) and row.state == "open"


def settles(actor: Actor, row: ChangeRow) -> bool:
    """Whether the actor may open a draft again, or close it: whoever changes words alone, their own."""
    return changes_all(actor) or (changes_words(actor) and row.owner_id == actor.account)
