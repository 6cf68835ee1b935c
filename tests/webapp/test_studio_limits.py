"""The time limits of a draft: read, changed, worked out for a day; nothing that somebody typed or saved is lost."""

from collections.abc import Callable

import pytest

from engine.commands.approving_changes import submit_change
from engine.commands.saving_changes import save_file, start_change
from engine.commands.working_days_and_limits import add_closure_day, set_local_limit
from engine.process.bundle import TIMESCALES
from engine.reads.studio.limits_page import limit_page
from engine.timescales.table_cells import with_cells
from tests.builders import MONDAY, Authority, shipped, shipped_model
from tests.engine.commands.pathway import accepted
from tests.statements import counted
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
OWN, LAW, GIVEN = "strategy_discussion", "assessment", "plan_review"


@pytest.fixture
def change(world: Authority) -> str:
    return start_change(world.database, world.actor("process_owner"), MONDAY, "Shorter limits", "The council agreed")


def save(at: Authority, change: str, content: bytes, version: int = 0) -> None:
    save_file(at.database, at.actor("process_owner"), MONDAY, change, TIMESCALES, content, version)


def saved(visitor: Visitor, change: str) -> bytes:
    return visitor.client.get(f"/studio/changes/{change}/files/{TIMESCALES}").data


def rows(page: Page, table: str) -> list[list[str]]:
    found = page.tree.xpath(f"//table[caption[normalize-space()='{table}' or @id='{table}']]/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def test_a_local_limit_is_changed_and_marked_in_words(as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    draft = visitor.get(f"/studio/changes/{change}")
    table = visitor.get(draft.link("Time limits"))
    rules = shipped_model().rules.values()
    assert [len(rows(table, name)) for name in ("local", "statutory")] == [
        sum(one.kind == kind for one in rules) for kind in ("local", "statutory")
    ]
    assert "Changed" not in table.text
    form = visitor.get(table.link("Change the time limit: Hold the strategy discussion"))
    page = visitor.send(form, {"limit": "3", "title": "Hold it, soon", "warn_before": "1 working day; 4 hours"})
    [row] = [each for each in rows(page, "local") if each[0].startswith("Hold it, soon Changed")]
    assert row[1].startswith("3 working days Warning 1 working day and 4 hours ahead")
    assert "The time limit “Hold it, soon”: now 3 working days; before: 1 working day." in row[2]
    assert "Begins when “Strategy discussion” begins." in row[2]
    before = shipped()[TIMESCALES]
    cells = {"limit": "3", "title": "Hold it, soon", "warn_before": "1 working day; 4 hours"}
    assert saved(visitor, change) == with_cells(before, OWN, cells)
    again = visitor.send(visitor.get(f"/studio/changes/{change}/limits/{OWN}"))
    assert "Nothing was changed." in again.text


def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    form = visitor.get(f"/studio/changes/{change}/limits/{OWN}")
    typed = {"limit": "0", "title": " ", "unit": "weeks", "warn_before": "soon"}
    page = visitor.send(form, typed, status=400)
    assert len(page.errors) == 4
    assert (page.value("limit"), page.value("warn_before")) == ("0", "soon")
    long = visitor.send(form, {"limit": "217", "unit": "months", "title": "x" * 121}, status=400)
    assert long.errors == [
        "What it is called must be 120 characters or fewer",
        "Limit must be a whole number between 1 and 216 where months are counted",
    ]
    late = visitor.send(form, {"csrf_token": "old", "limit": "7"}, status=400)
    assert (late.value("limit"), "open for too long" in late.errors[0]) == ("7", True)
    assert saved(visitor, change) == shipped()[TIMESCALES]


def test_what_somebody_saved_meanwhile_is_shown_beside_mine(world: Authority, as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    form = visitor.get(f"/studio/changes/{change}/limits/{OWN}")
    theirs = with_cells(shipped()[TIMESCALES], OWN, {"limit": "2"})
    theirs = with_cells(theirs, GIVEN, {"title": "Theirs"})
    save(world, change, theirs)
    conflict = visitor.send(form, {"limit": "4"}, status=409)
    assert "saved the time limits since you opened this page" in conflict.errors[0]
    assert ["Limit", "2", "4"] in rows(conflict, "What stands in the draft now, and yours")
    assert saved(visitor, change) == theirs
    visitor.send(conflict)
    assert saved(visitor, change) == with_cells(theirs, OWN, {"limit": "4"})


def test_the_law_is_locked(as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    form = visitor.get(f"/studio/changes/{change}/limits/{LAW}")
    assert "The limit is locked: the law or the guidance sets it (WT2013 ch1 para 57)" in form.text
    visitor.send(form, {"limit": "60", "title": "Ours", "unit": "days", "warn_before": "15 working days"})
    wanted = with_cells(shipped()[TIMESCALES], LAW, {"warn_before": "15 working days"})
    assert saved(visitor, change) == wanted


def test_a_day_is_worked_out_under_both(world: Authority, as_a: As, change: str) -> None:
    save(world, change, with_cells(shipped()[TIMESCALES], OWN, {"limit": "3"}))
    administrator = world.actor("administrator")
    add_closure_day(world.database, administrator, MONDAY, {"day": "2026-04-07", "name": "Moving house"})
    set_local_limit(world.database, administrator, MONDAY, OWN, {"limit": "9"})
    accepted(authority=world, response="strategy_discussion")
    visitor = as_a("pathway_approver")
    address = f"/studio/changes/{change}/limits/{OWN}"
    page = visitor.get(f"{address}?day-day=2&day-month=4&day-year=2026")
    before, now = rows(page, "What comes of it")
    assert before[:2] == ["Before: 1 working day", "By the end of Wednesday 8 April 2026"]
    assert now[:2] == ["In this draft: 3 working days", "By the end of Friday 10 April 2026"]
    assert page.tree.xpath("//table[caption='What comes of it']/tbody/tr[2]//li/text()") == [
        "3 April 2026, a bank holiday (Good Friday)",
        "4 April 2026, a Saturday",
        "5 April 2026, a Sunday",
        "6 April 2026, a bank holiday (Easter Monday)",
        "7 April 2026, a closure day (Moving house)",
    ]
    assert "Fewer than 6 such clocks run in this authority now and keep the limit that they began with." in page.text
    assert "a limit of its own, which holds here instead: 9 working days." in page.text
    assert not page.tree.xpath("//form[@id='form']")
    assert visitor.get(f"{address}?day-day=31&day-month=2&day-year=2026", status=400).errors == [
        "Day must be a real date, like 1 4 2027"
    ]
    hours = f"/studio/changes/{change}/limits/police_protection?day-day=28&day-month=3&day-year=2026"
    assert visitor.get(hours, status=400).errors == ["Time must be a real time, like 14:30"]
    assert rows(visitor.get(f"{hours}&day-time=2pm"), "What comes of it")[1][1] == "Tuesday 31 March 2026 at 15:00"


def test_nothing_is_saved_in_a_draft_that_somebody_judges(world: Authority, as_a: As, change: str) -> None:
    save(world, change, with_cells(shipped()[TIMESCALES], OWN, {"limit": "3"}))
    visitor = as_a("process_owner")
    form = visitor.get(f"/studio/changes/{change}/limits/{OWN}")
    submit_change(world.database, world.actor("process_owner"), MONDAY, change, "Please look")
    page = visitor.send(form, {"limit": "4"}, status=409)
    assert (page.value("limit"), "looked at by a second person" in page.errors[0]) == ("4", True)


def test_a_table_that_cannot_be_read_says_why(world: Authority, as_a: As, change: str) -> None:
    save(world, change, with_cells(shipped()[TIMESCALES], OWN, {"limit": "x"}))
    visitor = as_a("process_owner")
    assert '"x" is not a whole number' in visitor.get(f"/studio/changes/{change}/limits").text
    visitor.get(f"/studio/changes/{change}/limits/nothing", status=409)


def test_a_draft_that_cannot_be_read_elsewhere_still_shows_its_limits(world: Authority, as_a: As, change: str) -> None:
    save_file(world.database, world.actor("process_owner"), MONDAY, change, "processes/roles.toml", b"[", 0)
    assert "Begins when" in as_a("process_owner").get(f"/studio/changes/{change}/limits/{OWN}").text


def test_the_clocks_that_run_are_counted_by_an_index(world: Authority, change: str) -> None:
    with counted(world.database) as asked, world.database.read() as connection:
        limit_page(connection, world.actor("process_owner"), MONDAY, change, OWN)
        [counting] = [statement for statement in asked if "count(" in statement and "deadline" in statement]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {counting}", (None,) * counting.count("?"))
        reads = [row.detail for row in plan if row.detail.startswith(("SCAN", "SEARCH"))]
        assert any("deadline" in one for one in reads)
        # "anon_" is no table: the reader's own bars, which an index has found.
        assert [one for one in reads if " USING " not in one and not one.startswith("SCAN anon_")] == []


@pytest.mark.parametrize("role", ["social_worker", "administrator", "auditor"])
def test_nobody_else_sees_it(as_a: As, change: str, role: str) -> None:
    visitor = as_a(role)
    for address in (f"/studio/changes/{change}/limits", f"/studio/changes/{change}/limits/{OWN}"):
        visitor.get(address, status=403)
