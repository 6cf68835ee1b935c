"""Kinds of values: an expression in which the linter finds nothing wrong never stops over what may be answered."""

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.expressions.evaluation import BadExpression, check, evaluate
from engine.expressions.syntax import MOST_TOKENS
from engine.lint.kinds import LIST, NUMBER, TEXT, TRUTH, UNKNOWN, Kinds, kind_faults, kinds_given

ANSWERS: Mapping[str, tuple[str, list[object]]] = {
    "ask.urgent": (TEXT, ["yes", "no"]),
    "ask.contributors": (LIST, [[], ["police"], ["police", "health"]]),
    "ask.others": (LIST, [[], ["health"]]),
    "case.unborn": (TRUTH, [True, False]),
    "ask.number": (NUMBER, [0, 3]),
}
OF_PYTHON: Mapping[str, type | tuple[type, ...]] = {TEXT: str, LIST: list, TRUTH: bool, NUMBER: (int, float)}


def kinds_of(path: str) -> Kinds:
    return frozenset({ANSWERS[path][0]}) if path in ANSWERS else UNKNOWN


LEAVES = st.sampled_from([*ANSWERS, '"yes"', '"police"', "0", "2", "True", "None", "[]", '["police", "health"]'])


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = ("==", "!=", "<", "<=", ">", ">=", "in", "not in", "+", "-", "*", "/", "//", "%", "and", "or")
    functions = ("count", "agencies_of", "added", "not ", "-")
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(operators), inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("{}({})".format, st.sampled_from(functions), inner),
        st.builds("added([{}, {}])".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{}[{}]".format, st.sampled_from(["ask.contributors", "[1]"]), st.sampled_from(["0", "1"])),
        st.builds("has({})".format, st.sampled_from([*ANSWERS])),
    )


EXPRESSIONS = st.recursive(LEAVES, larger, max_leaves=6)


@given(source=EXPRESSIONS, data=st.data())
def test_what_has_no_fault_has_a_value_of_its_kind(source: str, data: st.DataObject) -> None:
    assume(len(source) < MOST_TOKENS and is_readable(source))
    if [*kind_faults(source, kinds_of)]:
        return
    names: dict[str, dict[str, object]] = {"ask": {}, "case": {}}
    for path, (_, answers) in ANSWERS.items():
        owner, _, name = path.partition(".")
        names[owner][name] = data.draw(st.sampled_from(answers))
    value = evaluate(source, names, frozenset({"police"}))
    given_kinds = kinds_given(source, kinds_of)
    assert not given_kinds or any(isinstance(value, OF_PYTHON.get(kind, object)) for kind in given_kinds)


def is_readable(source: str) -> bool:
    try:
        check(source)
    except BadExpression:
        return False
    return True


@pytest.mark.parametrize(
    ("source", "wanted", "said"),
    [
        ("ask.urgent < 2", "", "ask.urgent is a text, 2 is a number: they cannot be compared."),
        ("ask.urgent == 2", "", "ask.urgent is a text, 2 is a number: they cannot be compared."),
        ("ask.contributors < 2", "", "ask.contributors is a list, not a text or a number."),
        ("ask.urgent + 1", "", "ask.urgent is a text, not a number."),
        ("1 // count(ask.contributors)", "", "count(ask.contributors) may be 0"),
        ("1 / 0", "", "0 may be 0"),
        ("count(ask.urgent)", "", "ask.urgent is a text, not a list."),
        ('"yes" in ask.urgent', "", "ask.urgent is a text, not a list."),
        ("added(ask.contributors)", "", "added(...) takes a list of two lists"),
        ("ask.contributors[0]", "", "ask.contributors[0] may not be there"),
        ("ask.urgent", TRUTH, "ask.urgent is a text, and must be true or false."),
        ("case.unborn and ask.urgent", TRUTH, "is a text or true or false, and must be true or false."),
        ("ask.contributors if case.unborn else ask.urgent", LIST, "is a list or a text, and must be a list."),
    ],
)
def test_what_does_not_go_together_is_said(source: str, wanted: str, said: str) -> None:
    (found, *_) = kind_faults(source, kinds_of, wanted)
    assert said in found


@pytest.mark.parametrize(
    "source",
    ['ask.urgent == "no"', 'not case.unborn and "police" in ask.contributors', "count(ask.contributors) > 1",
     "later.brought < 2", 'ask.urgent in ["yes"] or later.brought', "count(added([ask.contributors, ask.others])) == 0",
     "ask.urgent is None"],
)  # fmt: skip
def test_what_goes_together_and_what_is_not_known_passes(source: str) -> None:
    assert [*kind_faults(source, kinds_of, TRUTH)] == []
