"""The inbox: what stands where, taking a task and handing it back."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from engine.commands.cases import claim
from engine.reads.list_page import FEW, PAGE
from engine.tables import WorkItem
from tests.builders import DAY, MONDAY, Authority, case_at, child, open_items, pass_time, refer
from tests.engine.commands.calls_of_drafts import submitted
from tests.webapp.conftest import Clock
from tests.webapp.test_team import section
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]


def sections(page: Page) -> dict[str, list[str]]:
    """Heading of a section -> title and child of each of its rows."""
    found: dict[str, list[str]] = {}
    for one in page.tree.xpath("//section[@aria-labelledby]"):
        heading = one.xpath("string(./h2)").split("(")[0].strip()
        found[heading] = [" ".join(row.text_content().split()) for row in one.xpath(".//h3")]
    return found


def test_a_task_tells_the_child_what_to_do_and_how_long_is_left(as_a: As, world: Authority) -> None:
    case_at(authority=world)
    page = as_a("social_worker").get("/tasks")
    assert "Ada Example , 14 years" in page.text
    assert "1 working day left" in page.text
    assert "by the end of tomorrow" in page.text
    assert "Decide the response for Ada Example" in sections(page)["Your team’s tasks for your role"]


def test_danger_stands_first_then_what_is_mine_then_the_team_s(as_a: As, world: Authority) -> None:
    refer(authority=world, children=[child(given_name="Calm")])
    refer(
        authority=world, children=[child(given_name="Urgent")], immediate_danger="yes", received_at=MONDAY.isoformat()
    )
    visitor = as_a("social_worker")
    page = visitor.send(visitor.get("/tasks"), button="Take “Decide the response” for Calm Example")
    assert page.heading == "Decide the response"
    listed = sections(visitor.get("/tasks"))
    assert list(listed) == [
        "Alarms that nobody has opened",
        "A child may be in immediate danger",
        "Your tasks",
        "Your team’s tasks for your role",
    ]
    assert "Decide the response for Urgent Example" in listed["A child may be in immediate danger"]
    assert listed["Your tasks"] == ["Decide the response for Calm Example"]


def test_what_is_overdue_says_so_in_words_and_comes_first(as_a: As, world: Authority, clock: Clock) -> None:
    refer(authority=world, children=[child(given_name="Old")])
    later = clock.move(3 * DAY)
    pass_time(authority=world, now=later)
    refer(authority=world, children=[child(given_name="New")], now=later, received_at=later.isoformat())
    page = as_a("social_worker").get("/tasks")
    rows = sections(page)["Your team’s tasks for your role"]
    assert "Overdue by 2 days" in page.text
    assert "Old" in rows[0]
    assert "New" in rows[-1]


def test_a_task_taken_by_a_colleague_names_them_and_cannot_be_taken(as_a: As, world: Authority) -> None:
    case_at(authority=world)
    first, second = as_a("social_worker"), as_a("social_worker", 2)
    inbox = second.get("/tasks")
    first.send(first.get("/tasks"), button="Take “Decide the response” for Ada Example")
    assert "Taken by Social worker 1" in second.get("/tasks").text
    refused = second.send(inbox, button="Take “Decide the response” for Ada Example", status=403)
    assert "Social worker 1 has taken this task" in refused.text


def test_a_task_given_back_can_be_taken_by_somebody_else(as_a: As, world: Authority) -> None:
    case_at(authority=world)
    first, second = as_a("social_worker"), as_a("social_worker", 2)
    first.send(first.get("/tasks"), button="Take “Decide the response” for Ada Example")
    first.send(first.get("/tasks"), button="Hand back “Decide the response” for Ada Example")
    taken = second.send(second.get("/tasks"), button="Take “Decide the response” for Ada Example")
    assert "Who has it You" in taken.text


def test_an_agency_sees_only_its_own_tasks(as_a: As, world: Authority) -> None:
    case_at(authority=world, point="planned")
    assert "Contribute" in str(sections(as_a("police_officer").get("/tasks")))
    assert "Ada" not in as_a("education_practitioner").get("/tasks").text
    assert "Authorise" not in as_a("social_worker").get("/tasks").text


def test_another_team_knows_nothing_of_it(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    item = open_items(database=world.database, case=case)["decide_response"].id
    stranger = as_a("education_practitioner")
    for address in (f"/cases/{case}", f"/tasks/{item}", "/cases/nothing", "/tasks/nothing"):
        refused = stranger.get(address, status=404)
        assert refused.heading == "Page not found"
        assert "Ada" not in refused.text


def test_a_long_inbox_is_paged(as_a: As, world: Authority, clock: Clock) -> None:
    for number in range(20):
        refer(authority=world, children=[child(given_name=f"Child {number}")])
    clock.move(timedelta(minutes=1))
    visitor = as_a("social_worker")
    page = visitor.get("/tasks")
    assert len(page.tree.xpath("//h3")) == FEW
    assert "Your team’s tasks for your role (60)" in page.text
    whole = visitor.get(page.link("Show all 60"))
    assert len(whole.tree.xpath("//h3")) == PAGE
    rest = visitor.get(whole.link("Next"))
    assert rest.title == "Your team’s tasks for your role (page 2)"
    assert "Your team’s tasks for your role (60)" in rest.text
    assert "You have taken no task" not in rest.text
    assert len(rest.tree.xpath("//h3")) == 60 - PAGE
    for query in ("list=team&page=99", "list=team&page=-1&x=", "list=team&page=abc", "list=nothing", "list=danger"):
        assert visitor.get(f"/tasks?{query}").status == 200
    assert "(60)" in visitor.get("/tasks?list=team&page=99").text


def test_what_is_mine_is_told_whole_however_much_stands_before_it(as_a: As, world: Authority) -> None:
    """On its own page as on the first one: nobody reads that they have taken nothing because a page was full."""
    for number in range(FEW + 2):
        refer(authority=world, children=[child(given_name=f"Danger {number}")], immediate_danger="yes")
    cases = [
        refer(authority=world, children=[child(given_name=f"Mine {number}")]).cases[0] for number in range(FEW + 1)
    ]
    for case in cases:
        item = open_items(database=world.database, case=case)["decide_response"].id
        claim(world.database, world.actor("social_worker"), MONDAY, item)
    page = as_a("social_worker").get("/tasks")
    with world.database.read() as connection:
        open_now = WorkItem.closed_at.is_(None)
        urgent = connection.scalar(select(func.count()).where(open_now, WorkItem.urgent))
        others = connection.scalar(select(func.count()).where(open_now, WorkItem.role == "social_worker")) or 0
    mine = len(cases)
    assert f"A child may be in immediate danger ({urgent})" in page.text
    assert f"Your tasks ({mine})" in page.text
    assert f"Your team’s tasks for your role ({others - (urgent or 0) - mine})" in page.text
    assert len(sections(page)["Your tasks"]) == FEW


def test_danger_reaches_the_manager_who_cannot_do_it(as_a: As, world: Authority) -> None:
    refer(authority=world, children=[child(given_name="Kai")], immediate_danger="yes")
    manager = as_a("team_manager")
    for path in ("/tasks", "/team"):
        page = manager.get(path)
        assert "Kai Example" in section(page, "danger"), path
        assert page.text.index("A child may be in immediate danger") < page.text.index("Kai Example")
    assert "Take “Decide the response”" not in manager.get("/tasks").text
    assert "Kai" not in as_a("education_practitioner").get("/tasks").text


def test_two_that_are_due_on_one_day_have_one_colour(as_a: As, world: Authority, clock: Clock) -> None:
    case_at(authority=world, point="planned")
    for _ in range(30):
        clock.move(2 * DAY)
        page = as_a("social_worker").get("/tasks")
        colours: dict[str, set[str]] = {}
        for row in page.tree.xpath("//div[@class='app-task__clock'][p/strong]"):
            colour = next(name for name in row.xpath("string(.//strong/@class)").split() if "govuk-tag--" in name)
            colours.setdefault(row.xpath("string(p[2])"), set()).add(colour)
        assert all(len(found) == 1 for found in colours.values()), colours


def test_what_is_for_a_role_is_said_to_be_no_more_than_that(as_a: As, world: Authority) -> None:
    """The team has more tasks than those of one role, and who has none is not told of “more”."""
    case_at(authority=world, point="planned")
    assert "Your team’s tasks for your role (" in as_a("social_worker").get("/tasks").text
    assert "Your agency’s tasks for your role (1)" in as_a("health_practitioner").get("/tasks").text
    nobody = as_a("process_owner").get("/tasks").text
    assert "Tasks for your role Nothing waits for your role." in nobody


def test_an_approver_is_told_of_a_draft_that_waits(as_a: As, world: Authority) -> None:
    submitted(world)
    page = as_a("pathway_approver").get("/tasks")
    assert "Waiting for you elsewhere 1 change of the pathway is to be judged" in page.text
    assert "Tasks for your role Nothing more waits for your role." in page.text
    assert as_a("pathway_approver").get(page.link("1 change of the pathway is to be judged")).heading == "The pathway"
