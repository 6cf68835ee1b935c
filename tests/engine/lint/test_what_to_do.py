"""What the linter tells those who know another editor: what to write instead, in the words of the sentence."""

import pytest

from tests.engine.lint.planted import Fault
from tests.engine.lint.planted_in_flows import CONDITIONAL
from tests.engine.lint.small_bundle import TIMESCALES, VISIT, small_bundle
from tests.engine.lint.small_drawing import flow
from tests.engine.lint.test_lint import found_in

SEE_CHILD = "forms/visit/see_child.json"
CONTRIBUTE = "forms/visit/contribute.json"
CONDITION = "see_child.child_seen == &quot;no&quot;"
DEFAULT = flow("seen", "finished", "Yes")
ONE_WAY = "This decides and only one way is left: draw the other, or take the decision out."
EQUAL = "Write == where both are to be equal."
QUOTED = 'Put texts in straight quotation marks: "yes".'
BARE = 'A text stands in quotation marks: "no".'
DURATION = "Durations stand under Time limits (timescales.csv): write the name of the clock here."
MOMENT = "No date stands in a drawing: timescales.csv says from what a clock counts. Write its name here."


def said(path: str, old: str, new: str, rule: str) -> list[str]:
    return [one.message for one in found_in(Fault(rule, path, old, new).plant(small_bundle())) if one.rule == rule]


@pytest.mark.parametrize(("gone", "rule"), [(DEFAULT, "misplaced-condition"), (CONDITIONAL, "gateway-default")])
def test_a_gateway_of_which_one_way_was_deleted_is_not_said_to_be_mended_by_its_condition(gone: str, rule: str) -> None:
    """To take the condition out would mean that everything is taken for the answer that is left."""
    assert said(VISIT, gone, "", rule) == [ONE_WAY]


@pytest.mark.parametrize(
    ("source", "rule", "instead"),
    [
        ("see_child.child_seen = &quot;no&quot;", "bad-expression", EQUAL),
        ("= see_child.child_seen", "bad-expression", "Leave out the = before the expression."),
        ("${see_child.child_seen}", "bad-expression", "Write the expression by itself, without ${ and }."),
        ("see_child.child_seen == “no”", "bad-expression", QUOTED),
        (f"{CONDITION} &amp;&amp; case.unborn", "bad-expression", "Write and where both are to hold."),
        (f"{CONDITION} || start.urgent == &quot;no&quot;", "bad-expression", "Write or where one of them is to hold."),
        ("!(start.urgent == &quot;no&quot;)", "bad-expression", "Write not before what is not to hold."),
        ("see_child.child_seen == no", "unknown-name", BARE),
    ],
)
def test_what_another_language_writes_is_told_how_it_is_written_here(source: str, rule: str, instead: str) -> None:
    (message,) = said(VISIT, CONDITION, source, rule)
    assert message.endswith(instead)


@pytest.mark.parametrize(
    ("path", "old", "new", "rule"),
    [
        (TIMESCALES, '""yes""', "no", "unknown-name"),
        (SEE_CHILD, 'child_seen == \\"yes\\"', "child_seen == no", "unknown-name"),
        (CONTRIBUTE, '"title": "What?"', '"title": "What?", "x-when": "start.urgent == no"', "unknown-fact"),
    ],
)
def test_a_bare_text_is_seen_wherever_an_expression_stands(path: str, old: str, new: str, rule: str) -> None:
    (message,) = said(path, old, new, rule)
    assert message.endswith(BARE)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("PT45D", DURATION),
        ("R3/PT10H", DURATION),
        ("10 days", DURATION),
        ("2013-09-02", MOMENT),
        ("visit_limits", "Did you mean visit_limit?"),
    ],
)
def test_a_duration_in_a_drawing_is_sent_to_the_time_limits(written: str, instead: str) -> None:
    (message,) = said(VISIT, ">visit_limit<", f">{written}<", "unknown-clock")
    assert message.endswith(instead)
