"""Which passwords nobody may have."""

import pytest

from engine.base.errors import BadAnswers
from engine.people.password_rule import LONGEST_PASSWORD, OF_ONES_OWN, SHORTEST_PASSWORD, TRIED_FIRST, must_be_good

OWN = ("Gwen Parry-Łukasz", "gwen.parry@westshire.example")


def said(password: str, own: tuple[str, ...] = OWN) -> str:
    """What is wrong with it; empty where nothing is."""
    try:
        must_be_good(password, own)
    except BadAnswers as bad:
        return bad.problems["password"]
    return ""


@pytest.mark.parametrize(
    "password",
    ["123456789012", "password1234", "qwertyuiop12", "letmeinletmein", "x" * LONGEST_PASSWORD, "Passw0rd!2026"],
)
def test_what_is_tried_first_is_nobodys_password(password: str) -> None:
    assert said(password) == TRIED_FIRST


@pytest.mark.parametrize(
    "password",
    [
        *("Gwen Parry 1", "gwenparry2026", "gwen.parry@westshire.example", "GwenParryGwenParry", "parry-łukasz!"),
        *("Throughline1", "throughlinethroughline", "PARRY_ŁUKASZ!!!", "westshire1234567"),
    ],
)
def test_ones_own_name_and_address_and_that_of_the_product_are_none(password: str) -> None:
    assert said(password) == OF_ONES_OWN
    if "hroughline" not in password:
        assert said(password, ()) != OF_ONES_OWN  # nobody else is kept from it for that


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "tulip kettle river",
        "Gwen likes a tulip kettle river",
        "Zq7#vN2$kL9x",
        "ばら色のやかんと長い川の石",
    ],
)
def test_what_is_long_and_not_common_will_do(password: str) -> None:
    assert said(password) == ""


@pytest.mark.parametrize("password", ["", "short", "Zq7#vN2$kL9", "y" * (LONGEST_PASSWORD + 1)])
def test_it_has_a_length(password: str) -> None:
    assert said(password) == f"The password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
