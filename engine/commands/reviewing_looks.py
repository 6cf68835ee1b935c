"""Whoever reviews looks keeps what came of asking about one: why somebody looked at a case, or at so many, on a day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import aliased

from engine.base.database import one_at_a_time
from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.facts.keeping_forms import LOOK_REVIEW
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.reads.audit.looks_of_days import LookedDays, is_reviewed_by, must_not_be_own, of_person
from engine.record.chain import case_chain
from engine.tables import Account, Act, Case, Chain, LookReview, Shown

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.REVIEWS_LOOKS)
def review_look(work: Work, account: str, day: date, case: str | None, answers: Mapping[str, Any]) -> None:
    """From answers to LOOK_REVIEW. Without a case it is about how many they looked at. What is kept stays as it is.

    Raises NotFound where nothing of the kind was looked at on that day that the actor may review, NotAllowed for the
    actor's own looks, NotPossible where somebody has looked at it, BadAnswers.
    """
    must_not_be_own(work.actor, account)
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
    looker, shown = aliased(Chain), aliased(Chain)
    looked = (
        select(Act.number)
        .join(looker, looker.name == Act.chain)
        .join(Shown, (Shown.chain_id == looker.id) & (Shown.number == Act.number))
        .join(shown, shown.id == Shown.case_id)
        .where(of_person(account), LookedDays(day, 1).holds, Act.kind == "viewed")
    )
    ours = select(Account.id).where(Account.id == account, Account.authority_id == work.authority)
    if case is None:
        ours = ours.where(exists(looked))
    else:
        ours_too = Case.authority_id == work.authority, is_reviewed_by(work.actor)
        of_case = select(Case.id).where(Case.id == case, *ours_too)
        ours = ours.where(exists(looked.where(shown.name == case_chain(case))), exists(of_case))
    if work.connection.scalar(ours) is None:
        raise NotFound
