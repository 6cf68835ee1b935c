"""Faults of decision tables, each by itself, in the small bundle with a table that decides how fast a visit is made."""

from tests.deciding import dmn
from tests.engine.lint.planted import Fault
from tests.engine.lint.small_bundle import VISIT, small_bundle
from tests.engine.lint.small_drawing import chain, properties

SPEED = "processes/visit/speed.dmn"
INPUTS = ("start.urgent", "case.unborn")
ROWS = (('"yes"', "-", '"fast"'), ('"no"', "true", '"fast"'), ('"no"', "false", '"slow"'))
RULE_TASK = f'<bpmn:businessRuleTask id="speed" name="How fast?">{properties(table="speed")}</bpmn:businessRuleTask>'
SHAPE = '<bpmndi:BPMNShape id="speed_di" bpmnElement="speed"><dc:Bounds x="0" y="0" width="0" height="0" />'
PLAN_SHAPE = '<bpmndi:BPMNShape id="plan_visit_di"'
EDGE = '<bpmndi:BPMNEdge id="begin_to_plan_visit_di" bpmnElement="begin_to_plan_visit">'
CONDITION = "see_child.child_seen == &quot;no&quot;"
READING = "speed.speed == &quot;fast&quot; and " + CONDITION


def table(rows: tuple[tuple[str, ...], ...] = ROWS, policy: str = "UNIQUE") -> str:
    return dmn(rows, inputs=INPUTS, output="speed", policy=policy, name="How fast")


def deciding_bundle(rows: tuple[tuple[str, ...], ...] = ROWS, policy: str = "UNIQUE") -> dict[str, str]:
    """Sound: the visit begins with the table, and a condition reads what it decided."""
    bundle = small_bundle()
    second = EDGE.replace("begin_to_plan_visit", "speed_to_plan_visit")
    points = '<di:waypoint x="0" y="0" /><di:waypoint x="9" y="9" /></bpmndi:BPMNEdge>'
    drawn = (
        (chain("begin", "plan_visit"), f"{RULE_TASK}{chain('begin', 'speed', 'plan_visit')}"),
        (PLAN_SHAPE, f"{SHAPE}</bpmndi:BPMNShape>{PLAN_SHAPE}"),
        (EDGE, f"{second}{points}{EDGE.replace('plan_visit', 'speed')}"),
        (CONDITION, READING),
    )
    for old, new in drawn:
        assert old in bundle[VISIT], old
        bundle[VISIT] = bundle[VISIT].replace(old, new, 1)
    return bundle | {SPEED: table(rows, policy)}


def _rows(rule: str, *rows: tuple[str, str, str], policy: str = "UNIQUE", element: str = "") -> Fault:
    return Fault(rule, SPEED, "", table(rows, policy), element)


