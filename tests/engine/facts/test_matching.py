"""Which known children may be the one referred: shown to whom may know of them, never decided by us."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotFound
from engine.commands.cases import complete_task
from engine.commands.looks import look
from engine.facts.matching import Match, Matches, folded_name, possible_matches
from engine.people.identity import Actor
from engine.reads.case.case_page import case as case_page
from engine.reads.lists.inbox import MATCHES, inbox
from engine.reads.task.task_page import task as task_page
from engine.record.chain import case_chain
from engine.tables import Case, Chain, Shown
from tests.builders import MONDAY, Authority, authority, case_at, do, open_items, refer, reference
from tests.protecting import on_a_plan

ADA = {"given_name": "Ada", "family_name": "Lovelace", "born": "2015-12-10", "address": "1 Mill Lane"}


def of_case(at: Authority, case: str, by: Actor | None = None) -> Matches:
    with at.database.read() as connection:
        return possible_matches(connection, by or at.actor("social_worker"), [case]).get(case, Matches())


def matches(at: Authority, known: dict[str, str], referred: dict[str, str]) -> list[Match]:
    refer(authority=at, children=[known])
    return of_case(at, refer(authority=at, children=[referred]).cases[0]).shown


@pytest.mark.parametrize(
    ("change", "matched"),
    [
        ({}, True),
        ({"address": "2 Hill Street"}, True),
        ({"born": "2015-12-11"}, True),
        ({"born": "2009-03-22", "address": "2 Hill Street"}, False),
        ({"born": ""}, True),
        ({"given_name": "ADA"}, True),
        ({"given_name": "Áda", "family_name": "Love-lace"}, True),
        ({"given_name": "Lovelace", "family_name": "Ada"}, True),
        ({"family_name": "King"}, True),
        ({"given_name": "Augusta"}, False),
    ],
    ids=str,
)
def test_who_may_be_the_same_child_is_found(database: Database, change: dict[str, str], matched: bool) -> None:
    at = authority(database=database)
    changed = {key: value for key, value in {**ADA, **change}.items() if value}
    assert bool(matches(at, ADA, changed)) is matched


def test_either_of_two_cases_shows_the_other(database: Database) -> None:
    at = authority(database=database)
    first, second = (refer(authority=at, children=[ADA]).cases[0] for _ in range(2))
    assert [match.case for match in of_case(at, first).shown] == [second]
    assert [match.case for match in of_case(at, second).shown] == [first]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Zoë", "O'Brien"), ("ZOE", "OBRIEN")),
        (("Zoë", "O’Brien"), ("zoe", "O'Brien")),
        (("Anne-Marie", "St. John"), ("anne marie", "st  john")),
        (("Åsa", "Öberg"), ("asa", "oberg")),
        (("Weiß", "Straße"), ("weiss", "strasse")),
    ],
)
def test_spelling_makes_no_difference(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert folded_name(*one) == folded_name(*other)


def test_a_match_is_described_by_what_tells_children_apart(database: Database) -> None:
    at = authority(database=database)
    known = refer(authority=at, children=[ADA]).cases[0]
    case = refer(authority=at, children=[ADA]).cases[0]
    (match,) = of_case(at, case).shown
    described = f"Ada Lovelace, born 10 December 2015, case {reference(authority=at, case=known)} (open)"
    assert match.description == described
    assert date(2015, 12, 10).strftime("%d %B %Y") in described


def test_a_child_is_no_match_of_itself_and_siblings_are_none(database: Database) -> None:
    at = authority(database=database)
    children = [ADA, {**ADA, "given_name": "Ben"}, {**ADA, "given_name": "Cyd", "born": "2017-01-01"}]
    for case in refer(authority=at, children=children).cases:
        assert of_case(at, case) == Matches()


def test_a_known_child_is_shown_once_with_the_newest_case(database: Database) -> None:
    at = authority(database=database)
    first = case_at(authority=at, point="closed", children=[ADA])
    second = refer(authority=at, children=[ADA]).cases[0]
    case = refer(authority=at, children=[ADA]).cases[0]
    found = [match.description for match in of_case(at, case).shown]
    assert sorted(found) == sorted(
        f"Ada Lovelace, born 10 December 2015, case {reference(authority=at, case=known)} ({state})"
        for known, state in ((first, "closed"), (second, "open"))
    )


def answered(at: Authority, case: str, **answers: Any) -> str | None:
    do(authority=at, case=case, task="clarify_referral", **answers)
    with at.database.read() as connection:
        return connection.execute(select(Case.same_person_id).where(Case.id == case)).scalar_one()


YES = {"same_child": "yes", "same_child_reason": "The mother says so."}


def two_cases(at: Authority, **change: str) -> tuple[str, str, str]:
    """A known child, the one just referred, and the person of the first."""
    first = refer(authority=at, children=[ADA]).cases[0]
    second = refer(authority=at, children=[{**ADA, **change}]).cases[0]
    with at.database.read() as connection:
        person = connection.execute(select(Case.person_id).where(Case.id == first)).scalar_one()
    return first, second, person


def test_a_social_worker_says_which_child_it_is(database: Database) -> None:
    at = authority(database=database)
    first, case, person = two_cases(at)
    assert answered(at, case, same_child="unsure") is None
    assert "clarify_referral" in open_items(database=database, case=case)
    assert answered(at, case, **YES, known_person=person) == person
    assert "clarify_referral" not in open_items(database=database, case=case)
    assert (of_case(at, case), of_case(at, first)) == (Matches(), Matches())


def test_a_child_that_no_match_names_is_picked_by_hand(database: Database) -> None:
    at = authority(database=database)
    _, case, person = two_cases(at, given_name="Grace", family_name="Hopper", born="2010-01-01", address="")
    assert of_case(at, case) == Matches()
    manager = at.actor("team_manager")
    answers = {**YES, "known_person": person, "known_child_search": "lovelace ada"}
    item = open_items(database=database, case=case)["clarify_referral"]
    complete_task(database, manager, MONDAY, item.id, {"concerns_clarified": "Asked.", **answers})


def test_the_form_offers_whom_was_searched_for_and_the_look_names_them(database: Database) -> None:
    at = authority(database=database)
    first, case, person = two_cases(at, given_name="Grace", family_name="Hopper", born="2010-01-01", address="")
    item = open_items(database=database, case=case)["clarify_referral"].id
    worker = at.actor("social_worker")

    def typed(_questions: object) -> dict[str, str]:
        return {"same_child": "yes", "known_child_search": "Lovelace Ada"}

    seen = look(database, worker, MONDAY, "task", task_page, item, typed)
    (asked,) = (one for one in seen.form.questions if one.id == "known_person")
    assert [choice.value for choice in asked.choices] == [person]
    with database.read() as connection:
        chain = aliased(Chain)
        rows = connection.execute(select(chain.name).join(Shown, Shown.case_id == chain.id)).scalars()
        assert set(rows) == {case_chain(case), case_chain(first)}


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        ({"same_child": "yes", "same_child_reason": "So they say."}, ["known_person"]),
        ({"same_child": "yes", "known_person": "nobody", "same_child_reason": "So they say."}, ["known_person"]),
        ({"same_child": "yes", "known_person": "person"}, ["same_child_reason"]),
    ],
)
def test_yes_says_who_and_why(database: Database, answers: dict[str, str], fields: list[str]) -> None:
    at = authority(database=database)
    _, case, person = two_cases(at)
    if answers.get("known_person") == "person":
        answers = {**answers, "known_person": person}
    item = open_items(database=database, case=case)["clarify_referral"].id
    with pytest.raises(BadAnswers) as refused:
        complete_task(database, at.actor("social_worker"), MONDAY, item, {"concerns_clarified": "Asked.", **answers})
    assert list(refused.value.problems) == fields


def test_birth_dates_far_apart_are_for_a_manager(database: Database) -> None:
    at = authority(database=database)
    _, case, person = two_cases(at, born="2009-03-22")
    item = open_items(database=database, case=case)["clarify_referral"].id
    answers = {"concerns_clarified": "Asked.", **YES, "known_person": person}
    with pytest.raises(BadAnswers) as refused:
        complete_task(database, at.actor("social_worker"), MONDAY, item, answers)
    assert "A manager decides" in refused.value.problems["known_person"]
    complete_task(database, at.actor("team_manager"), MONDAY, item, answers)


def test_an_earlier_no_about_the_same_two_is_for_a_manager(database: Database) -> None:
    at = authority(database=database)
    first, case, person = two_cases(at)
    assert answered(at, case, same_child="no") is None
    assert of_case(at, case) == Matches()
    with database.read() as connection:
        other = connection.execute(select(Case.person_id).where(Case.id == case)).scalar_one()
    item = open_items(database=database, case=first)["clarify_referral"].id
    answers = {"concerns_clarified": "Asked.", **YES, "known_person": other}
    with pytest.raises(BadAnswers) as refused:
        complete_task(database, at.actor("social_worker"), MONDAY, item, answers)
    assert "said before" in refused.value.problems["known_person"]
    third = refer(authority=at, children=[ADA]).cases[0]
    assert answered(at, third, **YES, known_person=person) == person


def elsewhere(at: Authority, case: str) -> None:
    """The case goes to a team of which the people of this one know nothing."""
    with at.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == case).values(team_id=at.other_team))


def test_a_match_that_the_reader_may_not_know_is_hidden_and_for_a_manager(database: Database) -> None:
    at = authority(database=database)
    first, case, person = two_cases(at)
    elsewhere(at, first)
    worker, auditor = at.actor("social_worker"), at.actor("auditor")
    assert of_case(at, case) == Matches(hidden=True)
    assert [match.case for match in of_case(at, case, auditor).shown] == [first]
    item = open_items(database=database, case=case)["clarify_referral"].id
    with database.read() as connection:
        seen = task_page(connection, worker, MONDAY, item)
        assert seen.cases_shown == (case,)
        assert case_page(connection, worker, MONDAY, case).cases_shown == (case,)
    asked = {one.id: one for one in seen.form.questions}
    assert [choice.value for choice in asked["same_child"].choices] == ["yes", "unsure"]
    assert "A manager decides" in asked["manager_decides"].title
    typed = {"concerns_clarified": "Asked.", "same_child": "no"}
    with pytest.raises(BadAnswers):
        complete_task(database, worker, MONDAY, item, typed)
    with pytest.raises(NotFound):
        complete_task(database, worker, MONDAY, item, {**typed, **YES, "known_person": person})
    complete_task(database, worker, MONDAY, item, {**typed, "same_child": "unsure"})
    again = open_items(database=database, case=case)["clarify_referral"]
    assert "team_manager" in again.also
    manager = at.actor("team_manager")
    both = Actor(manager.account, manager.name, (*manager.held, *auditor.held), manager.authority)
    complete_task(database, both, MONDAY, again.id, {**typed, **YES, "known_person": person})


def test_matches_stand_on_the_case_the_row_and_every_task_until_it_is_answered(database: Database) -> None:
    at = authority(database=database)
    first, case, _ = two_cases(at)
    worker = at.actor("social_worker")

    def shown() -> list[list[str]]:
        item = open_items(database=database, case=case)["decide_response"].id
        with database.read() as connection:
            page, row = case_page(connection, worker, MONDAY, case), inbox(connection, worker, MONDAY)
            of_task = task_page(connection, worker, MONDAY, item)
        found = (page.matches, row.matches.get(case, Matches()), of_task.matches)
        assert all(first in one.cases_shown for one in (page, row, of_task))
        return [[match.case for match in matches.shown] for matches in found]

    assert shown() == [[first]] * 3
    do(authority=at, case=case, task="clarify_referral", same_child="no")
    item = open_items(database=database, case=case)["decide_response"].id
    with database.read() as connection:
        assert first not in case_page(connection, worker, MONDAY, case).cases_shown
        assert first not in task_page(connection, worker, MONDAY, item).cases_shown


def test_of_many_matches_the_likest_are_named_and_the_others_counted(database: Database) -> None:
    """A look names whom it shows, and nobody else."""
    at = authority(database=database)
    known = [refer(authority=at, children=[ADA]).cases[0] for _ in range(3)]
    planned, worker = on_a_plan(authority=at, about=ADA), at.actor("social_worker")
    case = refer(authority=at, children=[ADA]).cases[0]
    with database.read() as connection:
        likest, whole = inbox(connection, worker, MONDAY).matches[case], case_page(connection, worker, MONDAY, case)
    assert {match.case for match in whole.matches.shown} == {*known, planned}
    assert (len(likest.cases_shown), likest.more) == (MATCHES, 4 - MATCHES)
    assert likest.cases_shown[0] == whole.matches.cases_shown[0] == planned  # of those that are as alike


def test_an_agency_reads_nothing_of_matches(database: Database) -> None:
    at = authority(database=database)
    _, case, _ = two_cases(at)
    assert of_case(at, case, at.actor("health_practitioner")) == Matches()


def test_a_plan_in_force_is_said(database: Database) -> None:
    at = authority(database=database)
    first, case, _ = two_cases(at)
    with at.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == first).values(plan_from=MONDAY))
    (match,) = of_case(at, case).shown
    assert match.plan_in_force
    assert "child protection plan in force" in match.description
