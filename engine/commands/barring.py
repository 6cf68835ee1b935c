"""Bars: from a child somebody is kept, whatever they are. To end one takes two people, and none who is barred."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.base.numbers import reference_as_kept
from engine.commands.accounts import folded
from engine.commands.ending_drafts import end_drafts_of_barred
from engine.facts.keeping_forms import BAR, END_BAR
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import bars_told_to, in_authority_of, is_open_in_emergency
from engine.tables import Account, Bar, Case, NamedRow

NO_CASE = "There is no case with this reference."
_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.PRIVACY_OFFICER)
def bar_from_child(work: Work, answers: Mapping[str, Any]) -> str:
    """From answers to BAR: from now on there is no such child to them. Gives the id of the bar.

    Raises BadAnswers: also for a child from whom the actor is barred, of whom there is none to them.
    """
    said = check(BAR, answers, _NO_CIRCUMSTANCES, work.now)
    person, account = _person(work, said["reference"]), _account(work, said["who"])
    problems = {"reference": NO_CASE} if person is None else {}
    if account is None:
        problems["who"] = "Nobody signs in here with this address."
    if person is None or account is None:
        raise BadAnswers(problems)
    one = Bar.person_id == person, Bar.account_id == account, Bar.ended_at.is_(None)
    if work.connection.scalar(select(exists().where(*one))):
        raise BadAnswers({"who": "They are barred from this child already."})
    new = new_id()
    row = {"id": new, "authority_id": work.authority, "person_id": person, "account_id": account}
    by = {"reason": said["reason"], "barred_by": work.actor.signature, "barred_at": work.now, "ending_reason": ""}
    work.connection.execute(insert(Bar).values(**row, **by))
    end_drafts_of_barred(work, person, account)
    told = {"bar": new, "person": person, "account": account, "reason": said["reason"]}
    work.record_settled("barred", told)
    return new


@command(may=CommandRight.PRIVACY_OFFICER)
def ask_to_end_bar(work: Work, bar: str, answers: Mapping[str, Any]) -> None:
    """The first of two people. Raises NotFound, also for a bar of which nothing is said to the actor, NotPossible where
    it was asked already, BadAnswers.
    """
    row = _bar(work, bar)
    if row.ending_asked_by is not None:
        raise NotPossible("It was asked already to end this bar.", code=RefusalCode.CHANGED_MEANWHILE)
    reason = check(END_BAR, answers, _NO_CIRCUMSTANCES, work.now)["reason"]
    asked = {"ending_asked_by": work.actor.signature, "ending_asked_at": work.now, "ending_reason": reason}
    work.connection.execute(update(Bar).where(Bar.id == bar).values(**asked))
    work.record_settled("ending_bar_asked", {"bar": bar, "reason": reason})


@command(may=CommandRight.SECOND_FOR_BARS)
def decide_on_bar(work: Work, bar: str, *, ends: bool) -> None:
    """The second of two people: the bar ends, or stays. Raises NotFound as `ask_to_end_bar`, NotPossible where nobody
    asked for it, and NotAllowed for whoever did.
    """
    row = _bar(work, bar)
    if row.ending_asked_by is None:
        raise NotPossible("Nobody has asked to end this bar.", code=RefusalCode.CHANGED_MEANWHILE)
    if ends and row.ending_asked_by == work.actor.signature:
        raise NotAllowed("Another person decides whether the bar ends.", code=RefusalCode.SECOND_PERSON)
    over = {"ended_by": work.actor.signature, "ended_at": work.now}
    stays = {"ending_asked_by": None, "ending_asked_at": None, "ending_reason": ""}
    work.connection.execute(update(Bar).where(Bar.id == bar).values(**(over if ends else stays)))
    said = {"bar": bar, "asked_by": row.ending_asked_by}
    if ends:
        work.record_settled("bar_ended", said)
    else:
        work.record_settled("bar_kept", said)


def _bar(work: Work, bar: str) -> NamedRow:
    one_at_a_time(work.connection, f"bar {bar}")
    ours = Bar.id == bar, Bar.authority_id == work.authority, Bar.ended_at.is_(None)
    row = work.connection.execute(select(Bar.__table__).where(*ours, bars_told_to(work.actor))).one_or_none()
    if row is None:
        raise NotFound
    return row


def _person(work: Work, reference: str) -> str | None:
    of_case = Case.reference == reference_as_kept(reference), in_authority_of(work.actor)
    return work.connection.scalar(select(Case.person_id).where(*of_case, is_open_in_emergency(work.actor)))


def _account(work: Work, email: str) -> str | None:
    ours = Account.email == folded(email), Account.authority_id == work.authority
    return work.connection.scalar(select(Account.id).where(*ours))
