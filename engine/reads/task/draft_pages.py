"""How long what nobody sent is kept, for privacy officers, who set it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.facts.kept_drafts import KEEP_DRAFTS, draft_days
from engine.people.identity import PRIVACY_OFFICER, Actor
from engine.people.who_may import must_hold
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Account, Draft


@dataclass(frozen=True, slots=True)
class KeptDrafts:
    """`number` is how many drafts are kept just now, whoever’s they are."""

    days: int
    number: int
    form: FormView
    cases_shown: tuple[str, ...] = ()


def kept_drafts(connection: Connection, actor: Actor, _now: datetime) -> KeptDrafts:
    """Raises NotAllowed."""
    must_hold(actor, (PRIVACY_OFFICER,))
    theirs = select(func.count()).select_from(Draft).join(Account, Account.id == Draft.account_id)
    number = connection.execute(theirs.where(Account.authority_id == actor.within)).scalar_one()
    days = draft_days(connection, actor.within)
    return KeptDrafts(days, number, asked_plainly(KEEP_DRAFTS, {"days": days}))
