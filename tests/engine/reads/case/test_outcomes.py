"""What came of a process that is over, and who of a team is not taken on elsewhere: read on both databases."""

from typing import Any

import pytest

from engine.base.database import Database
from engine.reads.case.case_page import case
from engine.reads.case.timeline import Happening
from engine.reads.list_page import Wanted
from engine.reads.lists.team_page import team
from engine.scenario.mail_server import send
from tests.builders import DAY, MONDAY, Authority, authority, case_at, do, refer
from tests.engine.commands.pathway import begin
from tests.protecting import on_a_plan


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def outcomes(world: Authority, case_id: str, role: str = "social_worker") -> dict[str, str]:
    with world.database.read() as connection:
        found = case(connection, world.actor(role), MONDAY, case_id)
        return {one.name: one.outcome for one in (*found.running.rows, *found.finished.rows)}


def happened(world: Authority, case_id: str) -> tuple[Happening, ...]:
    with world.database.read() as connection:
        return case(connection, world.actor("social_worker"), MONDAY, case_id, wanted=Wanted("happened")).happened.rows


@pytest.mark.parametrize("last", ["inform_family", "feed_back_to_referrer"])
def test_a_referral_says_what_was_decided_whatever_was_done_last(world: Authority, last: str) -> None:
    case_id = case_at(authority=world, point="deciding")
    do(authority=world, case=case_id, task="decide_response", response="no_further_action")
    for task in sorted(("inform_family", "feed_back_to_referrer"), key=lambda one: one == last):
        do(authority=world, case=case_id, task=task)
    assert outcomes(world, case_id)["Referral"] == "Nothing further from us"


def test_the_last_of_several_decisions_counts_and_another_instance_has_its_own(world: Authority) -> None:
    case_id = case_at(authority=world, point="written")
    assert outcomes(world, case_id)["Assessment"] == "A child in need: a plan is needed"
    do(authority=world, case=case_id, task="authorise_assessment", authorised="returned", reason="Too short.")
    do(authority=world, case=case_id, task="write_assessment", finding="no_support_needed")
    assert outcomes(world, case_id)["Assessment"] != "A child in need: a plan is needed"
    assert outcomes(world, case_id)["Referral"] == "An assessment by a social worker"


def test_who_may_not_see_the_answers_does_not_see_the_decision(world: Authority) -> None:
    case_id = case_at(authority=world, point="planned")
    assert outcomes(world, case_id, "police_officer") == {"Assessment": ""}


def test_what_nobody_did_is_said_to_be_automatic_and_what_somebody_did_is_not(world: Authority) -> None:
    email: dict[str, Any] = {"reply_by": "email", "referrer_email": "nurse@example.org"}
    by_itself, by_hand = refer(authority=world, **email).cases[0], case_at(authority=world, point="deciding")
    send(world.database, MONDAY, "taken")
    assert acknowledged(world, by_itself) == [
        "“Acknowledge the referral” was completed by itself, as nobody was needed"
    ]
    assert acknowledged(world, by_hand) == ["“Acknowledge the referral” was completed"]


def acknowledged(world: Authority, case_id: str) -> list[str]:
    told = [words for one in happened(world, case_id) for words in one.words]
    return [words for words in told if words.startswith("“Acknowledge")]


def moved_away(world: Authority, **answer: Any) -> str:
    case_id = on_a_plan(authority=world)
    begin(authority=world, case=case_id, process="discontinuation", ground="moved", notified_at=MONDAY.isoformat())
    do(authority=world, case=case_id, task="tell_receiving_authority")
    do(authority=world, case=case_id, task="await_receiving_conference", now=MONDAY + DAY, **answer)
    return case_id


def refused(world: Authority, role: str) -> list[str]:
    with world.database.read() as connection:
        return [one.case for one in team(connection, world.actor(role), MONDAY + 2 * DAY).refused.rows]


def test_the_service_manager_sees_who_is_not_taken_on_until_there_is_other_news(world: Authority) -> None:
    case_id = moved_away(world, result="not_accepted")
    assert refused(world, "service_manager") == [case_id]
    told = [words for one in happened(world, case_id) for words in one.words]
    assert "The service manager is to be told: Another authority does not take on a child on a plan" in told
    assert "The duty team is to be told: A child may be in immediate danger" not in told
    do(authority=world, case=case_id, task="await_receiving_conference", now=MONDAY + DAY, result="moved_on")
    assert refused(world, "service_manager") == []


def test_other_news_alerts_nobody(world: Authority) -> None:
    moved_away(world, result="moved_on")
    assert refused(world, "service_manager") == []
