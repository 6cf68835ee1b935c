"""Whoever opens very many cases is asked why, outside the demonstration, and goes on."""

from dataclasses import replace

from engine.base.settings import Settings
from engine.commands import sessions
from engine.people.identity import SYSTEM
from tests.auditing import opens_case
from tests.builders import Authority, account, case_at, child
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor
from webapp import create_app


def test_the_page_asks_why_and_nobody_is_kept_out(settings: Settings, world: Authority, clock: Clock) -> None:
    one, other = (case_at(authority=world, children=[child(given_name=name)]) for name in ("Ada", "Ben"))
    app = create_app(replace(settings, cases_an_hour=1), world.database, now=clock)
    visitor = Visitor(app.test_client())
    token = sessions.begin(world.database, SYSTEM, clock.now, account(role="social_worker"))
    visitor.client.set_cookie("session", token)
    visitor.send(visitor.get("/many-cases"), {"reason": "Said beforehand"})
    assert visitor.get(f"/cases/{one}").path == f"/cases/{one}"
    assert visitor.get(f"/cases/{other}/replay").heading == "Why do you open so many cases?"
    asked = visitor.get(f"/cases/{other}")
    assert (asked.heading, "You have opened 1 different cases" in asked.text) == (
        "Why do you open so many cases?",
        True,
    )
    assert visitor.get("/tasks").path == "/tasks"
    refused = visitor.send(asked, {"reason": ""}, status=400)
    assert refused.errors
    assert visitor.send(refused, {"reason": "I am on duty alone"}).path == f"/cases/{other}"
    opens_case(authority=world, case=one, role="social_worker", now=clock.now)
    assert visitor.get(f"/cases/{one}").path == f"/cases/{one}"
