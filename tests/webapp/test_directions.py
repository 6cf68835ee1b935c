"""A name that is written from right to left stands by itself on every page: what is beside it keeps its place."""

from collections.abc import Callable

import pytest
from sqlalchemy import literal, update

from engine.commands.cases import claim
from engine.commands.looks import look
from engine.reads.case.case_page import case as read_case
from engine.scenario.mail_server import send
from engine.tables import Account
from tests.auditing import HELD, conference_too_late
from tests.builders import DAY, MONDAY, Authority, account, child, open_items, pass_time, refer
from tests.engine.export.packs import made, stored_case
from tests.protecting import in_police_protection
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor, faults, read

As = Callable[..., Visitor]
NAME = "ليلى"
WRITTEN = {"given_name": NAME, "family_name": "الأحمد"}


@pytest.mark.parametrize(
    ("html", "stands"),
    [
        (f"<p>{NAME} · 1</p>", False),
        (f"<p><bdi>{NAME}</bdi> · 1</p>", True),
        (f"<dd dir='auto'>{NAME}</dd>", True),
        (f"<select><option>{NAME}</option></select>", False),
    ],
)
def test_a_name_that_turns_what_is_beside_it_is_found(html: str, stands: bool) -> None:
    found = [fault for fault in faults(read(f"<main>{html}</main>"), "/") if "from right to left" in fault]
    assert (found == []) == stands


def test_names_from_right_to_left_turn_nothing_on_any_page(as_a: As, world: Authority, clock: Clock) -> None:
    """`Visitor.get` looks at every page."""
    with world.database.transaction() as connection:
        connection.execute(update(Account).values(name=literal("נועם ") + Account.name))
    case = conference_too_late(authority=world, children=[child(**WRITTEN)])
    asked = refer(authority=world, children=[child(**WRITTEN)], reply_by="email", referrer_email="a@b.example").cases[0]
    in_police_protection(authority=world, about=child(**WRITTEN))
    send(world.database, MONDAY, "refused")
    clock.now = HELD + 5 * DAY
    pass_time(authority=world, now=clock.now)
    items = open_items(database=world.database, case=asked)
    claim(world.database, world.actor("social_worker", number=2), clock.now, items["decide_response"].id)
    look(world.database, world.actor("social_worker"), clock.now, "case", read_case, case)
    worker, manager, auditor = as_a("social_worker"), as_a("team_manager"), as_a("auditor")
    for path in ("/tasks", "/cases", f"/cases/{case}", f"/cases/{asked}", f"/cases/{case}/start/case_closure"):
        assert NAME in manager.get(path).text or "/start/" in path
    for name in ("orders", "pressing", "untaken", "unled", "letters", "danger"):
        manager.get(f"/team?list={name}")
    manager.get("/team")
    for name, number in (("led", 1), ("taken", 2)):
        assert "נועם" in manager.get(f"/team?list={name}&of={account(role='social_worker', number=number)}").text
    worker.send(worker.get("/cases"), {"name": NAME}, button="Find")
    for task in items.values():
        worker.client.get(f"/tasks/{task.id}")
    worker.get(f"/tasks/{items['decide_response'].id}", status=403)
    worker.get(f"/tasks/{items['clarify_referral'].id}")
    for end in ("", "/replay", "/replay?about=all", "/replay/2", "/replay/40", "/guidance", "/looks", "/export"):
        auditor.get(f"/cases/{case}{end}")
    pack = made(stored_case(world.database, case), clock.now).text("index.html")
    assert NAME in pack
    assert [fault for fault in faults(read(pack), "/") if "from right to left" in fault] == []
