"""The grid of a decision table in a draft: what is typed goes to its cells, and nothing is lost or overwritten."""

from collections.abc import Callable

import pytest

from engine.facts.change_files import change_row, file_of_change
from engine.reads.studio import table_page
from tests.builders import Authority
from tests.deciding import TABLE, deciding
from tests.engine.commands.calls_of_drafts import begun
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]


@pytest.fixture
def where(world: Authority) -> str:
    """The draft: what is in force, with a table in it."""
    return begun(world, deciding())


def _nothing_found(*_: object) -> tuple[()]:
    return ()


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is not about the checks, which go through the whole draft each time."""
    monkeypatch.setattr(table_page, "problems_of", _nothing_found)


UNCHECKED = pytest.mark.usefixtures("unchecked")


def grid(visitor: Visitor, change: str, status: int = 200) -> Page:
    return visitor.get(f"/studio/changes/{change}/table/{TABLE}", status=status)


def stands(world: Authority, change: str) -> bytes:
    with world.database.read() as connection:
        row = change_row(connection, world.actor("process_owner").within, change)
        return file_of_change(connection, world.actor("process_owner").within, row, TABLE).content or b""


def test_a_cell_is_changed_and_what_is_wrong_is_said_beside_its_row(as_a: As, world: Authority, where: str) -> None:
    owner = as_a("process_owner")
    assert "The safe response" in owner.get(f"/studio/changes/{where}").text
    before, page = stands(world, where), grid(owner, where)
    assert "What does this child need from us?" in page.text
    same = owner.send(page, button="Save the table")
    assert "The table is saved in the draft." in same.text
    assert stands(world, where) == before
    typed = owner.send(same, {"cell-1-0": '"immediate_protection", "assesment"'}, button="Save the table")
    assert "Did you mean assessment? Row 2" in typed.text
    assert stands(world, where).replace(b', "assesment"', b"") == before


@UNCHECKED
def test_rows_are_added_moved_and_taken_out(as_a: As, world: Authority, where: str) -> None:
    owner = as_a("process_owner")
    before = stands(world, where)
    added = owner.send(grid(owner, where), {"cell-1-0": '"early_help"'}, button="Add below row 2")
    assert len(added.tree.xpath("//tr[@id]")) == 7
    assert stands(world, where).count(b'"early_help"') == before.count(b'"early_help"') + 1
    moved = owner.send(added, button="Move up row 3")
    assert moved.tree.xpath("//input[@id='cell-1-0']/@value") == ["-"]
    owner.send(
        owner.send(moved, {"cell-2-0": '"immediate_protection"'}, button="Move up row 2"), button="Take out row 1"
    )
    owner.send(grid(owner, where), {"policy": "UNIQUE"}, button="Save the table")
    assert b'hitPolicy="UNIQUE"' in stands(world, where)


@UNCHECKED
def test_columns_are_added_called_otherwise_moved_and_taken_out(as_a: As, world: Authority, where: str) -> None:
    owner = as_a("process_owner")
    before, page = stands(world, where), grid(owner, where)
    columns = len(page.tree.xpath("//fieldset/input[starts-with(@name, 'column-')]"))
    new = page.tree.xpath("//select[@id='new']/option/@value")[-1]
    typed = {"new": new, "cell-0-0": '"early_help"'}
    added = owner.send(page, typed, button="Add the column")
    assert len(added.tree.xpath("//fieldset/input[starts-with(@name, 'column-')]")) == columns + 1
    assert b'"early_help"' in stands(world, where)
    assert new not in added.tree.xpath("//select[@id='new']/option/@value")
    named = owner.send(added, {f"label-{columns}": "In danger?"}, button=f"Move to the left column {columns + 1}")
    assert named.tree.xpath(f"//input[@id='label-{columns - 1}']/@value") == ["In danger?"]
    owner.send(
        named, {"cell-0-0": page.tree.xpath("//input[@id='cell-0-0']/@value")[0]}, button=f"Take out column {columns}"
    )
    assert stands(world, where) == before
    told = owner.send(grid(owner, where), {"result": "which_help"}, button="Save the table")
    assert b'name="which_help"' in stands(world, where)
    assert told.tree.xpath("//input[@id='result']/@value") == ["which_help"]


@UNCHECKED
def test_what_somebody_saved_meanwhile_is_shown_and_not_overwritten(as_a: As, world: Authority, where: str) -> None:
    first, second = as_a("process_owner"), as_a("process_owner", 2)
    mine, theirs = grid(first, where), grid(second, where)
    second.send(theirs, {"cell-5-2": '"early_help"'}, button="Save the table")
    told = first.send(mine, {"cell-0-1": '"no"'}, button="Save the table", status=409)
    assert "Somebody has saved this table since you opened it" in told.text
    assert b'"no"' not in stands(world, where)
    assert told.tree.xpath("//input[@id='cell-0-1']/@value") == ['"no"']
    assert told.tree.xpath("//div[@id='theirs']//code[.='\"early_help\"']")
    first.send(told, button="Save the table")
    assert b'"no"' in stands(world, where)


@UNCHECKED
def test_what_cannot_be_saved_is_still_there(as_a: As, where: str) -> None:
    owner, typed = as_a("process_owner"), {"cell-0-0": "\x07", "cell-0-1": "typed"}
    told = owner.send(grid(owner, where), typed, button="Add below row 1", status=400)
    assert "There is a problem" in told.text
    assert told.tree.xpath("//input[@id='cell-0-1']/@value") == ['"typed"']


@UNCHECKED
def test_who_may_look_and_who_may_change(as_a: As, where: str) -> None:
    shown = grid(as_a("pathway_approver"), where)
    assert "Nothing can be changed" in shown.text
    assert not shown.tree.xpath("//main//input[@type='text' or not(@type)]")
    grid(as_a("social_worker"), where, status=403)
    as_a("process_owner").get(f"/studio/changes/{where}/table/processes/referral/none.dmn", status=404)


def test_a_table_is_made_and_then_misses_only_the_step_that_decides_by_it(as_a: As, world: Authority) -> None:
    change = begun(world)
    owner = as_a("process_owner")
    owner.get(f"/studio/changes/{change}/draw/referral")
    asked = owner.get(f"/studio/changes/{change}/new-table/referral")
    told = owner.send(asked, {"name": "?", "result": "early; help"}, button="Make the table", status=400)
    assert "Say in a few words what the table decides" in told.text
    assert "Choose at least one answer" in told.text
    assert "Put a comma between values of which any will do." in told.text
    reads = ["decide_response.response", "start.immediate_danger"]
    typed = {"name": "Which help & how soon?", "result": "early help", "reads": reads}
    made = owner.send(told, typed, button="Make the table")
    assert made.path.endswith("/table/processes/referral/which_help_how_soon.dmn")
    assert made.heading == "Which help & how soon?"
    assert "No step decides by it yet." in made.text
    faults = made.tree.xpath("//main//li[contains(@class, 'app-problem')]")
    assert [one.text_content().partition(" decides by")[0].strip() for one in faults] == [
        "Fault: Nothing in the drawing beside it"
    ]
    again = owner.send(owner.get(asked.path), typed, button="Make the table", status=400)
    assert "There is a table of this name already" in again.text
