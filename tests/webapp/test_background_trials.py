"""A draft is tried in a process of its own, which ends by itself, and with whoever began it."""

import os
import sys

import pytest

from engine.base.database import Database
from engine.commands.saving_changes import start_change
from engine.reads.studio.trial_page import trials_of_change
from engine.trial.running_trial import CASES
from tests.builders import MONDAY, authority, case_at, shipped
from tests.second import changed
from webapp import background_trials
from webapp.background_trials import _is_left, start_trial

SECONDS = 120


def test_a_process_of_its_own_works_on_it(database: Database) -> None:
    at = authority(database=database)
    case_at(authority=at)
    owner = at.actor("process_owner")
    limit = ("the assessment,45,", "the assessment,30,")
    files = changed("processes/timescales.csv", limit, files=shipped())
    change = start_change(database, owner, MONDAY, "A shorter time", "To try it", files)
    start_trial(database, owner, MONDAY, change, CASES)
    (process,) = background_trials._begun[-1:]
    assert process.wait(SECONDS) == 0
    if process.stdin:
        process.stdin.close()
    with database.read() as connection:
        found = trials_of_change(connection, owner, MONDAY, change).trials[CASES]
    assert (found.state, found.done, found.total, found.fault) == ("ended", 1, 1, "")


def test_it_notices_that_whoever_began_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = os.pipe()
    os.set_blocking(here, False)
    with os.fdopen(here) as line:
        monkeypatch.setattr(sys, "stdin", line)
        assert not _is_left()
        os.close(there)
        assert _is_left()
