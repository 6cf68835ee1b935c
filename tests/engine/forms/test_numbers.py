"""Numbers: a figure that was typed wrong is found, and it is said what is wrong; how it is spaced does not matter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.errors import BadAnswers
from engine.base.numbers import nhs_number_problem, reference_as_kept, telephone_problem, upn_problem
from engine.forms import check
from tests.organisations import MONDAY

FORM = {
    "properties": {
        "nhs_number": {"type": "string", "title": "NHS number", "x-check": "nhs_number"},
        "upn": {"type": "string", "title": "Unique pupil number", "x-check": "upn"},
        "telephone": {"type": "string", "title": "Telephone number", "x-check": "telephone"},
    }
}


@pytest.mark.parametrize("number", ["9434765919", "943 476 5919", "943-476-5919", "4010232137"])
def test_an_nhs_number_is_taken_however_it_is_written(number: str) -> None:
    assert nhs_number_problem(number) == ""


@pytest.mark.parametrize("number", ["B801200005001", "b801 2000 05001", "M80120000500A"])
def test_a_pupil_number_is_taken_however_it_is_written(number: str) -> None:
    assert upn_problem(number) == ""


@pytest.mark.parametrize("number", ["01632 960 001", "+44 1632 960001", "(01632) 960-001", "07700900123"])
def test_a_telephone_number_is_taken_however_it_is_written(number: str) -> None:
    assert telephone_problem(number) == ""


@pytest.mark.parametrize("typed", ["M43D-MHK9", " m43d mhk9", "M43DMHK9", "m43d\u2013mhk9"])
def test_a_reference_is_taken_however_it_is_written(typed: str) -> None:
    assert reference_as_kept(typed) == "M43D-MHK9"


def test_what_is_no_reference_becomes_none() -> None:
    typed = ("", " xxxx-xxxx<b> ", "M43D-MHK")
    assert [reference_as_kept(one) for one in typed] == ["", "XXXX-XXXX<B>", "M43D-MHK"]


@given(place=st.integers(0, 9), other=st.integers(1, 9))
def test_one_wrong_figure_of_an_nhs_number_is_found(place: int, other: int) -> None:
    figures = [int(each) for each in "9434765919"]
    figures[place] = (figures[place] + other) % 10
    assert "one of them is wrong" in nhs_number_problem("".join(map(str, figures)))


@given(place=st.integers(1, 12), other=st.integers(1, 9))
def test_one_wrong_figure_of_a_pupil_number_is_found(place: int, other: int) -> None:
    letters = [*"B801200005001"]
    letters[place] = str((int(letters[place]) + other) % 10)
    assert "one of them is wrong" in upn_problem("".join(letters))


def test_what_is_wrong_stands_beside_its_field() -> None:
    wrong = {"nhs_number": "943 476 591", "upn": "207000016049", "telephone": "960 001"}
    with pytest.raises(BadAnswers) as refused:
        check(FORM, wrong, frozenset(), MONDAY)
    assert refused.value.problems == {
        "nhs_number": "NHS number must be the 10 figures of an NHS number, like 943 476 5919",
        "upn": "Unique pupil number must be a letter and 12 figures, like B801200005001",
        "telephone": "Telephone number must be a telephone number with its area code, like 01632 960 001",
    }
    for number in ("943476591٩", "94347659190", "I801200005001", "M8012000050OA", "x", "0" * 500):
        assert nhs_number_problem(number)
        assert upn_problem(number)
