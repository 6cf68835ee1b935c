"""Somebody proceeds differently from the drawing: with a reason, with a manager where the models say so, or never."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands.cases import claim
from engine.commands.proceeding_differently import decide_departure, skip_step, take_further_step
from engine.facts.departure_forms import REASON, form_of_skip
from engine.facts.joining import is_decided
from engine.facts.managing import teams_managed
from engine.reads.audit.duties_shown import duties_of_case
from engine.reads.case.departed import departures_to_decide
from engine.reads.case.earlier import LEFT_OUT, EarlierAnswers
from engine.reads.list_page import OVERVIEW
from engine.reads.studio.library import process_in_force
from engine.reads.task.departure_pages import other_steps, to_open, to_skip
from engine.reads.task.task_page import task
from engine.record.chain import case_chain, lines
from engine.tables import Departure, WorkItem
from engine.tables.departure_tables import FURTHER
from tests.builders import MONDAY, Authority, authority, case_at, do, open_items, shipped_model
from tests.engine.commands.calls_of_departures import (
    AGREED,
    REFUSED,
    WHY,
    asks_a_manager,
    decides,
    item_of,
    opens,
    run_of,
    skips,
)
from tests.rerun.rerunning import differing
from tests.statements import counted


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def kinds(world: Authority, case: str) -> list[str]:
    """Of the newest act, those that are no clocks or letters."""
    with world.database.read() as connection:
        every = lines(connection, case_chain(case))
    own = [one.kind for one in every if one.act == every[-1].act]
    return [
        kind for kind in own if kind in ("departed", "withdrawn", "opened", "completed", "departure_asked", "ended")
    ]


def departures(world: Authority) -> list[tuple[str, str, str]]:
    with world.database.read() as connection:
        rows = connection.execute(select(Departure.__table__).order_by(Departure.asked_at, Departure.id))
        return [(row.how, row.element, row.stands) for row in rows]


def test_a_step_that_is_skipped_was_not_done_and_the_process_goes_on(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    assert skips(world, case, "decide_response", response="no_further_action")
    assert kinds(world, case)[:2] == ["departed", "withdrawn"]
    still_open = open_items(database=world.database, case=case)
    assert "decide_response" not in still_open
    assert "inform_family" in still_open, "the process went on by what was stated"
    with world.database.read() as connection:
        row = connection.execute(select(WorkItem).filter_by(case_id=case, element="decide_response")).one()
        given = EarlierAnswers(connection, world.actor("social_worker"), case).part(OVERVIEW)
    assert row.closed_how == "withdrawn"
    titles = [one.title for one in given.rows if one.element == "decide_response"]
    assert titles[0].endswith(LEFT_OUT)
    assert departures(world) == [("skip", "decide_response", "taken")]
    assert not differing(database=world.database)
    with world.database.transaction() as connection:  # planted
        connection.execute(update(Departure).values(reason="Another reason."))
    assert differing(database=world.database)


def test_a_skipped_step_meets_no_clock_and_its_duty_is_not_done(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    skips(world, case, "decide_response", response="no_further_action")
    with world.database.read() as connection:
        told = [one.payload or {} for one in lines(connection, case_chain(case), ["deadline"])]
        duties = duties_of_case(connection, world.actor("auditor"), MONDAY, case).duties
    of_clock = [one["what"] for one in told if one["clock"] == "response_decision"]
    assert "met" not in of_clock
    not_done = [one for one in duties if any(WHY[REASON] in step.reasons for step in one.asked)]
    assert {one.state for one in not_done} == {"not done"}
    assert not_done


def test_what_is_sent_twice_is_one_departure(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    opens(world, case, "inform_family")
    opens(world, case, "inform_family")
    assert departures(world) == [("open", "inform_family", "taken")]
    item, stated = item_of(world, case, "decide_response"), {**WHY, "response": "no_further_action"}
    for _ in range(2):
        assert skip_step(world.database, world.actor("social_worker"), MONDAY, item, stated)
    assert len(departures(world)) == 2


def test_a_decision_of_a_manager_waits_for_one_and_not_for_who_asked(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    departure = asks_a_manager(world, case)
    assert kinds(world, case) == ["departure_asked"]
    assert "allocate_social_worker" in open_items(database=world.database, case=case)
    waits = waiting(world, "team_manager")
    assert [one.id for one in waits] == [departure]
    assert (waits[0].may_decide, waiting(world, "social_worker")) == (True, ())
    with pytest.raises(NotAllowed):
        decides(world, case, departure, "social_worker")
    decides(world, case, departure)
    assert "allocate_social_worker" not in open_items(database=world.database, case=case)
    assert waiting(world, "team_manager") == ()
    with pytest.raises(AlreadyDone):
        decides(world, case, departure)
    assert not differing(database=world.database)


def waiting(world: Authority, role: str) -> tuple[Any, ...]:
    with world.database.read() as connection:
        who = world.actor(role)
        return departures_to_decide(connection, who, MONDAY, teams_managed(connection, who))


def test_what_waits_is_not_looked_for_in_each_case_of_the_team(world: Authority) -> None:
    asks_a_manager(world, case_at(authority=world, point="deciding"))
    with counted(world.database) as statements:
        assert len(waiting(world, "team_manager")) == 1
    found = next(one for one in statements if "departure.reason" in one)
    if world.database.engine.dialect.name == "sqlite":
        with world.database.read() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {found}", ("",) * found.count("?")).all()
        assert "ix_case_team_id" not in str(plan)


def test_a_manager_asks_another_one(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    do(authority=world, case=case, task="decide_response", response="assessment")
    assert not skips(world, case, "allocate_social_worker", role="team_manager")
    assert waiting(world, "team_manager") == ()
    with world.database.read() as connection:
        departure = connection.scalars(select(Departure.id)).one()
    with pytest.raises(NotAllowed):
        decides(world, case, departure)


def test_what_a_manager_refuses_stays_as_it_is(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    departure = asks_a_manager(world, case)
    decides(world, case, departure, **REFUSED)
    assert "allocate_social_worker" in open_items(database=world.database, case=case)
    assert departures(world) == [("skip", "allocate_social_worker", "refused")]
    assert not differing(database=world.database)


def test_what_was_done_meanwhile_is_not_skipped_any_more(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    departure = asks_a_manager(world, case)
    do(authority=world, case=case, task="allocate_social_worker")
    with pytest.raises(AlreadyDone):
        decide_departure(world.database, world.actor("team_manager"), MONDAY, case, departure, AGREED)


def test_a_further_step_stands_beside_the_process(world: Authority) -> None:
    """It stands open, is done by the same form, and nothing goes on by it; the drawing asks it again in its turn."""
    case = case_at(authority=world, point="deciding")
    assert opens(world, case, "feed_back_to_referrer")
    assert kinds(world, case) == ["departed", "opened"]
    item = open_items(database=world.database, case=case)["feed_back_to_referrer"]
    assert item.occurrence == FURTHER
    with pytest.raises(AlreadyDone):
        take_further_step(
            *(world.database, world.actor("social_worker", number=2), MONDAY, case, run_of(world, case)),
            *("feed_back_to_referrer", "open", {REASON: "I did not see it."}),
        )
    do(authority=world, case=case, task="feed_back_to_referrer", what_was_said="Zqtold")
    do(authority=world, case=case, task="decide_response", response="no_further_action")
    with world.database.read() as connection:
        again = open_items(database=world.database, case=case)["feed_back_to_referrer"]
        page = task(connection, world.actor("social_worker"), MONDAY, again.id)
    assert again.occurrence == 1
    assert page.before, "what was recorded already is shown"
    assert page.form.filled["what_was_said"] == "Zqtold", "and offered"
    assert not differing(database=world.database)


def test_a_further_step_that_is_not_needed_is_left(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    before = open_items(database=world.database, case=case).keys()
    opens(world, case, "feed_back_to_referrer")
    assert skips(world, case, "feed_back_to_referrer")
    assert open_items(database=world.database, case=case).keys() == before
    assert not differing(database=world.database)


def test_a_further_step_decides_nothing(world: Authority) -> None:
    """What a process is called for joins it until its own decision, whatever was recorded beside it."""
    case = case_at(authority=world, point="deciding")
    do(authority=world, case=case, task="decide_response", response="no_further_action")
    opens(world, case, "decide_response", "repeat")
    before = open_items(database=world.database, case=case)
    do(authority=world, case=case, task="decide_response", response="strategy_discussion")
    assert open_items(database=world.database, case=case).keys() == before.keys() - {"decide_response"}
    with world.database.read() as connection:
        is_decided(connection, shipped_model(), "referral", run_of(world, case))
    assert not differing(database=world.database)


def test_what_was_not_done_is_opened_and_what_was_is_repeated(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    with pytest.raises(NotPossible):
        opens(world, case, "inform_family", "repeat")
    do(authority=world, case=case, task="decide_response", response="no_further_action")
    with pytest.raises(NotPossible):
        opens(world, case, "decide_response", "open")
    with pytest.raises(AlreadyDone):
        opens(world, case, "inform_family", "open")
    with pytest.raises(NotFound):
        opens(world, case, "no_such_step", "open")


def test_what_a_colleague_has_taken_only_a_manager_goes_on_without(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    claim(world.database, world.actor("social_worker"), MONDAY, item_of(world, case, "decide_response"))
    with pytest.raises(NotAllowed):
        skip_step(
            *(world.database, world.actor("social_worker", number=2), MONDAY, item_of(world, case, "decide_response")),
            {**WHY, "response": "no_further_action"},
        )
    assert skips(world, case, "decide_response", "team_manager", response="no_further_action")


def test_what_the_process_goes_on_by_must_be_stated_and_why(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    with pytest.raises(BadAnswers) as bad:
        skips(world, case, "decide_response", **{REASON: ""})
    assert bad.value.problems.keys() == {"response", REASON}


def asked_of(process: str, element: str) -> Mapping[str, list[str]]:
    """The questions of a skip, with the choices of each."""
    fields = form_of_skip(shipped_model(), process, element)["properties"]
    return {name: [one["const"] for one in field.get("oneOf", ())] for name, field in fields.items()}


def test_only_that_is_asked_by_which_the_process_goes_on() -> None:
    assert asked_of("assessment", "interview_family") == {}
    assert asked_of("assessment", "write_assessment").keys() == {"finding"}
    assert asked_of("plan_visit", "record_visit") == {"child_seen": ["no", "not_born"]}, "nobody saw the child"
    assert "close" not in asked_of("child_in_need_plan", "review_plan")["progress"], "only a review ends a plan"


def test_the_pages_say_what_is_possible_before_anybody_types(world: Authority) -> None:
    case, worker = case_at(authority=world, point="deciding"), world.actor("social_worker")
    with world.database.read() as connection:
        page = to_skip(connection, worker, MONDAY, item_of(world, case, "decide_response"))
        steps = other_steps(connection, worker, MONDAY, case)
        early = to_open(connection, worker, MONDAY, case, run_of(world, case), "inform_family", "open")
    assert (page.why_not, page.manager, page.states) == ("", False, True)
    assert [one.id for one in page.form.questions][-1] == REASON
    (_, of_referral) = steps.processes[0]
    by_name = {one.element: one for one in of_referral}
    assert by_name["allocate_social_worker"].manager
    assert "decide_response" not in by_name, "it is open"
    assert (early.why_not, early.how) == ("", "open")


def test_the_process_owner_reads_how_often_and_of_few_that_they_are_few(world: Authority) -> None:
    owner = world.actor("process_owner")
    for _ in range(6):
        skips(world, case_at(authority=world, point="deciding"), "decide_response", response="no_further_action")
    opens(world, case_at(authority=world, point="deciding"), "inform_family")
    with world.database.read() as connection:
        told = process_in_force(connection, owner, MONDAY, "referral").departures
    assert [(one.how, one.times, one.cases) for one in told] == [
        ("skip", "6", "6"),
        ("open", "fewer than 6", "fewer than 6"),
    ]
