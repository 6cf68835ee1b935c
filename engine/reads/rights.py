"""What a reader might do, so that no page offers it in vain. A courtesy: the command asks again, and decides."""

from collections.abc import Iterable

from sqlalchemy import Connection

from engine.access import SOCIAL_CARE, Actor, must_hold, must_take_part
from engine.errors import NotAllowed
from engine.process.bundle import START, Model


def may_do(actor: Actor, roles: Iterable[str], agency: str | None, team: str) -> bool:
    """Whether a task of these roles, for that agency, in a case of that team, is one that the reader may do."""
    try:
        must_hold(actor, roles, agency=agency if agency != SOCIAL_CARE else None, team=team)
    except NotAllowed:
        return False
    return True


def may_start(connection: Connection, actor: Actor, model: Model, case: str, team: str) -> tuple[tuple[str, str], ...]:
    """The processes that the reader may begin in a case, by id and the title of their form."""
    try:
        must_take_part(connection, actor, case)
    except NotAllowed:
        return ()
    found: list[tuple[str, str]] = []
    for process, drawing in model.drawings.items():
        form = model.form(process, START)
        begins = (one for one in drawing.elements.values() if one.kind == "startEvent")
        starters = {role for one in begins for role in one.properties.get("started_by", "").split()}
        if form and ("anyone" in starters or may_do(actor, starters, None, team)):
            found.append((process, form.get("title", drawing.name)))
    return tuple(found)
