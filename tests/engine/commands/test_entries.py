"""Every command is in the record, and what an administrator changes with what stood before."""

from contextlib import nullcontext
from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.commands import working_days_and_limits as authority_commands
from engine.people.command import COMMANDS
from engine.process.bundle import bundle_hash
from engine.record.chain import authority_chain, lines
from engine.tables import Act
from tests.builders import HERE, MONDAY, authority, case_at, shipped
from tests.drafts import publish_by_two
from tests.engine.commands.calls import A_DAY, CALLS, CLOSED, changed_bundle
from tests.rerun.following import rows_follow

# They change nothing that anybody has said or decided: that a person is still there and who they are, what is typed but
# not sent, that a letter is on its way or waits again, that the clock has ticked, or could not in a case. What came of
# the letter at last is an entry; how the stories of a bundle came out is said when it is published. Each save of a
# draft stands beside it with its author and time, and what it came to is in the record once a second person judges it.
# That a trial was started is in the record; how far it has come, and that it need not go on, changes nothing.
# A process that was refused other models stays as it was. What is tried by hand is invented, and changes nothing. A
# file from elsewhere only waits: the draft that is made of it is in the record. That somebody read what a
# publication changed is kept so that it is said once. An app that shows codes counts once a code of it was shown.
# What is typed to find something is a step of looking: the look at what was found is the entry.
WITHOUT_ENTRY = {
    "judge_instance",
    "keep_refusal",
    "bring_in",
    "forget_brought_in",
    "confirm",
    "save_draft",
    "discard_draft",
    "end_some_drafts",
    "claim_letter",
    "put_back",
    "keep_played",
    "save_file",
    "take_back_save",
    "rename_for_ever",
    "note_editing",
    "note_tick",
    "note_doubt",
    "note_stalled",
    "keep_search",
    "keep_search_in_case",
    "note_news_read",
    "note_news_of_task_read",
    "begin_app",
    "begin_try",
    "go_on_with_try",
    "drop_try",
    "stop_trial",
    "note_trial",
}
# Given with nothing to do: these models are in force already, no clock moves.
NOTHING_TO_SAY = {"publish_shipped"}


# It puts other rows in the place of all, with the entries that they follow from.
OTHER_ROWS = {"restore"}


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - WITHOUT_ENTRY - NOTHING_TO_SAY))
def test_every_command_is_in_the_record(database: Database, name: str) -> None:
    """And belongs to who gave it, at the time it was given. Rights and settings follow from what it says."""
    at = authority(database=database)
    give: Any = CALLS[name](at, case_at(authority=at))
    before = entries(database)
    with nullcontext() if name in OTHER_ROWS else rows_follow(database, HERE):
        give()
    assert len(entries(database)) > len(before)


@pytest.mark.parametrize("name", sorted(WITHOUT_ENTRY))
def test_a_command_that_leaves_no_entry_is_seen_by_that(database: Database, name: str) -> None:
    """The planted fault: those that are excused would fail the test above."""
    at = authority(database=database)
    give: Any = CALLS[name](at, case_at(authority=at))
    before = entries(database)
    with rows_follow(database, HERE):
        give()
    assert entries(database) == before


def entries(database: Database) -> list[tuple[str, int]]:
    with database.read() as connection:
        return [(row.chain, row.number) for row in connection.execute(select(Act.chain, Act.number))]


def test_what_an_administrator_changes_is_told_with_what_stood_before(database: Database) -> None:
    at = authority(database=database)
    administrator = at.actor("administrator")
    for limit in (2, 3):
        authority_commands.set_local_limit(database, administrator, MONDAY, "urgent_response", {"limit": limit})
    authority_commands.add_closure_day(database, administrator, MONDAY, CLOSED)
    authority_commands.remove_closure_day(database, administrator, MONDAY, A_DAY)
    publish_by_two(at, changed_bundle())
    with database.read() as connection:
        told = [line.payload or {} for line in lines(connection, authority_chain(HERE))][1:]
    assert [(one["limit"], one["before"]) for one in told[:2]] == [(2, 1), (3, 2)]
    assert told[3] == {"day": A_DAY.isoformat(), "name": "Closed"}
    published = told[-1]
    assert (published["number"], published["shipped"], published["before"]) == (2, False, bundle_hash(shipped()))
    assert set(published["files"]) == set(shipped())
