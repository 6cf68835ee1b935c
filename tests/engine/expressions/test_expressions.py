"""The language of conditions: what it computes, what it says when it cannot, and what it reads."""

from collections.abc import Mapping
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expressions.evaluation import BadExpression, check, evaluate, names_read

DATA: Mapping[str, object] = {
    "decide_response": {"response": "assessment", "given": ["police", "health"], "none": None},
    "start": {"urgent": "no", "count_of": 3, "half": 0.5},
    "case": {"unborn": False},
    "number": 1,
    "key": "response",
}

AGENCIES = frozenset({"police", "health"})


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('decide_response.response == "assessment"', True),
        ("decide_response.response != 'assessment'", False),
        ('decide_response["response"] in ["assessment", "early_help"]', True),
        ("decide_response[key]", "assessment"),
        ("decide_response.given[0]", "police"),
        ("decide_response.given[number]", "health"),
        ('"police" in decide_response.given and not case.unborn', True),
        ('"housing" not in decide_response.given', True),
        ("decide_response.none is None", True),
        ("start.urgent is not None", True),
        ("count(decide_response.given)", 2),
        ("count([]) == 0", True),
        ('agencies_of(["police", "social_worker", 1, {}])', ["police"]),
        ('added([["police", "health"], ["health"]])', ["police"]),
        ('every([{"told": "yes"}, {"told": "yes"}], "told", "yes")', True),
        ('every([{"told": "yes"}, {"told": "withheld"}], "told", "yes")', False),
        ('every([{"told": "yes"}, {"name": "Ada"}, "yes"], "told", "yes")', False),
        ('every([], "told", "yes")', False),
        ("has(decide_response.response)", True),
        ("has(decide_response.other)", False),
        ("has(nothing.at.all) and nothing.at.all", False),
        ("start.count_of * 2 + 1 - 3 % 2 // 1", 6),
        ("start.count_of / 2", 1.5),
        ("-start.count_of < 0 <= start.half < 1", True),
        ('"b" > "a"', True),
        ('"sess" in decide_response.response', True),
        ('"response" in decide_response', True),
        ('"yes" if case.unborn else "no"', "no"),
        ("case.unborn or start.count_of", 3),
        ('{"a": [1, None, True]}', {"a": [1, None, True]}),
        ("  start.urgent\n  ==\n  'no'  ", True),
        ("(((1)))", 1),
        ("999999999999 + 1", 1_000_000_000_000),
        ("-999999999999 - 1", -1_000_000_000_000),
    ],
)
def test_what_it_computes(source: str, value: object) -> None:
    assert evaluate(source, DATA, AGENCIES) == value


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nobody.answer", "There is no nobody."),
        ("decide_response.answer", "There is no decide_response.answer."),
        ("decide_response.given[7]", "There is no decide_response.given[7]."),
        ("decide_response.given[case.unborn]", "There is no decide_response.given[case.unborn]."),
        ("decide_response.response.upper", "There is no decide_response.response.upper."),
        ("start.urgent + 1", "Arithmetic takes numbers, not a text."),
        ("case.unborn + 1", "Arithmetic takes numbers, not true or false."),
        ("decide_response.given * 3", "Arithmetic takes numbers, not a list."),
        ("decide_response.none < 3", "Arithmetic takes numbers, not nothing."),
        ("1 / 0", "A number is divided by zero."),
        ("999999999999 * 999999999999", "A number is larger than"),
        ("1000000000000 + 1", "A number is larger than"),
        ("-1000000000000 - 1", "A number is larger than"),
        ("count(start.urgent)", "count(...) counts a list, not a text."),
        ('every(start.urgent, "told", "yes")', "every(...) looks in a list, not in a text."),
        ("added([1, []])", "added(...) takes a list of two lists: the new one and the old one."),
        ('"a" in 3', "`in` looks in a list"),
        ("1 in start", "`in` looks in a list"),
    ],
)
def test_what_it_says_when_the_data_do_not_answer(source: str, said: str) -> None:
    check(source)
    with pytest.raises(BadExpression) as refused:
        evaluate(source, DATA, AGENCIES)
    assert str(refused.value).startswith(said)


def test_it_reads_plain_data_only() -> None:
    class Sly:
        def __eq__(self, other: object) -> bool:
            raise AssertionError("ran")

        __hash__ = None  # type: ignore[assignment]

    for source in ('thing == "x"', 'holder.thing == "x"', "holder.things[0] == 1"):
        with pytest.raises(BadExpression, match="is not plain data"):
            evaluate(source, {"thing": Sly(), "holder": {"thing": Sly(), "things": [Sly()]}}, AGENCIES)


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ("decide_response.response == start.urgent", {"decide_response.response", "start.urgent"}),
        ('a["b"].c or a[d.e] or a[0].f', {"a.b.c", "a", "d.e"}),
        ("count(plan.helpers) if has(plan.helpers) else 0", {"plan.helpers"}),
        ('{"a": b.c}', {"b.c"}),
        ("1 == 2", set[str]()),
    ],
)
def test_which_names_it_reads(source: str, paths: set[str]) -> None:
    assert names_read(source) == paths


def test_the_data_stay_as_they_are() -> None:
    before = repr(DATA)
    evaluate("decide_response.given == ['x'] or {'a': decide_response.given}", DATA, AGENCIES)
    assert repr(DATA) == before


NUMBERS = st.one_of(st.integers(0, 50).map(str), st.sampled_from(["a", "b.c", "(1.5)"]))
ARITHMETIC = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} < 3 else {parts[2]})"),
    ),
    max_leaves=6,
)
TRUTHS = st.recursive(
    st.tuples(ARITHMETIC, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), ARITHMETIC).map(" ".join),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda one: f"(not ({one}))"),
    ),
    max_leaves=4,
)


MEMBERS = SimpleNamespace(c=7)  # Python's own evaluation reads `b.c` as an attribute


@given(TRUTHS)
def test_it_agrees_with_python_where_both_compute(source: str) -> None:
    try:
        ours = evaluate(source, {"a": 4, "b": {"c": 7}}, AGENCIES)
    except BadExpression as refused:
        assert any(word in str(refused) for word in ("zero", "larger", "nested", "parts"))  # noqa: PT017
        return
    assert ours == eval(source, {"__builtins__": {}}, {"a": 4, "b": MEMBERS})  # noqa: S307
