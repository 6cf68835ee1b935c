"""What the linter says of decision tables, and that it says nothing of sound ones."""

import pytest

from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from engine.lint.lint_problems import LintProblem
from tests.deciding import deciding, dmn
from tests.engine.lint.planted import Fault
from tests.engine.lint.planted_in_tables import ROWS, RULE_TASK, SHAPE, SPEED, TABLE_FAULTS, deciding_bundle
from tests.engine.lint.small_bundle import CHECKS, VISIT, encoded
from tests.engine.lint.small_drawing import chain


def found_in(bundle: dict[str, str]) -> tuple[LintProblem, ...]:
    return lint(encoded(bundle), known_checks=CHECKS)


def test_a_sound_table_has_no_fault() -> None:
    assert found_in(deciding_bundle()) == ()
    assert lint(deciding(), known_checks=KNOWN_CHECKS) == ()


@pytest.mark.parametrize("fault", TABLE_FAULTS, ids=lambda fault: f"{fault.rule}-{fault.old[:20]}-{fault.new[:30]}")
def test_a_planted_fault_is_found(fault: Fault) -> None:
    found = found_in(fault.plant(deciding_bundle()))
    by_rule = [finding for finding in found if finding.rule == fault.rule]
    assert by_rule, [str(finding) for finding in found]
    assert not fault.element or fault.element in {finding.element for finding in by_rule}


NOBODY = 'No row takes start.urgent = "no", case.unborn = {}. {}: a case would stop here.'
LAST = "Add one, or a last row with - in each cell that takes whatever the rows above leave"
TWICE = (
    'The rows 2 and 4 both take start.urgent = "no", case.unborn = true. Only one row may (UNIQUE): change one of '
    "them, or let the first decide (FIRST)."
)
DEAD = "Row 4 can never hold: rows above it take all that it takes. Take it out, or move it up."


@pytest.mark.parametrize(
    ("rows", "policy", "said"),
    [
        (ROWS[:2], "UNIQUE", NOBODY.format("false", "Add a row that does")),
        (ROWS[:1], "FIRST", NOBODY.format("true", LAST)),
        ((*ROWS, ('"no"', "-", '"slow"')), "UNIQUE", TWICE),
        ((*ROWS, ("-", "-", '"slow"')), "FIRST", DEAD),
    ],
)
def test_it_says_which_row_and_which_answers(rows: tuple[tuple[str, ...], ...], policy: str, said: str) -> None:
    found = found_in(deciding_bundle(rows, policy))
    assert (found[0].element, found[0].message) == (f"row_{len(rows)}", said)


def test_a_cell_that_cannot_be_read_is_told_what_to_write_instead() -> None:
    bundle = deciding_bundle()
    bundle[SPEED] = bundle[SPEED].replace('<text>"yes"<', "<text>“yes”<")
    (found,) = found_in(bundle)
    assert found.message.startswith("Row 1, “start.urgent”: “yes”: It cannot be read at")
    assert found.message.endswith('Put texts in straight double quotation marks: "yes".')
    assert "“yes”" in bundle[SPEED].splitlines()[found.line - 1]


def test_results_that_no_condition_names_are_doubted_and_one_that_the_default_takes_is_not() -> None:
    others = (ROWS[0], ROWS[1], ('"no"', "false", '"slower"'))
    assert found_in(deciding_bundle(others)) == ()
    more = (('"yes"', "true", '"slow"'), ('"yes"', "false", '"fast"'), ROWS[1], others[2])
    (found,) = found_in(deciding_bundle(more))
    assert (found.level, found.message) == (
        "doubt",
        "No condition names slow or slower, so the case goes on alike. Is that meant?",
    )


def with_second_table(rows: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """After the first table another reads what it decided, and the condition reads that."""
    bundle = deciding_bundle()
    task = RULE_TASK.replace('"speed"', '"days"')
    flow, shape, edge = 'id="speed_to_plan_visit"', '<bpmndi:BPMNShape id="speed_di"', '<bpmndi:BPMNEdge id="speed_to'
    points = '<di:waypoint x="0" y="0" /><di:waypoint x="9" y="9" /></bpmndi:BPMNEdge>'
    drawn = (
        (f'{flow} sourceRef="speed"', f'{flow} sourceRef="days"'),
        (RULE_TASK, f"{RULE_TASK}{task}{chain('speed', 'days')}"),
        (shape, f"{SHAPE.replace('speed', 'days')}</bpmndi:BPMNShape>{shape}"),
        (edge, f'<bpmndi:BPMNEdge id="speed_to_days_di" bpmnElement="speed_to_days">{points}{edge}'),
        ("speed.speed == &quot;fast&quot; and", "days.days &lt; 2 and"),
    )
    for old, new in drawn:
        assert old in bundle[VISIT], old
        bundle[VISIT] = bundle[VISIT].replace(old, new, 1)
    second = dmn(rows, inputs=("speed.speed",), output="days", policy="UNIQUE", name="How soon")
    return bundle | {"processes/visit/days.dmn": second}


def test_what_one_table_decided_another_may_read() -> None:
    """Its results are all that may come, so two rows take them."""
    assert [str(one) for one in found_in(with_second_table((('"fast"', "1"), ('"slow"', "2"))))] == []
    misspelt = found_in(with_second_table((('"fast"', "1"), ('"slwo"', "2"))))
    assert "Did you mean slow?" in misspelt[0].message
    assert {one.rule for one in found_in(with_second_table((('"fast"', "1"),)))} == {"table-incomplete"}
