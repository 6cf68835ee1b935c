"""Faults of how a drawing flows."""

from tests.engine.lint.planted import Fault
from tests.engine.lint.small_bundle import LETTER, VISIT
from tests.engine.lint.small_drawing import event, flow

CONDITION = "see_child.child_seen == &quot;no&quot;"
CONDITIONAL = flow("seen", "see_child", "No", CONDITION)
FLOW_FAULTS = [
    Fault(
        "one-start",
        LETTER,
        '<bpmn:endEvent id="written"',
        '<bpmn:startEvent id="again" name="Again" /><bpmn:endEvent id="written"',
    ),
    Fault("one-start", LETTER, "startEvent", "endEvent", everywhere=True),
    Fault("loose-flow", VISIT, 'targetRef="ended"', 'targetRef="gone"', "ask_for_letter_to_ended"),
    Fault("loose-flow", VISIT, 'sourceRef="finished"', 'sourceRef="ended"', "finished_to_ask_for_letter"),
    Fault("loose-flow", VISIT, 'targetRef="ended"', 'targetRef="begin"', "ask_for_letter_to_ended"),
    Fault("loose-flow", VISIT, 'targetRef="ended"', 'targetRef="withdrawn"', "ask_for_letter_to_ended"),
    Fault(
        "two-flows-one-pair",
        VISIT,
        'sourceRef="seen" targetRef="finished"',
        'sourceRef="seen" targetRef="see_child"',
        "seen_to_see_child",
    ),
    Fault(
        "split-without-gateway", VISIT, "</bpmn:process>", flow("see_child", "ended") + "</bpmn:process>", "see_child"
    ),
    Fault("gateway-default", VISIT, ' default="seen_to_finished"', "", "seen"),
    Fault("gateway-default", VISIT, ' default="seen_to_finished"', ' default="begin_to_plan_visit"', "seen"),
    Fault("gateway-default", VISIT, CONDITION, "", "seen_to_see_child"),
    Fault("gateway-default", VISIT, CONDITIONAL, "", "seen"),
    Fault(
        "untaken-way", VISIT, CONDITION, "see_child.child_seen in [&quot;no&quot;, &quot;yes&quot;]", "seen_to_finished"
    ),
    Fault("untaken-way", VISIT, CONDITION, "1 == 1", "seen_to_finished"),
    Fault("untaken-way", VISIT, CONDITION, f"{CONDITION} and {CONDITION.replace('no', 'yes')}", "seen_to_see_child"),
    Fault(
        "misplaced-condition",
        VISIT,
        "</bpmn:process>",
        flow("together", "ended", "Odd", "1 == 1") + "</bpmn:process>",
        "together_to_ended",
    ),
    Fault(
        "misplaced-condition", VISIT, ' default="seen_to_finished"', ' default="seen_to_see_child"', "seen_to_see_child"
    ),
    Fault("event-gateway", VISIT, 'targetRef="in_time"', 'targetRef="contribute"', "which_first"),
    Fault(
        "event-gateway",
        VISIT,
        'sourceRef="which_first" targetRef="in_time"',
        'sourceRef="together" targetRef="in_time"',
        "which_first",
    ),
    Fault("event-gateway", VISIT, "</bpmn:process>", flow("together", "in_time") + "</bpmn:process>", "in_time"),
    Fault(
        "event-gateway",
        VISIT,
        '<bpmn:signalEventDefinition id="in_time_signal" signalRef="all_done" />',
        '<bpmn:timerEventDefinition id="t"><bpmn:timeDate>visit_limit</bpmn:timeDate></bpmn:timerEventDefinition>',
        "which_first",
    ),
    Fault(
        "event-kind", VISIT, '<bpmn:signalEventDefinition id="in_time_signal" signalRef="all_done" />', "", "in_time"
    ),
    Fault(
        "boundary-host",
        VISIT,
        'attachedToRef="contribute"',
        'attachedToRef="contribute" cancelActivity="false"',
        "withdrawn",
    ),
    Fault("boundary-host", VISIT, 'attachedToRef="contribute"', 'attachedToRef="together"', "withdrawn"),
    Fault("boundary-host", VISIT, 'attachedToRef="contribute"', 'attachedToRef="contribute" cancelActivity="false"'),
    Fault(
        "boundary-host", LETTER, 'attachedToRef="write_letter"', 'attachedToRef="write_letter" cancelActivity="false"'
    ),
    Fault(
        "unreachable",
        VISIT,
        'sourceRef="together" targetRef="contribute"',
        'sourceRef="contribute" targetRef="contribute"',
        "contribute",
    ),
    Fault(
        "dead-end",
        VISIT,
        'sourceRef="explain_delay" targetRef="explained"',
        'sourceRef="limit_passed" targetRef="explained"',
        "explain_delay",
    ),
    Fault(
        "loop-without-wait",
        VISIT,
        'sourceRef="ask_for_letter" targetRef="ended"',
        'sourceRef="ask_for_letter" targetRef="seen"',
        "seen",
    ),
    Fault("loop-without-wait", VISIT, 'targetRef="explained"', 'targetRef="explain_delay"', "explain_delay"),
    Fault(
        "join-in-loop",
        VISIT,
        'sourceRef="seen" targetRef="see_child"',
        'sourceRef="seen" targetRef="together"',
        "together",
    ),
    Fault("parallel-loop", VISIT, 'targetRef="contributed"', 'targetRef="plan_visit"', "together"),
    Fault("undecided-loop", LETTER, 'targetRef="written"', 'targetRef="write_letter"', "write_letter"),
    Fault("signal-pair", VISIT, "intermediateThrowEvent", "intermediateCatchEvent", "in_time", everywhere=True),
    Fault(
        "signal-pair",
        VISIT,
        'id="finished_signal" signalRef="all_done"',
        'id="finished_signal" signalRef="other"',
        "finished",
    ),
    Fault(
        "join-starves",
        VISIT,
        '<bpmn:endEvent id="explained" name="Explained" />',
        f'<bpmn:parallelGateway id="explained" />{flow("contribute", "explained")}',
        "explained",
    ),
    Fault(
        "same-event",
        LETTER,
        '<bpmn:endEvent id="written"',
        event("boundaryEvent", "once_more", more=' attachedToRef="write_letter"', message="overtaken")
        + '<bpmn:endEvent id="written"',
        "too_late",
    ),
]
