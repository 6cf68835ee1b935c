"""How long what nobody sent is kept, for privacy officers, who set it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.facts.kept_drafts import KEEP_DRAFTS, draft_days
from engine.people.identity import PRIVACY_OFFICER, Actor
from engine.people.who_may import must_hold
from engine.reads.task.form_view import FormView, asked_plainly


@dataclass(frozen=True, slots=True)
class KeptDrafts:
    """No number of drafts: it would tell of cases that are kept from the reader."""

    days: int
    form: FormView
    cases_shown: tuple[str, ...] = ()


def kept_drafts(connection: Connection, actor: Actor, _now: datetime) -> KeptDrafts:
    """Raises NotAllowed."""
    must_hold(actor, (PRIVACY_OFFICER,))
    days = draft_days(connection, actor.within)
    return KeptDrafts(days, asked_plainly(KEEP_DRAFTS, {"days": days}))
