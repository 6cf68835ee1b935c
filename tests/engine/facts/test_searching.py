"""What people type finds the case, in whatever order and spelling, among those that they may know of."""

import pytest

from engine.base.database import Database
from engine.facts.searching import MOST_FOUND
from engine.likeness.children import Described
from engine.likeness.keys import kept_keys, match_keys
from engine.reads.lists.case_list import cases
from tests.builders import HERE, MONDAY, Authority, authority, refer, reference

ZOE = {
    "given_name": "Zoë-Mae",
    "family_name": "O’Brien-Nguyễn",
    "born": "2019-06-04",
    "address": "14 Quay Street, Ardenmoor AR1 2BB",
}
AMINA = {"given_name": "Amina", "family_name": "Yusuf", "born": "2015-01-02", "address": "3 Mill Lane, Ardenmoor"}
RUBY = {"given_name": "Ruby", "family_name": "Hallam", "born": "2014-05-07"}
LAYLA = {"given_name": "ليلى", "family_name": "الأحمد"}
TOM = {"given_name": "Tom", "family_name": "Hill", "address": "9 High Road"}


@pytest.fixture
def world(database: Database) -> Authority:
    at = authority(database=database)
    for one in (ZOE, AMINA, RUBY, LAYLA, TOM):
        refer(authority=at, children=[one])
    return at


def found(at: Authority, typed: str, role: str = "social_worker") -> list[str]:
    with at.database.read() as connection:
        return [row.child.name for row in cases(connection, at.actor(role), MONDAY, typed).rows]


CHILDREN = {"zoe": ZOE, "amina": AMINA, "ruby": RUBY, "layla": LAYLA}
WHO = {name: f"{one['given_name']} {one['family_name']}" for name, one in CHILDREN.items()}
TYPED = {
    "zoe": (
        *("O'Brien", "obrien", "O’Brien", "o brien", "O`BRIEN", "Nguyen", "zoe mae", "Obrian", "4 June 2019"),
        *("04/06/2019", "4.6.19", "2019-06-04", "6 April 2019", "quay street", "14 Quay Street", "ar1 2bb", "AR12BB"),
        *("14 Quay Street, Ardenmoor AR1 2BB", "quay st ardenmoor", "Nguyen 2019-06-04", "zoe 14"),
    ),
    "amina": ("Yusuf Amina", "AMINA YUSUF", "amina", "Ameena Youssef", "mill lane ardenmoor"),
    "ruby": ("Hallam Ruby", "Rubi", "ruby h", "Rub", "Hallem", "hallam-ruby"),
    "layla": ("Layla", "leila", "الأحمد", "Al-Ahmad", "ahmed"),
}


@pytest.mark.parametrize(("who", "typed"), [(who, typed) for who, all_of in TYPED.items() for typed in all_of])
def test_what_people_type_finds_the_child(world: Authority, who: str, typed: str) -> None:
    assert found(world, typed)[:1] == [WHO[who]]


@pytest.mark.parametrize("typed", ["nobody", "???", "%", "1", "Ruby Yusuf", "31 February 2019", "x" * 5000])
def test_what_is_not_there_is_not_found(world: Authority, typed: str) -> None:
    assert found(world, typed) == []


def test_a_word_of_streets_is_a_name_as_well(world: Authority) -> None:
    assert found(world, "hill") == ["Tom Hill"]
    assert found(world, "hill tom") == ["Tom Hill"]


def test_a_reference_is_found_however_it_is_written(world: Authority) -> None:
    case = refer(authority=world, children=[{**RUBY, "given_name": "Ben"}]).cases[0]
    whole = reference(authority=world, case=case)
    for typed in (whole, whole.lower(), whole.replace("-", ""), whole.replace("-", " ").lower(), f" {whole} "):
        assert found(world, typed) == ["Ben Hallam"]


def test_who_may_know_of_nothing_finds_nothing(world: Authority) -> None:
    for typed in ("Ruby", "ruby hallam", "2014-05-07"):
        assert found(world, typed, "housing_officer") == []
        assert found(world, typed, "auditor") == ["Ruby Hallam"]


def test_the_likest_come_first(world: Authority) -> None:
    refer(authority=world, children=[{**RUBY, "given_name": "Rubina"}])
    assert found(world, "rubi hallam") == ["Ruby Hallam", "Rubina Hallam"]
    assert found(world, "rubina hallam")[0] == "Rubina Hallam"


def test_a_town_is_no_key(world: Authority) -> None:
    """Very many live in it: a key of it would be a list of all."""
    one = Described("Ada", "Example", address="1 Mill Lane, Ardenmoor AR1 2BB")
    other = Described("Ben", "Other", address="7 Quay Street, Ardenmoor AR9 9ZZ")
    assert match_keys(HERE, one).isdisjoint(kept_keys(HERE, other))
    assert MOST_FOUND < 1000
    assert world
