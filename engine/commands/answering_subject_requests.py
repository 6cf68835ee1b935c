"""Somebody asks for what is held of a child: it is recorded, decided item by item, given in a pack, and closed."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import BadAnswers, NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.base.numbers import reference_as_kept
from engine.commands.barring import NO_CASE
from engine.facts.subject_requests import CLOSE, EXTEND, RECORD, due_on
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import in_authority_of, is_open_in_emergency
from engine.reads.case.subject_decisions import (
    DecidedItem,
    RequestAtWork,
    against,
    decided_in,
    decision_form,
    may_be_made,
    request_at_work,
)
from engine.tables import Case, SubjectDecision, SubjectRequest
from engine.timescales.calendar import day_of

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()
READ_AGAIN = (
    "What is held, or what was decided, has changed since you read this. Read it again, then keep what you decide."
)


@command(may=CommandRight.PRIVACY_OFFICER)
def record_subject_request(work: Work, answers: Mapping[str, Any]) -> str:
    """From answers to `RECORD`; gives the id of the request. Raises BadAnswers: also for a child from whom the actor is
    barred, of whom there is none to them, and for a case that was erased.
    """
    said = check(RECORD, answers, _NO_CIRCUMSTANCES, work.now)
    # It keeps the case from being erased, so it does not come between.
    one_at_a_time(work.connection, f"erasures of {work.authority}")
    named = (Case.reference == reference_as_kept(said["reference"]), in_authority_of(work.actor))
    case = work.connection.scalar(select(Case.id).where(*named, is_open_in_emergency(work.actor)))
    if case is None:
        raise BadAnswers({"reference": NO_CASE})
    new = new_id()
    asked = {"asked_by": said["asked_by"], "proof": said["proof"]}
    row = {"id": new, "authority_id": work.authority, "case_id": case, **asked, "extension_reason": "", "sha256": ""}
    came = {"received_on": date.fromisoformat(said["received_on"]), "recorded_at": work.now}
    work.connection.execute(insert(SubjectRequest).values(**row, **came, recorded_by=work.actor.signature))
    told = {"request": new, "case": case, **asked, "received_on": said["received_on"]}
    work.record_settled("subject_access_asked", told)
    return new


@command(may=CommandRight.PRIVACY_OFFICER)
def extend_subject_request(work: Work, request: str, answers: Mapping[str, Any]) -> None:
    """By two months, once, and within the first month. Raises NotFound, NotPossible, BadAnswers."""
    asked = _locked(work, request)
    if asked.row.extended_at:
        raise NotPossible("It was given two months longer already.", code=RefusalCode.CHANGED_MEANWHILE)
    reason = check(EXTEND, answers, _NO_CIRCUMSTANCES, work.now)["reason"]
    if day_of(work.now) > due_on(asked.row.received_on, extended=False):
        raise BadAnswers({"reason": "The first month is over: whoever asked must have been told of it by then"})
    longer = {"extended_at": work.now, "extension_reason": reason}
    work.connection.execute(update(SubjectRequest).where(SubjectRequest.id == request).values(longer))
    work.record_settled("subject_access_extended", {"request": request, "reason": reason})


@command(may=CommandRight.PRIVACY_OFFICER)
def decide_subject_items(work: Work, request: str, sheet: str, as_shown: str, answers: Mapping[str, Any]) -> int:
    """From answers to `decision_form` of the sheet; gives of how many items it was decided, or otherwise than before.
    `as_shown` says what the actor had before them (`RequestAtWork.as_shown`).

    Raises NotFound, NotPossible where the pack was made, BadAnswers: also where something else is held, or was decided,
    since the actor has read it.
    """
    asked = _locked(work, request)
    found = asked.held.sheet(sheet)
    if found is None:
        raise NotFound
    if asked.row.made_at:
        raise NotPossible("The pack was made, so what was decided stands.", code=RefusalCode.SUBJECT_MADE)
    checked = check(
        decision_form(found), answers, _NO_CIRCUMSTANCES, work.now, against=partial(against, found, asked.row.asked_by)
    )
    decided = decided_in(found, checked, asked.decided)
    if not decided:
        return 0
    if as_shown != asked.as_shown(found):
        raise BadAnswers({"": READ_AGAIN})
    those = [one.item for one in decided]
    of_request = SubjectDecision.request_id == request
    work.connection.execute(delete(SubjectDecision).where(of_request, SubjectDecision.item.in_(those)))
    work.connection.execute(insert(SubjectDecision), [_row(work, request, one) for one in decided])
    work.record_settled("subject_items_decided", {"request": request, "items": [_said(one) for one in decided]})
    return len(decided)


@command(may=CommandRight.PRIVACY_OFFICER)
def record_subject_pack(work: Work, request: str, fingerprint: str, file: str, sha256: str) -> None:
    """That the pack was made, before anybody has it. `fingerprint` is of what it was made from.

    Raises NotFound, and NotPossible (`may_be_made`): also where something was decided otherwise meanwhile.
    """
    asked = _locked(work, request)
    may_be_made(asked)
    if asked.fingerprint != fingerprint:
        raise NotPossible("Something was changed meanwhile. Make the pack again.", code=RefusalCode.CHANGED_MEANWHILE)
    if asked.row.made_at is None:
        made = {"made_at": work.now, "sha256": sha256}
        work.connection.execute(update(SubjectRequest).where(SubjectRequest.id == request).values(made))
    work.record_settled("subject_pack_made", {"request": request, "file": file, "sha256": sha256})


@command(may=CommandRight.PRIVACY_OFFICER)
def close_subject_request(work: Work, request: str, answers: Mapping[str, Any]) -> None:
    """From answers to `CLOSE`. Raises NotFound, NotPossible, BadAnswers: it was not given where no pack was made."""
    asked = _locked(work, request)
    said = check(CLOSE, answers, _NO_CIRCUMSTANCES, work.now)
    if said["outcome"] == "given" and asked.row.made_at is None:
        raise BadAnswers({"outcome": "Make the pack first: none was made for this request"})
    over = {"closed_at": work.now, "outcome": said["outcome"]}
    work.connection.execute(update(SubjectRequest).where(SubjectRequest.id == request).values(over))
    work.record_settled("subject_access_closed", {"request": request, **said})


def _locked(work: Work, request: str) -> RequestAtWork:
    one_at_a_time(work.connection, f"subject request {request}")
    return request_at_work(work.connection, work.actor, request)


def _row(work: Work, request: str, one: DecidedItem) -> dict[str, Any]:
    what = {"decision": one.decision, "ground": one.ground, "reason": one.reason, "hidden": [*one.hidden]}
    which = {"request_id": request, "item": one.item, "case_id": one.case, "digest": one.digest}
    return {**which, **what, "decided_at": work.now, "decided_by": work.actor.signature}


def _said(one: DecidedItem) -> dict[str, Any]:
    """Without the words that are blacked out, which name people: `digest` is of them as well."""
    said = {"item": one.item, "case": one.case, "decision": one.decision, "ground": one.ground}
    return {**said, "reason": one.reason, "digest": one.digest}
