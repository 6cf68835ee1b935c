"""What becomes of one part of a drawing, whichever tool drew it."""

from engine.importing.drawing_import import imported
from engine.importing.import_report import Imported, Remark, lines_of_remarks
from engine.process.drawing import Drawing, read_drawing
from engine.process.safe_xml import parse_xml
from tests.builders import shipped
from tests.engine.importing.bringing_in import left_to_decide, said

BEFORE = '<startEvent id="Begin_1" name="Begin" /><endEvent id="End_1" name="Over" />'
TASK = '<userTask id="Task_1" name="Ask">{}</userTask>'
FLOWS = (
    '<sequenceFlow id="Flow_1" sourceRef="Begin_1" targetRef="Task_1" />'
    '<sequenceFlow id="Flow_2" sourceRef="Task_1" targetRef="End_1" />'
)


def brought(*bodies: str, beside: str = "", picture: str = "") -> Imported:
    processes = "".join(
        f'<process id="Process_{n}" name="Part {n}">{body}</process>' for n, body in enumerate(bodies, 1)
    )
    text = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/zeebe" '
        'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">'
        f"{beside}{processes}{picture}</definitions>"
    )
    return imported(text.encode(), "parts.bpmn", shipped())


def drawn(of: Imported, number: int = 1) -> Drawing:
    path = f"processes/part_{number}/part_{number}.bpmn"
    return read_drawing(of.files[path], path)


def with_task(inner: str, **attributes: str) -> str:
    named = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return BEFORE + TASK.format(inner).replace(' name="Ask"', f' name="Ask"{named}') + FLOWS


def lane_of(of: Imported) -> str | None:
    return drawn(of).elements["ask"].lane


def test_owners_of_the_standard_are_read_by_name_and_by_reference() -> None:
    owner = "<potentialOwner><formalExpression>{}</formalExpression></potentialOwner>"
    assert lane_of(brought(with_task(owner.format("user(kermit), group(Team managers)")))) == "team_manager"
    by_reference = "<humanPerformer><resourceRef>Resource_1</resourceRef></humanPerformer>"
    resource = '<resource id="Resource_1" name="Legal adviser" />'
    assert lane_of(brought(with_task(by_reference), beside=resource)) == "legal_adviser"


def test_an_expression_names_nobody_and_an_unknown_group_is_named() -> None:
    group = '<extensionElements><zeebe:assignmentDefinition candidateGroups="{}" /></extensionElements>'
    worked_out = brought(with_task(group.format("${initiator}")))
    assert lane_of(worked_out) == "role_needed"
    assert "${initiator} is worked out by the other tool, and names nobody here." in said(worked_out)
    assert lane_of(brought(with_task(group.format("school desk")))) == "school_desk"


def test_lanes_inside_a_lane_are_the_lanes_and_a_lane_without_a_name_is_that_of_its_groups() -> None:
    lanes = (
        '<laneSet><lane id="Lane_1" name="Everybody"><childLaneSet><lane id="Lane_2" name="{}">'
        "<flowNodeRef>Task_1</flowNodeRef></lane></childLaneSet></lane></laneSet>"
    )
    assert drawn(brought(lanes.format("Team manager") + with_task(""))).lanes == {"team_manager": "Team manager"}
    group = '<extensionElements><zeebe:assignmentDefinition candidateGroups="team_manager" /></extensionElements>'
    assert lane_of(brought(lanes.format("") + with_task(group))) == "team_manager"


def test_each_process_of_a_file_is_a_drawing() -> None:
    both = brought(with_task(""), with_task("").replace("_1", "_8").replace("_2", "_9"))
    assert [drawn(both, number).name for number in (1, 2)] == ["Part 1", "Part 2"]
    assert "The file holds 2 processes: each is a drawing of its own now." in said(both)
    empty = brought(with_task(""), "")
    assert (drawn(empty).name, "Process_2 > : Nothing happens in this process" in said(empty)) == ("Part 1", True)


def test_what_several_do_at_once_is_left_to_decide_for_whom() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics{}><loopCardinality>{}</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    several = brought(with_task(loop.format("", "${count}")))
    assert ("multi-instance", "ask") in left_to_decide(several)
    assert "For how many it is done is not said here" in said(several)
    assert brought(with_task(loop.format(' isSequential="false"', "3"))).refused == ()
    assert brought(with_task(loop.format(' isSequential="true"', "3"))).refused != ()


def test_a_condition_on_the_default_says_nothing() -> None:
    body = (
        with_task("")
        .replace("<userTask", '<exclusiveGateway default="Flow_2"')
        .replace("/userTask", "/exclusiveGateway")
    )
    end = 'targetRef="End_1" />'
    other = '<endEvent id="End_2" name="Else" /><sequenceFlow id="Flow_3" sourceRef="Task_1" targetRef="End_2" />'
    condition = end.replace(" />", "><conditionExpression>a == 1</conditionExpression></sequenceFlow>")
    of = brought(body.replace(end, condition) + other)
    assert {flow.id: flow.condition for flow in drawn(of).flows} == {
        "start_to_ask": None, "ask_to_over": None, "ask_to_else_step": None
    }  # fmt: skip
    assert drawn(of).elements["ask"].default == "ask_to_over"
    assert "its condition says nothing" in said(of)


