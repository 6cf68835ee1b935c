"""Starting by hand, on both databases: a second call joins the first, managers are told, whoever is needed may look."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.cases import Started, start_process
from engine.people.who_knows import must_know
from engine.record.chain import case_chain, lines
from engine.tables import Account, Instance, Outbox
from tests.builders import DAY, MONDAY, Authority, authority, case_at, do, open_items

CONCERN = {"concern": "A bruise that nobody can explain."}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def call(
    world: Authority,
    case: str,
    process: str,
    answers: Mapping[str, Any],
    *,
    role: str = "social_worker",
    number: int = 1,
) -> Started:
    return start_process(world.database, world.actor(role, number=number), MONDAY, process, answers, case=case)


def instances(world: Authority, case: str, process: str) -> list[str]:
    with world.database.read() as connection:
        found = select(Instance.id).where(Instance.case_id == case, Instance.process == process)
        return list(connection.scalars(found))


@pytest.mark.parametrize(("process", "answers"), [("strategy_discussion", CONCERN), ("immediate_protection", {})])
def test_a_second_call_joins_what_is_under_way(world: Authority, process: str, answers: dict[str, Any]) -> None:
    case = case_at(authority=world, point="assessing")
    first = call(world, case, process, answers)
    second = call(world, case, process, answers, role="health_practitioner")
    assert second.instances == first.instances
    assert instances(world, case, process) == list(first.instances)
    with world.database.read() as connection:
        joined = lines(connection, case_chain(case), ["message"])[-1]
    assert (joined.actor, joined.instance) == ("health_practitioner.1", first.instances[0])
    assert joined.payload == {"what": f"joined {process}", "answers": answers, "submission": None}


def test_the_same_form_that_joined_is_recorded_once(world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    call(world, case, "strategy_discussion", CONCERN)
    sender = world.actor("health_practitioner")
    for _ in range(2):
        start_process(world.database, sender, MONDAY, "strategy_discussion", CONCERN, case=case, submission="key")
    with world.database.read() as connection:
        told = lines(connection, case_chain(case), ["message"])
    assert sum(line.actor == sender.account for line in told) == 1


def test_once_one_was_held_another_begins(world: Authority) -> None:
    """More than one strategy discussion may be held (WT2013, strategy discussion)."""
    case = case_at(authority=world, point="assessing")
    call(world, case, "strategy_discussion", CONCERN)
    do(authority=world, case=case, task="hold_strategy_discussion", decision="section_17", held_at=MONDAY.isoformat())
    call(world, case, "strategy_discussion", CONCERN)
    assert len(instances(world, case, "strategy_discussion")) == 2


def test_the_managers_of_the_team_are_told_and_nobody_is_told_of_their_own_act(world: Authority) -> None:
    case = case_at(authority=world)
    call(world, case, "immediate_protection", {}, role="team_manager")
    with world.database.read() as connection:
        told = connection.execute(select(Outbox.recipient, Outbox.subject).where(Outbox.kind == "notice")).all()
    assert [tuple(one) for one in told] == [
        ("account:team_manager.2", "Started in a case of your team: immediate protection")
    ]


def test_a_manager_who_may_no_longer_sign_in_is_not_told(world: Authority) -> None:
    case = case_at(authority=world)
    with world.database.transaction() as connection:
        connection.execute(update(Account).where(Account.id == "team_manager.2").values(disabled_at=MONDAY))
    call(world, case, "immediate_protection", {}, role="team_manager")
    with world.database.read() as connection:
        assert connection.scalars(select(Outbox.recipient).where(Outbox.kind == "notice")).all() == []


def test_an_agency_that_has_something_to_do_may_know_of_the_case(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    call(world, case, "immediate_protection", {"acting_agency": "police", "already_acted": "yes"})
    assert "see_child(police)" in open_items(database=world.database, case=case)
    with world.database.read() as connection:
        must_know(connection, world.actor("police_officer"), case)


def test_what_a_closed_case_does_not_allow_says_what_to_do(world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    with pytest.raises(NotPossible, match="A new referral opens a new case"):
        call(world, case, "immediate_protection", {})
    late = MONDAY + 29 * DAY
    given = {"about": "closure", "reason": "Harm.", "wanted": "Look again.", "supported": "no"}
    with pytest.raises(NotPossible, match="This case is closed"):
        start_process(
            world.database, world.actor("health_practitioner"), late, "professional_disagreement", given, case=case
        )


def test_the_same_submission_of_a_transfer_opens_one_case(world: Authority) -> None:
    given = {"children": [{"given_name": "Ines", "family_name": "Example"}], "home_authority": "Westmarch"}
    answers: dict[str, Any] = {**given, "notified_at": MONDAY.isoformat()}
    actor = world.actor("conference_administrator")
    first = start_process(world.database, actor, MONDAY, "transfer_in", answers, submission="once")
    again = start_process(world.database, actor, MONDAY, "transfer_in", answers, submission="once")
    assert again == first
    assert len(first.cases) == 1