LANGUAGE = [
    Fault("table-language", SPEED, 'hitPolicy="UNIQUE"', 'hitPolicy="COLLECT"', "table_1"),
    Fault("table-language", SPEED, 'hitPolicy="UNIQUE"', 'hitPolicy="UNIQUE" aggregation="SUM"', "table_1"),
    Fault("table-language", SPEED, "DMN/20191111/MODEL", "DMN/20151101/dmn.xsd", ""),
    Fault("table-language", SPEED, "", "<definitions/>", ""),
    Fault("table-language", SPEED, 'name="speed" />', 'name="Speed of it" />', "output_1"),
    Fault("table-language", SPEED, 'name="speed" />', 'name="typename" />', "output_1"),
    Fault("table-language", SPEED, 'name="speed" />', 'name="speed" typeRef="context" />', "output_1"),
    Fault("table-language", SPEED, "<output ", '<output id="o" name="more" /><output ', "table_1"),
    Fault("table-language", SPEED, "<text>start.urgent<", "<text>count(start.urgent)<", "input_1"),
    Fault("table-language", SPEED, 'id="cell_1_1"', 'id="cell_1_1" expressionLanguage="python"', "cell_1_1"),
    Fault("table-language", SPEED, '<text>"yes"</text>', "", "cell_1_1"),
    Fault("table-language", SPEED, '<inputEntry id="cell_1_1"><text>"yes"</text></inputEntry>', "", "row_1"),
    Fault("table-language", SPEED, 'id="decision_1" name="How fast"', 'id="decision_1"', "decision_1"),
    Fault("table-language", SPEED, "<decisionTable", "<literalExpression /><decisionTable", "decision_1"),
    Fault("table-language", SPEED, "</decision>", '</decision><decision id="decision_2" />', ""),
    Fault("table-language", SPEED, "<rule ", '<rule id="r"><defaultOutputEntry /></rule><rule ', "r"),
    Fault("table-language", SPEED, "</input>", '<inputValues><text>"yes"</text></inputValues></input>', ""),
    Fault("unreadable-file", SPEED, "<definitions", "<!DOCTYPE d [<!ENTITY e SYSTEM 'x'>]><definitions", ""),
    Fault("misplaced-file", "processes/visit/Speed.dmn", "", table(), ""),
]
CELLS = [
    Fault("bad-cell", SPEED, '<text>"yes"<', f"<text>{cell}<", "cell_1_1")
    for cell in ("“yes”", "yes", '"yes" or "no"', "= 1", "1..5", "[1..5", "__import__(1)", "null", '"yes", 5', "True")
] + [
    Fault("bad-cell", SPEED, '<text>"fast"<', "<text>-<", "cell_1_3"),
    Fault("bad-cell", SPEED, '<text>"fast"<', '<text>"fast", "slow"<', "cell_1_3"),
    _rows("bad-cell", ('"yes"', "-", '"fast"'), ("5", "-", '"slow"'), element="row_2"),
]
READ = [
    Fault("unknown-name", SPEED, "<text>start.urgent<", "<text>start.urgnt<", "input_1"),
    Fault("unknown-name", SPEED, "<text>start.urgent<", "<text>begn.urgent<", "input_1"),
    Fault("unknown-name", SPEED, "<text>case.unborn<", "<text>case.unbron<", "input_2"),
    Fault("unknown-name", VISIT, "speed.speed", "speed.sped", "seen_to_see_child"),
    Fault("unknown-value", VISIT, "speed.speed == &quot;fast&quot;", "speed.speed == &quot;fats&quot;", ""),
    _rows("unknown-value", ('"yes"', "-", '"fast"'), ('not("yes", "maybe")', "-", '"slow"'), element="row_2"),
    Fault("maybe-missing", SPEED, "<text>start.urgent<", "<text>see_child.child_seen<", ""),
    Fault("maybe-missing", SPEED, "<text>start.urgent<", "<text>speed.speed<", ""),
    Fault("wrong-kind", SPEED, "<text>start.urgent<", "<text>plan_visit.contributors<", "input_1"),
    Fault("wrong-kind", SPEED, "<text>start.urgent<", "<text>case.unborn<", "input_1"),
    _rows("wrong-kind", ("1", "-", '"fast"'), ("not(1)", "-", '"slow"'), element="input_1"),
    _rows("wrong-kind", ('"yes"', "-", '"fast"'), ('"no"', "-", "5"), element="output_1"),
    Fault("wrong-kind", SPEED, 'name="speed" />', 'name="speed" typeRef="number" />', "output_1"),
    Fault("wrong-kind", SPEED, 'id="expression_1"', 'id="expression_1" typeRef="boolean"', "input_1"),
    Fault("wrong-kind", VISIT, "speed.speed == &quot;fast&quot;", "speed.speed == 1", "seen_to_see_child"),
    Fault("unread-result", VISIT, READING, CONDITION, "speed"),
]
TOGETHER = [
    _rows("table-incomplete", ('"yes"', "-", '"fast"'), ('"no"', "true", '"fast"'), element="row_2"),
    _rows("table-incomplete", ('"yes"', "-", '"fast"'), ('"no"', "true", '"slow"'), policy="FIRST", element="row_2"),
    _rows("table-overlap", *ROWS, ('"yes"', "true", '"slow"'), element="row_4"),
    _rows("dead-row", *ROWS, ('not("yes", "no")', "-", '"slow"'), element="row_4"),
    _rows("dead-row", *ROWS, ("-", "-", '"slow"'), policy="FIRST", element="row_4"),
    Fault("rule-task", VISIT, properties(table="speed"), "", "speed"),
    Fault("rule-task", VISIT, 'name="table" value="speed"', 'name="table" value="sped"', "speed"),
    Fault("unused-table", "processes/visit/other.dmn", "", table(), ""),
    Fault("unused-table", "processes/nowhere/speed.dmn", "", table(), ""),
    Fault("unknown-property", VISIT, 'name="table"', 'name="tabel"', "speed"),
    Fault("missing-name", VISIT, 'id="speed" name="How fast?"', 'id="speed"', "speed"),
]
TABLE_FAULTS = (*LANGUAGE, *CELLS, *READ, *TOGETHER)
