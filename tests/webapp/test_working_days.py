"""The page “Working days”: read by everybody who is signed in, changed by an administrator."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.builders import DAY, MONDAY, Authority, all_rows, case_at
from tests.engine.commands.pathway import accepted, clocks, told_of
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
PAGE = "/working-days"


def typed(day: str = "24 12 2026", name: str = "Christmas closure") -> dict[str, str]:
    return {**dict(zip(("day-day", "day-month", "day-year"), day.split(" "), strict=True)), "name": name}


def section(page: Page, name: str) -> str:
    return " ".join(" ".join(page.tree.xpath(f"//section[@aria-labelledby='{name}']//text()")).split())


def banner(page: Page) -> str:
    return " ".join(page.tree.xpath("string(//*[contains(@class, 'govuk-notification-banner__content')])").split())


def test_it_names_the_bank_holidays_of_this_year_and_the_next(as_a: As) -> None:
    held = section(as_a("administrator").get(PAGE), "bank-holidays")
    for words in ("Friday 3 April 2026 Good Friday", "Monday 28 December 2026 Boxing Day (substitute day)"):
        assert words in held
    assert "Friday 26 March 2027 Good Friday" in held
    assert ("2025 New Year" in held, "2028 New Year" in held) == (False, False)


def test_years_that_are_not_published_are_marked(as_a: As, clock: Clock) -> None:
    assert "worked out by rule" not in as_a("administrator").get(PAGE).text
    clock.move(timedelta(days=2 * 365))
    assert section(as_a("administrator").get(PAGE), "bank-holidays").count("worked out by rule") == 1


def test_a_day_is_added_with_who_and_when(as_a: As, clock: Clock) -> None:
    visitor = as_a("administrator")
    page = visitor.send(visitor.get(PAGE), typed())
    assert (page.path, banner(page).split(". ")[0]) == (PAGE, "24 December 2026 is a closure day")
    assert "Thursday 24 December 2026 Christmas closure Added by Administrator 1, today at 10:00" in section(
        page, "closure-days"
    )
    assert banner(visitor.get(PAGE)) == ""
    clock.move(DAY)
    again = as_a("administrator").get(PAGE)
    assert "Christmas closure Added by Administrator 1, yesterday at 10:00" in section(again, "closure-days")


def test_open_deadlines_are_counted_anew_at_once_and_the_page_says_how_many(as_a: As, world: Authority) -> None:
    moved = [accepted(authority=world) for _ in range(2)]
    done = case_at(authority=world, point="closed")
    visitor = as_a("administrator")
    page = visitor.send(visitor.get(PAGE), typed("10 3 2026"))
    open_now = sum(
        clock.met_at is None and clock.stopped_at is None
        for case in (*moved, done)
        for clock in clocks(database=world.database, case=case).values()
    )
    assert f"Open deadlines recalculated: {open_now}. Moved to another day: {len(moved)}." in banner(page)
    for case in moved:
        (told,) = (
            one for one in told_of(database=world.database, case=case, kind="deadline") if one["what"] == "recalculated"
        )
        assert (told["clock"], told["before"][:10], told["due_at"][:10]) == ("assessment", "2026-05-07", "2026-05-08")
    moved_by = "due 8 May 2026 instead of 7 May 2026, as the working days changed"
    shown = as_a("team_manager").get(f"/cases/{moved[0]}").text
    assert f"Clock recalculated: Complete and authorise the assessment: {moved_by}" in shown


def test_a_day_that_touches_no_deadline_moves_none(as_a: As, world: Authority) -> None:
    accepted(authority=world)
    visitor = as_a("administrator")
    assert "Moved to another day: 0." in banner(visitor.send(visitor.get(PAGE), typed("24 12 2027")))


@pytest.mark.parametrize(
    ("day", "error"),
    [
        ("  ", "Enter the date"),
        ("31 2 2026", "Date must be a real date"),
        ("24  2026", "Date must be a real date"),
        ("x y z", "Date must be a real date"),
        ("0 1 2026", "Date must be a real date"),
        ("26 12 2026", "Date must be a working day: this one is a bank holiday (Boxing Day)"),
        ("3 4 2026", "Date must be a working day: this one is a bank holiday (Good Friday)"),
        ("19 12 2026", "Date must be a working day: this one is a Saturday"),
        ("24 12 2024", "Date must have a year from 2025 to 2028"),
        ("24 12 2029", "Date must have a year from 2025 to 2028"),
        ("24 12 9999", "Date must have a year from 1900 to 2199"),
    ],
)
def test_a_bad_date_is_told_beside_its_cause_and_nothing_is_lost(
    as_a: As, world: Authority, day: str, error: str
) -> None:
    visitor, before = as_a("administrator"), all_rows(database=world.database)
    page = visitor.send(visitor.get(PAGE), typed(day), status=400)
    assert (page.title, page.errors) == ("Error: Working days", [error])
    assert page.link(error) == "#day-day"
    assert error in page.tree.xpath("string(//*[@id='day-error'])")
    assert page.value("name") == "Christmas closure"
    assert page.value("day-year") == typed(day)["day-year"]
    assert all_rows(database=world.database) == before


def test_everything_that_is_wrong_is_told_at_once(as_a: As) -> None:
    visitor = as_a("administrator")
    page = visitor.send(visitor.get(PAGE), typed("19 12 2026", "x" * 101), status=400)
    assert page.errors == [
        "Date must be a working day: this one is a Saturday",
        "Name must be 100 characters or fewer",
    ]
    assert visitor.send(page, typed(name=" "), status=400).errors == ["Enter the name"]


def test_a_day_that_is_past_can_be_put_down_late(as_a: As, world: Authority) -> None:
    """The offices had to stay closed, and only afterwards is it written down."""
    accepted(authority=world, now=MONDAY)
    visitor = as_a("administrator")
    page = visitor.send(visitor.get(PAGE), typed("27 2 2026", "Snow"))
    assert "27 February 2026 is a closure day" in banner(page)


def test_a_day_is_not_added_twice(as_a: As) -> None:
    visitor = as_a("administrator")
    visitor.send(visitor.get(PAGE), typed())
    page = visitor.send(visitor.get(PAGE), typed(name="Again"), status=400)
    assert page.errors == ["Date must be a working day: this one is a closure day"]
    assert page.value("name") == "Again"


def test_a_name_is_shown_as_it_was_typed(as_a: As) -> None:
    visitor = as_a("administrator")
    page = visitor.send(visitor.get(PAGE), typed(name="<b>Snow</b> & ice"))
    assert "<b>Snow</b> & ice" in section(page, "closure-days")


def test_a_day_is_removed_after_asking(as_a: As, world: Authority) -> None:
    case = accepted(authority=world)
    visitor = as_a("administrator")
    page = visitor.send(visitor.get(PAGE), typed("10 3 2026", "Flood"))
    asked = visitor.get(page.link("Remove Tuesday 10 March 2026"))
    assert asked.heading == "Remove Tuesday 10 March 2026?"
    assert "“Flood” by Administrator 1, today at 10:00" in asked.text
    assert "Flood" in visitor.get(asked.link("Keep it")).text
    removed = visitor.send(asked)
    assert banner(removed).startswith("10 March 2026 is no longer a closure day. Open deadlines recalculated: ")
    assert "Moved to another day: 1." in banner(removed)
    assert "There is none." in section(removed, "closure-days")
    assert clocks(database=world.database, case=case)["assessment"].due_at.date().isoformat() == "2026-05-07"


@pytest.mark.parametrize("day", ["2026-12-25", "2026-03-10"], ids=["a bank holiday", "a working day"])
def test_only_a_closure_day_can_be_removed(as_a: As, world: Authority, day: str) -> None:
    visitor = as_a("administrator")
    page = visitor.send(visitor.get(PAGE), typed())
    before = all_rows(database=world.database)
    for answer in (
        visitor.get(f"{PAGE}/{day}/remove", status=409),
        visitor.post(f"{PAGE}/{day}/remove", {"csrf_token": page.value("csrf_token")}, status=409),
    ):
        assert "This day is not among your closure days." in answer.text
    assert all_rows(database=world.database) == before


@pytest.mark.parametrize("day", ["soon", "2026-13-01", "%00"])
def test_what_is_no_date_is_not_there(as_a: As, day: str) -> None:
    as_a("administrator").get(f"{PAGE}/{day}/remove", status=404)


def test_two_who_remove_one_day_do_it_once(as_a: As) -> None:
    visitor = as_a("administrator")
    visitor.send(visitor.get(PAGE), typed())
    asked = visitor.get(f"{PAGE}/2026-12-24/remove")
    visitor.send(asked)
    assert "not among your closure days" in as_a("administrator", 2).get(asked.path, status=409).text
    assert "not among your closure days" in visitor.send(asked, status=409).text


@pytest.mark.parametrize("role", ["social_worker", "auditor", "health_practitioner", "process_owner"])
def test_others_read_and_change_nothing(as_a: As, world: Authority, role: str) -> None:
    administrator, visitor = as_a("administrator"), as_a(role)
    administrator.send(administrator.get(PAGE), typed())
    page = visitor.get(visitor.get("/tasks").link("working days"))
    assert "Thursday 24 December 2026 Christmas closure" in section(page, "closure-days")
    assert (page.tree.xpath("//main//form"), "Remove" in page.text) == ([], False)
    token = {"csrf_token": page.tree.xpath("string(//input[@name='csrf_token']/@value)")}
    before = all_rows(database=world.database)["closure_day"]
    visitor.post(PAGE, {**typed("23 12 2026"), **token}, status=403)
    visitor.get(f"{PAGE}/2026-12-24/remove", status=403)
    visitor.post(f"{PAGE}/2026-12-24/remove", token, status=403)
    assert all_rows(database=world.database)["closure_day"] == before


def test_the_way_there_is_in_the_menu_of_administrators_alone(as_a: As) -> None:
    menu = "string(//*[contains(@class, 'govuk-service-navigation')])"
    assert "Working days" in as_a("administrator").get("/tasks").tree.xpath(menu)
    assert "Working days" not in as_a("team_manager").get("/tasks").tree.xpath(menu)


def test_who_has_not_signed_in_is_asked_to(visitor: Visitor) -> None:
    assert visitor.get(PAGE).path.startswith("/sign-in")


def test_a_form_that_is_not_ours_changes_nothing_and_loses_nothing(as_a: As, world: Authority) -> None:
    visitor = as_a("administrator")
    before = all_rows(database=world.database)
    page = visitor.post(PAGE, {**typed(), "csrf_token": "forged"}, status=400)
    assert "had been open for too long" in page.errors[0]
    assert (page.value("day-day"), page.value("name")) == ("24", "Christmas closure")
    assert all_rows(database=world.database) == before
    assert "24 December 2026 is a closure day" in banner(visitor.send(page))
    before = all_rows(database=world.database)
    visitor.post(f"{PAGE}/2026-12-24/remove", {"csrf_token": "forged"}, status=400)
    assert all_rows(database=world.database) == before
