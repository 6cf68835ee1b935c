"""A case beside the guidance, on both databases: what was late and why, who knew, and what became of each duty."""

from typing import Any

import pytest

from engine.base.database import Database
from engine.base.errors import NotAllowed
from engine.reads.audit.duties_met import LEFT, WAITS
from engine.reads.audit.duties_shown import DutyShown
from engine.reads.audit.guidance import ClockMet, Guidance, guidance
from engine.reads.audit.replay import replay_feed
from tests.auditing import CLOSED, HELD, WHY, closed_too_late, conference_too_late, opens_case
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, do, shipped_model
from tests.engine.commands.pathway import planned, processes
from tests.engine.commands.test_closing import close_early
from tests.engine.commands.test_setting_aside import failing
from tests.statements import counted


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def seen(world: Authority, case: str, role: str = "auditor", days: int = 0) -> Guidance:
    with world.database.read() as connection:
        return guidance(connection, world.actor(role), HELD + days * DAY, case)


def clocks(found: Guidance) -> tuple[ClockMet, ...]:
    return (*found.late.rows, *found.others.rows)


def duties(world: Authority, case: str) -> dict[str, DutyShown]:
    return {one.duty.id: one for one in seen(world, case).duties}


def test_what_was_late_comes_first_with_its_reason_and_by_how_much(world: Authority) -> None:
    case = conference_too_late(authority=world)
    first = seen(world, case).late.rows[0]
    assert (first.clock.title, first.ending) == ("Hold the child protection conference", "late")
    assert (first.over, first.clock.late_reason) == ("3 working days (3 days)", WHY)
    assert first.clock.rule is not None
    assert first.clock.rule.source == "WT2013 outcome of section 47 enquiries"


def test_what_is_late_and_not_done_says_by_how_much_so_far(world: Authority) -> None:
    case = conference_too_late(authority=world)
    letter = next(one for one in clocks(seen(world, case, days=6)) if one.clock.clock == "conference_decision_letter")
    assert (letter.ending, letter.over) == ("overdue", "3 working days (5 days)")


def test_what_ran_out_and_was_then_stopped_is_late(world: Authority) -> None:
    case = closed_too_late(authority=world)
    assessment = next(one for one in clocks(seen(world, case, days=200)) if one.clock.clock == "assessment")
    assert (assessment.ending, assessment.clock.ended_at) == ("stopped_late", CLOSED)
    assert assessment.over == "23 working days (34 days)"
    assert {"Social worker 1", "Team manager 1"} >= {one.name for one in assessment.knew}


def test_who_knew_is_told_before_and_after_it_ran_out(world: Authority) -> None:
    """The first warning comes five working days before 23 March."""
    case = conference_too_late(authority=world)
    opens_case(authority=world, case=case, role="team_manager", now=MONDAY + 9 * DAY)  # nothing to know yet
    opens_case(authority=world, case=case, role="team_manager", now=MONDAY + 16 * DAY)
    opens_case(authority=world, case=case, role="service_manager", now=MONDAY + 22 * DAY)
    opens_case(authority=world, case=case, role="legal_adviser", now=HELD + HOUR)  # by then it was done
    knew = {one.name: one for one in seen(world, case).late.rows[0].knew}
    assert set(knew) == {"Team manager 1", "Service manager 1", "Conference chair 1"}
    assert (knew["Team manager 1"].warned, knew["Team manager 1"].after) == (1, 0)
    assert (knew["Service manager 1"].warned, knew["Service manager 1"].after) == (0, 1)
    assert knew["Service manager 1"].role == "Service manager"
    assert knew["Conference chair 1"].did == ("“Hold the conference” was completed",)


def test_who_knew_is_for_auditors(world: Authority) -> None:
    case = conference_too_late(authority=world)
    opens_case(authority=world, case=case, role="team_manager", now=MONDAY + 16 * DAY)
    found = seen(world, case, "team_manager")
    assert not found.shows_looks
    assert all(one.knew == () for one in clocks(found))
    with pytest.raises(NotAllowed):
        seen(world, case, "police_officer")


def test_every_duty_that_is_delivered_has_its_row(world: Authority) -> None:
    found = duties(world, case_at(authority=world))
    assert set(found) == {one.id for one in shipped_model().duties.values() if one.delivered == "now"}


