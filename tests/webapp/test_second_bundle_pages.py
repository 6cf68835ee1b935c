"""The pages under an invented pathway that shares no id with the shipped one: everybody sees the same things."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.commands.deciding_parts import add_organisation_to_case
from engine.tables import Case
from tests.builders import DAY, HOUR, Authority, authority, pass_time
from tests.rerun.rerunning import differing
from tests.second import second
from tests.webapp.conftest import Clock
from tests.webapp.test_export import download
from tests.webapp.test_team import section
from tests.webapp.visitor import Page, Typed, Visitor

As = Callable[..., Visitor]
WORRY = {
    "hurt_now": "no",
    "young_ones.0.pet_name": "Isla",
    "young_ones.0.clan_name": "Rowan",
    "young_ones.0.birth_day-day": "11",
    "young_ones.0.birth_day-month": "4",
    "young_ones.0.birth_day-year": "2016",
    "what_troubles_you": "Bruises.",
    "answer_by": "by_voice",
}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database, files=second())


def when(field: str, moment: datetime) -> dict[str, str]:
    """Typed as London's, which has UTC in winter."""
    parts = {"day": moment.day, "month": moment.month, "year": moment.year, "time": f"{moment:%H:%M}"}
    return {f"{field}-{part}": str(value) for part, value in parts.items()}


def only_case(world: Authority) -> str:
    with world.database.read() as connection:
        return connection.execute(select(Case.id)).scalar_one()


def doing(visitor: Visitor, case: str, task: str, typed: Typed) -> Page:
    """Opens the task from the case page and sends it."""
    page = visitor.get(visitor.get(f"/cases/{case}").link(task))
    done = visitor.send(page, typed)
    assert "is done." in done.text
    return done


def told_of(as_a: As, world: Authority, clock: Clock, **more: str) -> str:
    visitor = as_a("clinic_nurse")
    sent = visitor.send(visitor.get("/refer"), {**WORRY, **when("came_in", clock.now), **more})
    assert sent.path == "/refer/sent"
    return only_case(world)


def shielded(as_a: As, world: Authority, clock: Clock) -> str:
    """A plan in force since the clock's now, made by the pages alone."""
    case = told_of(as_a, world, clock)
    hand, lead, head = as_a("case_hand"), as_a("lead_hand"), as_a("panel_head")
    doing(hand, case, "Thank whoever told us", {"words_given": "Thank you."})
    doing(hand, case, "Sift the worry", {"path_chosen": "look", "why_chosen": "Bruises."})
    doing(lead, case, "Give the child a worker", {"keeper": "case_hand.2"})
    doing(hand, case, "Plan the look", {"partners_asked": ["constables"], "plan_of_look": "At home."})
    doing(hand, case, "Write what was found", {"verdict": "harm", "story_told": "Hit."})
    doing(lead, case, "Name who heads the panel", {"head_named": "panel_head.1"})
    ruled = {"ruling": "shield", "keeper_now": "case_hand.2", "ruling_grounds": "Hit.", "who_sat": ["constables"]}
    doing(head, case, "Hold the panel", {**ruled, **when("sat_at", clock.now)})
    return case


def test_a_child_is_told_of_and_has_a_lead(as_a: As, world: Authority, clock: Clock) -> None:
    case = told_of(as_a, world, clock)
    assert "Isla Rowan" in as_a("clinic_nurse").get("/cases").text
    doing(as_a("case_hand"), case, "Sift the worry", {"path_chosen": "look", "why_chosen": "Bruises."})
    doing(as_a("lead_hand"), case, "Give the child a worker", {"keeper": "case_hand.2"})
    page = as_a("lead_hand").get(f"/cases/{case}")
    assert "Case hand 2" in page.text
    assert "Isla Rowan" in as_a("case_hand", 2).get("/tasks").text
    assert "Leads one case" in section(as_a("lead_hand").get("/team"), "people")


def test_a_hold_of_the_constables_is_named_wherever_the_child_is(as_a: As, world: Authority, clock: Clock) -> None:
    case = told_of(as_a, world, clock, hurt_now="yes", told_by="constables")
    doing(as_a("case_hand"), case, "Sift the worry", {"path_chosen": "haven", "why_chosen": "Hit."})
    joins = {"organisation": "constables", "reason": "They hold the child."}
    add_organisation_to_case(world.database, world.actor("lead_hand"), clock.now, case, joins)
    held = {"means": "police_protection", "haven_grounds": "Hit.", **when("held_since", clock.now)}
    doing(as_a("constable"), case, "Note what keeps the child safe", held)
    pass_time(authority=world, now=clock.move(50 * HOUR))
    lead = as_a("lead_hand")
    words = "Police protection: 22 hours left"
    assert words in lead.get(f"/cases/{case}").text
    assert words.replace(":", " Soon:") in as_a("case_hand").get("/tasks").text
    assert "Isla Rowan : End of the constables’ hold" in section(lead.get("/team"), "orders")
    refused = lead.get(f"/cases/{case}/start/wind_up").text
    assert words in refused


def test_a_plan_is_made_called_on_lowered_and_the_file_put_away(as_a: As, world: Authority, clock: Clock) -> None:
    case = shielded(as_a, world, clock)
    hand, lead = as_a("case_hand"), as_a("lead_hand")
    assert "Child protection plan in force since Monday 2 March 2026." in hand.get(f"/cases/{case}").text
    assert "Child protection plan" in section(hand.get("/tasks"), "team")
    pass_time(authority=world, now=clock.move(15 * DAY))
    hand, lead = as_a("case_hand"), as_a("lead_hand")
    assert "Overdue" in hand.get("/tasks").text
    assert "Isla Rowan" in section(lead.get("/team"), "pressing")
    called = {"child_met": "yes", "call_notes": "Well.", "call_delay": "The ferry.", **when("called_at", clock.now)}
    doing(hand, case, "Note the call", called)
    lowered = {"ruling_now": "lower", "recheck_grounds": "Safe now.", **when("rechecked_at", clock.now)}
    doing(as_a("panel_head"), case, "Hold the recheck", lowered)
    assert "Child protection plan in force since" not in hand.get(f"/cases/{case}").text
    done = doing(lead, case, "Put the file away", {"last_words": "Safe."})
    assert "closed" in done.text.lower()
    oversight(as_a("auditor"), case)
    assert differing(database=world.database) == []


def oversight(auditor: Visitor, case: str) -> None:
    guidance = auditor.get(f"/cases/{case}/guidance").text
    assert "The child is met on every call" in guidance
    assert re.search(r"late", guidance)
    replay = auditor.get(f"/cases/{case}/replay")
    assert "The ferry." in auditor.send(replay, {"text": "ferry"}, button="Show these").text
    page = auditor.get(f"/cases/{case}/export")
    _, pack = download(auditor, page, {"pack": "redacted", "reason": "Asked for by the board.", "confirmed": "yes"})
    with zipfile.ZipFile(io.BytesIO(pack)) as opened:
        assert opened.testzip() is None
        assert any(name.endswith(".html") for name in opened.namelist())
