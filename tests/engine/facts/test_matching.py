"""Which known children may be the one referred: two of name, birth and address agree; shown, never decided by us."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.facts.matching import Match, folded_name, possible_matches
from engine.tables import Case
from tests.builders import Authority, authority, case_at, do, open_items, refer, reference

ADA = {"given_name": "Ada", "family_name": "Lovelace", "born": "2015-12-10", "address": "1 Mill Lane"}


def matches(at: Authority, known: dict[str, str], referred: dict[str, str]) -> tuple[Match, ...]:
    refer(authority=at, children=[known])
    case = refer(authority=at, children=[referred]).cases[0]
    with at.database.read() as connection:
        return possible_matches(connection, case)


@pytest.mark.parametrize(
    ("change", "matched"),
    [
        ({}, True),
        ({"address": "2 Hill Street"}, True),
        ({"born": "2015-12-11"}, True),
        ({"born": "2015-12-11", "address": "2 Hill Street"}, False),
        ({"born": ""}, True),
        ({"born": "", "address": ""}, True),
        ({"given_name": "ADA"}, True),
        ({"given_name": "Áda", "family_name": "Love-lace"}, False),
        ({"given_name": "Áda", "address": ""}, True),
        ({"family_name": "King"}, True),
        ({"family_name": "King", "address": "2 Hill Street"}, False),
        ({"given_name": "Augusta"}, False),
    ],
    ids=str,
)
def test_two_of_name_birth_and_address_agree(database: Database, change: dict[str, str], matched: bool) -> None:
    at = authority(database=database)
    changed = {key: value for key, value in {**ADA, **change}.items() if value}
    assert bool(matches(at, ADA, changed)) is matched


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Zoë", "O'Brien"), ("ZOE", "OBRIEN")),
        (("Anne-Marie", "St. John"), ("anne marie", "st.  john")),
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
    with database.read() as connection:
        (match,) = possible_matches(connection, case)
    described = f"Ada Lovelace, born 10 December 2015, case {reference(authority=at, case=known)} (open)"
    assert match.description == described
    assert date(2015, 12, 10).strftime("%d %B %Y") in described


def test_a_child_is_no_match_of_itself_and_siblings_are_none(database: Database) -> None:
    at = authority(database=database)
    children = [ADA, {**ADA, "given_name": "Ben"}, {**ADA, "given_name": "Cyd", "born": "2017-01-01"}]
    for case in refer(authority=at, children=children).cases:
        with database.read() as connection:
            assert possible_matches(connection, case) == ()


def test_a_known_child_is_shown_once_with_the_newest_case(database: Database) -> None:
    at = authority(database=database)
    first = case_at(authority=at, point="closed", children=[ADA])
    second = refer(authority=at, children=[ADA]).cases[0]
    case = refer(authority=at, children=[ADA]).cases[0]
    with database.read() as connection:
        found = [match.description for match in possible_matches(connection, case)]
    assert sorted(found) == sorted(
        f"Ada Lovelace, born 10 December 2015, case {reference(authority=at, case=known)} ({state})"
        for known, state in ((first, "closed"), (second, "open"))
    )


def answered(at: Authority, case: str, **answers: Any) -> str | None:
    do(authority=at, case=case, task="clarify_referral", **answers)
    with at.database.read() as connection:
        return connection.execute(select(Case.same_person_id).where(Case.id == case)).scalar_one()


def test_a_social_worker_says_which_child_it_is(database: Database) -> None:
    at = authority(database=database)
    (match,) = matches(at, ADA, ADA)
    with database.read() as connection:
        case = connection.execute(select(Case.id).where(Case.person_id != match.person)).scalar_one()
    assert answered(at, case, same_child="unsure") is None
    assert "clarify_referral" in open_items(database=database, case=case)
    assert answered(at, case, same_child="yes", known_person=match.person) == match.person
    assert "clarify_referral" not in open_items(database=database, case=case)
