"""Whoever works with a child and finds no case asks for a part; a manager of the duty team decides."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import AlreadyDone, NotFound, RefusalCode
from engine.base.identifiers import new_id
from engine.base.numbers import reference_as_kept
from engine.casework.locking import lock_known_case
from engine.commands.deciding_parts import decide_on
from engine.facts.part_decisions import must_be_open
from engine.facts.part_requests import (
    ASK_FOR_PART,
    GIVEN,
    REFUSED,
    CaseFound,
    asking_organisation,
    cases_like,
    decide_form,
    must_decide_requests,
    request_row,
)
from engine.forms import check
from engine.forms.findings import Finding
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import knows
from engine.tables import Case, PartRequest

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.SIGNED_IN)
def ask_for_part(work: Work, answers: Mapping[str, Any], submission: str) -> str:
    """From answers to `ASK_FOR_PART`; gives the id of the request. No case is looked for. The same `submission` sent
    twice is one request. Raises NotAllowed for who works for no organisation that could have a part, BadAnswers.
    """
    organisation = asking_organisation(work.actor)
    found = check(ASK_FOR_PART, answers, _NO_CIRCUMSTANCES, work.now)
    one_at_a_time(work.connection, f"part request {work.actor.account} {submission}")
    own = (PartRequest.account_id == work.actor.account, PartRequest.submission == submission)
    if before := work.connection.scalar(select(PartRequest.id).where(*own)):
        return before
    request = new_id()
    born = date.fromisoformat(found["born"]) if "born" in found else None
    asked = {name: found[name] for name in ("given_name", "family_name", "how", "why")}
    who = {"authority_id": work.authority, "organisation_id": organisation, "account_id": work.actor.account}
    values = {"id": request, **who, **asked, "born": born, "asked_at": work.now, "submission": submission}
    work.connection.execute(insert(PartRequest).values(values))
    said = {"request": request, "organisation": organisation, **asked}
    work.record_settled("part_asked_for", said | ({"born": found["born"]} if born else {}))
    return request


@command(may=CommandRight.MANAGES_DUTY_TEAM)
def decide_on_part_request(work: Work, request: str, answers: Mapping[str, Any]) -> None:
    """From answers to `decide_form`. Raises NotAllowed for who does not manage the duty team, NotFound, AlreadyDone
    where it was decided, NotPossible where the case is closed, BadAnswers.
    """
    must_decide_requests(work.connection, work.actor)
    one_at_a_time(work.connection, f"part request {request}")
    row = request_row(work.connection, work.authority, request)
    if row is None:
        raise NotFound
    if row.decided_at:
        raise AlreadyDone("This request was decided already.", code=RefusalCode.REQUEST_DECIDED)
    found = cases_like(work.connection, work.actor, row, work.now)
    by_reference = _case_called(work, str(answers.get("reference", "")))
    against = partial(_against, found, by_reference)
    chosen = check(decide_form(found), answers, _NO_CIRCUMSTANCES, work.now, against=against)
    case = (chosen.get("case") or by_reference) if chosen["decision"] == GIVEN else None
    if case:
        _give(work, case, row.agency, row.organisation_id, chosen["reason"])
    decided = {"decided_at": work.now, "decided_by": work.actor.account, "case_id": case}
    work.connection.execute(update(PartRequest).where(PartRequest.id == request).values(decided))
    said = {"request": request, "outcome": GIVEN if case else REFUSED, "case": case, "reason": chosen["reason"]}
    work.record_settled("part_request_decided", said)


def _case_called(work: Work, reference: str) -> str | None:
    """An open case that the actor may know of."""
    named = (Case.reference == reference_as_kept(reference), Case.closed_at.is_(None))
    return work.connection.scalar(select(Case.id).where(*named, knows(work.actor)))


def _against(found: tuple[CaseFound, ...], by_reference: str | None, given: Mapping[str, Any]) -> Iterator[Finding]:
    if given.get("decision") != GIVEN:
        return
    if given.get("reference") and not by_reference:
        yield Finding(("reference",), "There is no open case with this reference that you may know of")
    elif not given.get("reference") and not given.get("case"):
        asked = "case" if found else "reference"
        yield Finding((asked,), "Say in which case, or refuse")


def _give(work: Work, case: str, agency: str, organisation: str, reason: str) -> None:
    """Unless it has one there by now."""
    casework = lock_known_case(work, case)
    must_be_open(casework.closed_at)
    if all(one.organisation != organisation or one.until for one in casework.parts.values()):
        decide_on(casework, agency, organisation, reason)
