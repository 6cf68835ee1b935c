"""Faults of drawings, each by itself: what may not stand there, and who does what."""

from tests.engine.lint.planted import Fault
from tests.engine.lint.small_bundle import LETTER, VISIT, choice, form
from tests.engine.lint.small_drawing import event

PLAN = "forms/visit/plan_visit.json"
DRAWN = 'bpmnElement="{}"><dc:Bounds x="0" y="{}" '
POINT = 'width="0" height="0"'
OVER_OTHERS = 'bpmnElement="seen"><dc:Bounds x="-1" y="-1" width="2" height="2"'
PICTURE_OF_ENDED = '<bpmndi:BPMNShape id="ended_di" bpmnElement="ended">'
INNER_END = '<bpmn:endEvent id="ended" name="Seen" />'
TERMINATE = '<bpmn:terminateEventDefinition id="t" />'
PROPERTY = "<spiffworkflow:property"
FOR_POLICE = f'{PROPERTY} name="for_agency" value="&quot;police&quot;" />'


def _event(definition: str) -> str:
    inner = f'<bpmn:{definition} id="odd_definition" />'
    return f'<bpmn:intermediateCatchEvent id="odd" name="Odd">{inner}</bpmn:intermediateCatchEvent>'


ELEMENTS = [
    Fault("unsupported-element", VISIT, INNER_END, f'<bpmn:{kind} id="odd" name="Odd" />', "odd")
    for kind in (
        *("task", "manualTask", "scriptTask", "serviceTask", "sendTask", "receiveTask"),
        *("subProcess", "transaction", "adHocSubProcess", "callActivity", "inclusiveGateway", "complexGateway"),
        *("dataObject", "group", "extensionElements"),
    )
]
EVENTS = [
    Fault("unsupported-element", VISIT, INNER_END, _event(definition), "odd_definition")
    for definition in (
        *("linkEventDefinition", "compensateEventDefinition", "escalationEventDefinition"),
        *("errorEventDefinition", "conditionalEventDefinition", "cancelEventDefinition", "terminateEventDefinition"),
    )
]
PLACES = [
    Fault(
        "unsupported-element",
        VISIT,
        INNER_END,
        event("endEvent", "ended", name="Seen", inner=TERMINATE, message="letter_required"),
        "ended",
    ),
    Fault(
        "unsupported-element",
        VISIT,
        '<bpmn:signalEventDefinition id="finished_signal"',
        '<bpmn:signalEventDefinition id="t" signalRef="all_done" /><bpmn:signalEventDefinition id="finished_signal"',
        "finished_signal",
    ),
    Fault(
        "unsupported-element",
        VISIT,
        '<spiffworkflow:property name="also"',
        '<spiffworkflow:property name="also" value="social_worker" /><spiffworkflow:property name="also"',
        "plan_visit",
    ),
    Fault(
        "unsupported-element",
        VISIT,
        "</bpmn:conditionExpression>",
        "</bpmn:conditionExpression><bpmn:conditionExpression>1 == 1</bpmn:conditionExpression>",
        "seen_to_see_child",
    ),
    Fault(
        "unsupported-element",
        VISIT,
        INNER_END,
        event("endEvent", "ended", name="Seen", signal="all_done"),
        "ended_signal",
    ),
    Fault(
        "unsupported-element",
        VISIT,
        "</bpmn:multiInstanceLoopCharacteristics>",
        "<bpmn:completionCondition>1</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>",
        "contribute",
    ),
    Fault(
        "unsupported-element",
        VISIT,
        'name="Plan the visit">',
        'name="Plan the visit"><bpmn:standardLoopCharacteristics />',
        "plan_visit",
    ),
    Fault("unsupported-element", VISIT, "timeDate", "timeDuration", "limit_passed_timer", everywhere=True),
    Fault(
        "unsupported-element",
        VISIT,
        "</spiffworkflow:properties>",
        "</spiffworkflow:properties><spiffworkflow:preScript>x = 1</spiffworkflow:preScript>",
        "begin",
    ),
    Fault(
        "unsupported-element",
        VISIT,
        '<bpmn:signal id="all_done"',
        '<bpmn:message id="m" name="m"><spiffworkflow:messageVariable>x</spiffworkflow:messageVariable></bpmn:message>'
        '<bpmn:signal id="all_done"',
        "m",
    ),
    Fault("unsupported-element", VISIT, "</bpmndi:BPMNPlane>", "<bpmn:script>x</bpmn:script></bpmndi:BPMNPlane>"),
    Fault("unsupported-attribute", VISIT, 'isExecutable="true"', 'isExecutable="false"', "visit"),
    Fault(
        "unsupported-attribute",
        VISIT,
        'attachedToRef="contribute"',
        'attachedToRef="contribute" isForCompensation="true"',
    ),
    Fault(
        "unsupported-attribute",
        VISIT,
        "<bpmn:multiInstanceLoopCharacteristics",
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true"',
    ),
    Fault(
        "unsupported-attribute",
        VISIT,
        'name="Plan the visit"',
        'name="Plan the visit" spiffworkflow:odd="1"',
        "plan_visit",
    ),
    Fault(
        "other-expression-language", VISIT, "<bpmn:conditionExpression", '<bpmn:conditionExpression language="python"'
    ),
    Fault("other-expression-language", VISIT, "targetNamespace", 'expressionLanguage="python" targetNamespace'),
]

