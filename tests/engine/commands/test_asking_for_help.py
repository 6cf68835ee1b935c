"""A request for help: who is asked has a part and reads it, what is shared is kept, and the answer comes back; the
directory of services says whom to ask, and is kept by those who may.
"""

from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound
from engine.base.subject import Subject
from engine.commands.correcting_answers import correct_answers
from engine.commands.keeping_directory import add_service, change_service, end_service
from engine.facts.candidates import Asking, candidates
from engine.facts.corrected_forms import REASON
from engine.facts.directory import called, services
from engine.facts.matching import Matches
from engine.forms.offering import suggestions
from engine.process.bundle import START
from engine.reads.authority.directory_page import directory
from engine.reads.case.case_page import case as case_page
from engine.tables import Answers, Part, SharedInformation
from tests.builders import DAY, MONDAY, Authority, authority, case_at, do, open_items, shipped_model
from tests.engine.commands.calls_of_services import SERVICE, serves
from tests.engine.commands.calls_of_sharing import wishes
from tests.engine.commands.joining import TUESDAY, must_be_sound, same
from tests.engine.commands.pathway import begin, in_enquiry
from tests.rerun.rerunning import differing

WORDS = {"help_wanted": "Zqhelp: a place to stay.", "why_needed": "Zqneeds: they sleep in a car."}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def asks(world: Authority, case: str, **said: Any) -> None:
    """Of the housing officers, under section 27, unless something else is said."""
    of_agency = {"who_answers": "agency", "agency": "housing", "section_27": "yes", "asked": "Housing options"}
    consent = {"consent_to_share": "given", "wanted_by": (MONDAY + 14 * DAY).date().isoformat()}
    answers: dict[str, Any] = {**of_agency, **consent, **WORDS, **said}
    by = world.actor("social_worker")
    begin(authority=world, case=case, process="request_for_help", by=by, **answers)


def shared(world: Authority, case: str) -> list[tuple[Any, ...]]:
    """What the form by which something was begun shared: with which agencies and whom else, and whether they agreed."""
    kept = SharedInformation
    of_case = select(kept.element, kept.agencies, kept.others, kept.consent).where(kept.case_id == case)
    with world.database.read() as connection:
        return [tuple(row) for row in connection.execute(of_case.where(kept.element == START))]


def deeds(world: Authority, case: str) -> set[tuple[str, str]]:
    with world.database.read() as connection:
        found = connection.execute(select(Part.agency_id, Part.deed).where(Part.case_id == case))
        return {(row.agency_id, row.deed) for row in found}


def page(world: Authority, case: str, role: str) -> str:
    with world.database.read() as connection:
        return str(case_page(connection, world.actor(role), MONDAY, case))


def test_who_is_asked_has_a_part_and_what_they_are_told_is_kept(world: Authority) -> None:
    case = case_at(authority=world)
    asks(world, case)
    assert ("housing", "asked") in deeds(world, case)
    assert shared(world, case) == [(START, ["housing"], "Housing options", "given")]
    theirs = page(world, case, "housing_officer")
    assert "Zqhelp" in theirs
    assert "Zqneeds" in theirs
    with pytest.raises(NotFound):
        page(world, case, "probation_officer")
    assert not differing(database=world.database)


def test_who_does_not_sign_in_has_no_part_and_social_care_records_the_answer(world: Authority) -> None:
    case = case_at(authority=world)
    before = deeds(world, case)
    asks(world, case, who_answers="us", section_27="no")
    assert deeds(world, case) == before
    assert shared(world, case) == [(START, [], "Housing options", "given")]
    said: dict[str, Any] = {"answer": "accepted", "answered_on": MONDAY.date().isoformat()}
    do(authority=world, case=case, task="answer_request", by=world.actor("social_worker"), **said)
    assert "tell_what_was_done" in open_items(database=world.database, case=case)
    assert not differing(database=world.database)


def test_a_request_against_a_wish_says_why(world: Authority) -> None:
    case = case_at(authority=world)
    wishes(world, case, agencies=["housing"])
    with pytest.raises(BadAnswers) as refused:
        asks(world, case, against_wishes_reason="")
    assert [*refused.value.problems] == ["against_wishes_reason"]
    assert shared(world, case) == []


