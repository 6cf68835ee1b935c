"""Somebody who works in a case records who is around the child, and how to communicate with whom."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import NotPossible, RefusalCode
from engine.casework.locked_case import CaseWork
from engine.casework.locking import lock_known_case
from engine.casework.personal_facts import FactEnd, NewFact, keep_facts
from engine.facts.beginnings import GOES_ON_ELSEWHERE
from engine.facts.people_around import fact_that_holds, facts_around, may_be_recorded, whose_name
from engine.facts.personal_forms import (
    PERSON,
    days_in_order,
    end_form,
    fact_form,
    kinds_of,
    person_form,
)
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_see_all, must_take_part

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def record_person_around(work: Work, case: str, answers: Mapping[str, Any]) -> None:
    """From answers to `person_form`: who somebody is, and what is said of them at once. The same sent twice is kept
    once.

    Raises NotFound, NotAllowed for who does not see all answers of the case or only oversees it, NotPossible where the
    case goes on in another, BadAnswers.
    """
    casework = _lock(work, case)
    said = check(person_form(), answers, _NO_CIRCUMSTANCES, work.now, against=days_in_order())
    first, *others = [NewFact(kind, "", said["name"], own) for kind, own in kinds_of(said)]
    if not _is_known(work, case, first):
        keep_facts(casework, (first, *others))


@command(may=CommandRight.TEAM_OF_CASE)
def record_personal_fact(work: Work, case: str, about: str, kind: str, answers: Mapping[str, Any]) -> None:
    """From answers to `fact_form`, of the child (`THE_CHILD`) or of somebody around the child.

    Raises as `record_person_around`; NotFound also where nothing of the kind is kept of them, and AlreadyDone where
    that holds of which they have one at a time.
    """
    casework = _lock(work, case)
    facts = facts_around(work.connection, work.actor, case)
    may_be_recorded(facts, about, kind)
    said = check(fact_form(kind), answers, _NO_CIRCUMSTANCES, work.now, against=days_in_order())
    new = NewFact(kind, about, whose_name(facts, about), said)
    if not _is_known(work, case, new):
        keep_facts(casework, (new,))


@command(may=CommandRight.TEAM_OF_CASE)
def change_personal_fact(work: Work, case: str, fact: str, answers: Mapping[str, Any]) -> None:
    """From answers to `fact_form`: it takes the place of the fact, of this or another case of the child, which stays to
    be read.

    Raises as `record_person_around`, AlreadyDone where that holds no longer.
    """
    casework = _lock(work, case)
    was = fact_that_holds(work.connection, work.actor, case, fact)
    form = fact_form(was.kind, changes=True)
    said = check(form, answers, _NO_CIRCUMSTANCES, work.now, against=days_in_order())
    name = whose_name(facts_around(work.connection, work.actor, case), was.about)
    keep_facts(casework, (NewFact(was.kind, was.about, name, said, FactEnd(fact, said["ended_as"])),))


@command(may=CommandRight.TEAM_OF_CASE)
def end_personal_fact(work: Work, case: str, fact: str, answers: Mapping[str, Any]) -> None:
    """From answers to `end_form`: it holds no longer, or never did, and stays to be read.

    Raises as `change_personal_fact`.
    """
    casework = _lock(work, case)
    was = fact_that_holds(work.connection, work.actor, case, fact)
    against = days_in_order(was.holds_from)
    said = check(end_form(was.kind), answers, _NO_CIRCUMSTANCES, work.now, against=against)
    end = FactEnd(fact, said["ended_as"], said.get("ended_on"), only=True)
    keep_facts(casework, (NewFact(was.kind, was.about, was.name, said, end),))


def _lock(work: Work, case: str) -> CaseWork:
    must_see_all(work.connection, work.actor, case)
    must_take_part(work.connection, work.actor, case)
    casework = lock_known_case(work, case)
    if casework.case.is_joined:
        raise NotPossible(GOES_ON_ELSEWHERE, code=RefusalCode.CASE_CLOSED)
    return casework


def _is_known(work: Work, case: str, new: NewFact) -> bool:
    """The same is recorded and holds, to the last word: the form was sent twice."""
    said = new.as_columns("")
    return any(
        one.holds
        and (one.kind, one.said, one.source) == (new.kind, said["said"], said["source"])
        and (new.kind == PERSON or one.about == new.about)
        and [str(day) if day else None for day in (one.holds_from, one.holds_until, one.known_on)]
        == [said[name] for name in ("holds_from", "holds_until", "known_on")]
        for one in facts_around(work.connection, work.actor, case)
    )
