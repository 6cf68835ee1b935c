"""The lead of a case gets the tasks that are for her, and of no other role; whoever is on duty can take them over; a
manager gives and takes.
"""

from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound
from engine.commands.accounts import disable_account
from engine.commands.assigning_tasks import give_task
from engine.commands.cases import claim, complete_task, release
from engine.commands.giving_roles import give_role
from engine.facts.giving_forms import TEAM, who_can_have
from engine.facts.models import in_force
from engine.tables import Outbox
from tests.builders import DAY, HOUR, MONDAY, Authority, answers_to, authority, do, open_items
from tests.engine.commands.calls_of_keeping import bars
from tests.engine.commands.pathway import accepted, told_of
from tests.organisations import account
from tests.rerun.rerunning import differing

LEAD, SECOND = (account(role="social_worker", number=number) for number in (1, 2))
MANAGER = account(role="team_manager")


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def allocated(world: Authority, lead: str = SECOND, **given: Any) -> str:
    case = accepted(authority=world, **given)
    do(authority=world, case=case, task="allocate_social_worker", lead_social_worker=lead)
    return case


def owners(world: Authority, case: str) -> dict[str, tuple[str | None, bool]]:
    return {name: (row.owner_id, row.is_given) for name, row in open_items(database=world.database, case=case).items()}


def letters_to(world: Authority, who: str) -> list[str]:
    with world.database.read() as connection:
        found = select(Outbox.subject).where(Outbox.recipient == f"account:{who}").order_by(Outbox.number)
        return [*connection.scalars(found)]


def test_who_becomes_the_lead_gets_what_is_open_and_what_comes_up(world: Authority) -> None:
    case = accepted(authority=world)
    first = open_items(database=world.database, case=case)
    claim(world.database, world.actor("social_worker"), MONDAY, first["inform_family"].id)
    do(authority=world, case=case, task="allocate_social_worker", lead_social_worker=SECOND)
    assert owners(world, case)["inform_family"] == (LEAD, False), "somebody had taken it"
    assert owners(world, case)["plan_assessment"] == (SECOND, True)
    do(authority=world, case=case, task="plan_assessment", contributors=["police"])
    now = owners(world, case)
    assert now["see_child"] == now["write_assessment"] == (SECOND, True)
    assert now["contribute(police)"] == (None, False), "it is for the police"
    (told, *_) = told_of(database=world.database, case=case, kind="given")
    assert (told["account"], told["role"]) == (SECOND, "social_worker")
    assert differing(database=world.database) == []


def test_a_lead_who_also_manages_gets_nothing_that_is_for_a_manager(world: Authority) -> None:
    give_role(world.database, world.system, MONDAY, SECOND, "team_manager", *_place(world))
    case = allocated(world)
    do(authority=world, case=case, task="plan_assessment", contributors=[])
    do(authority=world, case=case, task="write_assessment", finding="no_support_needed")
    assert owners(world, case)["authorise_assessment"] == (None, False)


def _place(world: Authority) -> tuple[str | None, str | None]:
    held = next(one for one in world.actor("team_manager").held if one.role == "team_manager")
    return held.organisation, held.team


@pytest.mark.parametrize("gone", ["disabled", "barred"])
def test_who_does_not_work_here_any_more_or_may_not_know_of_it_gets_nothing(world: Authority, gone: str) -> None:
    case = allocated(world)
    if gone == "disabled":
        disable_account(world.database, world.system, MONDAY, SECOND)
    else:
        bars(world, case)
    do(authority=world, case=case, task="plan_assessment", contributors=[])
    assert owners(world, case)["see_child"] == (None, False)
    assert differing(database=world.database) == []


def test_whoever_is_on_duty_takes_over_what_was_given_and_the_lead_is_told(world: Authority) -> None:
    case = allocated(world)
    item, lead, duty = (
        _item(world, case, "plan_assessment"),
        world.actor("social_worker", number=2),
        world.actor("social_worker"),
    )
    claim(world.database, duty, MONDAY + HOUR, item)
    assert owners(world, case)["plan_assessment"] == (LEAD, False)
    assert "A colleague does a task that was yours" in letters_to(world, SECOND)
    assert told_of(database=world.database, case=case, kind="taken")[-1] == {"before": SECOND}
    with pytest.raises(NotAllowed, match="has taken this task"):
        claim(world.database, lead, MONDAY + 2 * HOUR, item)
    assert differing(database=world.database) == []


