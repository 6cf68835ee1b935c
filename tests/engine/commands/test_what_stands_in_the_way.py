"""A manager closes a case, or somebody starts something in it: what stands in the way, in words that say what to do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.tables import Case
from tests.builders import DAY, MONDAY, Authority, all_rows, authority, case_at, do, open_items
from tests.engine.commands.pathway import (
    accepted,
    assessing,
    begin,
    called,
    case_row,
    discuss,
    enquire,
    in_enquiry,
    planned,
    processes,
    protected,
    record_action,
    told_of,
)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def answered(world: Authority, case: str) -> str:
    """The referrer is told, so that the referral keeps nothing open."""
    do(authority=world, case=case, task="feed_back_to_referrer")
    return case


def disagreed_with(world: Authority) -> str:
    case = answered(world, accepted(authority=world, response="early_help"))
    by = world.actor("health_practitioner")
    begin(authority=world, case=case, process="professional_disagreement", by=by, about="response")
    return case


def under_an_order(world: Authority) -> str:
    case = answered(world, accepted(authority=world))
    protected(authority=world, case=case)
    record_action(authority=world, case=case, outcome="police_protection")
    discuss(authority=world, case=case, decision="section_47")
    enquire(authority=world, case=case, conference="no", support="none")
    return case


def visiting(world: Authority) -> str:
    return begin(
        authority=world, process="transfer_in", children=[{"given_name": "Ada", "family_name": "Example"}]
    ).cases[0]


BLOCKED: dict[str, Callable[[Authority], str]] = {
    "a referral is not yet decided": lambda world: case_at(authority=world),
    "a referrer has not been answered": lambda world: accepted(authority=world),
    "a disagreement is open": disagreed_with,
    "a transfer is waiting": visiting,
    "a strategy discussion has not been held": lambda world: answered(
        world, accepted(authority=world, response="strategy_discussion")
    ),
    "an enquiry has not been authorised": lambda world: answered(world, in_enquiry(authority=world)),
    "a conference has been called and not held": lambda world: answered(world, called(authority=world)),
    "a child protection plan is in force": lambda world: answered(world, planned(authority=world)),
    "an order or police protection is in force": under_an_order,
}


def close(world: Authority, case: str) -> None:
    begin(authority=world, case=case, process="case_closure")


@pytest.mark.parametrize("reason", BLOCKED)
def test_a_case_is_not_closed_while(world: Authority, reason: str) -> None:
    case = BLOCKED[reason](world)
    before = all_rows(database=world.database)
    with pytest.raises(NotPossible) as refused:
        close(world, case)
    assert str(refused.value) == f"This case cannot be closed while {reason}."
    assert all_rows(database=world.database) == before


def test_everything_that_stands_in_the_way_is_said_at_once(world: Authority) -> None:
    case = planned(authority=world)
    begin(authority=world, case=case, process="strategy_discussion")
    with pytest.raises(NotPossible) as refused:
        close(world, case)
    for reason in ("a child protection plan is in force", "a referrer", "a strategy discussion has not been held"):
        assert reason in str(refused.value)


def test_once_it_has_come_to_its_decision_nothing_stands_in_the_way(world: Authority) -> None:
    """What is still open then is withdrawn, each with the reason that the manager gives for it."""
    case = answered(world, in_enquiry(authority=world))
    enquire(authority=world, case=case, conference="no", support="none")
    running = processes(database=world.database, case=case)
    assert {"strategy_discussion", "section_47_enquiry"} <= set(running)
    close(world, case)
    assert processes(database=world.database, case=case) == ["case_closure"]
    reasons = [told["why"] for told in told_of(database=world.database, case=case, kind="withdrawn") if "why" in told]
    assert len(reasons) == len(running)
    assert all(reasons)
    do(authority=world, case=case, task="close_case")
    assert case_row(database=world.database, case=case).closed_at == MONDAY


def test_a_closure_that_waits_is_withdrawn_when_work_begins(world: Authority) -> None:
    case = case_at(authority=world, point="closing")
    assert processes(database=world.database, case=case) == ["case_closure"]
    begin(authority=world, case=case, process="strategy_discussion")
    assert processes(database=world.database, case=case) == ["strategy_discussion"]
    assert processes(database=world.database, case=case, status="withdrawn") == ["case_closure"]


@pytest.mark.parametrize("process", ["strategy_discussion", "immediate_protection", "case_closure", "referral"])
def test_nothing_starts_in_a_closed_case(world: Authority, process: str) -> None:
    case = case_at(authority=world, point="closed")
    with pytest.raises(NotPossible, match="A new referral opens a new case"):
        begin(authority=world, case=case, process=process)


@pytest.mark.parametrize(("after", "possible"), [(28 * DAY, True), (29 * DAY, False), (DAY, True)])
def test_a_disagreement_may_be_raised_for_28_days_after_closure(
    world: Authority, after: timedelta, possible: bool
) -> None:
    case = case_at(authority=world, point="closed")
    by, now = world.actor("health_practitioner"), MONDAY + after
    if possible:
        begin(authority=world, case=case, process="professional_disagreement", by=by, now=now, about="closure")
        assert "answer_disagreement" in open_items(database=world.database, case=case)
        return
    with pytest.raises(NotPossible):
        begin(authority=world, case=case, process="professional_disagreement", by=by, now=now, about="closure")


def test_a_closed_case_stays_closed_when_a_disagreement_in_it_ends(world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    by = world.actor("health_practitioner")
    begin(authority=world, case=case, process="professional_disagreement", by=by, about="closure")
    do(authority=world, case=case, task="answer_disagreement", answer="maintained")
    do(authority=world, case=case, task="accept_answer(health)", accepted="yes", by=by)
    assert processes(database=world.database, case=case) == []
    assert processes(database=world.database, case=case, status="ended").count("case_closure") == 1


@pytest.mark.parametrize("ground", ["no_longer_at_risk", "reached_18"])
def test_only_a_review_ends_a_plan_that_is_no_longer_needed(world: Authority, ground: str) -> None:
    case = planned(authority=world)
    with pytest.raises(NotPossible, match="Only a review conference"):
        begin(authority=world, case=case, process="discontinuation", ground=ground)
    assert case_row(database=world.database, case=case).plan_until is None


@pytest.mark.parametrize("ground", ["moved", "left_the_country"])
def test_without_a_plan_there_is_none_to_end(world: Authority, ground: str) -> None:
    """A death can be recorded all the same."""
    case = accepted(authority=world)
    with pytest.raises(BadAnswers) as refused:
        begin(authority=world, case=case, process="discontinuation", ground=ground)
    assert "ground" in refused.value.problems
    begin(authority=world, case=case, process="discontinuation", ground="died")
    assert processes(database=world.database, case=case).count("discontinuation") == 1


def test_a_process_that_only_messages_start_is_started_by_nobody(world: Authority) -> None:
    case = accepted(authority=world)
    for process in ("assessment", "initial_conference", "core_group", "plan_visit", "review_conference"):
        with pytest.raises(NotAllowed):
            begin(authority=world, case=case, process=process)


def test_what_is_no_process_is_not_found(world: Authority) -> None:
    with pytest.raises(NotFound):
        begin(authority=world, case=accepted(authority=world), process="home_visit")


def test_a_refusal_whatever_the_answers_comes_before_their_own_faults(world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    with pytest.raises(NotPossible):
        begin(authority=world, case=case, process="discontinuation", ground="nonsense")


@pytest.mark.parametrize("known", [True, False])
def test_nobody_dies_before_they_were_seen_and_where_that_was_is_told_to_who_may_know_it(
    world: Authority, *, known: bool
) -> None:
    """In another case of the child: of one that is another team's neither the day is said nor what was done there."""
    seen_in, other = assessing(authority=world), case_at(authority=world)
    do(authority=world, case=seen_in, task="see_child", now=MONDAY + DAY, child_seen="yes")
    with world.database.transaction() as connection:
        child = select(Case.person_id).where(Case.id == seen_in).scalar_subquery()
        connection.execute(update(Case).where(Case.id == other).values(same_person_id=child))
        if not known:
            connection.execute(update(Case).where(Case.id == seen_in).values(team_id=world.other_team))
    died: dict[str, Any] = {"ground": "died", "happened_on": MONDAY.date().isoformat()}
    with pytest.raises(BadAnswers) as refused:
        begin(authority=world, case=other, process="discontinuation", now=MONDAY + 2 * DAY, **died)
    told = "must be 3 March 2026 or later (the day of “See the child”)"
    hidden = "cannot be this day. Ask those who oversee cases."
    expected = f"The answer to “When did this happen?” {told if known else hidden}"
    assert refused.value.problems == {"happened_on": expected}
