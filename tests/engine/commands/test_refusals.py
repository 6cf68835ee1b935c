"""Whatever is refused leaves everything as it was."""

import pytest

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound, Refusal
from engine.commands import accounts, cases
from engine.people.identity import PUBLIC
from tests.builders import MONDAY, RECORD, all_rows, authority, case_at, do, open_items


def test_the_public_leaves_no_entry_when_refused(database: Database) -> None:
    at = authority(database=database)
    before = all_rows(database=database)
    for refused in (
        lambda: cases.claim(database, PUBLIC, MONDAY, "a" * 26),
        lambda: cases.start_process(database, PUBLIC.at(at.id), MONDAY, "case_closure", {}),
        lambda: accounts.add_team(database, PUBLIC, MONDAY, "social_care", "Mine"),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            refused()
    assert all_rows(database=database) == before
    assert at.actor("auditor").in_oversight


def test_a_refusal_leaves_every_other_row_as_it_was(database: Database) -> None:
    """Real commands, refused for each reason there is, on a case in the middle of its way."""
    at = authority(database=database)
    case = case_at(authority=at, point="written")
    do(authority=at, case=case, task="interview_family")
    items = open_items(database=database, case=case)
    worker, manager, health = (at.actor(role) for role in ("social_worker", "team_manager", "health_practitioner"))
    before = all_rows(database=database, but=RECORD)
    for give in (
        lambda: cases.complete_task(database, worker, MONDAY, items["authorise_assessment"].id, {}),
        lambda: cases.complete_task(database, manager, MONDAY, items["authorise_assessment"].id, {}),
        lambda: cases.complete_task(database, health, MONDAY, items["contribute(police)"].id, {"answer": "given"}),
        lambda: cases.complete_task(database, worker, MONDAY, "a" * 26, {}),
        lambda: cases.start_process(database, worker, MONDAY, "assessment", {}, case),
        lambda: cases.start_process(database, worker, MONDAY, "no_such_process", {}, case),
        lambda: cases.start_process(database, worker, MONDAY, "referral", {"children": []}, case),
        lambda: cases.start_process(database, manager, MONDAY, "case_closure", {}),
    ):
        with pytest.raises(Refusal):
            give()
    assert all_rows(database=database, but=RECORD) == before
