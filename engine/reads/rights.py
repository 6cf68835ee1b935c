"""What a reader might start, so that no page offers it in vain. A courtesy: the command asks again, and decides."""

from sqlalchemy import Connection

from engine.access import Actor, must_hold, must_take_part
from engine.beginnings import ANYONE, starters
from engine.errors import NotAllowed
from engine.process.bundle import START, Model


def may_start(connection: Connection, actor: Actor, model: Model, case: str, team: str) -> tuple[tuple[str, str], ...]:
    """The processes that the reader may begin in a case, by id and the title of their form."""
    try:
        must_take_part(connection, actor, case)
    except NotAllowed:
        return ()
    found: list[tuple[str, str]] = []
    for process, drawing in model.drawings.items():
        form = model.form(process, START)
        if form and _may_begin(actor, starters(model, process), team):
            found.append((process, form.get("title", drawing.name)))
    return tuple(found)


def _may_begin(actor: Actor, named: frozenset[str], team: str) -> bool:
    try:
        if ANYONE not in named:
            must_hold(actor, named, team=team)
    except NotAllowed:
        return False
    return True
