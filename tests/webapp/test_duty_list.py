"""The page “Duty list”, and alarms above all else on Tasks and Team."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.commands.accounts import disable_account
from engine.commands.keeping_duty_list import add_duty_turn
from engine.commands.timers import tick
from engine.people.identity import SYSTEM
from tests.builders import HOUR, MONDAY, Authority, account, all_rows, refer
from tests.posting import MINUTE, sent
from tests.webapp.conftest import Clock
from tests.webapp.test_working_days import banner, section
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
FIRST = account(role="social_worker")
PAGE = "/duty"


def typed(since: str = "2 3 2026 09:00", until: str = "2 3 2026 17:00", **more: str) -> dict[str, str]:
    parts = ("day", "month", "year", "time")
    moments = {
        f"{name}-{part}": value
        for name, moment in (("starts_at", since), ("ends_at", until))
        for part, value in zip(parts, moment.split(" "), strict=True)
    }
    return {"person": FIRST, "place": "first", "address": "", **moments, **more}


@pytest.mark.parametrize("role", ["administrator", "team_manager"])
def test_a_turn_is_added_changed_and_removed(as_a: As, role: str) -> None:
    visitor = as_a(role)
    page = visitor.get(PAGE)
    assert "Nobody is first on duty now." in page.text
    assert (page.value("starts_at-time"), page.value("ends_at-time")) == ("10:00", "")
    page = visitor.send(page, typed(address="duty@elsewhere.example"))
    assert (page.path, banner(page)) == (PAGE, "The turn is on the duty list.")
    assert "Social worker 1 First, now, at duty@elsewhere.example" in page.text
    assert "Nobody is first on duty now." not in page.text
    assert "First: from Monday 2 March 2026 at 17:00 until Monday 9 March 2026 at 10:00" in page.text
    (turn,) = page.tree.xpath("//table//a[starts-with(., 'Change')]/@href")
    changed = visitor.send(visitor.get(turn), typed(until="2 3 2026 18:00", place="second"))
    assert "Social worker 1 Second, now" in changed.text
    gone = visitor.send(visitor.get(f"{turn}/remove"), {})
    assert banner(gone) == "The turn is no longer on the duty list."
    assert "There is nobody on the list." in gone.text


WRONG = (
    (typed(until="2 3 2026 08:00"), "Until must be later than From"),
    (typed(since="1 3 2026 09:00", until="1 3 2026 17:00"), "Until must be in the future"),
    (typed(until="2 5 2026 17:00"), "Until must be at most 31 days after From"),
    (typed(until="2 13 2026 17:00"), "Until must be a real date and time"),
    (
        typed(since="3 3 2026 09:00", until="3 3 2026 17:00", address="nowhere"),
        "Email address must be like name@example.org",
    ),
    (typed(person=""), "Choose an answer to “Who is on duty?”"),
    (
        typed(since="2 3 2026 16:00", until="2 3 2026 20:00"),
        "Social worker 1 is on duty already from 2 March 2026, 09:00 to 2 March 2026, 17:00",
    ),
)


def test_what_cannot_be_is_refused_beside_its_field(as_a: As, world: Authority) -> None:
    visitor = as_a("team_manager")
    visitor.send(visitor.get(PAGE), typed())
    record = ("act", "chain", "payload", "shown", "session")
    before = all_rows(database=world.database, but=record)
    for wrong, said in WRONG:
        page = visitor.send(visitor.get(PAGE), wrong, status=400)
        assert page.errors == [said]
        assert page.value("ends_at-month") == wrong["ends_at-month"]
    assert all_rows(database=world.database, but=record) == before


def test_everybody_may_read_it_and_others_change_nothing(as_a: As) -> None:
    visitor = as_a("administrator")
    visitor.send(visitor.get(PAGE), typed(address="duty@elsewhere.example"))
    (turn,) = visitor.get(PAGE).tree.xpath("//table//a[starts-with(., 'Change')]/@href")
    for role in ("social_worker", "health_practitioner"):
        other = as_a(role)
        page = other.get(PAGE)
        assert "Social worker 1 First, now" in page.text
        assert ("elsewhere.example" in page.text, page.tree.xpath("//main//form")) == (False, [])
        for path in (turn, f"{turn}/remove", "/duty-minutes"):
            other.get(path, status=403)


def test_the_turn_of_whoever_has_left_covers_nothing(as_a: As, world: Authority) -> None:
    visitor = as_a("team_manager")
    page = visitor.send(visitor.get(PAGE), typed())
    assert ("First, now" in page.text, "counts for nothing" in page.text) == (True, False)
    disable_account(world.database, world.system, MONDAY, FIRST)
    page = visitor.get(PAGE)
    assert "Social worker 1 First This turn counts for nothing" in page.text
    assert "Nobody is first on duty now." in page.text
    assert "First: now until Monday 9 March 2026 at 10:00" in page.text


def test_the_minutes_are_set(as_a: As) -> None:
    visitor = as_a("team_manager")
    page = visitor.send(visitor.get("/duty-minutes"), {"minutes": "0"}, status=400)
    assert page.errors == ["Minutes must be 1 or more"]
    assert "has opened the case after 5 minutes" in visitor.send(visitor.get("/duty-minutes"), {"minutes": "5"}).text


def raised(world: Authority, **people: str) -> str:
    """By place on the duty list whoever is in it; the first on duty unless said otherwise."""
    for place, person in (people or {"first": FIRST}).items():
        turn = {"person": person, "place": place, "starts_at": MONDAY.isoformat()}
        add_duty_turn(world.database, world.system, MONDAY, {**turn, "ends_at": (MONDAY + HOUR).isoformat()})
    return refer(authority=world, immediate_danger="yes", reply_by="none").cases[0]


def test_an_alarm_stands_first_until_somebody_of_the_team_opens_it(as_a: As, world: Authority) -> None:
    case = raised(world)
    for role, path in (("social_worker", "/tasks"), ("team_manager", "/tasks"), ("team_manager", "/team")):
        page = as_a(role).get(path)
        first = page.tree.xpath("//main//section")[0]
        assert first.get("aria-labelledby") == "alarms", (role, path)
        told = page.text
        assert "Ada Example" in told
        assert "Social worker 1, first on duty: the letter has not left yet" in told
        assert "No letter about it is known to have left. Open the case, or ring whoever is on duty." in told
    # Its clock counts as running out from the first minute.
    assert "Respond to immediate danger" in section(as_a("team_manager").get("/team"), "pressing")
    sent(world.database, MONDAY)
    told = as_a("team_manager").get("/tasks").text
    assert ("the letter left today at 10:00" in told, "No letter about it" in told) == (True, False)
    tick(world.database, SYSTEM, MONDAY + 16 * MINUTE)
    told = as_a("team_manager").get("/tasks").text
    assert "Nobody was second on duty. Social worker 1, first on duty: the letter left" in told
    assert "Team manager 1: the letter has not left yet" in told
    assert "alarms" not in as_a("health_practitioner").get("/tasks").tree.xpath("//section/@aria-labelledby")
    as_a("health_practitioner").get(f"/cases/{case}")
    assert as_a("team_manager").client.get("/open-page").get_json()["alarms"] == 1
    page = as_a("social_worker", number=2).get(f"/cases/{case}")
    assert "The alarm is over: somebody of the team opened the case" in page.text
    assert as_a("team_manager").client.get("/open-page").get_json()["alarms"] == 0
    assert "alarms" not in as_a("team_manager").get("/team").tree.xpath("//section/@aria-labelledby")


def test_who_was_told_stands_in_the_order_in_which_it_went_on(as_a: As, world: Authority) -> None:
    raised(world, first=FIRST, second=account(role="social_worker", number=2))
    for minutes in (16, 32):
        sent(world.database, MONDAY + (minutes - 16) * MINUTE)
        tick(world.database, SYSTEM, MONDAY + minutes * MINUTE)
    told = as_a("team_manager").get("/team").text
    places = [told.index(one) for one in ("1, first on duty: ", "2, second on duty: ", "Team manager 1: ")]
    assert places == sorted(places)


def test_the_number_stands_on_every_page_and_asking_for_it_is_no_look(as_a: As, world: Authority) -> None:
    raised(world)
    visitor = as_a("team_manager")
    header = "string(//*[@data-open-page]/a[not(@hidden)])"
    assert visitor.get("/refer").tree.xpath(header) == "1 alarm that nobody has opened"
    before = all_rows(database=world.database)
    assert visitor.client.get("/open-page").get_json()["alarms"] == 1
    assert all_rows(database=world.database) == before
    assert as_a("housing_officer").client.get("/open-page").get_json()["alarms"] == 0
    assert as_a("social_worker", number=2).get("/refer").tree.xpath(header) == "1 alarm that nobody has opened"


def test_asking_for_the_number_keeps_nobody_signed_in(as_a: As, clock: Clock) -> None:
    visitor = as_a("team_manager")
    for _ in range(4):
        clock.move(timedelta(minutes=4))
        visitor.client.get("/open-page")
    assert visitor.client.get("/open-page").status_code in (303, 401)
