"""What somebody typed and did not send ends: after the days that the authority sets, and with what keeps a case from
them. Search words end after their hours.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, tuple_, update

from engine.base.database import Database, one_at_a_time
from engine.facts.child import of_child
from engine.facts.kept_drafts import KEEP_DRAFTS, draft_days, has_ended, is_about
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.people.kept_from import is_kept_from
from engine.tables import Account, Authority, Case, Draft, KeptSearch, Person

AT_ONCE = 500
"""Drafts that one transaction removes: those who type meanwhile wait for no more."""
_NO_CIRCUMSTANCES: frozenset[str] = frozenset()
_KEY = tuple_(Draft.account_id, Draft.subject)
_IS_KEPT_FROM_OWNER = is_kept_from(Draft.account_id, Draft.case_id)


@command(may=CommandRight.PRIVACY_OFFICER)
def set_draft_days(work: Work, answers: Mapping[str, Any]) -> int:
    """From answers to `KEEP_DRAFTS`; holds for what is kept already as well. Raises BadAnswers."""
    one_at_a_time(work.connection, f"drafts of {work.authority}")
    days = int(check(KEEP_DRAFTS, answers, _NO_CIRCUMSTANCES, work.now)["days"])
    before = draft_days(work.connection, work.authority)
    work.connection.execute(update(Authority).where(Authority.id == work.authority).values(draft_days=days))
    work.record_settled("draft_days_set", {"days": days, "before": before})
    return days


def end_drafts(database: Database, actor: Actor, now: datetime) -> int:
    """All whose days are over, and all of cases that are kept from whoever typed them; gives how many. A few at once,
    each few in a transaction of their own.
    """
    with database.read() as connection:
        authorities = connection.scalars(select(Authority.id).order_by(Authority.id)).all()
    ended = 0
    for authority in authorities:
        while some := end_some_drafts(database, actor, now, authority):
            ended += some
    return ended


@command(may=CommandRight.SYSTEM)
def end_some_drafts(work: Work, authority: str) -> int:
    """Of an authority; gives how many. None is left where it gives 0."""
    days = draft_days(work.connection, authority)
    theirs = Draft.account_id.in_(select(Account.id).where(Account.authority_id == authority))
    work.connection.execute(delete(KeptSearch).where(KeptSearch.until <= work.now))
    return _end(work, theirs, has_ended(work.now, days)) or _end(work, theirs, _IS_KEPT_FROM_OWNER)


def end_drafts_of_barred(work: Work, person: str, account: str) -> None:
    """At once, with the bar: those of the child’s cases, and those of none that name the child."""
    own = Draft.account_id == account
    work.connection.execute(delete(Draft).where(own, _IS_KEPT_FROM_OWNER))
    children = select(Person.given_name, Person.family_name).where(
        Person.id.in_(select(Case.person_id).where(of_child(select(Case.id).where(Case.person_id == person))))
    )
    names = work.connection.execute(children).all()
    beginnings = work.connection.execute(select(Draft.subject, Draft.answers).where(own, Draft.case_id.is_(None)))
    for row in beginnings.all():
        if any(is_about(row.answers, one.given_name, one.family_name) for one in names):
            work.connection.execute(delete(Draft).where(own, Draft.subject == row.subject))


def _end(work: Work, *which: ColumnElement[bool]) -> int:
    """What is saved anew meanwhile stays: each is asked once more as it goes."""
    found = work.connection.execute(select(Draft.account_id, Draft.subject).where(*which).limit(AT_ONCE)).all()
    if found:
        those = _KEY.in_([(row.account_id, row.subject) for row in found])
        work.connection.execute(delete(Draft).where(those, *which))
    return len(found)
