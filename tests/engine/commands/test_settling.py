"""What follows from a step: messages reach who waits, start what they name, are joined, refused or dropped."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.tables import Case, Part, Person
from tests.builders import (
    DAY,
    MONDAY,
    Authority,
    all_rows,
    authority,
    case_at,
    child,
    do,
    open_items,
    shipped,
)
from tests.engine.commands.pathway import (
    begin,
    case_row,
    discuss,
    in_enquiry,
    messages,
    planned,
    processes,
    protected,
    review,
    told_of,
)

MESSAGES = "processes/messages.csv"


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_a_message_starts_the_process_of_its_row_with_what_it_carries(world: Authority) -> None:
    case = in_enquiry(authority=world)
    assert processes(database=world.database, case=case).count("section_47_enquiry") == 1
    [told] = [one for one in told_of(database=world.database, case=case, kind="started") if "contributors" in str(one)]
    assert told["payload"]["joint_interview"] in ("yes", "no")


def test_while_a_plan_is_in_force_no_child_in_need_plan_begins(world: Authority) -> None:
    case = planned(authority=world)
    begin(authority=world, case=case, process="strategy_discussion")
    discuss(authority=world, case=case, decision="section_17")
    do(authority=world, case=case, task="plan_assessment", contributors=[])
    do(authority=world, case=case, task="write_assessment", finding="child_in_need")
    do(authority=world, case=case, task="authorise_assessment", authorised="yes")
    assert "child_in_need_plan" not in processes(database=world.database, case=case)
    found = [
        what for name, what in messages(database=world.database, case=case) if name == "child_in_need_plan_required"
    ]
    assert found == ["a protection plan is in force"]


def with_row(old: str, new: str) -> Mapping[str, bytes]:
    table = shipped()[MESSAGES].decode()
    assert old in table
    return {**shipped(), MESSAGES: table.replace(old, new).encode()}


def test_what_is_refused_while_a_plan_is_in_force_leaves_nothing_behind(database: Database) -> None:
    files = with_row(
        "completed strategy_discussion.hold_strategy_discussion,,",
        "completed strategy_discussion.hold_strategy_discussion,refuse,",
    )
    world = authority(database=database, files=files)
    case = planned(authority=world)
    begin(authority=world, case=case, process="strategy_discussion")
    discuss(authority=world, case=case, decision="section_17")
    do(authority=world, case=case, task="plan_assessment", contributors=[])
    before = all_rows(database=database)
    with pytest.raises(NotPossible, match="Bring its review forward"):
        do(authority=world, case=case, task="write_assessment", finding="harm_suspected")
    assert all_rows(database=database) == before


def test_a_plan_lasts_from_the_conference_to_the_review_that_ends_it(world: Authority) -> None:
    case = planned(authority=world, now=MONDAY + DAY, held_at=MONDAY)
    assert (case_row(database=world.database, case=case).plan_from) == MONDAY
    review(authority=world, case=case, now=MONDAY + 30 * DAY, decision="continue")
    assert case_row(database=world.database, case=case).plan_until is None
    held = MONDAY + 60 * DAY
    last = {"decision": "discontinue", "ground": "no_longer_at_risk", "held_at": held.isoformat()}
    review(authority=world, case=case, now=held + DAY, **last)
    row = case_row(database=world.database, case=case)
    assert (row.plan_from, row.plan_until) == (MONDAY, held)


def test_a_plan_ends_for_an_event_on_the_day_of_the_event(world: Authority) -> None:
    case = planned(authority=world)
    begin(
        authority=world,
        case=case,
        process="discontinuation",
        ground="left_the_country",
        happened_on="2026-03-04",
        now=MONDAY + 5 * DAY,
    )
    until = case_row(database=world.database, case=case).plan_until
    assert until is not None
    assert until.date().isoformat() == "2026-03-04"


def test_a_plan_that_ends_for_what_happened_on_its_first_day_ends_as_it_began(world: Authority) -> None:
    """A day is its first instant, which lies before the conference; no earlier day is taken."""
    case = planned(authority=world)
    begin(authority=world, case=case, process="discontinuation", ground="died", happened_on="2026-03-02")
    row = case_row(database=world.database, case=case)
    assert (row.plan_from, row.plan_until) == (MONDAY, MONDAY)


def test_when_a_plan_ends_its_core_groups_and_visits_are_withdrawn(world: Authority) -> None:
    case = planned(authority=world)
    begin(authority=world, case=case, process="discontinuation", ground="died", happened_on="2026-03-02")
    row = case_row(database=world.database, case=case)
    assert row.plan_until is not None
    assert "hold_core_group" not in open_items(database=world.database, case=case)
    assert "record_visit" not in open_items(database=world.database, case=case)


def disagree(world: Authority, case: str, about: str, **given: Any) -> None:
    by = world.actor("health_practitioner")
    begin(authority=world, case=case, process="professional_disagreement", by=by, about=about, **given)


def linked_to(world: Authority, case: str) -> list[str]:
    """Other cases of the same child."""
    with world.database.read() as connection:
        person = select(Case.person_id).where(Case.id == case).scalar_subquery()
        return [*connection.scalars(select(Case.id).where(Case.person_id == person, Case.id != case))]


def test_a_closure_that_is_overruled_opens_a_linked_case_and_leaves_the_closed_one_closed(world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    disagree(world, case, "closure", now=MONDAY + DAY)
    do(authority=world, case=case, task="answer_disagreement", answer="agreed", now=MONDAY + 2 * DAY)
    [linked] = linked_to(world, case)
    old, new = (case_row(database=world.database, case=each) for each in (case, linked))
    assert (old.closed_at, new.closed_at) == (MONDAY, None)
    assert (new.family_id, new.team_id, new.lead_account_id) == (old.family_id, old.team_id, old.lead_account_id)
    assert new.reference != old.reference
    assert processes(database=world.database, case=linked) == ["assessment"]
    assert processes(database=world.database, case=case) == []
    [told] = told_of(database=world.database, case=linked, kind="opened_case")
    assert told["after"] == case


def test_whoever_disagreed_has_a_part_in_the_linked_case(world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    disagree(world, case, "closure")
    do(authority=world, case=case, task="answer_disagreement", answer="agreed")
    [linked] = linked_to(world, case)
    with world.database.read() as connection:
        parts = connection.scalars(select(Part.agency_id).where(Part.case_id == linked)).all()
    assert parts == ["health"]


def test_a_disagreement_that_is_maintained_and_accepted_opens_nothing(world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    disagree(world, case, "closure")
    do(authority=world, case=case, task="answer_disagreement", answer="maintained")
    do(authority=world, case=case, task="accept_answer(health)", accepted="yes", by=world.actor("health_practitioner"))
    assert linked_to(world, case) == []
    assert case_row(database=world.database, case=case).closed_at == MONDAY


BEN = {"given_name": "Ben", "family_name": "Example", "born": "2015-01-02"}


def cases(world: Authority) -> int:
    with world.database.read() as connection:
        return connection.execute(select(func.count()).select_from(Case)).scalar_one()


def named(world: Authority, name: str) -> list[str]:
    with world.database.read() as connection:
        statement = select(Case.id).join(Person, Person.id == Case.person_id).where(Person.given_name == name)
        return [*connection.scalars(statement)]


@pytest.mark.parametrize(("at_risk", "referred"), [("yes", 1), ("unknown", 1), ("no", 0)])
def test_another_child_at_risk_is_referred_within_the_family(world: Authority, at_risk: str, referred: int) -> None:
    case = in_enquiry(authority=world)
    protected(authority=world, case=case, other_children=[{**BEN, "at_risk": at_risk}])
    found = named(world, "Ben")
    assert len(found) == referred
    for other in found:
        rows = [case_row(database=world.database, case=each) for each in (case, other)]
        assert len({row.family_id for row in rows}) == 1
        assert "decide_response" in open_items(database=world.database, case=other)


def test_nobody_is_taken_for_a_known_child_because_of_a_name(world: Authority) -> None:
    case = in_enquiry(authority=world, children=[child(), BEN])
    before = cases(world)
    protected(authority=world, case=case, other_children=[{**BEN, "at_risk": "yes"}])
    assert cases(world) == before + 1


@pytest.mark.parametrize("at_risk", ["yes", "no"])
def test_for_a_known_child_with_an_open_case_a_discussion_is_called_for_there(world: Authority, at_risk: str) -> None:
    case = in_enquiry(authority=world, children=[child(), BEN])
    before, (bens,) = cases(world), named(world, "Ben")
    ben = case_row(database=world.database, case=bens).person_id
    protected(authority=world, case=case, other_children=[{"child": ben, "at_risk": at_risk}])
    assert cases(world) == before
    assert processes(database=world.database, case=bens).count("strategy_discussion") == (at_risk == "yes")


def test_what_goes_by_itself_in_time_has_nobody_s_date(world: Authority) -> None:
    """Nobody has to bring a review forward by the day on which it opens anyway."""
    items = open_items(database=world.database, case=planned(authority=world))
    assert items["bring_forward_review"].deadline_id is None
    assert items["hold_core_group"].deadline_id is not None