def test_what_means_something_is_never_left_out_in_silence() -> None:
    for attribute in ("isForCompensation", "startQuantity"):
        value = "true" if attribute.startswith("is") else "2"
        assert [one.element for one in brought(with_task("", **{attribute: value})).refused] == ["Task_1"]
    assert "Its implementation is left out" in said(brought(with_task("", implementation="##WebService")))
    twice = brought(with_task("") + TASK.format(""))
    assert [one.words for one in twice.refused] == ["Another element has its id."]


def test_lanes_that_stand_side_by_side_stay_so() -> None:
    shape = '<di:BPMNShape bpmnElement="{}"{}><dc:Bounds x="{}" y="{}" width="{}" height="{}" /></di:BPMNShape>'
    upright = ' isHorizontal="false"'
    shapes = (
        shape.format("Lane_1", upright, 0, 30, 200, 600), shape.format("Begin_1", "", 90, 60, 36, 36),
        shape.format("Task_1", "", 60, 200, 100, 80), shape.format("End_1", "", 90, 400, 36, 36),
    )  # fmt: skip
    members = "".join(f"<flowNodeRef>{name}</flowNodeRef>" for name in ("Begin_1", "Task_1", "End_1"))
    lanes = f'<laneSet><lane id="Lane_1" name="Team manager">{members}</lane></laneSet>'
    of = brought(
        lanes + with_task(""),
        picture=f"<di:BPMNDiagram><di:BPMNPlane>{''.join(shapes)}</di:BPMNPlane></di:BPMNDiagram>",
    )
    root = parse_xml(of.files["processes/part_1/part_1.bpmn"], "part_1.bpmn")
    placed = {node.get("bpmnElement"): node for node in root.iter("{*}BPMNShape")}
    assert [placed[name].get("isHorizontal") for name in ("part_1_pool", "team_manager")] == ["false", "false"]
    assert placed["part_1_pool"][0].attrib == {"x": "0", "y": "0", "width": "200", "height": "630"}
    assert "The picture is as it was, with its pool and lanes." in said(of)
    assert left_to_decide(of) == []


def test_what_a_file_says_cannot_steer_a_terminal() -> None:
    remarks = (Remark("Left out", "\x9b2J", "a\N{RIGHT-TO-LEFT OVERRIDE}b"), Remark("Left out"))
    assert lines_of_remarks(remarks) == ["Left out  “a\N{REPLACEMENT CHARACTER}b” (\N{REPLACEMENT CHARACTER}2J)"]


def test_a_step_that_decides_by_a_table_names_the_file_of_it() -> None:
    """Whichever way the tool names its decision; the step is drawn as large as any other."""
    rule = TASK.replace("userTask", "businessRuleTask").replace('name="Ask"', 'name="Which help?"{}')
    inner = "<extensionElements><{0}</extensionElements>"
    decision = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:decisionRef="Help_Needed"'
    for attribute, said_inside in (
        ("", inner.format('zeebe:calledDecision decisionId="help_needed" />')),
        ("", inner.format('s:calledDecisionId xmlns:s="http://spiffworkflow.org/x">Help needed</s:calledDecisionId>')),
        (f" {decision}", ""),
    ):
        of = brought(BEFORE + rule.format(attribute, said_inside) + FLOWS)
        step = drawn(of).elements["which_help"]
        assert (step.kind, step.properties) == ("businessRuleTask", {"table": "help_needed"})
        assert "help_needed.dmn" in said(of)
        picture = of.files["processes/part_1/part_1.bpmn"].decode().partition('bpmnElement="which_help"')[2]
        assert 'width="110" height="80"' in picture[:200]
        assert [rule for rule, _ in left_to_decide(of) if rule in ("rule-task", "over-another")] == ["rule-task"]


def test_what_is_called_as_something_else_of_the_drawing_gets_another_id() -> None:
    """The process, its lane, its message and its steps, all called Start; and a process called as a message is."""
    body = with_task("").replace('name="Ask"', 'name="Start"')
    lanes = '<laneSet><lane id="Lane_1" name="Start"><flowNodeRef>Task_1</flowNodeRef></lane></laneSet>'
    for name in ("start", "plan_ended"):
        process = f'<process id="{name}" name="{name}">{lanes}{body}</process>'
        text = f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">{process}</definitions>'
        of = imported(text.encode(), "x.bpmn", shipped())
        assert {rule for rule, _ in left_to_decide(of)} == {"unknown-role"}
        assert name not in {path.split("/")[1] for path in of.files.keys() - shipped().keys()}