def test_what_was_given_may_be_done_by_another_but_not_what_was_taken(world: Authority) -> None:
    case = allocated(world)
    lead, duty = world.actor("social_worker", number=2), world.actor("social_worker")
    item = open_items(database=world.database, case=case)["plan_assessment"]
    complete_task(world.database, duty, MONDAY + HOUR, item.id, answers_to(authority=world, item=item))
    assert letters_to(world, SECOND)[-1] == "A colleague does a task that was yours"
    other = open_items(database=world.database, case=case)["inform_family"]
    claim(world.database, lead, MONDAY + HOUR, other.id)
    with pytest.raises(NotAllowed, match="has taken this task"):
        complete_task(world.database, duty, MONDAY + HOUR, other.id, answers_to(authority=world, item=other))
    assert differing(database=world.database) == []


def test_handing_back_what_was_given_asks_why_and_is_for_who_has_it(world: Authority) -> None:
    case = allocated(world)
    item, lead = _item(world, case, "inform_family"), world.actor("social_worker", number=2)
    with pytest.raises(NotAllowed):
        release(world.database, world.actor("social_worker"), MONDAY, item, {"reason": "Not mine."})
    with pytest.raises(BadAnswers) as refused:
        release(world.database, lead, MONDAY, item)
    assert [*refused.value.problems] == ["reason"]
    release(world.database, lead, MONDAY, item, {"reason": "In court all week."})
    assert owners(world, case)["inform_family"] == (None, False)
    assert told_of(database=world.database, case=case, kind="handed_back") == [{"reason": "In court all week."}]
    do(authority=world, case=case, task="plan_assessment", contributors=[])
    assert owners(world, case)["inform_family"] == (None, False), "it is not given again by what happens later"
    assert differing(database=world.database) == []


def _item(world: Authority, case: str, task: str) -> str:
    return open_items(database=world.database, case=case)[task].id


def test_a_manager_gives_moves_and_takes_back(world: Authority) -> None:
    case = accepted(authority=world)
    item, manager = _item(world, case, "inform_family"), world.actor("team_manager")
    give_task(world.database, manager, MONDAY, item, {"to": SECOND})
    assert owners(world, case)["inform_family"] == (SECOND, True)
    with pytest.raises(BadAnswers) as refused:
        give_task(world.database, manager, MONDAY, item, {"to": LEAD})
    assert [*refused.value.problems] == ["reason"], "somebody has it"
    give_task(world.database, manager, MONDAY, item, {"to": LEAD, "reason": "Away from today."})
    assert letters_to(world, SECOND) == [
        "You have been given a task",
        "A task of yours was given to somebody else, or back to your team",
    ]
    give_task(world.database, manager, MONDAY, item, {"to": TEAM, "reason": "Whoever is free."})
    assert owners(world, case)["inform_family"] == (None, False)
    assert differing(database=world.database) == []


def test_only_who_could_do_it_is_offered_and_only_to_a_manager_of_the_team(world: Authority) -> None:
    case = accepted(authority=world)
    item = _item(world, case, "inform_family")
    bars(world, case)
    with world.database.read() as connection:
        offered = who_can_have(connection, in_force(connection, world.id), item, MONDAY)
    assert LEAD in offered
    assert not offered.keys() & {SECOND, MANAGER}, "who is barred, and who holds another role"
    for to in (SECOND, MANAGER, "nobody"):
        with pytest.raises(BadAnswers):
            give_task(world.database, world.actor("team_manager"), MONDAY, item, {"to": to})
    with pytest.raises(NotAllowed):
        give_task(world.database, world.actor("social_worker"), MONDAY, item, {"to": LEAD})
    with pytest.raises(NotFound):
        give_task(world.database, world.actor("police_officer"), MONDAY, item, {"to": LEAD})


def test_nobody_is_given_what_would_judge_their_own_work(world: Authority) -> None:
    case = allocated(world)
    do(authority=world, case=case, task="plan_assessment", contributors=[])
    give_role(world.database, world.system, MONDAY, SECOND, "team_manager", *_place(world))
    item = open_items(database=world.database, case=case)["write_assessment"]
    writer = world.actor("social_worker", number=2, now=MONDAY + DAY)
    answers = answers_to(authority=world, item=item, finding="no_support_needed")
    complete_task(world.database, writer, MONDAY + DAY, item.id, answers)
    judging = _item(world, case, "authorise_assessment")
    with world.database.read() as connection:
        offered = who_can_have(connection, in_force(connection, world.id), judging, MONDAY + DAY)
    assert MANAGER in offered
    assert SECOND not in offered
