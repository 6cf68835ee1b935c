"""What is other than in the bundle in force, and may be a slip."""

import re
from functools import cache

import pytest

from engine.base.errors import BadModel, Problem
from engine.lint.between_bundles import must_fit
from engine.lint.doubts_between import doubts_between, left_open
from engine.process.bundle import Model, read_bundle
from tests.builders import shipped
from tests.engine.lint.planted import Fault
from tests.engine.lint.planted_between import BETWEEN_FAULTS, NOT_BY, SEE_CHILD, UNSURE
from tests.engine.lint.small_bundle import VISIT, encoded, small_bundle
from tests.second import second
from webapp.cli.models import lines_of

ASSESSMENT = "processes/assessment/assessment.bpmn"
CONDITION = "see_child.child_seen == &quot;no&quot;"


@cache
def in_force() -> Model:
    return read_bundle(encoded(small_bundle()))


def found_between(bundle: dict[str, str]) -> list[Problem]:
    new = read_bundle(encoded(bundle))
    found = list[Problem](doubts_between(in_force(), new))
    try:
        must_fit(in_force(), in_force().drawings.keys(), new)
    except BadModel as error:
        found += error.problems
    return found


@pytest.mark.parametrize("fault", BETWEEN_FAULTS, ids=lambda fault: f"{fault.rule}-{fault.new[:40]}")
def test_a_planted_change_is_found(fault: Fault) -> None:
    found = found_between(fault.plant(small_bundle()))
    assert [(one.rule, one.element) for one in found if one.rule == fault.rule] == [(fault.rule, fault.element)]
    assert {one.level for one in found} == {"fault" if fault.rule == "between-bundles" else "doubt"}


def test_between_the_same_there_is_no_doubt() -> None:
    assert found_between(small_bundle()) == []


@pytest.mark.parametrize(
    "condition",
    [
        f"{CONDITION} or see_child.child_seen == &quot;unsure&quot;",
        "see_child.child_seen != &quot;yes&quot; and start.urgent == &quot;no&quot;",
    ],
)
def test_a_new_answer_that_a_condition_takes_is_not_doubted(condition: str) -> None:
    """Also where it is not named, and where it depends on what else was answered."""
    bundle = small_bundle()
    bundle[SEE_CHILD] = bundle[SEE_CHILD].replace('"const": "no"', UNSURE, 1)
    bundle[VISIT] = bundle[VISIT].replace(CONDITION, condition)
    assert found_between(bundle) == []


def test_a_gateway_that_takes_all_ways_now_is_doubted() -> None:
    """As an editor makes of one that decides, with its conditions gone."""
    text = small_bundle()[VISIT].replace(' default="seen_to_finished"', "")
    text = re.sub(r"<bpmn:conditionExpression.*?</bpmn:conditionExpression>", "", text, flags=re.DOTALL)
    made = read_bundle(encoded({**small_bundle(), VISIT: text.replace("exclusiveGateway", "parallelGateway")}))
    (found,) = doubts_between(in_force(), made)
    assert (found.rule, found.element) == ("other-way", "seen")
    assert found.message.startswith("Now it takes all ways at once, whatever was answered; in the models in force one")


def test_what_is_called_otherwise_is_held_against_what_it_was() -> None:
    bundle = small_bundle()
    renamed = {
        path.replace("see_child", "visit_child"): text.replace("see_child", "visit_child")
        for path, text in bundle.items()
    }
    renamed["processes/renames.toml"] = '[task]\n"visit.see_child" = "visit_child"\n'
    assert found_between(renamed) == []
    turned = renamed[VISIT].replace(
        CONDITION.replace("see_child", "visit_child"), "visit_child.child_seen == &quot;yes&quot;"
    )
    renamed[VISIT] = turned.replace(NOT_BY, 'name="also" value="team_manager"')
    found = {(one.rule, one.element) for one in found_between(renamed)}
    assert found == {("other-role", "visit_child"), ("not-by-gone", "visit_child"), ("other-way", "seen")}


def test_work_of_the_shipped_assessment_that_nothing_withdraws_any_more_is_doubted() -> None:
    """What goes on whatever becomes of the rest, such as a criminal investigation, is in force as it is."""
    text = shipped()[ASSESSMENT].decode()
    event = re.compile(r'<bpmn:boundaryEvent id="see_child_withdrawn".*?</bpmn:boundaryEvent>', re.DOTALL)
    flow = re.compile(r'<bpmn:sequenceFlow id="see_child_withdrawn_to[^>]*/>')
    without, taken = event.subn("", flow.sub("", text))
    assert taken == 1
    old, new = read_bundle(shipped()), read_bundle({**shipped(), ASSESSMENT: without.encode()})
    assert [(one.rule, one.element) for one in doubts_between(old, new)] == [("stays-open", "see_child")]
    enquiry = left_open(old.drawings["section_47_enquiry"])
    assert ("investigate_crime", "outcome_authorised") in enquiry


def test_of_a_process_that_is_gone_all_duties_have_one_cause() -> None:
    found = doubts_between(read_bundle(shipped()), read_bundle(second()))
    assert {one.rule for one in found} == {"duty-gone"}
    named = {one.removesuffix(".bpmn").rpartition("/")[2] for one in shipped() if one.endswith(".bpmn")}
    assert {one.cause.removeprefix("no process ") for one in found} <= named
    assert len(list(lines_of(found))) <= 2 * len(named)
