"""A conference that is called off: by whom, and what the record says of the clocks that it stops."""

from typing import Any

import pytest
from sqlalchemy import insert

from engine.base.database import Database
from engine.base.errors import NotAllowed
from engine.tables import Membership
from tests.builders import DAY, MONDAY, Authority, authority, do, membership
from tests.engine.commands.pathway import called, clocks, state_of, told_of

OFF: dict[str, Any] = {"why": "moved", "agencies_agree": "yes", "next": "none", "told": "yes"}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def also_service_manager(world: Authority, account: str) -> None:
    with world.database.transaction() as connection:
        connection.execute(
            insert(Membership), [membership(account=account, role="service_manager", agency="social_care")]
        )


@pytest.mark.parametrize(("number", "refused"), [(1, True), (2, False)])
def test_whoever_authorised_the_enquiry_does_not_call_its_conference_off(
    world: Authority, number: int, refused: bool
) -> None:
    """Two team managers are service managers besides; the first authorised the enquiry, in another process."""
    case = called(authority=world)
    also_service_manager(world, f"team_manager.{number}")
    manager = world.actor("team_manager", number=number)
    if refused:
        with pytest.raises(NotAllowed):
            do(authority=world, case=case, task="call_off_conference", by=manager, **OFF)
    else:
        do(authority=world, case=case, task="call_off_conference", by=manager, **OFF)


def test_the_record_says_that_the_clocks_were_called_off_and_not_met(world: Authority) -> None:
    case = called(authority=world)
    do(authority=world, case=case, task="call_off_conference", now=MONDAY + DAY, **OFF)
    found = clocks(database=world.database, case=case)
    assert [state_of(found[name]) for name in ("initial_conference", "report_to_parents_initial")] == ["stopped"] * 2
    said = told_of(database=world.database, case=case, kind="deadline")
    why = {one["clock"]: one["why"] for one in said if one["what"] == "stopped"}
    assert why["initial_conference"] == "“Call off the conference” was done"
    assert found["initial_conference"].met_at is None


def test_a_date_that_changes_after_the_report_was_written_asks_for_no_other(world: Authority) -> None:
    """With a clock that began anew all the same, nothing could meet it."""
    case = called(authority=world)
    do(authority=world, case=case, task="write_conference_report")
    before = clocks(database=world.database, case=case)["report_to_parents_initial"]
    later = (MONDAY + 10 * DAY).date().isoformat()
    do(authority=world, case=case, task="rearrange_conference", conference_date=later)
    after = clocks(database=world.database, case=case)["report_to_parents_initial"]
    assert (before.number, state_of(after)) == (after.number, "met")
