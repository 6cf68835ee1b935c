"""The cells of a table: what each takes, and what is said of one that is not in the language."""

from datetime import date

import pytest

from engine.decision_tables.cells import BadCell, Value, as_value, read_cell, read_result
from engine.expressions.syntax import BadExpression

DAY = date(2013, 4, 15)


@pytest.mark.parametrize(
    ("source", "taken", "left"),
    [
        ("-", ["yes", 5, True, DAY], []),
        ("", ["yes"], []),
        ('"yes"', ["yes"], ["no", "Yes", ""]),
        ('"yes","no"', ["yes", "no"], ["other"]),
        ('not("yes", "no")', ["other"], ["yes", "no"]),
        ("5", [5, 5.0], [4, 6]),
        ("1, 2, 3", [1, 2, 3], [0, 4]),
        ("-1.5", [-1.5], [1.5]),
        ("[1..5]", [1, 3, 5], [0.9, 5.1]),
        ("(1..5]", [1.1, 5], [1]),
        ("[1..5)", [1, 4.9], [5]),
        ("]1..5[", [2], [1, 5]),
        ("not([1..3], 7)", [4, 8], [1, 3, 7]),
        ("< 5", [4.9], [5]),
        ("<=5, >9", [5, 10], [6, 9]),
        ("true", [True], [False]),
        ("not(true)", [False], [True]),
        ('date("2013-04-15")', [DAY], [date(2013, 4, 16)]),
        ('[date("2013-04-01")..date("2013-04-30")]', [DAY], [date(2013, 5, 1)]),
        ('> date("2013-04-15")', [date(2013, 4, 16)], [DAY]),
        ("[5..1]", [], [1, 3, 5]),
    ],
)
def test_a_cell_takes(source: str, taken: list[Value], left: list[Value]) -> None:
    cell = read_cell(source)
    assert [one for one in taken if not cell.takes(one)] == []
    assert [one for one in left if cell.takes(one)] == []


@pytest.mark.parametrize(
    ("source", "instead"),
    [
        ("“yes”", "straight double quotation marks"),
        ("'yes'", "straight double quotation marks"),
        ("yes", 'A text stands in quotation marks: "yes".'),
        ("= 5", "without ="),
        ('!= "yes"', 'not("yes")'),
        ('"yes" or "no"', "comma"),
        ('"yes" | "no"', "comma"),
        ('"yes" "no"', "comma"),
        ("> 1 and < 5", "[1..5]"),
        ("1..5", "[1..5]"),
        ("1-5", "[1..5]"),
        ("[1..5", "ends with a bracket"),
        ("True", "true"),
        ("null", "whether something was answered"),
        ("not", "( is missing"),
        ('not("yes"', ") is missing"),
        ('"yes",', "missing at the end"),
        ('< "yes"', "Only numbers and dates"),
        ('5, "yes"', "one input is of one kind"),
        ('[1..date("2013-04-15")]', "Both ends"),
        ('date("2013-02-30")', 'date("2013-04-15")'),
        ("9999999999999", "No number is larger"),
        ("1e9", "reads nothing else"),
        ("plan.date", "reads nothing else"),
        ("${open('/etc/passwd')}", "reads nothing else"),
        ('"a\\n"', "no backslash"),
        ('"' + "a" * 500 + '"', "longer than 500"),
        ("1," * 150 + "1", "more than 200 parts"),
    ],
)
def test_what_is_not_in_the_language_is_told_what_to_write(source: str, instead: str) -> None:
    with pytest.raises(BadCell) as refused:
        read_cell(source)
    assert instead in str(refused.value)


@pytest.mark.parametrize(
    ("source", "value"), [('"high"', "high"), ("-2", -2), ("false", False), ('date("2013-04-15")', DAY)]
)
def test_a_result_is_one_value(source: str, value: Value) -> None:
    assert read_result(source) == value


@pytest.mark.parametrize("source", ["", "-", '"a","b"', "< 5", "[1..5]", 'not("a")', "high", "1 + 1"])
def test_a_result_that_is_no_value_is_refused(source: str) -> None:
    with pytest.raises(BadCell):
        read_result(source)


def test_a_date_is_a_text_in_process_data() -> None:
    assert as_value("2013-04-15", "a date", "start.day") == DAY
    for given in ("20130415", "2013-02-30", 5, None, "soon"):
        with pytest.raises(BadExpression, match=r"start\.day is not a date"):
            as_value(given, "a date", "start.day")


@pytest.mark.parametrize(
    ("given", "kind"), [(True, "a number"), (1, "true or false"), (["a"], "a text"), (None, ""), ({}, "")]
)
def test_a_value_of_another_kind_is_never_compared(given: object, kind: str) -> None:
    with pytest.raises(BadExpression):
        as_value(given, kind, "start.x")
