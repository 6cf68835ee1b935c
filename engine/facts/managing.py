"""Who manages a team: whoever works in it by a role that the models say manages one (`manages_team` of roles.toml)."""

from sqlalchemy import Connection

from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.process.bundle import Model

MANAGES = "manages_team"


def manages(actor: Actor, model: Model, team: str) -> bool:
    """This team: the one that has the case, where something in a case is for its manager."""
    managing = model.roles_with(MANAGES)
    return any(one.role in managing and one.team == team for one in actor.held)


def teams_managed(connection: Connection, actor: Actor, *, in_own_right: bool = False) -> frozenset[str]:
    """`in_own_right`: not in the place of somebody who is away. Nothing is read for who is in no team."""
    held = [one for one in actor.held if one.team and not (in_own_right and one.for_account)]
    managing = in_force(connection, actor.within).roles_with(MANAGES) if held else frozenset[str]()
    return frozenset(one.team for one in held if one.role in managing and one.team)
