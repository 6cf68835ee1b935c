"""What follows from one mistake is told as one: the first, and how many more there are."""

import re

import pytest

from tests.engine.lint.planted import Fault
from tests.engine.lint.small_bundle import DUTIES, LETTER, MESSAGES, ROLES, TIMESCALES, VISIT, small_bundle
from tests.engine.lint.test_lint import found_in
from webapp.cli.models import lines_of

SEE_CHILD = "forms/visit/see_child.json"
PLAN = "forms/visit/plan_visit.json"
FLOWS = re.findall(r'<bpmn:sequenceFlow id="(\w+)"', small_bundle()[VISIT])


@pytest.mark.parametrize(
    ("fault", "first", "more"),
    [
        (Fault("", SEE_CHILD, '"child_seen": {', '"child_met": {'), "x-duty-when.D-01", 4),
        (Fault("", SEE_CHILD, '"const": "no"', '"const": "never"'), "seen_to_see_child", 0),
        (Fault("", SEE_CHILD, '"required": [\n  "child_seen"\n ]', '"required": []'), "seen_to_see_child", 1),
        (Fault("", VISIT, ' default="seen_to_finished"', ""), "seen", 1),
        (Fault("", ROLES, "[role.team_manager]", "[role.manager]"), "team_manager", 3),
        (Fault("", TIMESCALES, "visit_limit,Visit", "visit_limits,Visit"), "reminder", 1),
        (Fault("", MESSAGES, "overtaken,somebody", "taken_over,somebody"), "too_late", 2),
        (Fault("", DUTIES, "D-01,visit,See the child,now", ""), "contributors", 1),
        (Fault("", VISIT, 'signalRef="all_done"', ""), "finished", 0),
    ],
    ids=lambda value: value.new[:30] if isinstance(value, Fault) else "",
)
def test_one_mistake_is_one_finding_with_what_follows(fault: Fault, first: str, more: int) -> None:
    found = found_in(fault.plant(small_bundle()))
    assert len({one.cause for one in found}) == 1, [str(one) for one in found]
    told, *rest = lines_of(found)
    assert f" {first}: " in told
    assert [line.split(" more of the same cause: ")[0].strip() for line in rest] == ([str(more)] if more else [])


def without(flow: str, text: str) -> str:
    left, taken = re.subn(rf'<bpmn:sequenceFlow id="{flow}".*?</bpmn:sequenceFlow>', "", text, flags=re.DOTALL)
    assert taken == 1
    return left


@pytest.mark.parametrize("flow", FLOWS)
def test_whichever_flow_is_taken_out_one_thing_is_told(flow: str) -> None:
    """Its line in the picture stays, as when a text is edited; a gateway forgets its default, as modelers do."""
    bundle = small_bundle()
    left = without(flow, bundle[VISIT]).replace(f' default="{flow}"', "")
    found = found_in({**bundle, VISIT: left})
    assert {one.cause for one in found} == {"a flow of visit is missing"}, [str(one) for one in found]


def test_two_breaks_are_not_taken_for_one() -> None:
    bundle = small_bundle()
    for path, gone in ((VISIT, "contribute_to_contributed"), (LETTER, "write_letter_to_written")):
        bundle[path] = without(gone, bundle[path])
    assert {one.cause for one in found_in(bundle)} == {"a flow of visit is missing", "a flow of letter is missing"}


def test_who_several_drawings_name_is_not_taken_for_a_slip() -> None:
    found = found_in(Fault("", ROLES, "[role.team_manager]", "[role.team_managers]").plant(small_bundle()))
    assert all("Several drawings name it" in one.message for one in found)
