"""One call of each command about what is held of a child and about drafts, for the tests that hold of every command."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from engine.commands import answering_subject_requests as answering
from engine.commands.drafts import save_draft
from engine.commands.ending_drafts import end_some_drafts, set_draft_days
from engine.commands.noting_disputes import note_dispute
from engine.people.identity import SYSTEM
from engine.reads.case.subject_decisions import request_at_work
from engine.tables import Answers
from tests.builders import DAY, MONDAY, Authority, open_items, reference

REQUEST = {"asked_by": "child", "proof": "Came to the office with a passport.", "received_on": "2026-03-02"}
WRONG = {
    "field": "concerns",
    "said_by": "The child’s mother",
    "said_on": "2026-03-02",
    "words": "Zqwrong: he was at school.",
}
WHY_LONGER = {"reason": "It is very much."}
WITHHELD = {"decision": "withheld", "ground": "privilege"}


def asks_what_is_held(at: Authority, case: str, number: int = 1) -> str:
    """Gives the id of the request."""
    said = {**REQUEST, "reference": reference(authority=at, case=case)}
    return answering.record_subject_request(at.database, at.actor("privacy_officer", number=number), MONDAY, said)


def decides_items(at: Authority, request: str, choose: Callable[[Any], Mapping[str, str]]) -> None:
    """`choose` says of an item what is decided: the answers without their number."""
    officer = at.actor("privacy_officer")
    with at.database.read() as connection:
        work = request_at_work(connection, officer, request)
    for sheet in work.held.sheets:
        chosen = [choose(item) for item in sheet.items]
        said = {f"{name}_{number}": value for number, one in enumerate(chosen) for name, value in one.items()}
        answering.decide_subject_items(at.database, officer, MONDAY, request, sheet.id, work.as_shown(sheet), said)


def _asks(at: Authority, case: str) -> Callable[[], object]:
    return lambda: asks_what_is_held(at, case)


def _extends(at: Authority, case: str) -> Callable[[], object]:
    request = asks_what_is_held(at, case)
    officer = at.actor("privacy_officer")
    return lambda: answering.extend_subject_request(at.database, officer, MONDAY, request, WHY_LONGER)


def _decides(at: Authority, case: str) -> Callable[[], object]:
    request = asks_what_is_held(at, case)
    return lambda: decides_items(at, request, lambda _item: WITHHELD)


def _records_pack(at: Authority, case: str) -> Callable[[], object]:
    request, officer = asks_what_is_held(at, case), at.actor("privacy_officer")
    decides_items(at, request, lambda _item: WITHHELD)
    with at.database.read() as connection:
        fingerprint = request_at_work(connection, officer, request).fingerprint
    return lambda: answering.record_subject_pack(
        at.database, officer, MONDAY, request, fingerprint, "pack.zip", "0" * 64
    )


def _closes(at: Authority, case: str) -> Callable[[], object]:
    request, officer = asks_what_is_held(at, case), at.actor("privacy_officer")
    said = {"outcome": "withdrawn", "reason": "They have changed their mind."}
    return lambda: answering.close_subject_request(at.database, officer, MONDAY, request, said)


def _sets_days(at: Authority, _case: str) -> Callable[[], object]:
    return lambda: set_draft_days(at.database, at.actor("privacy_officer"), MONDAY, {"days": 14})


def _ends_drafts(at: Authority, case: str) -> Callable[[], object]:
    item = open_items(database=at.database, case=case)["clarify_referral"]
    save_draft(at.database, at.actor(item.role), MONDAY, item.id, {"notes": ["Half of a sentence"]})
    return lambda: end_some_drafts(at.database, SYSTEM, MONDAY + 40 * DAY, at.id)


def notes_dispute(at: Authority, case: str) -> None:
    """Of the form by which the child was referred."""
    with at.database.read() as connection:
        started = select(Answers.id).where(Answers.case_id == case, Answers.element == "start")
        given = connection.execute(started.where(Answers.process == "referral")).scalars().all()[0]
    note_dispute(at.database, at.actor("social_worker"), MONDAY, case, given, WRONG)


def _notes_dispute(at: Authority, case: str) -> Callable[[], object]:
    return lambda: notes_dispute(at, case)


CALLS_OF_SUBJECT: Mapping[str, Callable[[Authority, str], object]] = {
    "record_subject_request": _asks,
    "extend_subject_request": _extends,
    "decide_subject_items": _decides,
    "record_subject_pack": _records_pack,
    "close_subject_request": _closes,
    "set_draft_days": _sets_days,
    "end_some_drafts": _ends_drafts,
    "note_dispute": _notes_dispute,
}