def test_what_is_corrected_of_a_request_is_corrected_of_what_was_shared(world: Authority) -> None:
    case = case_at(authority=world)
    asks(world, case)
    its_form = select(Answers).where(Answers.element == START, Answers.process == "request_for_help")
    with world.database.read() as connection:
        given = connection.execute(its_form).one()
    said = {**given.answers, "asked": "Housing, north", "consent_to_share": "refused", REASON: "It was not so."}
    said |= {"shared_without_consent": "required_by_law", "told_of_sharing": "yes"}
    correct_answers(world.database, world.actor("social_worker"), MONDAY, case, given.id, 0, said)
    assert shared(world, case) == [(START, ["housing"], "Housing, north", "refused")]
    assert not differing(database=world.database)


def test_a_request_goes_on_in_the_case_that_its_own_is_joined_to(world: Authority) -> None:
    first, second = in_enquiry(authority=world), case_at(authority=world)
    asks(world, second)
    same(world, second, first)
    said: dict[str, Any] = {"answer": "declined", "answered_on": TUESDAY.date().isoformat()}
    do(
        authority=world,
        case=first,
        task="answer_request(housing)",
        by=world.actor("housing_officer"),
        now=TUESDAY,
        **said,
    )
    assert "decide_without_help" in open_items(database=world.database, case=first)
    assert shared(world, first) == [(START, ["housing"], "Housing options", "given")]
    must_be_sound(world)


def suggested(world: Authority, case: str) -> list[str]:
    with world.database.read() as connection:
        subject = Subject("request_for_help", START, case)
        by, model = world.actor("social_worker"), shipped_model()
        found = candidates(Asking(connection, by, model, subject, MONDAY, {}, Matches))
    return [one.value for one in found[suggestions("services")]]


def test_what_takes_no_requests_or_is_there_no_longer_is_not_offered(world: Authority) -> None:
    case = case_at(authority=world)
    serves(world, name="Family Links")
    full, gone = serves(world, name="Harbour House", takes_requests="no"), serves(world, name="The Mill")
    end_service(world.database, world.actor("administrator"), MONDAY, gone, {"ended_because": "It closed."})
    assert suggested(world, case) == ["Family Links"]
    change_service(world.database, world.actor("team_manager"), MONDAY, full, {**SERVICE, "name": "Harbour House"})
    assert suggested(world, case) == ["Family Links", "Harbour House"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"asked": "harbour  HOUSE"}, "Harbour House takes no requests now"),
        ({"asked": "Family Links"}, "Family Links belongs to Voluntary sector"),
        ({"asked": "The Mill"}, "The Mill has nobody who signs in"),
    ],
)
def test_a_request_that_the_directory_speaks_against_is_refused(
    world: Authority, said: dict[str, Any], words: str
) -> None:
    case = case_at(authority=world)
    serves(world, name="Harbour House", takes_requests="no")
    serves(world, name="Family Links")
    serves(world, name="The Mill", agency="none")
    with pytest.raises(BadAnswers) as refused:
        asks(world, case, **said)
    assert words in refused.value.problems["asked"]
    asks(world, case, asked="Somebody else")


@pytest.mark.parametrize(("role", "may"), [("administrator", True), ("team_manager", True), ("social_worker", False)])
def test_administrators_and_managers_keep_the_directory(world: Authority, role: str, may: bool) -> None:
    by, service = world.actor(role), serves(world)
    ended, other = {"ended_because": "It closed."}, {**SERVICE, "name": "Another"}
    acts = (
        lambda: add_service(world.database, by, MONDAY, SERVICE),
        lambda: change_service(world.database, by, MONDAY, service, other),
        lambda: end_service(world.database, by, MONDAY, service, ended),
    )
    for act in acts:
        if may:
            act()
            continue
        with pytest.raises(NotAllowed):
            act()
    with world.database.read() as connection:
        found = directory(connection, world.actor("health_practitioner"), MONDAY, "PLAY links", 1)
        listed = services(connection, world.id)
    assert [one.name for one in found.services.rows] == (["Family Links"] if may else [])
    assert not found.keeps
    assert called(listed, "another") is None


def test_two_services_are_never_called_alike_and_one_that_ended_stays_so(world: Authority) -> None:
    by, there = world.actor("administrator"), serves(world, name="Family Links")
    with pytest.raises(BadAnswers) as refused:
        add_service(world.database, by, MONDAY, {**SERVICE, "name": "family links"})
    assert [*refused.value.problems] == ["name"]
    change_service(world.database, by, MONDAY, there, {**SERVICE, "name": "FAMILY links"})
    end_service(world.database, by, MONDAY, there, {"ended_because": "It closed."})
    for act in (change_service, end_service):
        with pytest.raises(NotFound):
            act(world.database, by, MONDAY, there, SERVICE)
    add_service(world.database, by, MONDAY, SERVICE)
