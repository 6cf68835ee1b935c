"""The shipped bundle with a decision table in it: what the referral leads to is decided by its rows."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from tests.organisations import shipped

DRAWING, TABLE = "processes/referral/referral.bpmn", "processes/referral/safe_response.dmn"
INPUTS = ("decide_response.response", "start.immediate_danger")
ROWS = (
    ('"early_help", "no_further_action"', '"yes"', '"strategy_discussion"'),
    ('"immediate_protection"', "-", '"immediate_protection"'),
    ('"strategy_discussion"', "-", '"strategy_discussion"'),
    ('"early_help"', "-", '"early_help"'),
    ('"no_further_action"', "-", '"no_further_action"'),
    ("-", "-", '"assessment"'),
)
DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="definitions_1" name="{name}" '
    'namespace="https://throughline.example/tests">\n'
    '  <decision id="decision_1" name="{name}">\n'
    '    <decisionTable id="table_1" hitPolicy="{policy}">\n'
)
_SHAPE = (
    '      <bpmndi:BPMNShape id="check_response_di" bpmnElement="check_response">\n'
    '        <dc:Bounds x="455" y="655" width="110" height="80" />\n      </bpmndi:BPMNShape>\n'
)
_EDGE = (
    '      <bpmndi:BPMNEdge id="check_response_to_which_response_di" bpmnElement="check_response_to_which_response">\n'
    '        <di:waypoint x="565" y="695" />\n        <di:waypoint x="705" y="695" />\n      </bpmndi:BPMNEdge>\n'
)
_TASK = (
    '    <bpmn:businessRuleTask id="check_response" name="Which way is safe?">\n'
    "      <bpmn:extensionElements>\n        <spiffworkflow:properties>\n"
    '          <spiffworkflow:property name="table" value="safe_response" />\n'
    "        </spiffworkflow:properties>\n      </bpmn:extensionElements>\n"
    "    </bpmn:businessRuleTask>\n"
    '    <bpmn:sequenceFlow id="check_response_to_which_response" sourceRef="check_response" '
    'targetRef="which_response" />\n'
)


def dmn(
    rows: Sequence[Sequence[str]] = ROWS,
    *,
    inputs: Sequence[str] = INPUTS,
    output: str = "way",
    policy: str = "FIRST",
    name: str = "The safe response",
    types: Mapping[str, str] | None = None,
) -> str:
    """A file with one table; the last cell of a row is its result. `types` by input, or by the output."""
    typed = {one: f' typeRef="{kind}"' for one, kind in (types or {}).items()}
    lines = [DMN.format(name=name, policy=policy)]
    for number, path in enumerate(inputs, 1):
        expression = f'<inputExpression id="expression_{number}"{typed.get(path, "")}><text>{path}</text>'
        lines.append(f'      <input id="input_{number}">{expression}</inputExpression></input>\n')
    lines.append(f'      <output id="output_1" name="{output}"{typed.get(output, "")} />\n')
    for number, row in enumerate(rows, 1):
        lines.append(f'      <rule id="row_{number}">\n')
        kinds = [*["input"] * len(inputs), *["output"] * (len(row) - len(inputs))]
        for column, (kind, cell) in enumerate(zip(kinds, row, strict=True), 1):
            entry = f'{kind}Entry id="cell_{number}_{column}"'
            lines.append(f"        <{entry}><text>{escape(cell)}</text></{kind}Entry>\n")
        lines.append("      </rule>\n")
    return "".join([*lines, "    </decisionTable>\n  </decision>\n</definitions>\n"])


def deciding(table: str | None = None, *changes: tuple[str, str]) -> dict[str, bytes]:
    """The shipped bundle with the table; `changes` are of the drawing, each of a text that stands there."""
    flow = 'id="decided_to_which_response" sourceRef="decided" targetRef="which_response"'
    drawn = (
        (flow, 'id="decided_to_check_response" sourceRef="decided" targetRef="check_response"'),
        ("decided_to_which_response", "decided_to_check_response"),
        ("<bpmn:incoming>decided_to_check_response</bpmn:incoming>\n", ""),
        ('    <bpmn:exclusiveGateway id="which_response"', f'{_TASK}    <bpmn:exclusiveGateway id="which_response"'),
        ('      <bpmndi:BPMNShape id="which_response_di"', f'{_SHAPE}      <bpmndi:BPMNShape id="which_response_di"'),
        ('      <bpmndi:BPMNEdge id="start_to_begin_di"', f'{_EDGE}      <bpmndi:BPMNEdge id="start_to_begin_di"'),
        ("decide_response.response ==", "check_response.way =="),
        (
            "<bpmn:flowNodeRef>which_response<",
            "<bpmn:flowNodeRef>check_response</bpmn:flowNodeRef>\n        <bpmn:flowNodeRef>which_response<",
        ),
    )
    text = shipped()[DRAWING].decode()
    for old, new in (*drawn, *changes):
        assert old in text, f"{old} does not stand in the drawing"
        text = text.replace(old, new)
    return {**shipped(), DRAWING: text.encode(), TABLE: (table or dmn()).encode()}
