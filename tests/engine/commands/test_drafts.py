"""What somebody has typed and not sent is theirs alone, and kept until it is sent or thrown away."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound
from engine.commands.drafts import LARGEST_DRAFT, discard_draft, save_draft
from engine.people.identity import PUBLIC
from engine.tables import Draft
from tests.builders import HOUR, MONDAY, all_rows, authority, case_at, do, open_items


def drafts(database: Database) -> list[tuple[str, str, Any]]:
    with database.read() as connection:
        rows = connection.execute(select(Draft.account_id, Draft.subject, Draft.answers).order_by(Draft.account_id))
        return [(row.account_id, row.subject, row.answers) for row in rows]


def test_a_draft_is_kept_and_written_over(database: Database) -> None:
    at = authority(database=database)
    item = open_items(database=database, case=case_at(authority=at))["decide_response"].id
    worker = at.actor("social_worker")
    save_draft(database, worker, MONDAY, item, {"reason": "Half a sen"})
    save_draft(database, worker, MONDAY + HOUR, item, {"reason": "Half a sentence", "unknown": ["kept", 1]})
    assert drafts(database) == [("social_worker.1", item, {"reason": "Half a sentence", "unknown": ["kept", 1]})]
    discard_draft(database, worker, MONDAY, item)
    assert drafts(database) == []


def test_two_people_have_a_draft_each(database: Database) -> None:
    at = authority(database=database)
    item = open_items(database=database, case=case_at(authority=at))["decide_response"].id
    for number in (1, 2):
        save_draft(database, at.actor("social_worker", number=number), MONDAY, item, {"reason": str(number)})
    discard_draft(database, at.actor("social_worker"), MONDAY, item)
    assert drafts(database) == [("social_worker.2", item, {"reason": "2"})]


@pytest.mark.parametrize("subject", ["start:referral:", "start:referral"])
def test_a_form_that_starts_something_has_a_draft_too(database: Database, subject: str) -> None:
    at = authority(database=database)
    save_draft(database, at.actor("auditor"), MONDAY, subject, {"concerns": "x"})
    assert drafts(database) == [("auditor.1", subject, {"concerns": "x"})]


def test_of_what_somebody_may_not_start_they_have_no_draft(database: Database) -> None:
    at = authority(database=database)
    start = f"start:strategy_discussion:{case_at(authority=at)}"
    for who, subject in (("legal_adviser", start), ("auditor", "start:transfer_in:")):
        with pytest.raises(NotAllowed):
            save_draft(database, at.actor(who), MONDAY, subject, {})
    save_draft(database, at.actor("social_worker"), MONDAY, start, {"reason": "x"})
    assert drafts(database) == [("social_worker.1", start, {"reason": "x"})]


def test_a_draft_of_what_is_done_or_not_theirs_is_refused(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    item = open_items(database=database, case=case)["decide_response"].id
    for who, refusal in (("team_manager", NotAllowed), ("education_practitioner", NotFound)):
        with pytest.raises(refusal):
            save_draft(database, at.actor(who), MONDAY, item, {})
    do(authority=at, case=case, task="decide_response", response="assessment")
    with pytest.raises(AlreadyDone):
        save_draft(database, at.actor("social_worker"), MONDAY, item, {})
    assert drafts(database) == []


def test_nobody_without_an_account_has_a_draft(database: Database) -> None:
    authority(database=database)
    with pytest.raises(NotAllowed):
        save_draft(database, PUBLIC, MONDAY, "start:referral:", {})


@pytest.mark.parametrize(
    "answers",
    [{"reason": "x" * LARGEST_DRAFT}, {"reason": 10**30}, {"reason": "\ud800"}, {"reason": {1: 2}}],
    ids=lambda answers: str(answers)[:30],
)
def test_what_cannot_be_kept_is_refused(database: Database, answers: dict[str, Any]) -> None:
    at = authority(database=database)
    before = all_rows(database=database)
    with pytest.raises(BadAnswers):
        save_draft(database, at.actor("auditor"), MONDAY, "start:referral:", answers)
    assert all_rows(database=database) == before


@pytest.mark.parametrize("text", ["nul \0 byte", "é ü ß", "\N{BABY}", "a\r\nb", "\x7f\x01"])
def test_any_text_comes_back_as_it_was_typed(database: Database, text: str) -> None:
    at = authority(database=database)
    save_draft(database, at.actor("auditor"), MONDAY, "start:referral:", {"concerns": text})
    assert drafts(database)[0][2] == {"concerns": text}


@pytest.mark.parametrize("subject", ["", "nothing", "start:referral:nothing", "start", "start:nothing"])
def test_a_subject_that_is_nothing_is_not_found(database: Database, subject: str) -> None:
    at = authority(database=database)
    with pytest.raises(NotFound):
        save_draft(database, at.actor("social_worker"), MONDAY, subject, {})