SHAPES = [
    Fault("bad-id", VISIT, 'endEvent id="ended"', 'endEvent id="Ended"', "Ended"),
    Fault("bad-id", VISIT, 'endEvent id="ended"', 'endEvent id="beëindigd"', "beëindigd"),
    Fault("duplicate-id", VISIT, 'id="visit_plane"', 'id="ended"', "ended"),
    Fault("reserved-id", LETTER, 'userTask id="write_letter"', 'userTask id="case"', "case"),
    Fault("reserved-id", LETTER, 'userTask id="write_letter"', 'userTask id="typename"', "typename"),
    Fault("missing-name", VISIT, 'id="see_child" name="See the child"', 'id="see_child"', "see_child"),
    Fault("missing-name", VISIT, 'name="See the child"', f'name="{"See the child " * 15}"', "see_child"),
    Fault("missing-name", VISIT, 'name="Seen?" ', "", "seen"),
    Fault("missing-name", VISIT, 'name="No" ', "", "seen_to_see_child"),
    Fault("missing-name", VISIT, 'id="visit" name="Visit"', 'id="visit"'),
    Fault("undeclared-reference", VISIT, '<bpmn:signal id="all_done" name="all_done" />', "", "finished"),
    Fault("undeclared-reference", VISIT, 'name="letter_required"', 'name="Letter"', "letter_required"),
    Fault("one-participant", VISIT, 'processRef="visit"', 'processRef="other"'),
    Fault("one-participant", VISIT, '<bpmn:participant id="visit_pool" name="Pool" processRef="visit" />', ""),
    Fault("no-picture", VISIT, PICTURE_OF_ENDED, '<bpmndi:BPMNShape id="ended_di" bpmnElement="gone">', "ended"),
    Fault(
        "no-picture",
        VISIT,
        'bpmnElement="seen_to_finished"><di:waypoint x="0" y="0" />',
        'bpmnElement="seen_to_finished">',
    ),
    Fault("no-picture", VISIT, PICTURE_OF_ENDED, '<bpmndi:BPMNShape id="ended_di" bpmnElement="gone">'),
]

TASKS = [
    Fault("task-lane", VISIT, "<bpmn:flowNodeRef>see_child</bpmn:flowNodeRef>", "", "see_child"),
    Fault("task-lane", VISIT, "<bpmn:flowNodeRef>withdrawn<", "<bpmn:flowNodeRef>see_child<", "see_child"),
    Fault("task-lane", VISIT, "<bpmn:flowNodeRef>withdrawn<", "<bpmn:flowNodeRef>gone<", "agency"),
    Fault("unknown-role", LETTER, 'lane id="team_manager"', 'lane id="manager"', "manager"),
    Fault("unknown-role", VISIT, 'name="also" value="team_manager"', 'name="also" value="manager"', "plan_visit"),
    Fault("unknown-role", VISIT, 'value="anyone"', 'value="everybody"', "begin"),
    Fault("unknown-role", VISIT, 'name="also" value="team_manager"', 'name="also" value="anyone"', "plan_visit"),
    Fault("lane-picture", VISIT, DRAWN.format("see_child", 0), DRAWN.format("see_child", 10), "see_child"),
    Fault("lane-picture", VISIT, DRAWN.format("agency", 10), DRAWN.format("agency", 0), "see_child"),
    Fault("over-another", VISIT, DRAWN.format("seen", 0) + POINT, OVER_OTHERS, "seen"),
    Fault("unknown-property", VISIT, 'property name="also"', 'property name="script"', "plan_visit"),
    Fault("unknown-property", VISIT, 'property name="started_by"', 'property name="automatic"', "begin"),
    Fault("unknown-task", VISIT, 'name="not_by" value="plan_visit"', 'name="not_by" value="plan"', "see_child"),
    Fault("unknown-task", VISIT, 'name="not_by" value="plan_visit"', 'name="not_by" value="visit.plan"', "see_child"),
    Fault("unknown-task", VISIT, 'name="not_by" value="plan_visit"', 'name="not_by" value="see_child"', "see_child"),
    Fault("unknown-property", VISIT, 'name="also" value="team_manager"', 'name="duty" value="D-01"', "plan_visit"),
    Fault("unknown-duty", PLAN, "D-01", "D-99", "contributors"),
    Fault(
        "multi-instance",
        VISIT,
        'name="for_each" value="plan_visit.contributors"',
        'name="also" value="team_manager"',
        "contribute",
    ),
    Fault("multi-instance", VISIT, ">count(plan_visit.contributors)<", ">3<", "contribute"),
    Fault(
        "multi-instance",
        VISIT,
        'lane id="agency" name="Agency"',
        'lane id="team_manager" name="Team manager"',
        "contribute",
    ),
    Fault("unknown-property", VISIT, '"started_by" value="anyone"', '"until_days_after_closure" value="four"', "begin"),
    Fault("which-agency", VISIT, 'name="for_each" value="plan_visit.contributors"', 'name="also" value="team_manager"'),
    Fault("which-agency", VISIT, f'{PROPERTY} name="for_each"', f'{FOR_POLICE}{PROPERTY} name="for_each"'),
    Fault("which-agency", VISIT, f'{PROPERTY} name="also"', f'{FOR_POLICE}{PROPERTY} name="also"', "plan_visit"),
    Fault("multi-instance", PLAN, "", form(contributors=choice("police", default="police")), "contribute"),
]

DRAWING_FAULTS = (*ELEMENTS, *EVENTS, *PLACES, *SHAPES, *TASKS)
