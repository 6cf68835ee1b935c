"""Clocks where a step is skipped, or repeated beside its process."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.commands.proceeding_differently import skip_step, take_further_step
from engine.tables import Deadline, WorkItem
from tests.builders import DAY, MONDAY, Authority, authority, do
from tests.engine.commands.calls_of_departures import WHY, item_of, skips
from tests.engine.commands.pathway import begin, planned
from tests.rerun.rerunning import differing


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_a_skipped_round_runs_on_and_a_step_repeated_after_the_last_one_begins_none(world: Authority) -> None:
    """The day of a core group is not put off by going on without one; no visit is due once a plan has ended."""
    case, worker = planned(authority=world), world.actor("social_worker")
    skips(world, case, "hold_core_group")
    assert running(world, case).keys() & CORE_GROUPS == {"first_core_group"}
    do(authority=world, case=case, task="hold_core_group", held_at=MONDAY.isoformat())
    before = running(world, case)
    skip_step(world.database, worker, MONDAY + DAY, item_of(world, case, "hold_core_group"), WHY)
    assert running(world, case) == before
    assert before.keys() & CORE_GROUPS == {"later_core_group"}
    seen: dict[str, Any] = {"child_seen": "yes", "seen_at": MONDAY.isoformat()}
    do(authority=world, case=case, task="record_visit", **seen)
    with world.database.read() as connection:
        visit = select(WorkItem.instance_id).filter_by(case_id=case, element="record_visit", closed_how="completed")
        run = connection.scalars(visit).one()
    died: dict[str, Any] = {"happened_on": MONDAY.date().isoformat(), "evidence": "Zqtold."}
    begin(authority=world, case=case, process="death", by=worker, **died)
    take_further_step(world.database, worker, MONDAY, case, run, "record_visit", "repeat", WHY)
    do(authority=world, case=case, task="record_visit", **seen)
    assert "plan_visit" not in running(world, case)
    assert not differing(database=world.database)


CORE_GROUPS = {"first_core_group", "later_core_group"}


def running(world: Authority, case: str) -> dict[str, datetime]:
    """The clocks that run, with when each is due."""
    runs = Deadline.case_id == case, Deadline.met_at.is_(None), Deadline.stopped_at.is_(None)
    with world.database.read() as connection:
        rows = connection.execute(select(Deadline.clock, Deadline.due_at).where(*runs))
        return {row.clock: row.due_at for row in rows}
