"""Models from elsewhere on the pages of the studio: looked at, made a draft of; and taken away as a package."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.base.database import Database
from engine.importing.package import packed, read_package
from engine.tables import BroughtIn, Change
from tests.builders import Authority, shipped
from tests.engine.commands.calls_of_drafts import FORM, begun, otherwise
from tests.engine.importing.bringing_in import FOREIGN
from tests.engine.importing.test_hostile import HOSTILE
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
BRING_IN = "/studio/bring-in"
SCHOOL = (FOREIGN / "school_place.bpmn").read_bytes()
IN_THE_WAY = (FOREIGN / "what_stands_in_the_way.bpmn").read_bytes()


def brought(visitor: Visitor, name: str, content: bytes, at: str = BRING_IN, status: int = 200) -> Page:
    words = {"title": "A place at a school", "why": "Schools asked for it"} if at == BRING_IN else {}
    given: Any = {"file": (io.BytesIO(content), name), **words}
    return visitor.send(visitor.get(at), given, button="See what comes of it", status=status)


def count(database: Database, table: type[BroughtIn | Change]) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_drawing_is_looked_at_then_made_a_draft_and_its_report_stays(world: Authority, as_a: As) -> None:
    visitor = as_a("process_owner")
    page = brought(visitor, "C:\\drawings\\school_place.bpmn", SCHOOL)
    assert page.heading == "What comes of the file"
    assert "school_place.bpmn, brought in today" in page.text
    assert "Who is “Role needed”? Does: Find another" in page.text
    assert "Fault: role_needed is no role of roles.toml: choose" in page.text
    assert count(world.database, Change) == 0
    page = visitor.send(page, {"role-1-role_needed": "team_manager"}, button="Show what comes of this choice")
    assert "It is for the role Team manager now, as was chosen." in page.text
    assert "Nothing: the checks find no faults and no doubts." in page.text
    draft = visitor.send(page, button="Make the draft")
    assert "Nothing of it holds before a second person has approved it." in draft.text
    assert "done by the social worker and the team manager" in draft.text
    report = as_a("pathway_approver").get(draft.link("What came of the file"))
    assert report.heading == "What came of the file"
    assert "It is for the role Team manager now, as was chosen. “Find another” (Activity_1y)" in report.text
    assert not report.tree.xpath("//main//button")
    again = visitor.post(report.path, {"csrf_token": page.value("csrf_token"), "do": "make"})
    assert again.path.startswith(draft.path)


def test_what_stands_in_the_way_is_said_element_by_element_and_nothing_comes_of_it(world: Authority, as_a: As) -> None:
    visitor = as_a("process_owner")
    page = brought(visitor, "odd.bpmn", IN_THE_WAY)
    assert page.heading == "What stands in the way"
    assert "A process can hold no service task here." in page.text
    assert [button.text_content() for button in page.tree.xpath("//main//button")] == ["Forget the file"]
    refused = visitor.post(page.path, {"csrf_token": page.value("csrf_token"), "do": "make"}, status=409)
    assert refused.heading == "What stands in the way"
    assert page.path.split("/")[-1] in visitor.get(BRING_IN).link("odd.bpmn")
    assert "The file is forgotten." in visitor.send(page, button="Forget the file").text
    assert (count(world.database, BroughtIn), count(world.database, Change)) == (0, 0)
    visitor.get(page.path, status=404)


@pytest.mark.parametrize("name", ["a bomb", "a password"])
def test_a_hostile_file_gets_its_reason_beside_the_field(world: Authority, as_a: As, name: str) -> None:
    page = brought(as_a("process_owner"), "theirs.zip", HOSTILE[name][0], status=400)
    [said] = page.errors
    assert HOSTILE[name][1] in said
    assert page.value("title") == "A place at a school"
    assert count(world.database, BroughtIn) == 0


def test_without_a_file_or_words_it_says_so(as_a: As) -> None:
    visitor = as_a("process_owner")
    form = visitor.get(BRING_IN)
    empty: Any = {"file": (io.BytesIO(), "")}
    page = visitor.send(form, empty, button="See what comes of it", status=400)
    assert page.errors == ["Choose a file from your computer"]
    given: Any = {"file": (io.BytesIO(b"<a/>"), "a.bpmn")}
    page = visitor.send(form, given, button="See what comes of it", status=400)
    assert [error.split(":")[0] for error in page.errors][:2] == ["Say in a few words what is to change", "Say why"]
    assert "This is no BPMN 2.0" in page.errors[2]


def test_a_package_goes_into_an_open_draft_and_only_what_differs_is_saved(world: Authority, as_a: As) -> None:
    visitor, change = as_a("process_owner"), begun(world)
    page = visitor.get(f"/studio/changes/{change}")
    page = brought(visitor, "theirs.zip", packed(otherwise()), page.link("put a package or a drawing in this draft"))
    assert "Forms that are other: 1 of referral." in page.text
    waits = visitor.get(f"/studio/changes/{change}")
    assert "The file theirs.zip waits to be put in this draft" in waits.text
    moved = visitor.get(f"/studio/changes/{change}")
    given: Any = {"path": FORM, "file": (io.BytesIO(otherwise()[FORM] + b"\n"), "a.json")}
    visitor.send(moved, given, button="Put it in the draft")
    page = visitor.send(page, button="Put it in the draft", status=409)
    assert "has changed since you looked" in page.errors[0]
    draft = visitor.send(page, button="Put it in the draft")
    assert [row.text_content().split()[-1] for row in draft.tree.xpath("//main//table//th[@scope='row']")] == [FORM]
    assert visitor.client.get(f"/studio/changes/{change}/files/{FORM}").data == otherwise()[FORM]


def test_what_leaves_as_a_package_comes_back_without_a_difference(as_a: As) -> None:
    visitor = as_a("process_owner")
    leaves = visitor.client.get(visitor.get("/studio").link("Download all models in force"))
    assert leaves.headers["Content-Disposition"].startswith('attachment; filename="models-')
    assert read_package(leaves.data, "ours.zip").files == shipped()
    page = brought(visitor, "ours.zip", leaves.data)
    assert "It holds what was exported." in page.text
    assert f"{len(shipped())} of {len(shipped())} files are as they were." in page.text
    assert "What is otherwise then" not in page.text
    assert "Nothing is changed in this draft yet." in visitor.send(page, button="Make the draft").text


def test_it_is_for_the_studio_alone(world: Authority, as_a: As) -> None:
    page = brought(as_a("process_owner"), "school_place.bpmn", SCHOOL)
    of_draft = f"/studio/models/{begun(world, otherwise())}.zip"
    for role, status in (("social_worker", 403), ("pathway_approver", 200)):
        for path in (page.path, of_draft):
            assert as_a(role).client.get(path).status_code == status
    second = as_a("pathway_approver")
    second.get(BRING_IN, status=403)
    assert not second.get(page.path).tree.xpath("//main//button")
    second.get("/studio/models/none.zip", status=404)
