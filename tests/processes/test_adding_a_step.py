"""The step that docs/adding-a-step.md adds: the page's own form and story, with the shape drawn as it says."""

import re
from pathlib import Path

import pytest

from engine.base.database import Database
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from engine.scenario.databases import temporary
from engine.scenario.player import Result
from engine.scenario.running import play_on
from engine.scenario.story import parse
from tests.builders import ROOT, shipped

PAGE = (ROOT / "docs" / "adding-a-step.md").read_text(encoding="utf-8")
TASK = "hand_over_to_early_help"
DRAWING = "processes/child_in_need_plan/child_in_need_plan.bpmn"
FORM = f"forms/child_in_need_plan/{TASK}.json"

SHAPE = f"""<bpmn:userTask id="{TASK}" name="Hand over to early help" />
<bpmn:endEvent id="early_help" """
FLOW = f'<bpmn:sequenceFlow id="handed_over" sourceRef="{TASK}" targetRef="early_help" /></bpmn:process>'
PICTURE = f"""<bpmndi:BPMNShape id="{TASK}_di" bpmnElement="{TASK}">
  <dc:Bounds x="1150" y="105" width="110" height="80" />
</bpmndi:BPMNShape>
<bpmndi:BPMNEdge id="handed_over_di" bpmnElement="handed_over">
  <di:waypoint x="1205" y="185" /><di:waypoint x="1205" y="295" /><di:waypoint x="1123" y="295" />
</bpmndi:BPMNEdge>
</bpmndi:BPMNPlane>"""


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"The page has no {language} block."
    return found[1]


def drawn() -> bytes:
    """The shipped drawing with the step in it. Only what the picture looks like is left to the person who draws."""
    drawing = shipped()[DRAWING].decode()
    for was, becomes in (
        ("<bpmn:flowNodeRef>agree_plan<", f"<bpmn:flowNodeRef>{TASK}</bpmn:flowNodeRef><bpmn:flowNodeRef>agree_plan<"),
        ('<bpmn:endEvent id="early_help" ', SHAPE),
        ('sourceRef="refer_on" targetRef="early_help"', f'sourceRef="refer_on" targetRef="{TASK}"'),
        ("<bpmn:incoming>refer_on_to_early_help</bpmn:incoming>", "<bpmn:incoming>handed_over</bpmn:incoming>"),
        ("</bpmn:process>", FLOW),
        ("</bpmndi:BPMNPlane>", PICTURE),
        # The lane is full: it is made wider, and so is all around it.
        ('<dc:Bounds x="100" y="80" width="1030" ', '<dc:Bounds x="100" y="80" width="1180" '),
        ('<dc:Bounds x="130" y="80" width="1000" ', '<dc:Bounds x="130" y="80" width="1150" '),
        ('<dc:Bounds x="130" y="230" width="1000" ', '<dc:Bounds x="130" y="230" width="1150" '),
    ):
        assert drawing.count(was) == 1
        drawing = drawing.replace(was, becomes)
    return drawing.encode()


@pytest.fixture
def bundle() -> dict[str, bytes]:
    return {**shipped(), DRAWING: drawn(), FORM: block("json").encode()}


def problems(files: dict[str, bytes]) -> list[str]:
    found = lint(files, known_checks=KNOWN_CHECKS)
    return [f"{finding.rule} {finding.file}" for finding in found]


def play(files: dict[str, bytes], folder: Path) -> Result:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    with temporary(folder) as fresh:
        database: Database = fresh()
        return play_on(parse(block("toml"), "adding-a-step.md"), database)


def test_the_page_names_the_step_as_it_is_drawn() -> None:
    assert f"`{TASK}`" in PAGE
    assert f"`{FORM}`" in PAGE


def test_the_linter_takes_the_new_step(bundle: dict[str, bytes]) -> None:
    assert problems(bundle) == []


def test_the_linter_misses_a_form_that_was_forgotten(bundle: dict[str, bytes]) -> None:
    del bundle[FORM]

    assert problems(bundle) == [f"task-without-form {DRAWING}"]


def test_the_story_of_the_page_is_told(bundle: dict[str, bytes], tmp_path: Path) -> None:
    result = play(bundle, tmp_path)

    assert [*result.faults, *result.failures] == []
    assert result.passed
