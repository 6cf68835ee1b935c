"""To whoever is barred there is no such case: two databases that differ in one alone answer every page byte for byte
alike, and takes what is sent to it so, with the same statements that find as many rows.
"""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import ColumnElement, select, true

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands.cases import claim
from engine.commands.looks import look
from engine.commands.timers import tick
from engine.people import who_knows
from engine.people.identity import SYSTEM
from engine.reads.case.case_page import case as read_case
from engine.tables import Case, Outbox, Part
from tests.access.asking import Site, routes
from tests.access.policy import Person
from tests.amount import LONG
from tests.builders import DAY, MONDAY, ROOT, Authority, account, open_items, refer, reference
from tests.engine.commands.calls_of_keeping import bars, restricts
from tests.statements import Counted, rows_of_each
from tests.webapp.conftest import Clock
from tests.webapp.test_on_postgresql import addresses
from tests.webapp.visitor import Visitor
from webapp import create_app
from webapp.pages import PageRight, Visit, page

BARRED = (
    *("social_worker", "team_manager", "health_practitioner", "auditor", "administrator", "process_owner"),
    "privacy_officer",
)
# The short run asks as few people for the pages that show cases, or say how many there are.
TRIED = BARRED if LONG else ("social_worker", "team_manager", "auditor", "process_owner")
# Auditors first: they see how often others looked at something, and those who are not named look in an emergency.
NOT_NAMED = sorted({*TRIED} - {"privacy_officer"}) if LONG else ["auditor", "team_manager"]
OF_NO_CASE = (
    "/studio/changes/",
    "/studio/bring",
    "/studio/brought",
    "/drawings",
    "/static",
    "/refer",
    "/metrics",
    "/health",
)
RANDOM = re.compile(
    rb'nonce="[^"]*"|name="(?:csrf_token|submission)" value="[^"]*"|give this reference: <strong>[^<]*|search=\w+'
)
HIDDEN = {"given_name": "Quentin", "family_name": "Hidden", "born": "2012-02-02"}


@dataclass(frozen=True)
class Side:
    """A database with the site on it; `hidden` is the case that is in one of the two alone."""

    app: Flask
    database: Database

    def client(self, role: str) -> FlaskClient:
        visitor = Visitor(self.app.test_client())
        visitor.sign_in(account(role=role))
        return visitor.client


@dataclass(frozen=True)
class Both:
    without: Side
    within: Side
    there: Authority
    hidden: str
    paths: tuple[str, ...]
    of_hidden: Mapping[str, str]
    typed: Mapping[str, Mapping[str, str]]


def _side(path: Path, folder: Path) -> Side:
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(folder), "THROUGHLINE_MODELS": str(ROOT)})
    database = Database(f"sqlite:///{path}")
    return Side(create_app(settings, database, now=Clock(MONDAY + 2 * DAY), demo=True), database)


def _hidden(at: Authority) -> str:
    """With an alarm, letters, clocks that ran out, a lead, a task that was taken, a look: by the second of each."""
    sender = at.actor("health_practitioner", number=2)
    case = refer(authority=at, sender=sender, children=[HIDDEN], immediate_danger="yes").cases[0]
    item = open_items(database=at.database, case=case)
    worker = at.actor("social_worker", number=2)
    claim(at.database, worker, MONDAY, item["decide_response"].id)
    look(at.database, worker, MONDAY, "case", read_case, case)
    return case


def _beside(at: Authority, case: str) -> Mapping[str, str]:
    """A letter and a part of the case."""
    with at.database.read() as connection:
        letter = connection.scalars(select(Outbox.id).where(Outbox.case_id == case)).first()
        part = connection.scalars(select(Part.id).where(Part.case_id == case)).first()
    assert letter
    assert part
    return {"letter": letter, "part": part}


