"""Somebody acts for a colleague who is away: what they hold, who says so, and what the record tells of it."""

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound
from engine.commands.accounts import add_organisation, disable_account
from engine.commands.cases import claim, complete_task
from engine.commands.giving_roles import give_role
from engine.commands.keeping_duty_list import add_duty_turn
from engine.commands.leavers import hand_back_tasks_of_leavers
from engine.commands.setting_covers import end_cover, set_cover
from engine.people import identity
from engine.people.identity import Actor
from engine.reads.audit.replay import replay_feed
from engine.reads.case.case_page import case as case_page
from engine.record.chain import case_chain, lines
from engine.tables import Outbox, WorkItem
from tests.builders import DAY, HOUR, MONDAY, Authority, answers_to, authority, case_at, open_items, refer
from tests.rerun.rerunning import differing

TUESDAY = MONDAY + DAY
AWAY, ACTS = "social_worker.1", "legal_adviser.1"


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def day(number: int) -> str:
    return (MONDAY + number * DAY).date().isoformat()


def covers(world: Authority, covering: str = ACTS, first: int = 1, last: int = 5, absent: str = AWAY) -> str:
    by = world.actor("administrator")
    answers = {"covering": covering, "first_day": day(first), "last_day": day(last)}
    return set_cover(world.database, by, MONDAY, absent, answers)


def acting(world: Authority, number: int, account: str = ACTS) -> Actor:
    with world.database.read() as connection:
        return identity.actor(connection, account, MONDAY + number * DAY)


def test_the_roles_are_held_between_the_days_and_are_marked(world: Authority) -> None:
    covers(world)
    held = {number: acting(world, number) for number in range(8)}
    assert [number for number, one in held.items() if "social_worker" in one.roles] == [1, 2, 3, 4, 5]
    assert held[2].stands_for == {AWAY}
    assert [(one.role, one.for_account) for one in held[2].held] == [("legal_adviser", None), ("social_worker", AWAY)]
    assert not held[0].stands_for
    assert "social_worker" in acting(world, 2, AWAY).roles


def test_what_is_done_so_says_for_whom_and_is_done_again(world: Authority) -> None:
    case = case_at(authority=world)
    item = open_items(database=world.database, case=case)["decide_response"]
    claim(world.database, world.actor("social_worker"), MONDAY, item.id)
    covers(world)
    colleague = world.actor("social_worker", number=2, now=TUESDAY)
    answers = answers_to(authority=world, item=item, now=TUESDAY, response="assessment")
    with pytest.raises(NotAllowed, match="has taken this task"):
        complete_task(world.database, colleague, TUESDAY, item.id, answers)
    complete_task(world.database, acting(world, 1), TUESDAY, item.id, answers)
    manager = world.actor("team_manager", now=TUESDAY)
    with world.database.read() as connection:
        (told,) = [one for one in lines(connection, case_chain(case)) if one.kind == "completed" and one.actor == ACTS]
        page = case_page(connection, manager, TUESDAY + HOUR, case)
        steps = replay_feed(connection, manager, TUESDAY + HOUR, case).steps
    assert (told.payload or {})["acting_for"] == AWAY
    said = "Legal adviser 1, acting for Social worker 1"
    assert said in {one.by for one in page.happened.rows}
    assert said in {one.by for one in steps}
    assert [one.by for one, _ in page.answered.rows if one.element == "decide_response"] == [said]
    assert differing(database=world.database) == []


def test_own_right_comes_first_and_says_nothing(world: Authority) -> None:
    """A social worker who acts for another does what any of them may do by their own right."""
    covers(world, "social_worker.2")
    case = case_at(authority=world, now=TUESDAY)
    item = open_items(database=world.database, case=case)["decide_response"]
    claim(world.database, acting(world, 1, "social_worker.2"), TUESDAY, item.id)
    with world.database.read() as connection:
        (told,) = [one for one in lines(connection, case_chain(case)) if one.kind == "taken"]
    assert told.payload is None


def test_what_was_taken_for_somebody_is_handed_back_when_that_is_over(world: Authority) -> None:
    case = case_at(authority=world)
    cover = covers(world, first=0)
    item = open_items(database=world.database, case=case)["decide_response"]
    claim(world.database, acting(world, 0), MONDAY, item.id)
    assert hand_back_tasks_of_leavers(world.database, world.system, MONDAY) == 0
    end_cover(world.database, world.actor("administrator"), MONDAY + HOUR, cover)
    assert hand_back_tasks_of_leavers(world.database, world.system, MONDAY + HOUR) == 1
    with world.database.read() as connection:
        assert connection.scalar(select(WorkItem.owner_id).where(WorkItem.id == item.id)) is None


def test_what_was_taken_for_somebody_who_left_is_handed_back(world: Authority) -> None:
    case = case_at(authority=world)
    covers(world, first=0)
    item = open_items(database=world.database, case=case)["decide_response"]
    claim(world.database, acting(world, 0), MONDAY, item.id)
    disable_account(world.database, world.actor("administrator"), MONDAY, AWAY)
    assert hand_back_tasks_of_leavers(world.database, world.system, MONDAY) == 1


