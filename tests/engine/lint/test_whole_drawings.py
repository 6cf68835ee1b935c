"""Drawings as a whole: the largest that is allowed, and a shipped one with a loop that takes all ways."""

import re

from engine.facts.models import files_under
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from tests.builders import ROOT
from tests.engine.lint.small_bundle import LETTER, VISIT, small_bundle
from tests.engine.lint.small_drawing import chain, event, task
from tests.engine.lint.test_lint import found_in, with_letter


def test_a_gateway_that_takes_all_ways_and_leads_back_is_refused_in_a_shipped_drawing() -> None:
    """A manager's question made into a gateway that takes both ways: no assessment could start any more."""
    files = dict(files_under(ROOT))
    path = "processes/assessment/assessment.bpmn"
    text = files[path].decode()
    asked = '<bpmn:exclusiveGateway id="harm_suspected" name="Significant harm suspected?"'
    before, _, after = text.partition(asked)
    _, _, inside = after.partition(">")
    inside = inside.replace("</bpmn:exclusiveGateway>", "</bpmn:parallelGateway>", 1)
    condition = re.compile(
        r'(<bpmn:sequenceFlow[^>]*sourceRef="harm_suspected"[^>]*>)\s*<bpmn:conditionExpression.*?</bpmn:conditionExpression>',
        re.DOTALL,
    )
    planted = condition.sub(r"\1", f'{before}<bpmn:parallelGateway id="harm_suspected" name="All at once">{inside}')
    found = lint(files | {path: planted.encode()}, known_checks=KNOWN_CHECKS)
    assert ("parallel-loop", "harm_suspected") in {(finding.rule, finding.element) for finding in found}


def test_the_largest_drawing_that_is_allowed_is_read_at_once() -> None:
    """A chain drawn from its end to its start is the slowest to follow."""
    names = [f"task_{number}" for number in range(390)]
    shapes = [task(name, "Task") for name in reversed(names)] + ['<bpmn:endEvent id="ended" name="End" />']
    shapes += [event("startEvent", "begin", name="Letter required", message="letter_required")]
    shapes.append(chain("begin", *names, "ended"))
    assert {finding.rule for finding in found_in(with_letter("".join(shapes), names))} == {"task-without-form"}


def test_a_duty_on_a_shape_is_sent_to_the_form() -> None:
    bundle = small_bundle()
    bundle[VISIT] = bundle[VISIT].replace('name="also" value="team_manager"', 'name="duty" value="D-01"', 1)
    (finding,) = found_in(bundle)
    assert (finding.rule, finding.element) == ("unknown-property", "plan_visit")
    assert "Nothing reads it: the form says which duties it is about (`x-duty`)" in finding.message


def test_a_lane_may_be_called_otherwise_than_its_role() -> None:
    bundle = small_bundle()
    bundle[LETTER] = bundle[LETTER].replace('name="Team manager"', 'name="Practice manager"')
    assert found_in(bundle) == ()
