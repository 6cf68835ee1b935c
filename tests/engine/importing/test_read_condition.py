"""Conditions of FEEL, Camunda and Python in our language: read as they are meant, or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expressions.evaluation import evaluate
from engine.importing.read_condition import AskedFor, read_condition

ASKED = {
    "place": AskedFor("ask.place", {"Free": "free"}),
    "wanted": AskedFor("ask.wanted"),
    "order.size": AskedFor("ask.size"),
}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('=place = "Free"', 'ask.place == "free"'),
        ("${place == 'Free'}", 'ask.place == "free"'),
        ("#{place eq 'Full'}", 'ask.place == "Full"'),
        ('"Free" == place', 'ask.place == "free"'),
        ("place != 'Free'", 'ask.place != "free"'),
        ("${wanted}", 'ask.wanted == "yes"'),
        ("${!wanted}", 'not (ask.wanted == "yes")'),
        ("=wanted = true", 'ask.wanted == "yes"'),
        ("=wanted != false", 'ask.wanted != "no"'),
        ("wanted == True", 'ask.wanted == "yes"'),
        ("=not(wanted)", 'not (ask.wanted == "yes")'),
        ("${order.size > 3 && wanted}", 'ask.size > 3 and ask.wanted == "yes"'),
        ("3 lt order.size", "ask.size > 3"),
        ("${(wanted || place == 'Free') and order.size <= 2.5}",
         '(ask.wanted == "yes" or ask.place == "free") and ask.size <= 2.5'),
        ("=place = null", "not has(ask.place)"),
        ("place is not None", ""),
        ("${execution.getVariable('x') == 1}", ""),
        ("x.y == 'it''s'", ""),
        ("=count(list) > 2", ""),
        ("wanted == place", ""),
        ("len(cups) > 2", ""),
        ("", ""),
        ("${", ""),
        ("_hidden == 1", ""),
        ("a__b == 1", ""),
        ("(" * 30 + "wanted" + ")" * 30, ""),
        ("not " * 150 + "wanted", ""),
    ],
)  # fmt: skip
def test_a_condition(source: str, text: str) -> None:
    read = read_condition(source, ASKED)
    assert (read.text if read else "") == text


def test_what_no_form_asks_is_named() -> None:
    read = read_condition('=colour = "red" and place = "Free"', ASKED)
    assert read is not None
    assert (read.unknown, read.asked) == ({"colour"}, {"place"})


def test_what_is_ours_already_stays() -> None:
    source = 'count(decide.list) > 2 if has(decide.list) else start.first == "no"'
    read = read_condition(source, {}, ["decide", "start"])
    assert read is not None
    assert (read.text, read_condition(source, {}, ["start"])) == (source, None)


Answers = Mapping[str, object]


@dataclass(frozen=True)
class InFeel:
    """A condition as FEEL writes it, the names that it reads, and when it holds."""

    text: str
    names: frozenset[str]
    holds: Callable[[Answers], bool]


def compared(name: str, sign: str, said: str) -> InFeel:
    value = {"true": True, "false": False}.get(said, said.strip('"'))
    return InFeel(f"{name} {sign} {said}", frozenset({name}), lambda given: (given[name] == value) == (sign == "="))


def joined(word: str, one: InFeel, other: InFeel) -> InFeel:
    both = all if word == "and" else any
    text = f"({one.text}) {word} ({other.text})"
    return InFeel(text, one.names | other.names, lambda given: both([one.holds(given), other.holds(given)]))


def negated(one: InFeel) -> InFeel:
    return InFeel(f"not({one.text})", one.names, lambda given: not one.holds(given))


SIGNS = st.sampled_from(["=", "!="])
CONDITIONS = st.recursive(
    st.builds(compared, st.just("wanted"), SIGNS, st.sampled_from(["true", "false"]))
    | st.builds(compared, st.just("place"), SIGNS, st.sampled_from(['"Free"', '"Full"'])),
    lambda inner: st.builds(joined, st.sampled_from(["and", "or"]), inner, inner) | st.builds(negated, inner),
    max_leaves=6,
)


@given(CONDITIONS, st.booleans(), st.sampled_from(["Free", "Full"]))
def test_what_is_read_holds_when_the_other_tool_says_so(condition: InFeel, wanted: bool, place: str) -> None:
    read = read_condition(f"={condition.text}", ASKED)
    assert read is not None
    assert read.asked == condition.names
    ours = {"ask": {"wanted": "yes" if wanted else "no", "place": "free" if place == "Free" else place}}
    assert evaluate(read.text, ours, frozenset()) == condition.holds({"wanted": wanted, "place": place})
