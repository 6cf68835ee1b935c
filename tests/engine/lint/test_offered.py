"""What an editor may offer is what the files of the draft say, however broken some of them are."""

import re
from collections.abc import Mapping

import pytest

from engine.expressions.evaluation import names_read
from engine.lint.offered import offered
from engine.process.drawing import FLOW_NODES, read_drawing
from tests.builders import ROOT
from tests.deciding import deciding

PROCESS = "assessment"


@pytest.fixture(scope="module")
def shipped() -> Mapping[str, bytes]:
    paths = [path for folder in ("processes", "forms") for path in (ROOT / folder).rglob("*.*")]
    return {str(path.relative_to(ROOT)): path.read_bytes() for path in paths if "scenarios" not in path.parts}


def test_what_the_shipped_drawings_name_is_offered(shipped: Mapping[str, bytes]) -> None:
    for path in (path for path in shipped if path.endswith(".bpmn")):
        drawing = read_drawing(shipped[path], path)
        words = offered(shipped, drawing.process)
        kinds = {kind.removeprefix("bpmn:") for kind in words["types"]}
        steps = [one for one in drawing.elements.values() if one.kind in FLOW_NODES]
        assert {one.kind[:1].upper() + one.kind[1:] for one in steps} <= kinds
        assert set(drawing.lanes) <= {role["id"] for role in words["roles"]}
        assert {one.message for one in steps if one.message} <= {message["id"] for message in words["messages"]}
        assert {one.clock for one in steps if one.clock} <= {clock["id"] for clock in words["clocks"]}
        assert {one.id for one in steps if one.kind == "userTask"} <= words["forms"].keys()
        read = {name for flow in drawing.flows if flow.condition for name in names_read(flow.condition)}
        assert read <= {answer["path"] for answer in words["answers"]}
        lists = {one.properties["for_each"] for one in steps if "for_each" in one.properties}
        plain = {one for one in lists if re.fullmatch(r"\w+\.\w+|agencies_of\(\w+\.\w+\)", one)}
        assert plain <= {one["path"] for one in words["lists"]}


def test_the_answers_of_a_question_stand_with_it_as_people_read_them(shipped: Mapping[str, bytes]) -> None:
    asked = {answer["path"]: answer for answer in offered(shipped, PROCESS)["answers"]}
    authorised = asked["authorise_assessment.authorised"]
    assert authorised["title"] == "Authorise the assessment: Do you authorise this assessment?"
    assert [choice["value"] for choice in authorised["choices"]] == ["yes", "returned"]
    assert authorised["always"]
    assert not asked["see_child.seen_alone"]["always"]
    duties = {duty["id"] for duty in offered(shipped, PROCESS)["forms"]["see_child"]["duties"]}
    assert duties == {"A-03", "R-09"}


def test_tasks_are_for_the_roles_of_an_agency_and_for_those_outside_who_do_one_already(
    shipped: Mapping[str, bytes],
) -> None:
    does = {role["id"]: role["does"] for role in offered(shipped, PROCESS)["roles"]}
    agencies = {"social_worker", "team_manager", "police_officer", "voluntary_practitioner", "agency"}
    assert {role for role, what in does.items() if what == "tasks"} >= agencies | {"partnership_resolver"}
    assert {role for role, what in does.items() if what == "starts"} == {"public", "other_authority"}
    outside = {"auditor", "process_owner", "pathway_writer", "pathway_approver", "administrator", "privacy_officer"}
    assert {role for role, what in does.items() if what == ""} == outside
    fewer = {path: content for path, content in shipped.items() if b'lane id="partnership_resolver"' not in content}
    assert {role["id"] for role in offered(fewer, PROCESS)["roles"] if not role["does"]} == {
        *outside,
        "partnership_resolver",
    }


def test_what_a_table_decides_is_offered_as_an_answer() -> None:
    words = offered(deciding(), "referral")
    assert words["tables"] == [{"id": "safe_response", "name": "The safe response"}]
    decided = next(answer for answer in words["answers"] if answer["path"] == "check_response.way")
    assert decided["title"] == "Which way is safe?: Way"
    assert {choice["value"] for choice in decided["choices"]} >= {"assessment", "early_help"}
    assert offered(deciding("no table"), "referral")["tables"] == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b"id,title\n1", b"role = 3", b'{"properties": [1]}']
)
def test_what_cannot_be_read_offers_nothing(shipped: Mapping[str, bytes], content: bytes) -> None:
    """Each file in turn: the rest is offered as before."""
    few = {path: content for path, content in shipped.items() if path.count("/") == 1 or f"/{PROCESS}/" in path}
    whole = offered(few, PROCESS)
    broken = ("roles.toml", "timescales.csv", "messages.csv", "duties.csv", "see_child.json", "assessment.bpmn")
    for path in (path for path in few if path.endswith(broken)):
        words = offered({**few, path: content}, PROCESS)
        assert words["types"] == whole["types"]
        assert sum(words[name] == whole[name] for name in words) >= len(words) - 3, path
    assert offered({}, PROCESS)["roles"] == []
