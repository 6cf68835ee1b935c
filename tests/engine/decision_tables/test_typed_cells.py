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
    "typed",
    ["", "-", '"yes"', "5", "[1..5]", "> 3", "true", "True", "yes or no", "not(yes)", "null", "“yes”", "a.b", "a = b"],
)
def test_whatever_else_is_typed_stays(typed: str) -> None:
    assert with_marks(typed) == typed
