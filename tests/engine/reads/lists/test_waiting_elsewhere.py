"""What the page of tasks says of what is no task of a case: never that nothing waits when something does."""

import pytest
from sqlalchemy import update

from engine.base.database import Database
from engine.commands import asking_for_parts
from engine.commands.carrying_over_many import ask_to_carry_over
from engine.reads.list_page import Wanted
from engine.reads.lists.inbox import inbox
from engine.tables import Change
from tests.builders import MONDAY, Authority, authority, case_at, publish
from tests.engine.commands.calls import ASKED, changed_bundle
from tests.engine.commands.calls_of_drafts import submitted
from tests.engine.commands.calls_of_keeping import asks_to_end, breaks_glass
from tests.engine.commands.calls_of_people import proposed
from tests.engine.commands.calls_of_retention import LATER, closed, proposes, rules

WHOLE = Wanted("team", 1, "")


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def told(world: Authority, role: str, number: int = 1) -> dict[str, int]:
    with world.database.read() as connection:
        seen = inbox(connection, world.actor(role, number=number), LATER)
    return {one.what: one.number for one in seen.elsewhere}


def test_what_waits_is_told_to_whom_it_waits_for_and_not_to_who_asked(world: Authority) -> None:
    everybody = ("administrator", "privacy_officer", "pathway_approver", "process_owner", "team_manager", "auditor")
    assert [told(world, role) for role in everybody] == [{}] * len(everybody)
    case = case_at(authority=world)
    asks_to_end(world, case)
    breaks_glass(world, case)
    rules(world)
    proposes(world, closed(world))
    proposed(world)
    submitted(world)
    owner = world.actor("process_owner")
    ask_to_carry_over(world.database, owner, MONDAY, publish(database=world.database, files=changed_bundle()), "Why")
    asking_for_parts.ask_for_part(world.database, world.actor("nspcc_officer"), MONDAY, ASKED, "sent")

    assert told(world, "privacy_officer") == {"glass": 1}, "the bar and the erasure are their own"
    assert told(world, "privacy_officer", 2) == {"glass": 1, "bars": 1, "erasures": 1}
    assert told(world, "administrator") == {"bars": 1, "erasures": 1}, "the role is their own"
    assert told(world, "administrator", 2) == {"bars": 1, "erasures": 1, "roles": 1}
    assert told(world, "pathway_approver") == {"changes": 1, "carry_overs": 1}
    assert told(world, "process_owner") == {}
    assert told(world, "team_manager") == {"parts": 1}
    assert told(world, "social_worker") == {}
    assert told(world, "auditor") == {}


def test_a_change_that_is_held_up_waits_for_whoever_can_put_it_in_force(world: Authority) -> None:
    submitted(world)
    with world.database.transaction() as connection:
        connection.execute(update(Change).values(state="approved"))
    assert (told(world, "process_owner"), told(world, "pathway_approver")) == ({}, {})
    with world.database.transaction() as connection:
        connection.execute(update(Change).values(held_up="Other models are in force."))
    assert (told(world, "process_owner"), told(world, "pathway_approver")) == ({"held_up": 1}, {"held_up": 1})


def test_a_list_by_itself_says_nothing_of_it(world: Authority) -> None:
    submitted(world)
    with world.database.read() as connection:
        assert inbox(connection, world.actor("pathway_approver"), MONDAY, WHOLE).elsewhere == ()
