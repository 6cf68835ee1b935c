"""By a number, a telephone number, an email address or another reference a child is known again, and found."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.facts import matching
from engine.facts.matching import possible_matches
from engine.people.who_may import sees_answers_of
from engine.reads.case.case_page import case as case_page
from engine.reads.lists.case_list import cases
from engine.tables import Person
from tests.builders import MONDAY, Authority, authority, do, refer, reference
from tests.rerun.rerunning import differing

MORE = {
    "more_known": "yes",
    "nhs_number": "943 476 5919",
    "upn": "B801200005001",
    "family_telephone": "01632 960 001",
    "family_email": "Home@Example.org",
    "other_reference": "OLD/2009-17",
}
ADA = {"given_name": "Ada", "family_name": "Lovelace", "born": "2015-12-10", "address": "1 Mill Lane", **MORE}
ANOTHER_NAME = {"given_name": "Zuzanna", "family_name": "Lovelace", "more_known": "yes"}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def why(world: Authority, case: str) -> set[str]:
    with world.database.read() as connection:
        found = possible_matches(connection, world.actor("social_worker"), [case]).get(case)
    return {each for match in (found.shown if found else ()) for each in match.why}


def found(world: Authority, typed: str, role: str = "social_worker") -> list[str]:
    with world.database.read() as connection:
        return [row.child.name for row in cases(connection, world.actor(role), MONDAY, typed).rows]


def test_a_number_tells_a_child_of_another_name(world: Authority) -> None:
    known = refer(authority=world, children=[ADA]).cases[0]
    said = {
        "nhs_number": ("9434765919", "same NHS number"),
        "upn": ("b801 2000 05001", "same unique pupil number"),
        "other_reference": ("old 2009 17", "same case reference"),
    }
    for field, (number, reason) in said.items():
        case = refer(authority=world, children=[{**ANOTHER_NAME, field: number}]).cases[0]
        assert reason in why(world, case)
    ours = reference(authority=world, case=known).lower()
    quoted = refer(authority=world, children=[{**ANOTHER_NAME, "other_reference": ours}]).cases[0]
    assert "same case reference" in why(world, quoted)
    other = {"given_name": "Ola", "family_name": "Hill", "more_known": "yes", "family_telephone": "+44 1632 960001"}
    alone = refer(authority=world, children=[other]).cases[0]
    assert why(world, alone) == set(), "a telephone alone tells no child"


def test_a_number_is_found_behind_many_who_share_more(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many children of a frequent name there are, the one with the same number is compared."""
    refer(authority=world, children=[{**ADA, "address": ""}])
    like = {"given_name": "Zuzanna", "family_name": "Hill", "born": "2011-07-09"}
    refer(authority=world, children=[like])
    monkeypatch.setattr(matching, "MOST_COMPARED", 1)
    case = refer(authority=world, children=[{**like, "more_known": "yes", "nhs_number": "9434765919"}]).cases[0]
    assert "same NHS number" in why(world, case)


def test_what_is_found_out_later_counts_from_then_on(world: Authority) -> None:
    refer(authority=world, children=[ADA])
    case = refer(authority=world, children=[{"given_name": "Zuzanna", "family_name": "Lovelace"}]).cases[0]
    assert why(world, case) == set()
    later: dict[str, Any] = {"more_known": "yes", "nhs_number": "9434765919", "address_withheld": "yes"}
    for _ in range(2):
        do(authority=world, case=case, task="clarify_referral", same_child="unsure", **later)
    assert "same NHS number" in why(world, case)
    assert set(found(world, "943 476 5919")) == {"Ada Lovelace", "Zuzanna Lovelace"}
    with world.database.read() as connection:
        kept = select(Person.nhs_number, Person.address_withheld).where(Person.given_name == "Zuzanna")
        assert connection.execute(kept).one() == ("9434765919", True)
    assert differing(database=world.database) == []


@pytest.mark.parametrize(
    "typed",
    [
        *("9434765919", "943-476-5919", "b801200005001", "01632 960001", "+44 1632 960 001", "home@example.org"),
        *("old/2009-17", "OLD 2009 17"),
    ],
)
def test_it_is_searched_for_as_it_is_typed(world: Authority, typed: str) -> None:
    refer(authority=world, children=[ADA])
    refer(authority=world, children=[{"given_name": "Ben", "family_name": "Hill", "address": "9 Quay Street"}])
    assert found(world, typed) == ["Ada Lovelace"]


def test_an_address_that_is_kept_secret_is_neither_shown_nor_found_out(world: Authority) -> None:
    """The planted fault: were it asked of nobody who may read it, a search would tell."""
    ada = {**ADA, "address": "14 Refuge Road, Ardenmoor AR1 2BB"}
    for secret, seen in (("yes", False), ("no", True)):
        case = refer(authority=world, children=[{**ada, "address_withheld": secret}]).cases[0]
        for role, sees in (("health_practitioner", seen), ("social_worker", True), ("auditor", True)):
            with world.database.read() as connection:
                assert sees_answers_of(world.actor(role), None) or role == "health_practitioner"
                page = case_page(connection, world.actor(role), MONDAY, case)
                assert (page.address != "", page.address_withheld) == (sees, secret == "yes")
            for typed in ("Refuge Road", "AR1 2BB", "01632 960001", "home@example.org", "14 Refuge Road"):
                names = found(world, typed, role)
                assert (names == ["Ada Lovelace"]) is sees if secret == "yes" else names
        assert found(world, "9434765919", "health_practitioner")[:1] == ["Ada Lovelace"]
