"""Who is around a child is recorded with a source and days, holds in every case of the child, and nothing of it is
overwritten.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound
from engine.commands.recording_people import (
    change_personal_fact,
    end_personal_fact,
    record_person_around,
    record_personal_fact,
)
from engine.facts.people_around import THE_CHILD, KnownFact, PersonAround, facts_around, needs_in, people_in
from engine.tables import PersonalFact
from tests.builders import DAY, MONDAY, Authority, authority, case_at
from tests.engine.commands.calls_of_people_around import COMMUNICATION, MOTHER, OVER, SAID, fact, kept, person
from tests.engine.export.packs import made, stored_case
from tests.rerun.rerunning import differing

HOUR = timedelta(hours=1)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def told(world: Authority, case: str, role: str = "social_worker", number: int = 1) -> tuple[KnownFact, ...]:
    with world.database.read() as connection:
        return facts_around(connection, world.actor(role, number=number), case)


def around(world: Authority, case: str) -> dict[str, PersonAround]:
    return {one.name: one for one in people_in(told(world, case))}


def test_who_somebody_is_and_what_is_said_at_once_are_facts_of_their_own(world: Authority) -> None:
    case = case_at(authority=world)
    mother = person(world, case)
    assert {(one.about, one.kind) for one in kept(world)} == {
        (mother, "person"),
        (mother, "responsibility"),
        (mother, "household"),
    }
    theirs = around(world, case)["Zqmother"]
    assert (theirs.relation, theirs.responsibility, theirs.lives(MONDAY.date())) == ("mother", "yes", "yes")
    assert {one.by for one in theirs.facts} == {"Social worker 1"}


def test_of_who_works_with_the_family_no_more_is_asked(world: Authority) -> None:
    case = case_at(authority=world)
    person(world, case, relation="professional", responsibility="", lives="", responsibility_by="", from_day="")
    assert [one.kind for one in kept(world)] == ["person"]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"name": ""}, {"name"}),
        ({"relation": ""}, {"relation"}),
        ({"responsibility": ""}, {"responsibility"}),
        ({"lives": ""}, {"lives"}),
        ({"source": ""}, {"source"}),
        ({"known_on": "2026-03-03"}, {"known_on"}),
    ],
)
def test_what_is_missing_is_asked_for(world: Authority, said: dict[str, Any], asked: set[str]) -> None:
    case = case_at(authority=world)
    with pytest.raises(BadAnswers) as refused:
        person(world, case, **said)
    assert refused.value.problems.keys() == asked
    assert kept(world) == []


def test_the_same_sent_twice_is_kept_once(world: Authority) -> None:
    case = case_at(authority=world)
    worker = world.actor("social_worker")
    mother = person(world, case)
    record_person_around(world.database, worker, MONDAY, case, MOTHER)
    assert len(kept(world)) == 3
    for _ in range(2):
        said = {"risk": "poses", "what": "Zqonce", "who_said": "Zqaunt", **SAID}
        record_personal_fact(world.database, worker, MONDAY, case, mother, "risk", said)
    fact(world, case, mother, "risk", what="Zqother")
    assert sorted(one.said["what"] for one in around(world, case)["Zqmother"].risks) == ["Zqonce", "Zqother"]


def test_of_what_somebody_has_one_at_a_time_no_second_is_recorded(world: Authority) -> None:
    case = case_at(authority=world)
    mother = person(world, case)
    fact(world, case)
    worker = world.actor("social_worker")
    for about, kind, answers in (
        (THE_CHILD, "communication", {**COMMUNICATION, "source": "Zqelse"}),
        (mother, "responsibility", {"responsibility": "no", **SAID}),
    ):
        with pytest.raises(AlreadyDone):
            record_personal_fact(world.database, worker, MONDAY, case, about, kind, answers)


@pytest.mark.parametrize(
    ("about", "kind"),
    [(THE_CHILD, "risk"), (THE_CHILD, "person"), ("mother", "person"), ("mother", "hair"), ("nobody", "risk")],
)
def test_what_is_kept_of_nobody_is_not_found(world: Authority, about: str, kind: str) -> None:
    case = case_at(authority=world)
    whom = person(world, case) if about == "mother" else about
    with pytest.raises(NotFound):
        record_personal_fact(world.database, world.actor("social_worker"), MONDAY, case, whom, kind, SAID)


def test_where_somebody_lived_before_stays_to_be_read(world: Authority) -> None:
    case = case_at(authority=world)
    person(world, case)
    home = around(world, case)["Zqmother"].newest("household")
    assert home
    moved = {"lives": "no", "where": "Zqnear the sea", "from_day": "2026-02-01", "ended_as": "changed", **SAID}
    change_personal_fact(world.database, world.actor("social_worker"), MONDAY + HOUR, case, home.id, moved)
    theirs = [one for one in around(world, case)["Zqmother"].facts if one.kind == "household"]
    assert [(one.holds, one.holds_from, one.until) for one in theirs] == [
        (True, date(2026, 2, 1), None),
        (False, date(2020, 1, 1), date(2026, 2, 1)),
    ]
    assert around(world, case)["Zqmother"].lives(MONDAY.date()) == "no"
    with pytest.raises(AlreadyDone):
        change_personal_fact(world.database, world.actor("social_worker"), MONDAY, case, home.id, moved)


def test_what_was_never_so_counts_for_nothing_and_stays(world: Authority) -> None:
    case = case_at(authority=world)
    mother = person(world, case)
    worker = world.actor("social_worker")
    risk = fact(world, case, mother, "risk")
    wrong = {"ended_as": "wrong", "known_on": "2026-03-02", "source": "Zqit was somebody else."}
    end_personal_fact(world.database, worker, MONDAY, case, risk, wrong)
    assert around(world, case)["Zqmother"].risks == ()
    assert [(one.was_so, one.until, one.end_source) for one in told(world, case) if one.kind == "risk"] == [
        (False, None, "Zqit was somebody else.")
    ]
    end_personal_fact(world.database, worker, MONDAY, case, mother, wrong)
    assert around(world, case) == {}
    assert len(told(world, case)) == 4


def test_who_has_died_or_gone_stays_among_those_who_were_around(world: Authority) -> None:
    case = case_at(authority=world)
    mother = person(world, case)
    early = {**OVER, "ended_as": "died", "ended_on": "2026-03-01"}
    end_personal_fact(world.database, world.actor("social_worker"), MONDAY, case, mother, early)
    theirs = around(world, case)["Zqmother"]
    assert (theirs.is_around, theirs.has_died, theirs.relation) == (False, True, "mother")


def test_nothing_ends_before_it_began(world: Authority) -> None:
    case = case_at(authority=world)
    mother = person(world, case)
    home = around(world, case)["Zqmother"].newest("household")
    assert home
    worker = world.actor("social_worker")
    early = {**OVER, "ended_on": "2019-12-31"}
    with pytest.raises(BadAnswers) as refused:
        end_personal_fact(world.database, worker, MONDAY, case, home.id, early)
    assert [*refused.value.problems] == ["ended_on"]
    with pytest.raises(BadAnswers) as refused:
        fact(world, case, mother, "household", lives="yes", from_day="2018-01-01", until_day="2017-01-01")
    assert [*refused.value.problems] == ["until_day"]


def test_how_to_communicate_is_told_of_the_child_first(world: Authority) -> None:
    case = case_at(authority=world)
    mother = person(world, case)
    fact(world, case, mother)
    fact(world, case)
    assert [one.about for one in needs_in(told(world, case))] == [THE_CHILD, mother]
    with pytest.raises(BadAnswers) as refused:
        fact(world, case, person(world, case, name="Zqother"), interpreter_for="")
    assert [*refused.value.problems] == ["interpreter_for"]


def test_a_partner_is_told_nothing_and_an_auditor_records_nothing(world: Authority) -> None:
    case = case_at(authority=world)
    person(world, case)
    assert told(world, case, "health_practitioner") == ()  # who referred, and knows of the case
    assert len(told(world, case, "auditor")) == 3
    for role, refusal in (("health_practitioner", NotAllowed), ("auditor", NotAllowed), ("housing_officer", NotFound)):
        with pytest.raises(refusal):
            record_person_around(world.database, world.actor(role), MONDAY, case, MOTHER)
        with pytest.raises(refusal):
            record_personal_fact(
                world.database, world.actor(role), MONDAY, case, THE_CHILD, "communication", COMMUNICATION
            )


def test_the_record_leads_to_the_rows(world: Authority) -> None:
    case = case_at(authority=world)
    mother = person(world, case)
    risk = fact(world, case, mother, "risk")
    end_personal_fact(world.database, world.actor("social_worker"), MONDAY, case, risk, OVER)
    assert not differing(database=world.database)
    with world.database.transaction() as connection:  # planted
        connection.execute(update(PersonalFact).values(source="Nothing of the kind."))
    assert differing(database=world.database)


def test_a_pack_tells_of_it_question_by_question_and_a_redacted_one_without_words(world: Authority) -> None:
    case = case_at(authority=world)
    mother = person(world, case)
    risk = fact(world, case, mother, "risk")
    fact(world, case)
    end_personal_fact(world.database, world.actor("social_worker"), MONDAY, case, risk, OVER)
    stored = stored_case(world.database, case)
    answers = made(stored, MONDAY + DAY).text("answers.csv")
    for word in ("Zqmother", "Zqbirth certificate", "Zqharm", "Zqaunt", "Zqpolish", "Zqleave no message", "Zqover"):
        assert word.replace("Zqaunt", "Zqthe aunt") in answers
    redacted = made(stored, MONDAY + DAY, redacted=True)
    assert not any(b"Zq" in content for content in redacted.files.values())
