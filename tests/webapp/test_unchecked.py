"""What staff read on every page while deadlines are not being checked, and who does not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from engine.base.clock import Uptime, uptime
from engine.base.database import Database
from engine.commands.setting_cases_aside import note_stalled
from engine.commands.ticks import note_doubt, note_tick
from engine.facts.right_time import Doubt
from engine.people.identity import SYSTEM
from tests.builders import MONDAY, Authority, case_at, reference
from tests.webapp.conftest import Clock
from tests.webapp.test_team import section
from tests.webapp.visitor import Page, Visitor
from webapp.duty_list import UP_SINCE
from webapp.words import since

As = Callable[..., Visitor]
MINUTE = timedelta(minutes=1)


def banner(page: Page) -> str:
    found = page.tree.xpath("//section[@aria-label='Deadlines']")
    return " ".join(" ".join(found[0].xpath(".//text()")).split()) if found else ""


def ticked(database: Database, at: datetime) -> None:
    note_tick(database, SYSTEM, at, 0, at, Uptime("", 0))


def test_staff_read_since_when_deadlines_have_not_been_checked(as_a: As, world: Authority, clock: Clock) -> None:
    """On every page, whatever role; with its day where that is not today; and no more after the next tick."""
    case = case_at(authority=world)
    ticked(world.database, MONDAY)
    clock.move(2 * MINUTE)
    worker = as_a("social_worker")
    assert banner(worker.get("/tasks")) == ""
    clock.move(MINUTE)
    for visitor, paths in {
        worker: ("/tasks", "/cases", f"/cases/{case}", "/refer"),
        as_a("auditor"): ("/cases",),
    }.items():
        for path in paths:
            assert "Deadlines have not been checked since 10:00." in banner(visitor.get(path))
    clock.move(timedelta(hours=16))
    assert "since yesterday at 10:00." in banner(as_a("team_manager").get("/tasks"))
    ticked(world.database, clock())
    assert banner(as_a("social_worker").get("/tasks")) == ""


def test_the_public_reads_nothing_of_it(visitor: Visitor, world: Authority, clock: Clock) -> None:
    ticked(world.database, MONDAY)
    clock.move(timedelta(days=9))
    for path in ("/refer", "/sign-in"):
        assert banner(visitor.get(path)) == ""


@pytest.mark.parametrize("up_for", [119, 130])
def test_where_it_never_ticked_it_is_said_once_the_site_has_been_up_for_two_minutes(
    as_a: As, app: Flask, up_for: int
) -> None:
    app.extensions[UP_SINCE] = Uptime("", uptime().seconds - up_for)
    said = banner(as_a("social_worker").get("/tasks"))
    assert ("Deadlines have never been checked." in said) is (up_for > 120)


def test_a_clock_that_is_doubted_is_named(as_a: As, world: Authority) -> None:
    ticked(world.database, MONDAY)
    note_doubt(world.database, SYSTEM, MONDAY, Doubt.AHEAD)
    words = "Deadlines are not being checked: the clock of the machine may be wrong."
    assert words in banner(as_a("social_worker").get("/tasks"))


def test_a_case_in_which_the_clock_fails_is_named_to_its_manager_and_counted_to_administrators(
    as_a: As, world: Authority
) -> None:
    """Nobody reads of a child whom they may not know of."""
    case = case_at(authority=world)
    manager, administrator = as_a("team_manager"), as_a("administrator")
    assert section(manager.get("/team"), "stalled") == ""
    for step in ("clocks", "alarm"):
        note_stalled(world.database, SYSTEM, MONDAY, case, step, KeyError("Ada"))
    listed = section(manager.get("/team"), "stalled")
    assert "Ada Example" in listed
    assert listed.count(reference(authority=world, case=case)) == 1
    counted = administrator.get("/working-days")
    assert "In 1 case the system cannot do all that it should by itself." in banner(counted)
    assert "Ada" not in counted.text
    assert banner(as_a("social_worker").get("/tasks")) == ""


def test_the_day_is_said_where_it_is_not_today() -> None:
    """In London, where the night is shorter in March."""
    now = datetime.fromisoformat("2026-03-29T12:00+01:00")
    assert since(datetime.fromisoformat("2026-03-29T09:14+01:00"), now) == "09:14"
    assert since(datetime.fromisoformat("2026-03-28T23:59+00:00"), now) == "yesterday at 23:59"
    assert since(datetime.fromisoformat("2025-11-27T00:00+00:00"), now) == "27 November 2025 at 00:00"
