"""Words that are typed without quotation marks are texts, and nothing else is taken for one."""

import pytest

from engine.decision_tables.typed_cells import with_marks


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("yes", '"yes"'),
        ("yes, no", '"yes", "no"'),
        ('"yes", no', '"yes", "no"'),
        ("early help", '"early help"'),
        ("early-help", '"early-help"'),
    ],
)
def test_words_are_texts(typed: str, meant: str) -> None:
    assert with_marks(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Yes", '"yes"'),
        ("no, not at all", '"no"'),
        ("Yes, perhaps", '"yes", "perhaps"'),
        ("this is so, never", "true, false"),
        ('"Yes"', '"Yes"'),
        ("true", "true"),
    ],
)
def test_the_words_of_a_choice_are_that_choice(typed: str, meant: str) -> None:
    chosen = {"yes": '"yes"', "no, not at all": '"no"', "this is so": "true", "never": "false"}
    assert with_marks(typed, chosen) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "-", '"yes"', "5", "[1..5]", "> 3", "true", "True", "yes or no", "not(yes)", "null", "“yes”", "a.b", "a = b"],
)
def test_whatever_else_is_typed_stays(typed: str) -> None:
    assert with_marks(typed) == typed
