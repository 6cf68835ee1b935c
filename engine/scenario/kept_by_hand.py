"""What a story records beside its tasks: that something was shared, and what is wished about that."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.base.database import Database
from engine.commands.recording_shares import record_share, record_wish, withdraw_wish
from engine.facts.circumstances import Situation
from engine.facts.models import in_force
from engine.facts.sharing_forms import WITHDRAW_WISH, agencies_to_tell, share_form, wish_form
from engine.facts.sharing_wishes import wishes_of
from engine.forms.questions import Schema
from engine.forms.sharing_block import AGAINST_WISHES
from engine.people.identity import Actor
from engine.scenario.story import Table
from engine.scenario.story_answers import prepare

REASON = "against_wishes_because"


def record(
    database: Database,
    actor: Actor,
    now: datetime,
    case: str,
    what: str,
    written: Table,
    *,
    strict: bool,
) -> Callable[[], object]:
    """`what`: `share`, `wish`, or `withdrawal`, which is of the newest wish that holds."""
    with database.read() as connection:
        agencies = agencies_to_tell(in_force(connection, actor.within))
        newest = next((one.id for one in wishes_of(connection, actor, case) if one.holds), "")
    answers = _prepared(_form(what, agencies), written, now, strict=strict)
    if what == "share":
        return lambda: record_share(database, actor, now, case, answers)
    if what == "wish":
        return lambda: record_wish(database, actor, now, case, answers)
    return lambda: withdraw_wish(database, actor, now, case, newest, answers)


def _form(what: str, agencies: Mapping[str, str]) -> Schema:
    return {"share": share_form(agencies), "wish": wish_form(agencies)}.get(what, WITHDRAW_WISH)


def _prepared(form: Schema, written: Table, now: datetime, *, strict: bool) -> dict[str, Any]:
    """That it goes against a wish is filled in by no story that does not say why: it is refused."""
    stands = Situation(frozenset({AGAINST_WISHES} if REASON in written else ()), {})
    return prepare(form, written, lambda _answers: stands, str, now, children={}, strict=strict).answers
