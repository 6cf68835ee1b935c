"""Letters leave the outbox: once, in order, and nothing is said to be sent that was not."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select, update

from engine.base.database import Database
from engine.base.errors import CaseBroken
from engine.base.mail import Letter, Outcome
from engine.commands import handing_over
from engine.commands.handing_over import (
    claim_letter,
    record_outcome,
    send_letter_again,
)
from engine.people.identity import SYSTEM
from engine.tables import Account, Outbox
from tests.builders import DAY, HOUR, MONDAY, authority, case_at, open_items
from tests.posting import (
    BUSY,
    DOWN,
    EMAIL,
    MINUTE,
    REFUSED,
    SILENT,
    TAKEN,
    letters,
    met_at,
    referred,
    said,
    same_again,
    sent,
    states,
    write,
)


def test_a_letter_that_is_taken_does_its_task_and_meets_the_clock(database: Database) -> None:
    at = authority(database=database)
    case = referred(at)
    carrier = sent(database, MONDAY + HOUR)
    assert [letter.address for letter in carrier.taken] == [EMAIL]
    assert (states(database), met_at(database, case)) == (["handed_over"], MONDAY + HOUR)
    assert "acknowledge_referral" not in open_items(database=database, case=case)
    assert said(database, case) == ["handed_over"]
    assert sent(database, MONDAY + DAY).tried == []
    same_again(database)


@pytest.mark.parametrize(
    ("says", "state", "recorded"),
    [(DOWN, "waiting", []), (BUSY, "waiting", []), (REFUSED, "refused", ["refused"]), (SILENT, "unknown", ["unknown"])],
)
def test_a_letter_that_is_not_taken_meets_no_clock(
    says: Outcome, state: str, recorded: list[str], database: Database
) -> None:
    at = authority(database=database)
    case = referred(at)
    sent(database, says=says)
    assert (states(database), said(database, case)) == ([state], recorded)
    assert letters(database)[0].why == says.why
    assert met_at(database, case) is None
    assert "acknowledge_referral" in open_items(database=database, case=case)
    same_again(database)


@pytest.mark.parametrize("says", [REFUSED, SILENT])
def test_what_was_refused_or_is_unknown_is_never_sent_again_by_itself(says: Outcome, database: Database) -> None:
    at = authority(database=database)
    referred(at)
    sent(database, says=says)
    assert sent(database, MONDAY + 30 * DAY).tried == []


def test_a_letter_is_tried_again_after_a_while_that_grows(database: Database) -> None:
    at = authority(database=database)
    referred(at)
    waits: list[int] = []
    now = MONDAY
    for _ in range(8):
        sent(database, now, BUSY)
        waits.append(int((letters(database)[0].next_try_at - now) / MINUTE))
        assert sent(database, now + (waits[-1] - 1) * MINUTE).tried == []
        now += waits[-1] * MINUTE
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert len(sent(database, now).taken) == 1


def test_what_is_urgent_is_tried_each_minute(database: Database) -> None:
    at = authority(database=database)
    referred(at, immediate_danger="yes")
    for number in range(5):
        sent(database, MONDAY + number * MINUTE, BUSY)
    assert {(row.attempts, row.next_try_at) for row in letters(database)} == {(5, MONDAY + 5 * MINUTE)}


def test_after_five_days_a_person_is_asked(database: Database) -> None:
    at = authority(database=database)
    case = referred(at)
    sent(database, MONDAY + 5 * DAY, BUSY)
    assert states(database) == ["waiting"]
    sent(database, MONDAY + 5 * DAY + HOUR, BUSY)
    assert (states(database), said(database, case)) == (["refused"], ["refused"])
    assert letters(database)[0].why == f"It was tried for five days. {BUSY.why}"
    send_letter_again(database, at.actor("social_worker"), MONDAY + 6 * DAY, letters(database)[0].id)
    sent(database, MONDAY + 6 * DAY, BUSY)
    assert states(database) == ["waiting"]


def test_one_bad_address_holds_up_nobody_else(database: Database) -> None:
    at = authority(database=database)
    referred(at, "wrong@school.example")
    referred(at)
    says = {"wrong@school.example": REFUSED, EMAIL: TAKEN}
    assert [letter.address for letter in sent(database, says=lambda letter: says[letter.address]).taken] == [EMAIL]


def test_a_server_that_is_down_is_asked_once_and_not_for_each_letter(database: Database) -> None:
    at = authority(database=database)
    for number in range(3):
        referred(at, f"{number}@school.example")
    assert len(sent(database, says=DOWN).tried) == 1
    assert [letter.address[0] for letter in sent(database).taken] == ["1", "2"]  # the first waits for its minute
    assert len(sent(database, MONDAY + MINUTE).taken) == 1


def test_danger_goes_first_and_the_rest_in_the_order_in_which_it_was_written(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    for number, urgent in ((1, False), (2, False), (3, True), (4, True)):
        write(at, case, to=EMAIL, number=number, urgent=urgent)
    assert [letter.subject[-1] for letter in sent(database).taken] == ["3", "4", "1", "2"]


def test_of_one_case_and_recipient_none_overtakes_another(database: Database) -> None:
    """The first is to be tried again: the second waits for it, but for danger, and for other recipients and cases."""
    at = authority(database=database)
    case, other = case_at(authority=at), case_at(authority=at, children=[{"given_name": "Ben"}])
    write(at, case, to=EMAIL, number=1)
    sent(database, says=BUSY)
    for number, urgent in ((2, False), (3, True)):
        write(at, case, to=EMAIL, number=number, urgent=urgent)
    write(at, case, to="nurse@trust.example")
    write(at, other, to=EMAIL, number=4)
    taken = [letter.id for letter in sent(database).taken]
    assert taken == [f"{EMAIL} 3", "nurse@trust.example 1", f"{EMAIL} 4"]
    assert [letter.id for letter in sent(database, MONDAY + MINUTE).taken] == [f"{EMAIL} 1", f"{EMAIL} 2"]


@pytest.mark.parametrize(
    ("first", "second", "held"), [(False, False, True), (True, False, True), (True, True, True), (False, True, False)]
)
def test_a_letter_under_way_holds_the_next_one_of_its_case_and_recipient(
    first: bool, second: bool, held: bool, database: Database
) -> None:
    """But for danger, which waits for danger alone: whoever sends the first may be dead."""
    at = authority(database=database)
    case = case_at(authority=at)
    write(at, case, to=EMAIL, number=1, urgent=first)
    assert claim_letter(database, SYSTEM, MONDAY, ()) is not None
    write(at, case, to=EMAIL, number=2, urgent=second)
    assert (claim_letter(database, SYSTEM, MONDAY, ()) is None) is held


def test_what_is_handed_over_is_committed_before_the_server_is_called(database: Database) -> None:
    """And no transaction is open while the server is waited for: others may write."""
    at = authority(database=database)
    referred(at)

    def look(_letter: Letter) -> Outcome:
        with database.transaction() as connection:
            state = connection.execute(select(Outbox.state)).scalar_one()
            connection.execute(update(Account).where(Account.id == "auditor.1").values(name="Somebody"))
        assert state == "handing_over"
        return TAKEN

    assert len(sent(database, says=look).taken) == 1


def test_a_sender_that_died_leaves_a_letter_of_which_nobody_knows(database: Database) -> None:
    at = authority(database=database)
    case = referred(at)
    assert claim_letter(database, SYSTEM, MONDAY, ()) is not None
    assert sent(database, MONDAY + 10 * MINUTE).tried == []
    assert states(database) == ["handing_over"]  # its sender may be at it still
    assert sent(database, MONDAY + 11 * MINUTE).tried == []
    assert (states(database), said(database, case)) == (["unknown"], ["unknown"])
    assert met_at(database, case) is None
    same_again(database)


def test_what_the_server_says_after_all_counts(database: Database) -> None:
    at = authority(database=database)
    case = referred(at)
    claimed = claim_letter(database, SYSTEM, MONDAY, ())
    assert claimed is not None
    sent(database, MONDAY + HOUR)
    record_outcome(database, SYSTEM, MONDAY + HOUR, claimed.letter.id, claimed.attempt, TAKEN)
    assert (states(database), met_at(database, case)) == (["handed_over"], MONDAY + HOUR)
    assert said(database, case) == ["unknown", "handed_over"]
    same_again(database)


def test_what_an_earlier_try_brought_is_not_taken_for_that_of_a_later_one(database: Database) -> None:
    at = authority(database=database)
    case = referred(at)
    claimed = claim_letter(database, SYSTEM, MONDAY, ())
    assert claimed is not None
    sent(database, MONDAY + HOUR)
    send_letter_again(database, at.actor("social_worker"), MONDAY + HOUR, claimed.letter.id)
    record_outcome(database, SYSTEM, MONDAY + HOUR, claimed.letter.id, claimed.attempt, REFUSED)
    assert (states(database), said(database, case)) == (["waiting"], ["unknown", "sent_again"])


def test_a_colleague_is_written_to_at_the_address_that_holds_when_the_letter_leaves(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    write(at, case, to="account:social_worker.1")
    with database.transaction() as connection:
        connection.execute(update(Account).where(Account.id == "social_worker.1").values(email="new@example.org"))
    (letter,) = sent(database, address="https://care.example").taken
    assert letter.address == "new@example.org"
    assert letter.body == f"Sign in.\n\nhttps://care.example/cases/{case}\n"


def test_the_referrer_who_cannot_sign_in_gets_no_link(database: Database) -> None:
    at = authority(database=database)
    referred(at)
    (letter,) = sent(database, address="https://care.example").taken
    assert "https" not in letter.body


def test_nobody_is_written_to_whose_account_is_closed(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    write(at, case, to="account:social_worker.1")
    with database.transaction() as connection:
        connection.execute(update(Account).where(Account.id == "social_worker.1").values(disabled_at=MONDAY))
    assert [letter.address for letter in sent(database, says=REFUSED).tried] == [""]


@pytest.mark.parametrize(("danger", "within"), [("no", "within 1 working day"), ("yes", "within 1 hour")])
def test_the_referrer_is_told_how_soon_somebody_acts_and_to_ring_999(
    danger: str, within: str, database: Database
) -> None:
    at = authority(database=database)
    referred(at, immediate_danger=danger)
    (letter,) = [one for one in sent(database).taken if one.address == EMAIL]
    assert within in letter.body
    assert "ring 999" in letter.body


def test_a_case_that_does_not_take_it_holds_up_no_other_and_its_letter_becomes_unknown(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = authority(database=database)
    broken, case = referred(at, "first@school.example"), referred(at)
    take_step = handing_over.take_step

    def breaks(casework: Any, *arguments: Any) -> None:
        if casework.case.id == broken:
            raise CaseBroken(broken, ["planted"])
        take_step(casework, *arguments)

    monkeypatch.setattr(handing_over, "take_step", breaks)
    assert len(sent(database).taken) == 2
    assert states(database) == ["handing_over", "handed_over"]
    assert met_at(database, case) == MONDAY
    monkeypatch.undo()
    sent(database, MONDAY + HOUR)
    assert (states(database)[0], met_at(database, broken)) == ("unknown", None)


@contextmanager
def asked_of_the_outbox(database: Database) -> Generator[list[tuple[str, Any]]]:
    """The statements that look for letters."""
    found: list[tuple[str, Any]] = []

    def statement(_connection: Any, _cursor: Any, words: str, parameters: Any, *_: Any) -> None:
        if words.startswith("SELECT") and "FROM outbox" in words:
            found.append((words, parameters))

    event.listen(database.engine, "before_cursor_execute", statement)
    yield found
    event.remove(database.engine, "before_cursor_execute", statement)


def test_letters_that_have_left_are_not_looked_at_again(database: Database) -> None:
    if database.url.get_backend_name() != "sqlite":
        return  # PostgreSQL reads a table that is small as a whole
    at = authority(database=database)
    referred(at)
    with asked_of_the_outbox(database) as asked:
        sent(database)
    assert len(asked) > 2
    with database.read() as connection:
        for words, parameters in asked:
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", parameters).all())
            assert "SCAN outbox" not in plan, words
