"""A number that no table can hold is asked for nowhere: there is no such page, and in a form it is none."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.webapp.visitor import Visitor
from webapp.whole_numbers import whole_number

As = Callable[..., Visitor]
LONG = "9" * 5000


@pytest.mark.parametrize("text", ["", "-1", "²", "1 ", "1_0", "1" * 10, LONG])
def test_what_is_no_number_is_none(text: str) -> None:
    assert (whole_number(text, -1), whole_number("0012", -1)) == (-1, 12)


@pytest.mark.parametrize("number", ["9" * 10, "9" * 23, LONG])
def test_no_address_has_a_longer_one(app: Flask, as_a: As, number: str) -> None:
    with_numbers = [
        one for one in app.url_map.iter_rules() if "<int:number>" in one.rule and "GET" in (one.methods or ())
    ]
    assert with_numbers
    for rule in with_numbers:
        address = rule.rule.replace("<int:number>", number).replace("<case>", "none").replace("<change>", "none")
        assert as_a("process_owner").client.get(address).status_code == 404
