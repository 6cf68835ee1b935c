"""Who withdraws a letter, and who decides about one that did not leave; one that has left is looked at no more."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from engine.base.database import Database
from engine.base.errors import AlreadyDone, NotAllowed, NotFound, Refusal
from engine.base.mail import Letter, Outcome
from engine.commands.handing_over import (
    claim_letter,
    confirm_letter,
    put_letter_aside,
    record_outcome,
    send_letter_again,
)
from engine.people.identity import SYSTEM
from engine.record.chain import case_chain, lines
from tests.builders import DAY, HOUR, MONDAY, authority, do, open_items
from tests.posting import (
    BUSY,
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
)


@pytest.mark.parametrize("point", ["waiting", "handing_over", "refused", "unknown"])
def test_who_does_the_task_withdraws_the_letter(point: str, database: Database) -> None:
    at = authority(database=database)
    case = referred(at)
    claimed = claim_letter(database, SYSTEM, MONDAY, ()) if point == "handing_over" else None
    if point in ("refused", "unknown"):
        sent(database, says=REFUSED if point == "refused" else SILENT)
    do(authority=at, case=case, task="acknowledge_referral", how="telephone", now=MONDAY + HOUR)
    assert met_at(database, case) == MONDAY + HOUR
    assert said(database, case)[-1:] == ([] if claimed else ["withdrawn"])
    assert states(database) == ["handing_over" if claimed else "withdrawn"]
    assert sent(database, MONDAY + HOUR).tried == []
    same_again(database)


@pytest.mark.parametrize(("outcome", "state"), [(TAKEN, "handed_over"), (SILENT, "unknown")])
def test_a_letter_under_way_when_its_task_was_done_is_said_to_be_what_it_became(
    outcome: Outcome, state: str, database: Database
) -> None:
    at = authority(database=database)
    case = referred(at)
    claimed = claim_letter(database, SYSTEM, MONDAY, ())
    assert claimed is not None
    do(authority=at, case=case, task="acknowledge_referral", how="telephone", now=MONDAY + MINUTE)
    record_outcome(database, SYSTEM, MONDAY + HOUR, claimed.letter.id, claimed.attempt, outcome)
    assert (states(database), met_at(database, case)) == ([state], MONDAY + MINUTE)
    assert said(database, case) == [state]
    same_again(database)


def test_a_letter_under_way_is_not_tried_again_when_its_task_was_done(database: Database) -> None:
    at = authority(database=database)
    case = referred(at)

    def while_it_was_done(_letter: Letter) -> Outcome:
        do(authority=at, case=case, task="acknowledge_referral", how="telephone")
        return BUSY

    sent(database, says=while_it_was_done)
    assert states(database) == ["withdrawn"]
    assert sent(database, MONDAY + DAY).tried == []


def test_a_person_confirms_that_a_letter_arrived(database: Database) -> None:
    at = authority(database=database)
    case = referred(at)
    sent(database, says=SILENT)
    letter = letters(database)[0].id
    assert confirm_letter(database, at.actor("social_worker"), MONDAY + HOUR, letter) == case
    assert (states(database), met_at(database, case)) == (["confirmed"], MONDAY + HOUR)
    with database.read() as connection:
        (_, confirmed) = lines(connection, case_chain(case), ["letter"])
    assert (confirmed.actor, (confirmed.payload or {})["what"]) == ("social_worker.1", "confirmed")
    same_again(database)


def test_a_person_sends_a_letter_again_under_the_same_id(database: Database) -> None:
    at = authority(database=database)
    case = referred(at)
    first = sent(database, says=SILENT).tried
    send_letter_again(database, at.actor("social_worker"), MONDAY + HOUR, first[0].id)
    assert sent(database, MONDAY + HOUR).taken == first
    assert said(database, case) == ["unknown", "sent_again", "handed_over"]
    assert met_at(database, case) == MONDAY + HOUR
    same_again(database)


def test_a_person_puts_aside_what_was_refused_and_its_task_stays(database: Database) -> None:
    at = authority(database=database)
    case = referred(at)
    sent(database, says=REFUSED)
    put_letter_aside(database, at.actor("social_worker"), MONDAY + HOUR, letters(database)[0].id)
    assert (states(database), said(database, case)) == (["withdrawn"], ["refused", "put_aside"])
    assert "acknowledge_referral" in open_items(database=database, case=case)
    same_again(database)


def test_a_letter_that_was_refused_cannot_be_said_to_have_arrived(database: Database) -> None:
    at = authority(database=database)
    case = referred(at)
    sent(database, says=REFUSED)
    with pytest.raises(AlreadyDone):
        confirm_letter(database, at.actor("social_worker"), MONDAY, letters(database)[0].id)
    assert met_at(database, case) is None


@pytest.mark.parametrize("command", [send_letter_again, confirm_letter, put_letter_aside])
def test_nothing_is_decided_about_a_letter_that_waits_or_has_left(command: Any, database: Database) -> None:
    at = authority(database=database)
    referred(at)
    letter = letters(database)[0].id
    for says in (None, TAKEN):
        if says:
            sent(database, says=says)
        with pytest.raises(AlreadyDone):
            command(database, at.actor("social_worker"), MONDAY, letter)


@pytest.mark.parametrize("command", [send_letter_again, confirm_letter, put_letter_aside])
@pytest.mark.parametrize(
    ("role", "refusal"),
    [("auditor", NotAllowed), ("health_practitioner", NotAllowed), ("police_officer", NotFound)],
)
def test_only_the_team_of_the_case_decides(command: Any, role: str, refusal: type[Refusal], database: Database) -> None:
    """An auditor and the agency that referred know of the case; the police do not learn that there is one."""
    at = authority(database=database)
    referred(at)
    sent(database, says=SILENT)
    with pytest.raises(refusal):
        command(database, at.actor(role), MONDAY, letters(database)[0].id)
    with pytest.raises(NotFound):
        command(database, at.actor("social_worker"), MONDAY, "none")
    assert states(database) == ["unknown"]


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
