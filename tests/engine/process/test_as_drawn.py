"""What happens follows from what is drawn, and from neither the picture nor what the engine does beside it."""

import pytest

from engine.process.bundle import read_bundle
from tests.builders import shipped
from tests.engine.process.drawings import (
    choice,
    drawing,
    end,
    end_of_all,
    flow,
    in_a_row,
    model_of,
    on_boundary,
    task,
    throw,
    together,
)
from tests.engine.process.walking import done, open_tasks, thrown, walk


def test_a_message_goes_out_also_where_the_same_instance_waits_for_it() -> None:
    """The instance hears of it as every other does: from whoever delivers it."""
    model = model_of(
        task("ask"), task("tell"), on_boundary("told", "plan_ended", "ask"), together("both"), end("over"),
        end("asked"), throw("say", "plan_ended"), end(), in_a_row("start", "both", "ask", "asked"),
        in_a_row("both", "tell", "say", "end"), in_a_row("told", "over"), messages=("plan_ended",),
    )  # fmt: skip
    position = walk(model, "planted", done("tell"))
    assert thrown(position) == ("plan_ended",)
    assert open_tasks(position) == ["ask"]
    assert [wait.name for wait in position.waits] == ["plan_ended"]


@pytest.mark.parametrize("first", [True, False])
def test_where_everything_ends_nothing_stays_open(first: bool) -> None:
    """Also what would have been opened in the same step."""
    ways = [in_a_row("both", "over"), in_a_row("both", "then", "ask", "end")]
    model = model_of(
        task("begin"), task("ask"), task("other"), end(), end("apart"), end_of_all("over"), together("both"),
        choice("then"), together("beside"), in_a_row("start", "beside", "begin", "both"),
        in_a_row("beside", "other", "apart"), *(ways if first else reversed(ways)),
    )  # fmt: skip
    position = walk(model, "planted", done("begin"))
    assert (position.ended, position.open, position.waits, position.outcome) == (True, (), (), "over")
    assert [step.element for step in position.trace if step.kind == "withdrawn"] == ["other"]


PLACE = '<i:BPMNShape id="{0}_at" bpmnElement="{0}"><c:Bounds x="0" y="{1}" width="9" height="9"/></i:BPMNShape>'
PICTURE = (
    '<i:BPMNDiagram xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:c="http://www.omg.org/spec/DD/20100524/DC" id="g"><i:BPMNPlane id="p" bpmnElement="planted">{}'
    "</i:BPMNPlane></i:BPMNDiagram></definitions>"
)


@pytest.mark.parametrize("heights", [(0, 50, 90), (90, 50, 0), (50, 90, 0)])
def test_of_two_conditions_that_hold_the_first_in_the_file_is_taken_wherever_it_is_drawn(
    heights: tuple[int, ...],
) -> None:
    shapes = (
        *(task(name) for name in ("ask", "first", "second", "other")), choice("which", "which_to_other"), end(),
        in_a_row("start", "ask", "which"), flow("which", "first", "ask.again"), flow("which", "second", "ask.again"),
        flow("which", "other"), *(flow(name, "end") for name in ("first", "second", "other")),
    )  # fmt: skip
    places = "".join(map(PLACE.format, ("first", "second", "other"), heights))
    text = drawing(*shapes).decode().replace("</definitions>", PICTURE.format(places))
    files = {path: content for path, content in shipped().items() if not path.endswith(".bpmn")}
    model = read_bundle({**files, "processes/planted/planted.bpmn": text.encode()})
    assert open_tasks(walk(model, "planted", done("ask", again=True))) == ["first"]
    assert open_tasks(walk(model, "planted", done("ask", again=False))) == ["other"]
