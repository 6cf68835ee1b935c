"""A case read back from its record, on both databases: its steps in words, its way, its clocks, what was known when."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound
from engine.reads.audit.replay import Replay, ReplayFeed, ReplayMoment, ReplayQuery, moment, replay, replay_feed
from engine.reads.list_page import OVERVIEW
from engine.record.chain import NewEntry, append, case_chain
from engine.record.kinds import KINDS
from engine.tables import Deadline, Payload
from tests.auditing import HELD, WHY, closed_too_late, conference_too_late
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, do, pass_time
from tests.engine.record.hand import take_triggers_away


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def whole(world: Authority, case: str, role: str = "auditor") -> ReplayFeed:
    with world.database.read() as connection:
        return replay_feed(connection, world.actor(role), HELD + DAY, case)


def page(world: Authority, case: str, asked: ReplayQuery | None = None, number: int = 1) -> Replay:
    with world.database.read() as connection:
        return replay(connection, world.actor("auditor"), HELD + DAY, case, asked or ReplayQuery(), number, OVERVIEW)


def at(world: Authority, case: str, number: int, by: str = "recorded") -> ReplayMoment:
    with world.database.read() as connection:
        known_by = "happened" if by == "happened" else "recorded"
        return moment(connection, world.actor("auditor"), HELD + DAY, case, number, known_by)


def number_of(found: ReplayFeed, what: str) -> int:
    return next(step.number for step in found.steps if step.what == what)


def note(world: Authority, case: str, fact: NewEntry) -> None:
    with world.database.transaction() as connection:
        append(connection, case_chain(case), "team_manager.1", HELD, [fact])


def test_every_entry_is_a_step_in_plain_words(world: Authority) -> None:
    case = conference_too_late(authority=world)
    found = whole(world, case)
    assert [step.number for step in found.steps] == list(range(1, len(found.trail.lines) + 1))
    assert [step.what for step in found.steps if "_" in step.what or not step.what] == []
    assert all(step.known for step in found.steps)
    said = {step.what for step in found.steps}
    assert {"The case was opened", "Which decision? “Section 47”", "“Hold the conference” was completed"} <= said
    assert {
        "Clock met too late: Hold the child protection conference",
        "Health became part of the case: invited",
    } & said


def test_a_decision_is_said_with_its_reason(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    do(authority=world, case=case, task="decide_response", response="assessment", reason="He is losing weight.")
    found = whole(world, case)
    step = found.steps[number_of(found, "“Decide the response” was completed") - 1]
    assert [(one.about, one.words) for one in step.said] == [
        ("decision", "An assessment by a social worker"),
        ("reason", "He is losing weight."),
    ]
    assert (step.by, step.role, step.process) == ("Social worker 1", "Social worker", "Referral")


def test_a_way_that_was_chosen_names_the_answers_that_chose_it(world: Authority) -> None:
    case = case_at(authority=world, point="accepted")
    found = whole(world, case)
    chosen = at(world, case, number_of(found, "Which response? “Assessment”"))
    assert chosen.because is not None
    assert chosen.because.what == "“Decide the response” was completed"
    assert at(world, case, chosen.because.number).because is None


def test_what_was_late_is_marked_where_it_ran_out_and_where_it_was_done(world: Authority) -> None:
    case = conference_too_late(authority=world)
    late = page(world, case, ReplayQuery(about="all", late=True, text="hold the")).rows
    assert [step.what for step in late] == [
        "Time ran out: Hold the child protection conference",
        "“Hold the conference” was completed",
        "Clock met too late: Hold the child protection conference",
    ]
    assert [one.words for one in late[1].said if one.question == "Why is this late?"] == [WHY]
    assert {one.name: one.late for one in page(world, case).stretches.rows}["Child protection conference"] > 0


def test_what_was_stopped_after_it_had_run_out_is_among_what_was_late(world: Authority) -> None:
    late = {one.clock: one for one in page(world, closed_too_late(authority=world)).late}
    assert (late["assessment"].ending(HELD), late["assessment"].met) == ("stopped_late", False)


def test_the_steps_can_be_narrowed_down(world: Authority) -> None:
    case = conference_too_late(authority=world)
    everything = page(world, case, ReplayQuery(about="all"))
    assert everything.found == everything.total
    for about in ("main", "decisions", "clocks"):
        assert 0 < page(world, case, ReplayQuery(about=about)).found < everything.total
    run = everything.stretches.rows[0].run
    assert {step.run for step in page(world, case, ReplayQuery("all", run=run)).rows} == {run}
    by = page(world, case, ReplayQuery("all", person="conference_chair.1"))
    assert {step.by for step in by.rows} == {"Conference chair 1"}
    assert page(world, case, ReplayQuery("all", text="HOSPITAL")).found == 2  # the answers, and the clock that they met
    assert page(world, case, ReplayQuery("all", text="no such words")).found == 0


def test_a_page_beyond_the_last_is_the_last(world: Authority) -> None:
    case = conference_too_late(authority=world)
    last = page(world, case, ReplayQuery("all"), 99)
    assert last.page == last.pages > 1
    assert last.rows[-1].number == last.total


def test_a_kind_of_entry_that_came_later_is_shown_plainly_and_not_left_out(world: Authority) -> None:
    case = case_at(authority=world, point="accepted")
    with pytest.MonkeyPatch.context() as patch:  # a newer version of the product, which knows the kind
        patch.setitem(KINDS, "wandered", replace(KINDS["part"], name="wandered"))
        said = {"what": "skipped a task", "why": "the court said so"}
        note(world, case, NewEntry("wandered", case=case, payload=said))
    step = page(world, case).rows[-1]
    assert (step.known, step.what) == (False, "Wandered: skipped a task")
    assert [one.words for one in step.said] == ["The court said so"]


def test_a_payload_that_is_gone_is_said_to_be_erased(world: Authority) -> None:
    case = case_at(authority=world, point="accepted")
    found = whole(world, case)
    number = number_of(found, "“Clarify the concerns” was completed")
    with world.database.transaction() as connection:
        take_triggers_away(connection)
        act = (Payload.chain == case_chain(case), Payload.number >= number)
        connection.execute(delete(Payload).where(*act))
    assert [one.words[:7] for one in at(world, case, number).step.said] == ["Erased:"]


def test_clocks_that_ran_at_a_step_are_shown_with_how_they_ended(world: Authority) -> None:
    case = conference_too_late(authority=world)
    found = whole(world, case)
    ran_out = number_of(found, "Time ran out: Hold the child protection conference")
    clocks = {clock.clock: clock for clock in at(world, case, ran_out).clocks}
    conference = clocks["initial_conference"]
    assert (conference.passed, conference.ending(HELD), conference.late_reason) == (ran_out, "late", WHY)
    assert "first_core_group" not in clocks
    assert "acknowledgement" not in clocks
    held = number_of(found, "“Hold the conference” was completed")
    assert "first_core_group" in {clock.clock for clock in at(world, case, held + 10).clocks}


def test_the_clocks_of_the_record_are_those_of_the_table(world: Authority) -> None:
    case = conference_too_late(authority=world)
    pass_time(authority=world, now=HELD + 60 * DAY)
    with world.database.read() as connection:
        rows = connection.execute(select(Deadline.__table__).where(Deadline.case_id == case)).all()
    stored = sorted((row.clock, row.due_at, row.met_at, row.stopped_at, row.late_reason or "") for row in rows)
    read = sorted(
        (one.clock, one.due_at, one.ended_at if one.met else None, None if one.met else one.ended_at, one.late_reason)
        for one in whole(world, case).clocks
    )
    assert read == stored
    assert {row.clock for row in rows if row.passed_at} == {
        one.clock for one in whole(world, case).clocks if one.passed
    }


def test_what_was_known_is_told_by_recording_and_by_happening(world: Authority) -> None:
    """The child was seen on Monday, which was recorded two days later; on Tuesday something else was recorded."""
    case = case_at(authority=world, point="planned")
    do(authority=world, case=case, task="interview_family", now=MONDAY + DAY)
    seen = (MONDAY + HOUR).isoformat()
    now = MONDAY + 2 * DAY
    do(authority=world, case=case, task="see_child", now=now, child_seen="yes", seen_alone="yes", seen_at=seen)
    tuesday = number_of(whole(world, case), "“Interview the family” was completed")
    recorded, happened = at(world, case, tuesday), at(world, case, tuesday, "happened")
    assert "See the child" not in {form.title for form in recorded.forms.rows}
    (form,) = [form for form in happened.forms.rows if form.title == "See the child"]
    assert (form.happened_at, form.recorded_at, form.said_when) == (MONDAY + HOUR, now, True)
    assert form.number > tuesday


def test_what_was_planned_did_not_happen_when_it_was_planned(world: Authority) -> None:
    case = case_at(authority=world, point="agreed")
    (plan,) = [form for form in whole(world, case).forms if form.title == "Agree the plan"]
    assert (plan.happened_at, plan.said_when) == (plan.recorded_at, False)


def test_the_processes_lie_on_the_line_of_the_case(world: Authority) -> None:
    case = conference_too_late(authority=world)
    found = page(world, case)
    names = [one.name for one in found.stretches.rows]
    assert names[:4] == ["Referral", "Strategy discussion", "Section 47 enquiry", "Child protection conference"]
    assert all(0 <= one.begins <= 100 and 0 <= one.begins + one.lasts <= 100.01 for one in found.stretches.rows)
    assert {one.name for one in found.stretches.rows if one.begins > 90} >= {"Core group"}


def test_who_may_replay(world: Authority) -> None:
    case = conference_too_late(authority=world)
    for role in ("auditor", "social_worker", "team_manager", "conference_administrator"):
        assert whole(world, case, role).cases_shown == (case,)
    with pytest.raises(NotAllowed):
        whole(world, case, "police_officer")
    for role in ("housing_officer", "administrator", "process_owner"):
        with pytest.raises(NotFound):
            whole(world, case, role)


def test_there_is_no_step_before_the_first_or_after_the_last(world: Authority) -> None:
    case = case_at(authority=world)
    total = len(whole(world, case).steps)
    assert (at(world, case, 1).previous, at(world, case, total).next) == (None, None)
    for number in (0, total + 1):
        with pytest.raises(NotFound):
            at(world, case, number)


def test_a_role_is_that_of_the_day(world: Authority) -> None:
    """Somebody who changes posts keeps in the replay the role in which they acted."""
    case = case_at(authority=world, point="accepted")
    people = whole(world, case).trail.people
    assert people.role("social_worker.1", MONDAY) == "Social worker"
    assert people.role("social_worker.1", MONDAY - timedelta(days=4000)) == ""
