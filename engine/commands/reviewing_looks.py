"""Whoever reviews looks keeps what came of asking about one: why somebody looked at a case, or at so many, on a day."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import aliased

from engine.base.database import one_at_a_time
from engine.base.errors import NotAllowed, NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.facts.keeping_forms import LOOK_REVIEW
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.identity import PRIVACY_OFFICER
from engine.people.who_knows import is_open_in_emergency, is_open_to
from engine.record.chain import case_chain
from engine.tables import Account, Act, Case, Chain, LookReview, Shown
from engine.timescales.calendar import start_of

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.REVIEWS_LOOKS)
def review_look(work: Work, account: str, day: date, case: str | None, answers: Mapping[str, Any]) -> None:
    """From answers to LOOK_REVIEW. Without a case it is about how many they looked at. What is kept stays as it is.

    Raises NotFound where nothing of the kind was looked at on that day that the actor may review, NotAllowed for the
    actor's own looks, NotPossible where somebody has looked at it, BadAnswers.
    """
    if account == work.actor.account:
        raise NotAllowed("Nobody reviews their own looks.", code=RefusalCode.OWN_WORK)
    _must_have_looked(work, account, day, case)
    said = check(LOOK_REVIEW, answers, _NO_CIRCUMSTANCES, work.now)
    one_at_a_time(work.connection, f"look {account} {day} {case}")
    same = select(LookReview.id).where(
        LookReview.account_id == account, LookReview.day == day, LookReview.case_id.is_not_distinct_from(case)
    )
    if work.connection.scalar(same) is not None:
        raise NotPossible("Somebody has looked at this already.", code=RefusalCode.CHANGED_MEANWHILE)
    review = new_id()
    look = {"account_id": account, "case_id": case, "day": day}
    found = {"verdict": said["verdict"], "reason": said["reason"]}
    by = {"reviewed_by": work.actor.signature, "reviewed_at": work.now}
    work.connection.execute(insert(LookReview).values(id=review, authority_id=work.authority, **look, **found, **by))
    told = {"review": review, "account": account, "case": case, "day": day.isoformat()}
    work.record_settled("look_reviewed", {**told, **found})


def _must_have_looked(work: Work, account: str, day: date, case: str | None) -> None:
    """Raises NotFound, also for a case of which nothing is said to this reviewer."""
    keeps = PRIVACY_OFFICER in work.actor.roles or work.actor.is_system
    looker, shown = aliased(Chain), aliased(Chain)
    looked = (
        select(Act.number)
        .join(looker, looker.name == Act.chain)
        .join(Shown, (Shown.chain_id == looker.id) & (Shown.number == Act.number))
        .join(shown, shown.id == Shown.case_id)
        .where(Act.chain == f"person:{account}", Act.kind == "viewed")
        .where(Act.at >= start_of(day), Act.at < start_of(day + timedelta(days=1)))
    )
    ours = select(Account.id).where(Account.id == account, Account.authority_id == work.authority)
    if case is None:
        ours = ours.where(exists(looked))
    else:
        may = is_open_in_emergency(work.actor) if keeps else is_open_to(work.actor)
        of_case = select(Case.id).where(Case.id == case, Case.authority_id == work.authority, may)
        ours = ours.where(exists(looked.where(shown.name == case_chain(case))), exists(of_case))
    if work.connection.scalar(ours) is None:
        raise NotFound
