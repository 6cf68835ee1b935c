"""What two cases of one child both had under way is one; so is what a closed case of it calls for."""

from datetime import datetime

import pytest
from sqlalchemy import update

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.drafts import save_draft
from engine.reads.case.case_page import case as case_page
from engine.reads.task.task_page import task as task_page
from engine.tables import Case, Deadline, Draft, Instance, Part
from tests.builders import DAY, MONDAY, Authority, authority, case_at, do, open_items, refer
from tests.engine.commands.joining import TUESDAY, by_form, must_be_sound, row, rows, same
from tests.engine.commands.pathway import begin, clocks, enquire, in_enquiry, planned, processes


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def discussing(world: Authority, *agencies: str, now: datetime = MONDAY) -> str:
    """A discussion is called, and these are invited."""
    case = refer(authority=world, now=now).cases[0]
    do(authority=world, case=case, task="decide_response", now=now, response="strategy_discussion")
    do(authority=world, case=case, task="convene_strategy_discussion", now=now, invited=[*agencies])
    return case


def test_of_two_discussions_one_is_held_and_what_was_typed_for_the_other_is_kept(world: Authority) -> None:
    """Whom either had invited takes part, and is suggested as if it had been one invitation."""
    first, second = discussing(world, "health"), discussing(world, "housing", now=TUESDAY)
    manager = world.actor("team_manager")
    own, other = (
        open_items(database=world.database, case=case)["hold_strategy_discussion"] for case in (first, second)
    )
    save_draft(world.database, manager, TUESDAY, other.id, {"reason": "Half a sentence"})
    begins = [f"start:immediate_protection:{case}" for case in (first, second)]
    for subject in begins:
        save_draft(world.database, manager, TUESDAY, subject, {"reason": f"Half of {subject}"})
    due = min(one.due_at for one in rows(world, Deadline, Deadline.clock == "strategy_discussion"))
    same(world, second, first)
    held = rows(world, Instance, Instance.process == "strategy_discussion")
    assert sorted((one.status, one.came_from_id) for one in held if one.came_from_id) == [("joined", second)]
    assert {one.subject for one in rows(world, Draft)} == {own.id, *begins}
    clocks = rows(world, Deadline, Deadline.clock == "strategy_discussion", Deadline.stopped_at.is_(None))
    assert [(one.due_at, one.instance_id) for one in clocks] == [(due, own.instance_id)]
    assert {"health", "housing"} <= {one.agency_id for one in rows(world, Part, Part.case_id == first)}
    with world.database.read() as connection:
        asked = task_page(connection, manager, TUESDAY, own.id).form
        kept = case_page(connection, manager, TUESDAY, first).unsent
    assert [(one.process, one.case) for one in kept] == [("immediate_protection", second)], (
        "the other stands in its form"
    )
    assert sorted(asked.filled["contributors"]) == ["health", "housing"]
    do(authority=world, case=first, task="hold_strategy_discussion", now=TUESDAY, decision="no_further_action")
    must_be_sound(world)


def test_a_clock_of_the_other_that_is_due_first_is_the_one_that_runs(world: Authority) -> None:
    first, second = discussing(world, "health"), discussing(world, "housing", now=TUESDAY)
    with world.database.transaction() as connection:
        of_second = Deadline.case_id == second, Deadline.clock == "strategy_discussion"
        connection.execute(update(Deadline).where(*of_second).values(due_at=MONDAY))
    same(world, second, first)
    clocks = rows(world, Deadline, Deadline.clock == "strategy_discussion", Deadline.stopped_at.is_(None))
    own = open_items(database=world.database, case=first)["hold_strategy_discussion"]
    assert [(one.due_at, one.instance_id) for one in clocks] == [(MONDAY, own.instance_id)]