def test_a_duty_is_done_where_by_whom_and_when(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    do(authority=world, case=case, task="decide_response", now=MONDAY + HOUR, response="assessment")
    decision = duties(world, case)["R-06"]
    step = decision.asked[-1]
    assert (decision.state, step.title, step.by, step.at) == (
        *("done", "Decide the response", "Social worker 1"),
        MONDAY + HOUR,
    )
    assert [one.question for one in step.said] == ["What does this child need from us?", "What are your reasons?"]
    assert step.done_when == "“What does this child need from us?” is answered and “What are your reasons?” is answered"


@pytest.mark.parametrize(
    ("point", "duty", "state"),
    [
        ("deciding", "R-06", "open"),
        ("accepted", "A-02", "open"),
        ("accepted", "A-13", "did not arise"),
        ("planned", "A-01", "done"),
        ("planned", "A-02", "not done"),  # nobody said that they were told when to expect a decision
        ("planned", "A-03", "open"),  # a day is planned, the child is not seen yet
        ("closed", "A-03", "not done"),  # and never was
        ("closed", "IP-08", "did not arise"),
    ],
)
def test_how_far_a_duty_has_come(world: Authority, point: str, duty: str, state: str) -> None:
    assert duties(world, case_at(authority=world, point=point))[duty].state == state


def test_what_was_left_open_for_the_next_time_is_open_while_that_waits(world: Authority) -> None:
    case = planned(authority=world)
    left: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("not_yet", "open", ("circulate_plan", "explain_plan_to_child")),
        ("not_yet", "open", ("circulate_plan",)),
        ("complete", "done", ("circulate_plan",)),
    )
    for answer, state, others in left:
        held: dict[str, Any] = {
            "held_at": MONDAY.isoformat(),
            "in_depth_assessment": answer,
            "assessment_found": "Much.",
        }
        do(authority=world, case=case, task="hold_core_group", **held)
        for task in others:
            do(authority=world, case=case, task=task)
        assert duties(world, case)["PL-03"].state == state, answer


def test_what_was_left_open_in_a_process_that_was_set_aside_is_open_still(database: Database) -> None:
    """The assessment was returned, to be written again. A mended drawing can take that up: it is not “not done”."""
    world = authority(database=database, files=failing('authorise_assessment.authorised == "yes"'))
    case = case_at(authority=world, point="planned")
    do(authority=world, case=case, task="write_assessment", finding="child_in_need")
    do(authority=world, case=case, task="authorise_assessment", authorised="returned")
    assert processes(database=database, case=case, status="stuck") == ["assessment"]
    returned = duties(world, case)["A-10"]
    assert (returned.state, [one.state for one in returned.asked]) == ("open", ["open"])
    assert returned.asked[0].reasons[0] == WAITS


def test_a_step_that_went_with_a_process_that_was_set_aside_waits_for_it(database: Database) -> None:
    """Nobody has decided that the child is not to be seen. Once the case is closed, nobody takes that up."""
    world = authority(database=database, files=failing())
    case = case_at(authority=world, point="planned")
    do(authority=world, case=case, task="write_assessment", finding="child_in_need")
    (step,) = duties(world, case)["A-03"].asked
    assert (step.state, step.title, step.reasons) == ("open", "See the child", (WAITS,))
    with database.read() as connection:
        withdrawn = [one for one in replay_feed(connection, world.actor("auditor"), HELD, case).steps if one.withdrawn]
    words = "The process that it belongs to was set aside, as it cannot go on."
    assert {one.words for step in withdrawn for one in step.said} == {words}
    close_early(world, case)
    do(authority=world, case=case, task="close_case")
    (step,) = duties(world, case)["A-03"].asked
    assert (step.state, step.reasons) == ("not done", (LEFT,))


def test_the_duty_of_a_clock_that_was_late_is_late(world: Authority) -> None:
    found = duties(world, conference_too_late(authority=world))
    assert {one.duty.clock for one in found.values() if one.late} >= {"initial_conference"}
    assert next(iter(found.values())).late  # late ones first
    assert not found["R-06"].late


def test_who_knew_takes_no_query_for_each_clock_that_is_late(world: Authority) -> None:
    case = conference_too_late(authority=world)
    opens_case(authority=world, case=case, role="team_manager", now=MONDAY + 16 * DAY)

    def cost(days: int) -> tuple[int, int]:
        with counted(world.database) as statements:
            found = seen(world, case, days=days)
        return found.late.total or 0, len(statements)

    few, many = cost(0), cost(200)
    assert many[0] >= few[0] + 2
    assert many[1] == few[1]


def test_what_was_not_done_says_what_was_answered_and_why(world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    why = "Nobody opened the door."
    do(authority=world, case=case, task="see_child", now=MONDAY + HOUR, child_seen="no", not_seen_reason=why)
    seen_child = duties(world, case)["R-09"]
    assert seen_child.state == "open"  # it is asked again
    do(authority=world, case=case, task="write_assessment", now=MONDAY + HOUR, finding="no_support_needed")
    do(authority=world, case=case, task="authorise_assessment", now=MONDAY + HOUR, authorised="yes")
    seen_child = duties(world, case)["A-03"]
    (step,) = seen_child.asked
    assert (seen_child.state, [(one.question, one.words) for one in step.said]) == (
        *("not done", [("Have you seen the child?", "No")]),
    )
    assert why in step.reasons
