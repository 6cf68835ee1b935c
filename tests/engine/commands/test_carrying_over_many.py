"""What runs goes over to other models each by itself; what was stopped is gone on with, and what came of it is read."""

from engine.base.database import Database
from engine.commands import cases
from engine.commands.carrying_over_many import ask_to_carry_over, carry_over_waiting
from engine.reads.authority.carry_overs import carry_over, carry_overs
from tests.builders import HERE, MONDAY, Authority, authority, case_at, child, open_items, publish, shipped
from tests.engine.commands.test_migrating_instances import for_the_manager, renamed


def two_cases(database: Database) -> tuple[Authority, str, str, str]:
    """One that goes over, one that is refused as somebody has taken what is for another now; and the models."""
    at = authority(database=database)
    goes = case_at(authority=at)
    stays = case_at(authority=at, children=[child(given_name="Bea")])
    item = open_items(database=database, case=stays)["decide_response"]
    cases.claim(database, at.actor("social_worker"), MONDAY, item.id)
    return at, goes, stays, publish(database=database, files=for_the_manager(renamed(shipped())))


def test_what_was_stopped_half_way_is_gone_on_with_and_judged_as_it_stands(database: Database) -> None:
    at, goes, stays, new = two_cases(database)
    owner = at.actor("process_owner")
    asked = ask_to_carry_over(database, owner, MONDAY, new, "The manager decides.")
    item = open_items(database=database, case=stays)["decide_response"]
    cases.release(database, at.actor("social_worker"), MONDAY, item.id)  # it is free for whoever may do it now
    next(carry_over_waiting(database, owner, lambda: MONDAY, asked))
    with database.read() as connection:
        asked_for = carry_over(connection, owner, MONDAY, 1).asked
    assert (asked_for.carried, asked_for.waits) == (1, 1)
    assert ask_to_carry_over(database, owner, MONDAY, new, "Another reason.") == asked
    assert len([*carry_over_waiting(database, owner, lambda: MONDAY, asked)]) == 1
    with database.read() as connection:
        came = carry_over(connection, owner, MONDAY, 1)
        assert carry_overs(connection, HERE) == (came.asked,)
    assert (came.asked.carried, came.asked.waits, came.refused) == (2, 0, ())
    assert {one.case for one in came.instances.rows} == {goes, stays}
