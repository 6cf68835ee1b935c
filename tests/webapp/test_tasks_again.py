"""A task that comes up a second time, as the page shows it."""

from collections.abc import Callable

from tests.builders import Authority, case_at, do, open_items
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]


def test_a_task_that_came_back_says_why_and_is_filled_in_but_for_what_is_decided(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    do(authority=world, case=case, task="write_assessment", finding="child_in_need", analysis="Neglect since May.")
    do(authority=world, case=case, task="authorise_assessment", authorised="returned", reason="Who saw the child?")
    item = open_items(database=world.database, case=case)["write_assessment"].id
    page = as_a("social_worker").get(f"/tasks/{item}")
    assert page.value("analysis") == "Neglect since May."
    assert not page.tree.xpath("//input[@name='finding'][@checked]")
    assert "Who saw the child?" in page.tree.xpath("string(//section[@aria-labelledby='before'])")
