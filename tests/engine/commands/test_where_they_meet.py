"""Where corrections meet what was shared, what is wished about it, cases that were joined, and other corrections."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.assigning_tasks import give_task
from engine.commands.recording_shares import record_wish, withdraw_wish
from engine.commands.reopening_cases import reopen_case
from engine.facts.managing import teams_managed
from engine.reads.case.looked_at_again import resting_for
from engine.tables import SharedInformation
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, do, open_items, refer
from tests.engine.commands.calls_of_keeping import bars
from tests.engine.commands.calls_of_sharing import OVER, WISH, shares, wishes
from tests.engine.commands.joining import must_be_sound, same
from tests.engine.commands.pathway import begin
from tests.engine.commands.test_correcting_answers import clocks, corrects, given
from tests.engine.commands.test_giving_tasks import LEAD, SECOND, allocated, owners
from tests.rerun.rerunning import differing

PLAN = {"element": "circulate_plan", "process": "child_in_need_plan"}
REFUSED: dict[str, Any] = {
    "consent_to_share": "refused",
    "shared_without_consent": "protects_a_child",
    "told_of_sharing": "yes",
}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def shared(world: Authority, task: str = "circulate_plan") -> list[Any]:
    with world.database.read() as connection:
        return list(connection.execute(select(SharedInformation.__table__).filter_by(element=task)))


def circulated(world: Authority, **said: Any) -> str:
    case = case_at(authority=world, point="agreed")
    do(authority=world, case=case, task="circulate_plan", **said)
    return case


def test_what_was_shared_follows_the_answers_that_are_corrected(world: Authority) -> None:
    case = circulated(world, agencies_told=["health"])
    corrects(world, case, **PLAN, agencies_told=["police"], **REFUSED)
    [row] = shared(world)
    assert (row.agencies, row.consent, row.told) == (["police"], "refused", "yes")
    assert row.without_consent == "protects_a_child"
    assert not differing(database=world.database)


def test_what_went_to_nobody_is_kept_once_it_is_found_that_it_did(world: Authority) -> None:
    case = case_at(authority=world, point="in_need")
    outcome = {"element": "share_outcome", "process": "assessment"}
    corrects(world, case, **outcome, agencies_told=["health"], consent_to_share="given")
    assert [(one.agencies, one.consent) for one in shared(world, "share_outcome")] == [(["health"], "given")]
    corrects(world, case, **outcome, agencies_told=None, consent_to_share=None, seen=1)
    assert shared(world, "share_outcome") == []
    assert not differing(database=world.database)


def test_why_it_was_shared_against_a_wish_stays_though_the_wish_is_withdrawn(world: Authority) -> None:
    case = case_at(authority=world, point="agreed")
    wish = wishes(world, case, agencies=["health"])
    said: dict[str, Any] = {"agencies_told": ["health"], "against_wishes_reason": "Zqwhy"}
    do(authority=world, case=case, task="circulate_plan", now=MONDAY + HOUR, **said)
    withdraw_wish(world.database, world.actor("social_worker"), MONDAY + 2 * HOUR, case, wish, OVER)
    corrects(world, case, **PLAN, **REFUSED)
    assert [one.against_wishes_because for one in shared(world)] == ["Zqwhy"]
    assert given(world, case, **PLAN).answers["against_wishes_reason"] == "Zqwhy"


def test_a_wish_of_later_is_not_held_against_what_was_shared_before(world: Authority) -> None:
    case = circulated(world, agencies_told=["health"])
    later = {**WISH, "agencies": ["police"]}
    record_wish(world.database, world.actor("social_worker"), MONDAY + HOUR, case, later)
    corrects(world, case, **PLAN, agencies_told=["police"])
    assert [(one.agencies, one.against_wishes_because) for one in shared(world)] == [(["police"], "")]


def test_why_it_was_late_is_asked_again_where_the_day_was_corrected_before(world: Authority) -> None:
    case, late = case_at(authority=world), MONDAY + 4 * DAY
    do(authority=world, case=case, task="decide_response", now=late, response="assessment", late_reason="Zqlate")
    corrects(world, case, received_at=(MONDAY - DAY).isoformat(), now=late + HOUR)
    corrects(world, case, element="decide_response", now=late + 2 * HOUR, before_clarifying_reason="Zqother")
    assert given(world, case, "decide_response").answers["late_reason"] == "Zqlate"
    assert clocks(world, case)["response_decision"].late_reason == "Zqlate"
    assert not differing(database=world.database)


def test_why_it_was_late_is_asked_again_of_a_case_that_was_joined(world: Authority) -> None:
    first, late = case_at(authority=world), MONDAY + 4 * DAY
    second = refer(authority=world, children=[child()], now=MONDAY + HOUR).cases[0]
    do(authority=world, case=second, task="decide_response", now=late, response="assessment", late_reason="Zqlate")
    same(world, first, second)
    row = given(world, first, "decide_response")
    assert row.answers["late_reason"] == "Zqlate"
    corrects(world, first, element="decide_response", now=late + HOUR, before_clarifying_reason="Zqother")
    assert given(world, first, "decide_response").answers["late_reason"] == "Zqlate"
    assert not differing(database=world.database)


def test_what_whoever_decided_it_may_not_know_of_any_more_waits_for_the_manager(world: Authority) -> None:
    case = case_at(authority=world, point="written", source="agency", developmental_needs="He is two.")
    corrects(world, case, developmental_needs="He is three.")
    assert [waiting(world, "social_worker"), waiting(world, "team_manager")] == [["Write the assessment"], []]
    bars(world, case, "social_worker.1@example.org")
    assert [waiting(world, "social_worker"), waiting(world, "team_manager")] == [[], ["Write the assessment"]]


def test_what_was_given_comes_back_with_the_case_and_the_record_leads_to_all_of_it(world: Authority) -> None:
    """Given to the lead, moved on, shared, corrected, closed, opened again and joined, one after the other."""
    case, manager = allocated(world), world.actor("team_manager")
    for task in ("feed_back_to_referrer", "inform_family"):
        do(authority=world, case=case, task=task)
    item = open_items(database=world.database, case=case)["plan_assessment"]
    give_task(world.database, manager, MONDAY, item.id, {"to": LEAD, "reason": "Zqmoved on"})
    shares(world, case)
    withdrawn = [{"what": "assessment", "reason": "Zqmistake"}]
    begin(authority=world, case=case, process="case_closure", now=MONDAY + HOUR, withdrawn=withdrawn)
    do(authority=world, case=case, task="close_case", now=MONDAY + 2 * HOUR)
    corrects(world, case, element="decide_response", response="strategy_discussion", now=MONDAY + 3 * HOUR)
    assert owners(world, case) == {}
    reopen_case(world.database, manager, MONDAY + 4 * HOUR, case, {"reason": "Zqit was her cousin."})
    assert owners(world, case)["plan_assessment"] == (LEAD, True)
    newer = refer(authority=world, children=[child()], now=MONDAY + 5 * HOUR).cases[0]
    wishes(world, newer, agencies=["police"])
    same(world, newer, case)
    corrects(world, case, element="decide_response", response="assessment", seen=1, now=MONDAY + 2 * DAY)
    do(authority=world, case=case, task="plan_assessment", now=MONDAY + 2 * DAY, contributors=[])
    assert owners(world, case)["see_child"] == (SECOND, True)
    must_be_sound(world)


def waiting(world: Authority, role: str) -> list[str]:
    with world.database.read() as connection:
        actor = world.actor(role)
        found = resting_for(connection, actor, MONDAY + DAY, teams_managed(connection, actor))
        return [one.title for one in found]


def test_nothing_is_recorded_in_a_case_that_goes_on_in_another(world: Authority) -> None:
    first = case_at(authority=world)
    second = refer(authority=world, children=[child()], now=MONDAY + HOUR).cases[0]
    same(world, second, first)
    for records in (shares, wishes):
        with pytest.raises(NotPossible, match="goes on elsewhere"):
            records(world, second)
