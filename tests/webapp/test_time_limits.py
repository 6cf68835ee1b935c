"""The page “Time limits”: every clock of the table in force; the local ones are changed by an administrator."""

from collections.abc import Callable

import pytest

from engine.record.chain import lines
from engine.timescales.calendar import day_of
from tests.builders import MONDAY, Authority, all_rows, shipped_model
from tests.engine.commands.pathway import accepted, clocks
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
PAGE = "/time-limits"
VISIT = f"{PAGE}/plan_visit"


def table(page: Page, name: str) -> list[tuple[str, ...]]:
    rows = page.tree.xpath(f"//table[caption[@id='{name}']]/tbody/tr")
    return [tuple(" ".join(cell.text_content().split()) for cell in row) for row in rows]


def limit_of(page: Page, title: str) -> tuple[str, ...]:
    return next(row[1:] for row in table(page, "local") if row[0].startswith(title))


def refused(world: Authority, role: str) -> list[str]:
    """The commands that the record says were refused to the first of this role."""
    with world.database.read() as connection:
        chain = lines(connection, world.actor(role).chain, ("refused",))
        return [(line.payload or {})["command"] for line in chain]


def banner(page: Page) -> str:
    return " ".join(page.tree.xpath("string(//*[contains(@class, 'govuk-notification-banner__content')])").split())


def test_every_clock_stands_there_the_statutory_told_apart(as_a: As) -> None:
    page = as_a("social_worker").get(PAGE)
    rules = shipped_model().rules.values()
    assert [row[0] for row in table(page, "statutory")] == [one.title for one in rules if one.kind == "statutory"]
    local = [one for one in rules if one.kind == "local"]
    assert len(table(page, "local")) == len(local)
    assert all(row[0].startswith(one.title) for row, one in zip(table(page, "local"), local, strict=True))


@pytest.mark.parametrize(
    "row",
    [
        ("Complete and authorise the assessment", "45 working days", "WT2013 ch1 para 57"),
        ("Hold the first review", "3 months", "WT2013 review conference"),
        ("Decide how to respond to the referral", "1 working day", "WT2013 ch1 para 55"),
        ("End of police protection", "72 hours", "Children Act 1989 s46(6)"),
        ("End of the emergency protection order", "By the date that is given", "Children Act 1989 s45"),
        (
            "Review the plan before the eighteenth birthday",
            "By the last working day before the eighteenth birthday",
            "WT2013 discontinuing",
        ),
    ],
)
def test_a_statutory_limit_is_shown_with_its_source(as_a: As, row: tuple[str, str, str]) -> None:
    assert row in table(as_a("auditor").get(PAGE), "statutory")


@pytest.mark.parametrize(
    ("title", "limit", "by"),
    [
        ("Visit the child under the plan", "10 working days", "Default"),
        ("Share the conference report", "3 working days before", "Default"),
        ("Respond to immediate danger", "1 hour", "Default"),
        ("Review the child in need plan", "By the date that is given", "Chosen each time"),
    ],
)
def test_a_local_limit_is_shown_with_who_set_it(as_a: As, title: str, limit: str, by: str) -> None:
    assert limit_of(as_a("social_worker").get(PAGE), title) == (limit, by)


def test_a_local_limit_is_changed(as_a: As) -> None:
    visitor = as_a("administrator")
    form = visitor.get(visitor.get(PAGE).link("Change the limit: Visit the child under the plan"))
    assert form.heading == "Visit the child under the plan"
    assert "The limit now: 10 working days. This is the default." in form.text
    assert form.value("limit") == "10"
    page = visitor.send(form, {"limit": "5"})
    assert page.path == PAGE
    assert banner(page) == "“Visit the child under the plan”: 5 working days, for what starts from now on."
    changed = ("5 working days", "Changed by Administrator 1, today at 10:00 Default: 10 working days")
    assert limit_of(as_a("social_worker").get(PAGE), "Visit the child") == changed
    assert banner(visitor.get(PAGE)) == ""
    again = visitor.get(VISIT)
    assert "5 working days. Changed by Administrator 1, today at 10:00. The default: 10 working days." in again.text
    assert again.value("limit") == "5"


