"""What somebody says of a foreign drawing first: whose place it takes, and who its lanes are."""

import pytest

from engine.importing.drawing_import import imported
from engine.importing.import_report import NEW, Chosen, Imported
from engine.process.drawing import read_drawing
from tests.builders import shipped
from tests.engine.importing.bringing_in import FOREIGN, found_in, said

SCHOOL = (FOREIGN / "school_place.bpmn").read_bytes()
VISIT = "processes/transfer_in/transfer_in.bpmn"


def brought(content: bytes, chosen: Chosen) -> Imported:
    return imported(content, "school_place.bpmn", shipped(), {}, chosen)


def test_a_lane_that_is_no_role_becomes_the_one_that_is_chosen() -> None:
    unasked = brought(SCHOOL, Chosen()).processes[0]
    [lane] = unasked.lanes
    assert (unasked.key, unasked.id, unasked.takes_place) == ("1", "school_place", False)
    assert (lane.key, lane.name, lane.tasks, lane.role) == ("role_needed", "Role needed", ("Find another",), "")
    made = brought(SCHOOL, Chosen(roles={("1", "role_needed"): "team_manager"}))
    drawing = read_drawing(made.files["processes/school_place/school_place.bpmn"], "x.bpmn")
    assert drawing.elements["find_another"].lane == "team_manager"
    assert "It is for the role Team manager now, as was chosen." in said(made)
    assert "Nobody is named who does it" not in said(made)
    assert "unknown-role" not in {one.rule for one in found_in(made)}
    [lane] = made.processes[0].lanes
    assert (lane.tasks, lane.role) == (("Find another",), "team_manager")


@pytest.mark.parametrize("role", ["", "nobody_known", "start"])
def test_what_is_no_role_is_not_chosen(role: str) -> None:
    assert brought(SCHOOL, Chosen(roles={("1", "role_needed"): role})) == brought(SCHOOL, Chosen())


def test_it_takes_the_place_that_is_chosen_with_the_forms_that_are_asked_no_more() -> None:
    made = brought(SCHOOL, Chosen(places={"1": "transfer_in"}))
    assert (made.processes[0].id, made.processes[0].takes_place) == ("transfer_in", True)
    assert {path.split("/")[1] for path in made.files} == {path.split("/")[1] for path in shipped()}
    assert "It takes the place of a process that is there, and has the id of that." in said(made)
    asked = {path for path in made.files if path.startswith("forms/transfer_in/")}
    drawing = read_drawing(made.files[VISIT], VISIT)
    tasks = {one.id for one in drawing.elements.values() if one.kind == "userTask"}
    assert asked == {f"forms/transfer_in/{task}.json" for task in tasks}
    assert brought(SCHOOL, Chosen(places={"1": "not_there"})).processes[0].id == "school_place"


def test_a_drawing_of_ours_can_be_a_process_beside_its_own() -> None:
    whole = brought(shipped()[VISIT], Chosen())
    assert (whole.files, whole.processes[0].takes_place) == (shipped(), True)
    beside = brought(shipped()[VISIT], Chosen(places={"1": NEW}))
    assert beside.files[VISIT] == shipped()[VISIT]
    assert (beside.processes[0].id, beside.processes[0].takes_place) == ("transfer_in_2", False)


def test_two_processes_of_a_file_never_take_one_place() -> None:
    """Neither by choice nor as they have one id: the second stands beside the first."""
    one, other = b'<process id="a_place"><startEvent id="begin"/></process>', b'<startEvent id="then" name="Then"/>'
    both = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">%s%s</definitions>'
    twice = both % (one, b'<process id="a_place" name="Another">%s</process>' % other)
    assert [process.id for process in brought(twice, Chosen()).processes] == ["a_place", "another"]
    chosen = brought(twice, Chosen(places={"1": "transfer_in", "2": "transfer_in"}))
    assert [process.id for process in chosen.processes] == ["transfer_in", "a_place"]
