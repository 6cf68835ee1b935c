"""What stands on the page of a case beside its steps: actions, where somebody proceeded differently, and what has
changed for the child.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.people.identity import Actor
from engine.reads.case.actions_of_case import ActionCount, action_count
from engine.reads.case.departed import DepartureView, departures_of_case
from engine.reads.case.life_page import LifeEvent, life_events
from engine.reads.case.seen_case import SeenCase
from engine.tables import NamedRow


@dataclass(frozen=True, slots=True)
class BesideSteps:
    """`actions`: how many the reader may know of. `life`: what holds of what has changed, for who sees all of the
    case.
    """

    actions: ActionCount
    departures: tuple[DepartureView, ...]
    may_depart: bool
    life: tuple[LifeEvent, ...]


def beside_steps(
    connection: Connection, actor: Actor, now: datetime, seen: SeenCase, row: NamedRow, *, whole: bool, by_glass: bool
) -> BesideSteps:
    """`whole`: the page of the case, and not one of its lists alone. `by_glass`: it is open in an emergency alone."""
    shows_life = seen.sees_all and whole and not by_glass
    return BesideSteps(
        actions=action_count(connection, actor, now, row.id),
        departures=departures_of_case(connection, actor, now, seen.model, row) if whole else (),
        may_depart=not by_glass and row.closed_at is None and not actor.in_oversight,
        life=tuple(one for one in life_events(connection, actor, row.id) if one.holds) if shows_life else (),
    )