def test_a_limit_that_counts_back_is_typed_without_a_sign(as_a: As) -> None:
    visitor = as_a("administrator")
    form = visitor.get(f"{PAGE}/review_preparation")
    assert form.value("limit") == "35"
    page = visitor.send(form, {"limit": "42"})
    assert limit_of(page, "Begin to prepare the review")[0].startswith("42 days before")
    assert visitor.get(form.path).value("limit") == "42"


def test_a_clock_that_runs_keeps_its_limit_and_the_next_one_has_the_new(as_a: As, world: Authority) -> None:
    visitor = as_a("administrator")
    earlier = accepted(authority=world, response="strategy_discussion")
    form = visitor.get(f"{PAGE}/strategy_discussion")
    assert "A clock that runs already keeps the limit that it began with." in form.text
    visitor.send(form, {"limit": "3"})
    later = accepted(authority=world, response="strategy_discussion")
    due = [
        (day_of(clocks(database=world.database, case=case)["strategy_discussion"].due_at) - day_of(MONDAY)).days
        for case in (earlier, later)
    ]
    assert due == [1, 3]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Enter the number of working days"),
        ("0", "Number of working days must be 1 or more"),
        ("-3", "Number of working days must be 1 or more"),
        ("1001", "Number of working days must be 1,000 or less"),
        ("99999999999999999999", "Number of working days must be a whole number"),
        ("ten", "Number of working days must be a whole number"),
        ("2.5", "Number of working days must be a whole number"),
        ("5 days", "Number of working days must be a whole number"),
    ],
)
def test_a_bad_limit_is_told_beside_its_cause_and_nothing_is_lost(
    as_a: As, world: Authority, typed: str, error: str
) -> None:
    visitor, before = as_a("administrator"), all_rows(database=world.database)
    page = visitor.send(visitor.get(VISIT), {"limit": typed}, status=400)
    assert (page.title, page.errors) == ("Error: Change the limit: Visit the child under the plan", [error])
    assert page.link(error) == "#limit"
    assert error in page.tree.xpath("string(//*[@id='limit-error'])")
    assert page.value("limit") == typed
    assert all_rows(database=world.database) == before


@pytest.mark.parametrize(
    ("named", "status"), [("assessment", 409), ("police_protection", 409), ("plan_review", 409), ("no_such_clock", 404)]
)
def test_what_is_not_the_authority_s_cannot_be_changed(as_a: As, world: Authority, named: str, status: int) -> None:
    visitor = as_a("administrator")
    token = {"csrf_token": visitor.get(VISIT).value("csrf_token")}
    visitor.get(f"{PAGE}/{named}", status=status)
    visitor.post(f"{PAGE}/{named}", {"limit": "5", **token}, status=status)
    assert all_rows(database=world.database)["local_timescale"] == []
    offered = " ".join(visitor.get(PAGE).tree.xpath("//main//a/@href"))
    assert f"/{named}" not in offered


@pytest.mark.parametrize("role", ["social_worker", "auditor", "health_practitioner", "process_owner"])
def test_others_read_and_change_nothing(as_a: As, world: Authority, role: str) -> None:
    visitor = as_a(role)
    page = visitor.get(visitor.get("/tasks").link("time limits"))
    assert ("Change" in page.text, "An administrator changes these." in page.text) == (False, True)
    visitor.get(VISIT, status=403)
    token = {"csrf_token": page.tree.xpath("string(//input[@name='csrf_token']/@value)")}
    visitor.post(VISIT, {"limit": "5", **token}, status=403)
    assert all_rows(database=world.database)["local_timescale"] == []
    assert refused(world, role) == ["_look", "_look"]  # before anything is read or done


def test_who_has_not_signed_in_is_asked_to(visitor: Visitor) -> None:
    for path in (PAGE, VISIT):
        assert visitor.get(path).path.startswith("/sign-in")


def test_a_form_that_is_not_ours_changes_nothing_and_loses_nothing(as_a: As, world: Authority) -> None:
    visitor = as_a("administrator")
    page = visitor.post(VISIT, {"limit": "7", "csrf_token": "forged"}, status=400)
    assert "had been open for too long" in page.errors[0]
    assert page.value("limit") == "7"
    assert all_rows(database=world.database)["local_timescale"] == []
    assert limit_of(visitor.send(page), "Visit the child")[0].startswith("7 working days")
