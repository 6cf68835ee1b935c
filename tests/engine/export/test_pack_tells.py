"""What a pack tells of a case and of itself is so: what was late, what was set aside, what checking it needs."""

from datetime import datetime

import pytest
from sqlalchemy import update

from engine.base.database import Database
from engine.export.stored import StoredCase
from engine.tables import Deadline
from tests.auditing import CLOSED, closed_too_late
from tests.builders import DAY, MONDAY, authority, case_at, do, pass_time
from tests.engine.commands.test_setting_aside import failing
from tests.engine.export.packs import made, stored_case

Stored = tuple[StoredCase, datetime]


def test_what_was_late_is_told_with_its_reason(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    pass_time(authority=at, now=MONDAY + 3 * DAY)
    with database.transaction() as connection:
        late = {"met_at": MONDAY + 3 * DAY, "late_reason": "Nobody was on duty"}
        connection.execute(update(Deadline).where(Deadline.clock == "response_decision").values(**late))
    pack = made(stored_case(database, case), MONDAY + 4 * DAY)
    assert "Why it was late: <bdi>Nobody was on duty</bdi>" in pack.text("index.html")
    row = next(line for line in pack.text("clocks.csv").splitlines() if line.startswith("response_decision"))
    assert ",met late,2,Nobody was on duty," in row


@pytest.mark.parametrize("redacted", [False, True])
def test_what_was_stopped_after_it_had_run_out_is_told_as_late(database: Database, *, redacted: bool) -> None:
    case = closed_too_late(authority=authority(database=database))
    pack = made(stored_case(database, case), CLOSED + DAY, redacted=redacted)
    row = next(line for line in pack.text("clocks.csv").splitlines() if line.startswith("assessment,"))
    assert ",stopped late,34," in row
    page = pack.text("index.html")
    assert "Stopped late by 34 days" in page
    assert "Nothing was late." not in page


def test_a_process_that_was_set_aside_is_told_so(database: Database) -> None:
    at = authority(database=database, files=failing())
    case = case_at(authority=at, point="planned")
    do(authority=at, case=case, task="write_assessment", finding="child_in_need")
    page = made(stored_case(database, case), MONDAY + DAY).text("index.html")
    assert ", set aside, as it cannot go on, 2 March 2026" in page


def test_a_pack_says_what_checking_it_needs(long_case: Stored) -> None:
    for redacted in (False, True):
        pack = made(*long_case, redacted=redacted)
        for said in (pack.text("README.txt"), pack.text("index.html")):
            plain = " ".join(said.split())
            assert all(words in plain for words in ("Python 3.11 or newer", "“cryptography”", "openssl"))
            assert "nothing else" not in plain