@pytest.mark.parametrize("older_first", [True, False])
def test_of_two_plans_the_one_that_began_first_goes_on_until_a_manager_confirms(
    world: Authority, *, older_first: bool
) -> None:
    """Both from before it was known that it is one child. No day becomes a later one."""
    days = (MONDAY, TUESDAY) if older_first else (TUESDAY, MONDAY)
    first, second = (planned(authority=world, now=day) for day in days)
    if not older_first:  # the case was opened first, and its plan came later
        with world.database.transaction() as connection:
            connection.execute(update(Case).where(Case.id == first).values(opened_at=MONDAY - DAY))
    began = min(row(world, first).plan_from, row(world, second).plan_from)
    clocks = ("first_core_group", "first_review", "plan_visit")
    due = {name: min(one.due_at for one in rows(world, Deadline, Deadline.clock == name)) for name in clocks}
    refer(authority=world, sender=world.actor("social_worker"), case=second, now=TUESDAY)
    same(world, second, first, by=world.actor("team_manager"))
    assert [(one.id, one.plan_from) for one in rows(world, Case, Case.plan_from.is_not(None))] == [(first, began)]
    running = rows(world, Deadline, Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))
    assert {name: [one.due_at for one in running if one.clock == name] for name in clocks} == {
        name: [day] for name, day in due.items()
    }
    for process in ("core_group", "plan_visit", "review_conference"):
        assert [one.status for one in rows(world, Instance, Instance.process == process)].count("running") == 1
    with pytest.raises(NotPossible, match="which of two plans holds"):
        begin(authority=world, process="case_closure", case=first, now=TUESDAY)
    do(authority=world, case=first, task="confirm_joined_plans", now=TUESDAY)
    assert "confirm_joined_plans" not in open_items(database=world.database, case=first)
    if older_first:
        must_be_sound(world)


@pytest.mark.parametrize("runs", [False, True])
def test_what_a_closed_case_calls_for_goes_to_the_open_case_of_the_child(world: Authority, *, runs: bool) -> None:
    closed, case = case_at(authority=world, point="closed"), by_form(world).cases[0]
    same(world, case, closed)
    if runs:
        do(authority=world, case=case, task="decide_response", now=TUESDAY, response="assessment")
    health = world.actor("health_practitioner")
    begin(authority=world, process="professional_disagreement", case=closed, by=health, now=TUESDAY, about="closure")
    do(authority=world, case=closed, task="answer_disagreement", now=TUESDAY, answer="agreed")
    assert {one.id for one in rows(world, Case)} == {closed, case}, "no third one"
    begun = rows(world, Instance, Instance.case_id == case, Instance.process == "assessment")
    assert [(one.status, one.number) for one in begun] == [("running", 1)]
    assert [(one.agency_id, one.deed) for one in rows(world, Part, Part.case_id == case)] == [("health", "disagreed")]
    must_be_sound(world)


def test_a_clock_that_is_given_back_runs_on_in_the_open_case_of_the_child(world: Authority) -> None:
    closed = in_enquiry(authority=world)
    enquire(authority=world, case=closed, conference="no", support="none")
    due = clocks(database=world.database, case=closed)["initial_conference"].due_at
    for task in ("feed_back_to_referrer", "share_outcome"):
        do(authority=world, case=closed, task=task)
    withdrawn = [{"what": one, "reason": "Done."} for one in processes(database=world.database, case=closed)]
    begin(authority=world, process="case_closure", case=closed, reason="They moved away", withdrawn=withdrawn)
    do(authority=world, case=closed, task="close_case")
    case = by_form(world).cases[0]
    same(world, case, closed)
    health = world.actor("health_practitioner")
    about = {"about": "no_conference"}
    begin(authority=world, process="professional_disagreement", case=closed, by=health, now=TUESDAY, **about)
    do(authority=world, case=closed, task="answer_disagreement", now=TUESDAY, answer="agreed")
    assert {one.id for one in rows(world, Case)} == {closed, case}
    running = rows(world, Deadline, Deadline.case_id == case, Deadline.clock == "initial_conference")
    assert [(one.due_at, one.stopped_at) for one in running] == [(due, None)]
    must_be_sound(world)