def test_who_may_say_so(world: Authority) -> None:
    answers = {"covering": "social_worker.2", "last_day": day(3)}
    for nobody in (world.actor("social_worker", number=2), world.actor("auditor"), world.actor("housing_officer")):
        with pytest.raises(NotFound):
            set_cover(world.database, nobody, MONDAY, AWAY, answers)
    end_cover(world.database, world.actor("social_worker"), MONDAY, _set(world, "social_worker", AWAY, answers))
    end_cover(
        world.database, world.actor("social_worker", number=2), MONDAY, _set(world, "team_manager", AWAY, answers)
    )
    cover = _set(world, "administrator", AWAY, answers)
    with pytest.raises(NotFound):
        end_cover(world.database, world.actor("housing_officer"), MONDAY, cover)
    # A manager acts for their own people; who only administers takes nothing for themselves.
    manager = {**answers, "covering": "team_manager.1"}
    _set(world, "team_manager", "social_worker.2", manager)
    give_role(world.database, world.system, MONDAY, "administrator.1", "legal_adviser", "social_care", world.team)
    with pytest.raises(BadAnswers):
        _set(world, "administrator", "legal_adviser.2", {**answers, "covering": "administrator.1"})


def _set(world: Authority, role: str, absent: str, answers: dict[str, str]) -> str:
    return set_cover(world.database, world.actor(role), MONDAY, absent, answers)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"covering": "housing_officer.1"}, "covering"),
        ({"covering": AWAY}, "covering"),
        ({"first_day": day(-1)}, "first_day"),
        ({"first_day": day(4), "last_day": day(3)}, "last_day"),
        ({"last_day": day(400)}, "last_day"),
        ({"last_day": ""}, "last_day"),
    ],
)
def test_what_cannot_be_is_said_beside_its_cause(world: Authority, answers: dict[str, str], field: str) -> None:
    good = {"covering": ACTS, "last_day": day(3)}
    with pytest.raises(BadAnswers) as refused:
        _set(world, "social_worker", AWAY, {**good, **answers})
    assert list(refused.value.problems) == [field]


def test_one_acts_at_a_time(world: Authority) -> None:
    covers(world)
    with pytest.raises(BadAnswers, match="acts for them already"):
        covers(world, "social_worker.2", first=5, last=9)
    covers(world, "social_worker.2", first=6, last=9)


def test_nothing_is_held_for_who_left_nor_in_an_organisation_where_one_does_not_work(world: Authority) -> None:
    covers(world)
    assert acting(world, 2).stands_for
    disable_account(world.database, world.actor("administrator"), MONDAY, AWAY)
    assert not acting(world, 2).stands_for
    assert add_organisation(world.database, world.actor("administrator"), MONDAY, "education", "Hill School")


def test_who_acts_for_somebody_hands_nothing_on(world: Authority) -> None:
    covers(world, "social_worker.2")
    covers(world, "legal_adviser.2", absent="social_worker.2")
    assert acting(world, 2, "legal_adviser.2").stands_for == {"social_worker.2"}


def letters_to(world: Authority, case: str) -> set[tuple[str, str]]:
    """To whom, and of which kind."""
    with world.database.read() as connection:
        rows = connection.execute(select(Outbox.recipient, Outbox.kind).where(Outbox.case_id == case))
        return {(row.recipient.removeprefix("account:"), row.kind) for row in rows}


def test_letters_and_alarms_also_reach_whoever_acts_for_somebody_who_is_away(world: Authority) -> None:
    """While they act, not before and not after, and in the team for which they do."""
    turn = {"person": AWAY, "place": "first", "address": "duty@elsewhere.example"}
    span = {"starts_at": MONDAY.isoformat(), "ends_at": (MONDAY + 20 * DAY).isoformat()}
    add_duty_turn(world.database, world.system, MONDAY, {**turn, **span})
    covers(world)
    told = {
        number: letters_to(
            world, refer(authority=world, immediate_danger="yes", now=MONDAY + number * DAY + HOUR).cases[0]
        )
        for number in (0, 2, 8)
    }
    alarm = {number: {who for who, kind in found if kind == "alert"} for number, found in told.items()}
    assert [alarm[number] & {AWAY, ACTS} for number in (0, 2, 8)] == [{AWAY}, {AWAY, ACTS}, {AWAY}]
    assert differing(database=world.database) == []


def test_whoever_acts_for_the_lead_is_told_what_the_lead_is(world: Authority) -> None:
    covers(world)
    case = case_at(authority=world, point="assessing", now=TUESDAY + HOUR)
    with world.database.read() as connection:
        notices = select(Outbox.recipient, Outbox.subject).where(Outbox.case_id == case, Outbox.kind == "notice")
        told = {(row.recipient, row.subject) for row in connection.execute(notices)}
    assert {
        (f"account:{AWAY}", "You are now the lead social worker of a case"),
        (f"account:{ACTS}", "A colleague for whom you act is now the lead social worker of a case"),
    } <= told
    assert differing(database=world.database) == []
