"""Our own drawings, brought in: as they are where nothing was done to them, and else with everything that they say."""

from collections.abc import Mapping
from dataclasses import replace

from engine.forms.checks import KNOWN_CHECKS
from engine.importing.drawing_import import imported
from engine.lint import lint
from engine.process.drawing import Drawing, read_drawing
from tests.builders import shipped

DRAWINGS = sorted(path for path in shipped() if path.endswith(".bpmn"))
OF_ANOTHER_TOOL = (
    b'<bpmn:error xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="of_a_tool" /></bpmn:definitions>'
)


def without_lines(content: bytes, path: str) -> Drawing:
    read = read_drawing(content, path)
    flows = tuple(replace(flow, line=0) for flow in read.flows)
    return replace(read, elements={name: replace(one, line=0) for name, one in read.elements.items()}, flows=flows)


def test_a_drawing_to_which_nothing_was_done_stays_as_it_is_to_the_byte() -> None:
    for path in DRAWINGS:
        brought = imported(shipped()[path], "any.bpmn", shipped())
        assert (brought.files, brought.changed) == (shipped(), ())


def test_a_drawing_to_which_another_tool_added_something_says_what_it_said() -> None:
    """All of them together are sound, and each is read as it was before."""
    files: Mapping[str, bytes] = shipped()
    for path in DRAWINGS:
        touched = files[path].replace(b"</bpmn:definitions>", OF_ANOTHER_TOOL)
        brought = imported(touched, "any.bpmn", files)
        assert [one.words for one in brought.changed] == ["error is left out: nothing here reads it."]
        assert without_lines(brought.files[path], path) == without_lines(files[path], path)
        files = brought.files
    assert files.keys() == shipped().keys()
    assert [str(one) for one in lint(files, known_checks=KNOWN_CHECKS)] == []
    assert [path for path in files if files[path] != shipped()[path] and path not in DRAWINGS] == []


def test_a_task_that_is_gone_takes_its_form_along() -> None:
    path = "processes/case_closure/case_closure.bpmn"
    text = shipped()[path].decode()
    brought = imported(text.replace("close_case", "shut_case_77").encode(), "any.bpmn", shipped())
    gone, new = shipped().keys() - brought.files.keys(), brought.files.keys() - shipped().keys()
    assert (len(gone), len(new)) == (1, 1)
    assert any("Nobody is asked" in one.words for one in brought.changed)