@pytest.fixture
def both(app: Flask, world: Authority, tmp_path: Path) -> Iterator[Both]:
    """`addresses` lays a case at each of several points first."""
    paths = [*addresses(app, world).values()]
    tick(world.database, SYSTEM, MONDAY + 2 * DAY)
    world.database.dispose()
    path = tmp_path / "throughline.db"
    shutil.copy(path, tmp_path / "within.db")
    without, within = _side(path, tmp_path / "one"), _side(tmp_path / "within.db", tmp_path / "two")
    there = Authority(within.database, world.id, world.team, world.other_team)
    case = _hidden(there)
    item = open_items(database=within.database, case=case)["decide_response"].id
    of_case = ("", "/replay", "/guidance", "/looks", "/export", "/restrict", "/parts/add", "/start/strategy_discussion")
    paths += [*(f"/cases/{case}{more}" for more in of_case), f"/tasks/{item}", "/break-glass", "/privacy/restricted"]
    named = reference(authority=there, case=case)
    glass = {"reference": named, "reason": "She rang.", "confirmed": "yes"}
    typed = {"/cases": {"name": named}, "/cases?": {"name": "Quentin Hidden"}, "/break-glass": glass}
    tried = (path for path in paths if LONG or not path.startswith(OF_NO_CASE))
    of_hidden = {"case": case, "item": item, **_beside(there, case)}
    yield Both(without, within, there, case, tuple(dict.fromkeys(tried)), of_hidden, typed)
    without.database.dispose()
    within.database.dispose()


Told = tuple[object, bytes, Sequence[Counted]]


def answers(side: Side, both: Both, role: str) -> Mapping[str, Told]:
    """By path: the status, what was answered and the statements."""
    client = side.client(role)
    found: dict[str, Told] = {}
    for path in both.paths:
        with rows_of_each(side.database) as statements:
            answer = client.get(path)
        found[path] = (answer.status_code, RANDOM.sub(b"", answer.data), statements)
    page = Visitor(client).get("/account")
    token = page.tree.xpath("string(//input[@name='csrf_token']/@value)")
    for path, typed in both.typed.items():
        with rows_of_each(side.database) as statements:
            answer = client.post(path.rstrip("?"), data={**typed, "csrf_token": token}, follow_redirects=True)
        found[f"POST {path}"] = (answer.status_code, RANDOM.sub(b"", answer.data), statements)
    return found | dict(sent(side, both, role))


def sent(side: Side, both: Both, role: str) -> Iterator[tuple[str, Told]]:
    """What every route says to something that is sent about the hidden case; nothing of it is kept."""
    site, person = Site(side.app, side.database), Person(account(role=role), "", frozenset(), "")
    for route in routes(side.app):
        if route.method != "GET" and (LONG or set(route.arguments) & both.of_hidden.keys()):
            values = {**dict.fromkeys(route.arguments, "none"), "number": 1, **both.of_hidden}
            with rows_of_each(side.database) as statements:
                answer = site.ask(person, route, values, data={"name": "Quentin", "news": "1"})
            yield (
                str(route),
                ((answer.status, answer.headers.get("Location")), RANDOM.sub(b"", answer.body), statements),
            )


def differing(both: Both, role: str) -> list[str]:
    one, other = answers(both.without, both, role), answers(both.within, both, role)
    return [path for path, answer in one.items() if answer != other[path]]


def _bar_all(both: Both) -> None:
    for role in BARRED:  # whoever keeps bars is the last: of a child from whom they are barred they can say nothing
        bars(both.there, both.hidden, f"{account(role=role)}@example.org")


def test_to_the_barred_every_page_is_as_if_there_were_no_such_case(both: Both) -> None:
    _bar_all(both)
    assert {role: found for role in TRIED if (found := differing(both, role))} == {}


def test_to_who_is_not_named_every_page_is_as_if_there_were_no_such_case(both: Both) -> None:
    restricts(both.there, both.hidden, "social_worker.2", "team_manager.2")
    opens = {"POST /break-glass"}  # for whoever is not named, in an emergency
    assert {role: found for role in NOT_NAMED if (found := {*differing(both, role)} - opens)} == {}


def test_without_the_rule_pages_differ(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault that the tests above must find: lists that forget what is kept from the reader."""
    _bar_all(both)

    def nothing(_account: object) -> ColumnElement[bool]:
        return true()

    monkeypatch.setattr(who_knows, "nothing_keeps_from", nothing)
    assert {"/tasks", "/cases"} <= {*differing(both, "social_worker")}


def test_rows_that_are_read_for_nothing_are_found(both: Both) -> None:
    """The planted fault: a page that says the same, and finds one row more."""

    _bar_all(both)

    @page(may=PageRight.SIGNED_IN, look=None)
    def view(visit: Visit) -> str:
        with visit.site.database.read() as connection:
            return "Nothing" if connection.scalars(select(Case.id)).all() else "None"

    for side in (both.without, both.within):
        side.app.add_url_rule("/planted", view_func=view)
    assert differing(replace(both, paths=("/planted",), of_hidden={}), "social_worker") == ["/planted"]
