"""Pages on which a task goes to somebody: given, shared out, taken over, handed back; and what a new lead reads."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine.commands.drafts import save_draft
from engine.tables import WorkItem
from tests.builders import MONDAY, Authority, account, case_at, child, do, open_items
from tests.engine.commands.calls_of_keeping import bars
from tests.engine.commands.pathway import begin, tasks, told_of
from tests.webapp.test_team import section
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
SECOND = account(role="social_worker", number=2)


def owner(world: Authority, item: str) -> str | None:
    with world.database.read() as connection:
        return connection.execute(select(WorkItem.owner_id).where(WorkItem.id == item)).scalar_one()


def item_of(world: Authority, case: str, task: str) -> str:
    return open_items(database=world.database, case=case)[task].id


def test_a_manager_gives_a_task_and_sees_what_each_has(as_a: As, world: Authority) -> None:
    case_at(authority=world, point="assessing", children=[child(given_name="Zoe")])
    case = case_at(authority=world, point="deciding", children=[child(given_name="Lena")])
    item, manager = item_of(world, case, "decide_response"), as_a("team_manager")
    page = manager.get(f"/tasks/{item}/give")
    assert page.heading == "Give this task to somebody"
    assert "Social worker 1 Social worker: leads 1 child, has 1 task" in page.text
    assert "Social worker 2 Social worker: leads no children, has no tasks" in page.text
    assert "Team manager 1" not in section(page, "to") + page.text.partition("Who is to do it?")[2]
    done = manager.send(page, {"to": SECOND})
    assert "“Decide the response” is given." in done.text
    assert owner(world, item) == SECOND
    mine = section(as_a("social_worker", number=2).get("/tasks"), "mine")
    assert "Decide the response for Lena Example" in mine
    assert "Given to you · Hand back" in mine


def test_who_is_barred_from_the_child_is_not_offered(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    item = item_of(world, case, "decide_response")
    bars(world, case)
    page = as_a("team_manager").get(f"/tasks/{item}/give")
    assert "Social worker 1" in page.text
    assert "Social worker 2" not in page.text
    assert "barred" not in page.text


def test_several_are_shared_out_and_what_cannot_be_given_stays(as_a: As, world: Authority) -> None:
    first, second = (case_at(authority=world, point="deciding", children=[child(given_name=one)]) for one in "AB")
    bars(world, second)
    items = [item_of(world, case, "decide_response") for case in (first, second)]
    manager = as_a("team_manager")
    page = manager.get("/team/share")
    assert page.heading.startswith("Tasks that nobody has (")
    refused = manager.send(page, {"to": SECOND}, status=400)
    assert "Error: " in refused.tree.xpath("string(//title)")
    done = manager.send(page, {"tasks": items, "to": SECOND})
    assert "1 task is given. 1 was not: open it to see who can have it." in done.text
    assert [owner(world, item) for item in items] == [SECOND, None]
    theirs = manager.get(f"/team/share?of={SECOND}")
    assert theirs.heading == "Tasks that Social worker 2 has (1)"
    back = manager.send(theirs, {"tasks": items[:1], "to": "team", "reason": "Away."})
    assert owner(world, items[0]) is None
    assert "1 task is back with the team." in back.text


def test_handing_back_what_was_given_asks_why(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    item, lead = item_of(world, case, "plan_assessment"), as_a("social_worker")
    page = lead.get(lead.get("/tasks").link("Hand back “Plan the assessment”"))
    refused = lead.send(page, {"reason": " "}, status=400)
    assert "Error: " in refused.tree.xpath("string(//title)")
    lead.send(page, {"reason": "In court."})
    assert owner(world, item) is None
    assert told_of(database=world.database, case=case, kind="handed_back") == [{"reason": "In court."}]


def test_a_colleague_takes_over_what_was_given(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    item, colleague = item_of(world, case, "plan_assessment"), as_a("social_worker", number=2)
    page = colleague.get(f"/tasks/{item}")
    assert "Social worker 1 was given it. If you do it, or take it over, they are told." in page.text
    assert "Given to Social worker 1" in section(colleague.get("/tasks"), "team")
    colleague.send(page, button="Take this task over")
    assert owner(world, item) == SECOND
    assert "Ask them to hand it back" in as_a("social_worker").get(f"/tasks/{item}", status=403).text


def test_a_new_lead_reads_what_they_take_over(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    typed = item_of(world, case, "write_assessment")
    save_draft(world.database, world.actor("social_worker"), MONDAY, typed, {"impact": ["Half a sentence"]})
    begin(authority=world, case=case, process="new_lead")
    note = "See her this week."
    do(authority=world, case=case, task="choose_new_lead", lead_social_worker=SECOND, how_handed_over=note)
    assert owner(world, typed) == SECOND
    lead = as_a("social_worker", number=2)
    page = lead.get(f"/tasks/{item_of(world, case, 'read_handover')}")
    words = section(page, "open-work")
    for told in (note, "See the child: Social worker 2", "Tasks that are open (", "Time limits that run ("):
        assert told in words
    assert "Write the assessment: Social worker 1 , today at 10:00. Ask them for it" in words
    assert "Half a sentence" not in page.text
    lead.send(page, {"has_read": "all_clear"})
    assert "read_handover" not in tasks(authority=world, case=case)


def test_what_colleagues_typed_is_counted_where_not_all_of_it_is_shown(
    as_a: As, world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_at(authority=world, point="planned")
    for subject in (item_of(world, case, "write_assessment"), f"start:strategy_discussion:{case}"):
        save_draft(world.database, world.actor("social_worker"), MONDAY, subject, {})
    begin(authority=world, case=case, process="new_lead")
    do(authority=world, case=case, task="choose_new_lead", lead_social_worker=SECOND, how_handed_over="Soon.")
    monkeypatch.setattr("engine.reads.list_page.FEW", 1)
    page = as_a("social_worker", number=2).get(f"/tasks/{item_of(world, case, 'read_handover')}")
    words = section(page, "open-work")
    assert "Typed by colleagues and not sent (2)" in words
    assert words.count("Ask them for it") == 1
    assert "1 more." in words
