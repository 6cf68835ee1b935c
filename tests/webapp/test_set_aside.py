"""A process that cannot go on, and a case that does not fit together: what people read, without scripts."""

from collections.abc import Callable

from sqlalchemy import insert, update

from engine.tables import Case, Instance, StalledCase
from tests.builders import HOUR, MONDAY, Authority, case_at, do, open_items
from tests.webapp.test_team import section
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
WRONG = "Something is wrong with this process: Assessment."


def set_aside(world: Authority) -> str:
    """A case whose assessment cannot be read when somebody has written it."""
    case = case_at(authority=world, point="planned")
    with world.database.transaction() as connection:
        connection.execute(update(Instance).where(Instance.process == "assessment").values(state=b"{}"))
    do(authority=world, case=case, task="write_assessment", finding="child_in_need")
    return case


def test_the_page_of_the_case_says_what_is_wrong_to_who_manages_or_oversees(as_a: As, world: Authority) -> None:
    case = set_aside(world)
    for role in ("team_manager", "auditor"):
        text = as_a(role).get(f"/cases/{case}").text
        assert WRONG in text
        assert "what is stored of it cannot be read" in text
    page = as_a("social_worker").get(f"/cases/{case}")
    assert WRONG not in page.text
    assert "Assessment was set aside, as it cannot go on" in page.text
    assert "Set aside today" in section(page, "stands")


def test_the_page_of_a_case_in_which_the_clock_fails_says_since_when(as_a: As, world: Authority) -> None:
    case, said = case_at(authority=world), "the system cannot"
    assert said not in as_a("social_worker").get(f"/cases/{case}").text
    with world.database.transaction() as connection:
        for step, since in (("leaver", MONDAY), ("clocks", MONDAY - HOUR)):
            row = {"case_id": case, "step": step, "since": since, "failures": 1, "next_try_at": MONDAY}
            connection.execute(insert(StalledCase).values(row))
    for role in ("social_worker", "team_manager", "auditor"):
        text = as_a(role).get(f"/cases/{case}").text
        assert f"Since today at 09:00 {said} act on a deadline that has run out in this case." in text
        assert f"Since today at 10:00 {said} hand back the tasks of somebody who has left in this case." in text
    listed = section(as_a("team_manager").get("/team"), "stalled")
    assert "Act on a deadline that has run out, since today at 09:00; Hand back the tasks" in listed


def test_the_replay_does_not_call_it_ended(as_a: As, world: Authority) -> None:
    case = set_aside(world)
    page = as_a("auditor").get(f"/cases/{case}/replay")
    assert "no longer needed" not in page.text
    (row,) = page.tree.xpath("//table[contains(@class, 'app-line')]/tbody/tr[th[contains(., 'Assessment')]]")
    cells = [" ".join(cell.text_content().split()) for cell in row.xpath("./td")]
    assert "– set aside " in cells[0]
    assert cells[1] == "Not ended: it cannot go on"


def test_the_page_of_the_team_names_it(as_a: As, world: Authority) -> None:
    assert section(as_a("team_manager").get("/team"), "stuck") == ""
    set_aside(world)
    assert "Ada Example" in section(as_a("team_manager").get("/team"), "stuck")
    assert "Assessment, since" in section(as_a("team_manager").get("/team"), "stuck")


def test_what_was_typed_into_a_case_that_does_not_fit_together_is_not_lost(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    item = open_items(database=world.database, case=case)["decide_response"].id
    with world.database.transaction() as connection:
        connection.execute(update(Case).values(plan_until=MONDAY))
    worker = as_a("social_worker")
    typed = {"response": "no_further_action", "reason": "Only said here", "before_clarifying_reason": "So far"}
    page = worker.send(worker.get(f"/tasks/{item}"), typed, status=500)
    assert "Nothing was saved" in page.text
    assert "kept as a draft" in page.text
    assert "Only said here" in worker.get(f"/tasks/{item}").response.text
