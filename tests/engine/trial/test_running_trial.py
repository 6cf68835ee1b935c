"""A draft tried in the background: how far it has come is seen, it can be stopped, and one that died says so."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound
from engine.commands.looks import look
from engine.commands.saving_changes import save_file, start_change
from engine.commands.trials import begin_trial, stop_trial
from engine.facts.trial_states import SILENT
from engine.people.identity import Actor, Held
from engine.reads.studio.trial_page import TrialShown, trials_of_change
from engine.record.chain import lines
from engine.tables import Trial
from engine.trial import running_trial
from engine.trial.recorded_rates import RestsOn
from engine.trial.running_trial import CASES, CHANGED, SYNTHETIC, work_on
from engine.trial.synthetic_year import BothYears, YearLived
from tests.builders import HOUR, MONDAY, Authority, authority, case_at, shipped
from tests.second import changed

LIMITS = "processes/timescales.csv"
LATER = MONDAY + HOUR


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def draft(at: Authority) -> str:
    files = changed(LIMITS, ("the assessment,45,", "the assessment,30,"), files=shipped())
    return start_change(at.database, at.actor("process_owner"), MONDAY, "A shorter time", "To try it", files)


def shown(at: Authority, change: str, kind: str = CASES, by: Actor | None = None, now: datetime = LATER) -> TrialShown:
    with at.database.read() as connection:
        return trials_of_change(connection, by or at.actor("process_owner"), now, change).trials[kind]


def begun(at: Authority, change: str, kind: str = CASES) -> str:
    return begin_trial(at.database, at.actor("process_owner"), MONDAY, change, kind).id


def work(at: Authority, trial: str, is_left: Callable[[], bool] = lambda: False) -> None:
    work_on(at.database, trial, lambda: LATER, is_left)


def test_what_is_found_is_shown_without_names_to_who_may_not_know_of_the_case(world: Authority) -> None:
    case, change = case_at(authority=world, point="assessing"), draft(world)
    trial = begun(world, change)
    assert shown(world, change, now=MONDAY).state == "running"
    again = begin_trial(world.database, world.actor("pathway_approver"), MONDAY, change, CASES)
    assert (again.id, again.is_new) == (trial, False)
    work(world, trial)
    found = shown(world, change)
    assert (found.state, found.done, found.total, found.is_of_these) == ("ended", 1, 1, True)
    assert found.lines[1].startswith("Complete and authorise the assessment: 45 working days become 30.")
    assert [group.number for group in found.groups] == [1]
    (named,) = found.groups[0].cases
    assert (named.id, named.child) == ("", "")
    both = Actor("social_worker.1", "A", (Held("process_owner"), *world.actor("auditor").held), world.id)
    (known,) = shown(world, change, by=both).groups[0].cases
    assert (known.id, known.child, known.reference) == (case, "Ada Example", named.reference)

    owner = world.actor("process_owner")
    look(world.database, owner, LATER, "trial", trials_of_change, change)
    with world.database.read() as connection:
        assert [one.payload for one in lines(connection, owner.chain, ["viewed"])] == [{"page": "trial"}]
    for stranger in ("social_worker", "auditor"):
        with pytest.raises(NotAllowed):
            shown(world, change, by=world.actor(stranger))
    row = found.lines, found.groups
    files = save_file(world.database, owner, LATER, change, LIMITS, shipped()[LIMITS], 1)
    assert (files, shown(world, change).is_of_these) == (2, False)
    assert (shown(world, change).lines, shown(world, change).groups) == row


def test_it_is_stopped_and_of_what_is_silent_nobody_knows(world: Authority) -> None:
    case_at(authority=world)
    change = draft(world)
    died = begun(world, change)
    assert shown(world, change, now=MONDAY + SILENT / 2).state == "running"
    assert shown(world, change, now=MONDAY + SILENT).state == "silent"
    later = begin_trial(world.database, world.actor("process_owner"), MONDAY + SILENT, change, CASES)
    assert (later.is_new, later.id != died) == (True, True)

    stop_trial(world.database, world.actor("pathway_approver"), LATER, later.id)
    work(world, later.id)
    stopped = shown(world, change)
    assert (stopped.state, stopped.done, stopped.total) == ("stopped", 0, 1)

    left = begin_trial(world.database, world.actor("process_owner"), LATER, change, CASES)
    work(world, left.id, is_left=lambda: True)
    with world.database.read() as connection:
        ended = connection.execute(select(Trial.ended_at, Trial.done).where(Trial.id == left.id)).one()
    assert tuple(ended) == (LATER, 0)
    assert shown(world, change).state == "stopped"
    for other in (world.actor("social_worker"), Actor("x", "X", (Held("process_owner"),), "elsewhere")):
        with pytest.raises((NotAllowed, NotFound)):
            stop_trial(world.database, other, LATER, left.id)


def test_what_cannot_be_tried_says_why(world: Authority) -> None:
    change, owner = draft(world), world.actor("process_owner")
    trial = begun(world, change)
    save_file(world.database, owner, LATER, change, LIMITS, shipped()[LIMITS], 1)
    work(world, trial)
    assert (shown(world, change).state, shown(world, change).fault) == ("failed", CHANGED)
    save_file(world.database, owner, LATER, change, LIMITS, b"id\n", 2)
    work(world, begun(world, change))
    assert (shown(world, change).state, bool(shown(world, change).fault)) == ("failed", True)


def test_made_up_years_are_lived_there_too(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """How they are lived, test_synthetic_year.py says."""
    year = YearLived({}, {}, {}, 1, 12, {})

    def lived(*given: Any) -> BothYears:
        tell, meanwhile = given[-2:]
        meanwhile()
        tell(6, 6)
        return BothYears(20, 12, (1, 2, 3), (year,) * 3, (year,) * 3, RestsOn(0, 0))

    monkeypatch.setattr(running_trial, "both_lived", lived)
    change = draft(world)
    work(world, begun(world, change, SYNTHETIC))
    found = shown(world, change, SYNTHETIC)
    assert (found.state, found.done, found.total, found.groups) == ("ended", 6, 6, ())
    assert found.lines[-1] == "It came to the same on the draft."


def test_what_was_found_before_it_was_stopped_is_kept(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        case_at(authority=world, point="assessing")
    trial = begun(world, change := draft(world))
    monkeypatch.setattr(running_trial, "SECONDS", 0)
    asked = iter((False, True))  # after the first case it is to stop
    work(world, trial, is_left=lambda: next(asked))
    found = shown(world, change)
    assert (found.state, found.done, found.lines[0][:7]) == ("stopped", 1, "1 case,")
    assert [group.number for group in found.groups] == [1]
