"""What somebody may do and read. Default: nothing."""

from collections.abc import Iterable
from dataclasses import replace

from engine.base.errors import NotAllowed, RefusalCode
from engine.people.identity import Actor


def must_hold(actor: Actor, roles: Iterable[str], *, team: str | None = None) -> None:
    """Raises NotAllowed unless one of the roles is held, and one of the leading agency in that team."""
    wanted = frozenset(roles)
    for one in actor.held:
        in_team = team is None or not one.leads or one.team == team
        if one.role in wanted and in_team:
            return
    raise NotAllowed("This is not part of your role.", code=RefusalCode.ROLE)


def may_take(actor: Actor, role: str, also: Iterable[str], agency: str | None, team: str | None) -> bool:
    """Whether a task is for this actor: its role in its agency, or a further role, each in an agency of its own.

    What police or social care may record stands with one of them, and the other finds it all the same. A role of the
    leading agency counts in the team of the case alone.
    """
    further = frozenset(also)
    in_team = [one for one in actor.held if team is None or not one.leads or one.team == team]
    return any(one.role in further or (one.role == role and agency in (None, one.agency)) for one in in_team)


def acting_for(
    actor: Actor, role: str, also: Iterable[str], agency: str | None, team: str | None, owner: str | None = None
) -> str | None:
    """Whose right it is by which somebody does a task, or starts a process: an account that is away, or None for the
    actor's own. What whoever is away had taken is done for them.
    """
    if not actor.stands_for:
        return None
    if owner in actor.stands_for:
        return owner
    own = replace(actor, held=tuple(one for one in actor.held if one.for_account is None))
    if may_take(own, role, also, agency, team):
        return None
    return next(
        (one.for_account for one in actor.held if may_take(replace(actor, held=(one,)), role, also, agency, team)), None
    )


def sees_task(actor: Actor, role: str, also: Iterable[str], agency: str | None, team: str | None) -> bool:
    """Whether a task may be named: the leading agency and oversight see all, others what is for them to do."""
    return sees_answers_of(actor, None) or may_take(actor, role, also, agency, team)


def sees_answers_of(actor: Actor, organisation: str | None) -> bool:
    """Whether answers given by its people may be shown: the leading agency and oversight see all, others their own."""
    if actor.in_oversight or actor.in_leading_agency:
        return True
    return organisation is not None and organisation in actor.organisations


def must_be_of_team(actor: Actor, team: str) -> None:
    """Raises NotAllowed for who works in another team than the one that has the case, or for another agency."""
    if team not in actor.teams:
        raise NotAllowed("This is for the team that has the case.", code=RefusalCode.ROLE)
