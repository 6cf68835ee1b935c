"""What nobody answers for stands at the head of the page of a team, and is counted in the menu, each once."""

from datetime import datetime

import pytest

from engine.base.database import Database
from engine.commands.accounts import disable_account
from engine.commands.cases import claim
from engine.commands.setting_covers import set_cover
from engine.process.bundle import read_bundle
from engine.reads.lists.header import header
from engine.reads.lists.team_page import TeamView, team
from tests.builders import (
    DAY,
    MONDAY,
    Authority,
    account,
    authority,
    case_at,
    child,
    do,
    open_items,
    pass_time,
    shipped,
)
from tests.engine.commands.calls_of_keeping import bars
from tests.engine.commands.calls_of_people import A_WEEK
from tests.engine.commands.pathway import in_enquiry

LEAD = account(role="social_worker")
A_WEEK_LATER = MONDAY + 7 * DAY


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def seen(world: Authority, now: datetime, role: str = "team_manager") -> TeamView:
    with world.database.read() as connection:
        return team(connection, world.actor(role, now=now), now)


def counted(world: Authority, now: datetime, role: str = "team_manager") -> int:
    with world.database.read() as connection:
        return header(connection, world.actor(role, now=now), now).to_see_to


def test_the_forms_say_which_clocks_ask_that_a_child_is_seen() -> None:
    assert read_bundle(shipped()).clocks_of_seeing == {"child_seen_assessment", "child_seen_section_47", "plan_visit"}
    unmarked = {path: content.replace(b'"x-role": "child_seen",', b"") for path, content in shipped().items()}
    assert read_bundle(unmarked).clocks_of_seeing == frozenset()


def test_a_child_who_was_not_seen_in_time_stands_first_and_once(world: Authority) -> None:
    case = in_enquiry(authority=world, children=[child(given_name="Ada")])
    assert (seen(world, MONDAY).unseen.total, seen(world, MONDAY).unled.total) == (0, 1)
    pass_time(authority=world, now=A_WEEK_LATER)
    page = seen(world, A_WEEK_LATER)
    assert [one.case for one in page.unseen.rows] == [case]
    assert page.unseen.rows[0].clock.title not in {one.clock.title for one in page.pressing.rows}
    assert counted(world, A_WEEK_LATER) == page.to_see_to == 2
    do(
        authority=world,
        case=case,
        task="see_child",
        now=A_WEEK_LATER,
        child_seen="yes",
        seen_at=A_WEEK_LATER.isoformat(),
    )
    assert seen(world, A_WEEK_LATER).unseen.total == 0


def test_who_may_not_know_of_the_child_is_told_of_none(world: Authority) -> None:
    case = in_enquiry(authority=world)
    pass_time(authority=world, now=A_WEEK_LATER)
    bars(world, case, "team_manager.1@example.org")
    assert (counted(world, A_WEEK_LATER), seen(world, A_WEEK_LATER).to_see_to) == (0, 0)
    assert counted(world, A_WEEK_LATER, "service_manager") == 2
    assert counted(world, A_WEEK_LATER, "social_worker") == 0, "they manage no team"


def test_a_case_whose_lead_has_left_has_nobody_who_leads_it(world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    assert seen(world, MONDAY).unled.total == 0
    disable_account(world.database, world.system, MONDAY, LEAD)
    page = seen(world, MONDAY)
    assert [(one.case, one.left) for one in page.unled.rows] == [(case, "Social worker 1")]
    assert [(one.account, one.left, one.cases) for one in page.left] == [(LEAD, True, 1)]
    assert counted(world, MONDAY) == 1


def test_who_is_away_is_shown_with_what_they_have_and_who_acts(world: Authority) -> None:
    case_at(authority=world, point="assessing")
    assert seen(world, MONDAY).left == ()
    set_cover(world.database, world.actor("team_manager"), MONDAY, LEAD, A_WEEK)
    (away,) = seen(world, MONDAY + DAY).left
    assert (away.account, away.left, away.acting) == (LEAD, False, ("Team manager 1",))
    assert away.cases
    assert away.tasks
    assert "Away until" in away.in_words


def test_a_partner_who_does_their_own_task_is_no_colleague_who_left(world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    item = open_items(database=world.database, case=case)["contribute(health)"].id
    claim(world.database, world.actor("health_practitioner"), MONDAY, item)
    page = seen(world, MONDAY)
    (partner,) = (one for one in page.people.rows if one.account == account(role="health_practitioner"))
    assert (partner.tasks, partner.of_team, partner.left) == (1, 0, False), (
        "it is still seen, and is not the team's to share out"
    )
    assert page.left == ()


def test_nobody_is_said_to_act_who_has_left(world: Authority) -> None:
    case_at(authority=world, point="assessing")
    set_cover(world.database, world.actor("team_manager"), MONDAY, LEAD, A_WEEK)
    disable_account(world.database, world.system, MONDAY, account(role="team_manager"))
    (away,) = seen(world, MONDAY + DAY, "service_manager").left
    assert away.acting == ()
