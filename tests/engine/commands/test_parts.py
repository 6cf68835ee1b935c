"""Who has a part in a case: an organisation, by its own deed or by decision, until that is ended; nobody by a claim."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound, NotPossible, Refusal
from engine.commands.accounts import add_organisation
from engine.commands.cases import claim
from engine.commands.deciding_parts import add_organisation_to_case, end_part_in_case
from engine.facts.part_decisions import organisations_to_add, what_it_has_to_do
from engine.people import identity
from engine.people.identity import PUBLIC, Actor
from engine.tables import Membership, Organisation, Part, WorkItem
from tests.builders import (
    DAY,
    HERE,
    MONDAY,
    SYSTEM_HERE,
    Authority,
    authority,
    case_at,
    child,
    do,
    new_account,
    open_items,
    refer,
)
from tests.engine.commands.pathway import MINIMUM, accepted, begin, told_of
from tests.engine.people.test_access import may_know
from tests.rerun.rerunning import differing

NAMED: dict[str, Any] = {
    "source": "agency",
    "referrer_agency": "housing",
    "services_involved": ["police", "health"],
}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def parts(world: Authority, case: str) -> list[Any]:
    with world.database.read() as connection:
        columns = (Part.id, Part.agency_id, Part.organisation_id, Part.deed, Part.held_from, Part.held_until)
        return list(
            connection.execute(select(*columns).where(Part.case_id == case).order_by(Part.held_from, Part.deed)).all()
        )


def deeds(world: Authority, case: str) -> set[tuple[str | None, str]]:
    return {(row.organisation_id, row.deed) for row in parts(world, case)}


def second(world: Authority, agency: str, role: str, now: Any = MONDAY) -> tuple[str, Actor]:
    """Another organisation of an agency, and somebody who works there alone."""
    name = f"far {agency}"
    organisation = add_organisation(world.database, SYSTEM_HERE, now, agency, name)
    new_account(database=world.database, account=name)
    held = {"id": name, "account_id": name, "role": role, "held_from": MONDAY - DAY}
    with world.database.transaction() as connection:
        connection.execute(insert(Membership).values(**held, organisation_id=organisation))
    with world.database.read() as connection:
        return organisation, identity.actor(connection, name, now)


def test_what_a_form_names_is_no_part_until_somebody_confirms_it(world: Authority) -> None:
    for sender in (PUBLIC.at(HERE), world.actor("social_worker")):
        case = refer(authority=world, sender=sender, **NAMED).cases[0]
        assert parts(world, case) == []
        assert not may_know(world, world.actor("housing_officer"), case)
        confirmed = ["housing", "police"]
        do(authority=world, case=case, task="clarify_referral", same_child="unsure", agencies_confirmed=confirmed)
        assert deeds(world, case) == {("housing", "decided"), ("police", "decided")}
        assert may_know(world, world.actor("housing_officer"), case)
        assert not may_know(world, world.actor("health_practitioner"), case)
    own = refer(authority=world, sender=world.actor("housing_officer"), **NAMED).cases[0]
    assert deeds(world, own) == {("housing", "referred")}
    assert differing(database=world.database) == []


def test_where_an_organisation_acts_itself_the_others_of_its_agency_learn_nothing(world: Authority) -> None:
    far, stranger = second(world, "health", "health_practitioner")
    case = refer(authority=world, children=[child()]).cases[0]
    assert deeds(world, case) == {("health", "referred")}
    assert not may_know(world, stranger, case)
    other = refer(authority=world, sender=stranger).cases[0]
    assert deeds(world, other) == {(far, "referred")}
    assert not may_know(world, world.actor("health_practitioner"), other)
    do(authority=world, case=other, task="clarify_referral", same_child="no", agencies_confirmed=["health"])
    assert deeds(world, other) == {(far, "referred")}, "the one that has a part is meant"
    assert differing(database=world.database) == []


def test_of_several_organisations_somebody_chooses(world: Authority) -> None:
    far, stranger = second(world, "education", "education_practitioner")
    case = refer(authority=world).cases[0]
    do(authority=world, case=case, task="clarify_referral", same_child="no", agencies_confirmed=["education"])
    assert (None, "decided") in deeds(world, case)
    assert not may_know(world, stranger, case)
    assert not may_know(world, world.actor("education_practitioner"), case)
    add(world, case, far)
    assert may_know(world, stranger, case)
    assert not may_know(world, world.actor("education_practitioner"), case)
    [waited] = [row for row in parts(world, case) if row.organisation_id is None]
    assert waited.held_until == MONDAY
    assert differing(database=world.database) == []


def test_what_is_asked_of_an_agency_that_is_not_here_yet_waits_for_its_organisation(world: Authority) -> None:
    """What the record says of the organisations that there were is what re-running goes by."""
    with world.database.transaction() as connection:
        connection.execute(update(Organisation).where(Organisation.id == "police").values(agency="housing"))
    case = case_at(authority=world, point="planned")
    assert (None, "asked") in deeds(world, case)
    force = add_organisation(world.database, SYSTEM_HERE, MONDAY, "police", "The force")
    assert differing(database=world.database) == []
    begin(authority=world, case=case, process="immediate_protection", by=world.actor("team_manager"))
    held: dict[str, Any] = {"held_at": MONDAY.isoformat(), "took_part": ["police"], "home_authority": "ours"}
    do(authority=world, case=case, task="hold_immediate_strategy_discussion", action="police_protection", **held)
    assert {each for each in deeds(world, case) if each[0] == force} == {(force, "took_part")}
    assert differing(database=world.database) == []


def add(world: Authority, case: str, organisation: str, by: Actor | None = None, **more: str) -> None:
    answers = {"organisation": organisation, "reason": "They know the family.", **more}
    add_organisation_to_case(world.database, by or world.actor("social_worker"), MONDAY, case, answers)


def end(world: Authority, case: str, agency: str, by: Actor, *, reason: str = "Its work is done.") -> None:
    held = next(row for row in parts(world, case) if row.agency_id == agency)
    end_part_in_case(world.database, by, MONDAY, case, held.id, {"reason": reason})


def test_a_part_begins_and_ends_by_decision_and_begins_again_by_a_deed(world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    housing, lead = world.actor("housing_officer"), world.actor("social_worker")
    add(world, case, "housing")
    assert may_know(world, housing, case)
    end(world, case, "housing", lead)
    [row] = [one for one in parts(world, case) if one.agency_id == "housing"]
    assert (row.deed, row.held_from, row.held_until) == ("decided", MONDAY, MONDAY)
    assert not may_know(world, housing, case)
    with pytest.raises(AlreadyDone):
        end(world, case, "housing", lead)
    assert told_of(database=world.database, case=case, kind="part_ended") == [
        {"agency": "housing", "organisation": "housing", "reason": "Its work is done."}
    ]
    do(authority=world, case=case, task="plan_assessment", contributors=["housing"], now=MONDAY + 2 * DAY)
    assert may_know(world, housing, case)
    assert [one.deed for one in parts(world, case) if one.agency_id == "housing"] == ["decided", "asked"]
    assert differing(database=world.database) == []


def test_while_something_is_for_it_to_do_its_part_does_not_end(world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    with pytest.raises(NotPossible, match="“Contribute to the assessment”"):
        end(world, case, "police", world.actor("team_manager"))
    do(authority=world, case=case, task="contribute(police)", by=world.actor("police_officer"))
    end(world, case, "police", world.actor("team_manager"))
    assert not may_know(world, world.actor("police_officer"), case)


@pytest.mark.parametrize(
    ("role", "number", "adds", "ends"),
    [
        ("team_manager", 1, None, None),
        ("social_worker", 1, None, None),  # the lead
        ("social_worker", 2, None, NotAllowed),
        ("conference_chair", 1, NotAllowed, NotAllowed),
        ("health_practitioner", 1, NotAllowed, NotAllowed),
        ("auditor", 1, NotAllowed, NotAllowed),
        ("education_practitioner", 1, NotFound, NotFound),
    ],
)
def test_who_decides(
    world: Authority, role: str, number: int, adds: type[Refusal] | None, ends: type[Refusal] | None
) -> None:
    case, who = case_at(authority=world, point="assessing"), world.actor(role, number=number)
    assert refused(lambda: add(world, case, "housing", who)) is adds
    assert refused(lambda: end(world, case, "health", who)) is ends


def refused(command: Any) -> type[Refusal] | None:
    try:
        command()
    except Refusal as refusal:
        return type(refusal)
    return None


def test_what_is_decided_is_chosen_and_explained(world: Authority) -> None:
    case, manager = case_at(authority=world), world.actor("team_manager")
    authority(database=world.database, id="elsewhere")
    for wrong in ({"organisation": "elsewhere.housing"}, {"organisation": "social_care"}, {"reason": ""}):
        with pytest.raises(BadAnswers) as bad:
            add_organisation_to_case(
                world.database, manager, MONDAY, case, {"organisation": "housing", "reason": "They know.", **wrong}
            )
        assert bad.value.problems.keys() == wrong.keys()
    with pytest.raises(BadAnswers):
        end(world, case, "health", manager, reason=" ")
    with world.database.read() as connection:
        offered = {one.id for one in organisations_to_add(connection, HERE, case)}
    assert "housing" in offered
    assert not {"health", "social_care", "elsewhere.housing"} & offered


def test_a_part_ends_with_the_case_once_nobody_may_say_any_more_that_it_went_wrong(world: Authority) -> None:
    case = case_at(authority=world, point="closed")

    def knows(days: int) -> bool:
        return may_know(world, world.actor("health_practitioner", now=MONDAY + days * DAY), case)

    assert (knows(0), knows(28), knows(29)) == (True, True, False)
    with pytest.raises(NotPossible):
        add(world, case, "housing")
    disagrees = world.actor("health_practitioner", now=MONDAY + 20 * DAY)
    process = "professional_disagreement"
    begin(authority=world, process=process, case=case, by=disagrees, now=MONDAY + 20 * DAY, about="closure")
    assert (knows(20), knows(400)) == (True, True), "it waits for an answer"
    do(authority=world, case=case, task="answer_disagreement", answer="maintained", now=MONDAY + 30 * DAY)
    by = world.actor("health_practitioner", now=MONDAY + 31 * DAY)
    do(authority=world, case=case, task="accept_answer(health)", accepted="yes", by=by, now=MONDAY + 31 * DAY)
    assert (knows(59), knows(60)) == (True, False)
    assert {row.deed for row in parts(world, case) if row.agency_id == "health"} >= {"referred", "started"}
    end_part = next(row.id for row in parts(world, case) if row.deed == "started")
    end_part_in_case(
        world.database, world.actor("team_manager"), MONDAY + 40 * DAY, case, end_part, {"reason": "It is settled."}
    )
    assert not knows(41)
    assert differing(database=world.database) == []


def test_the_resolver_knows_of_a_closed_case_no_longer_than_it_waits_for_them(world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    health, resolver = world.actor("health_practitioner"), world.actor("partnership_resolver")
    begin(authority=world, process="professional_disagreement", case=case, by=health, about="closure")
    do(authority=world, case=case, task="answer_disagreement", answer="maintained")
    assert not may_know(world, resolver, case)
    do(authority=world, case=case, task="accept_answer(health)", accepted="no", by=health)
    assert may_know(world, resolver, case)
    claim(world.database, resolver, MONDAY, open_items(database=world.database, case=case)["resolve_disagreement"].id)
    with world.database.read() as connection:
        assert what_it_has_to_do(connection, case, "education", None) == (), "who is of no organisation holds it"
    do(authority=world, case=case, task="resolve_disagreement", by=resolver)
    assert not may_know(world, resolver, case)


@pytest.mark.parametrize(("role", "knows"), [("police_officer", False), ("team_manager", True)])
def test_what_another_agency_ticks_is_no_deed(world: Authority, role: str, knows: bool) -> None:
    """Were it for the police as well to record the discussion: that health took part would only be their claim."""
    case = accepted(authority=world, response="strategy_discussion", sender=world.actor("police_officer"))
    with world.database.transaction() as connection:
        its_task = WorkItem.case_id == case, WorkItem.element == "hold_strategy_discussion"
        connection.execute(update(WorkItem).where(*its_task).values(also=["police_officer"]))
    held: dict[str, Any] = {"held_at": MONDAY.isoformat(), "took_part": MINIMUM, "decision": "no_further_action"}
    do(authority=world, case=case, task="hold_strategy_discussion", by=world.actor(role), legal_action="no", **held)
    assert may_know(world, world.actor("health_practitioner"), case) is knows
