"""The pages that say what could not be done."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from structlog.testing import capture_logs

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable, Trouble
from engine.base.errors import CaseBroken
from engine.base.settings import Settings
from engine.commands.counting import Budget
from engine.tables import Act
from tests.amount import some_of
from tests.builders import DAY, Authority, account, authority, case_at, open_items
from tests.webapp.visitor import Visitor
from webapp import create_app, tasks
from webapp.as_sent import in_words

As = Callable[..., Visitor]
NUL = "nul \0 byte"


def test_what_is_not_there_is_one_page_for_everybody(visitor: Visitor, as_a: As) -> None:
    assert visitor.get("/nothing", status=404).heading == "Page not found"
    page = as_a("social_worker").get("/nothing", status=404)
    assert page.link("Go to your tasks") == "/tasks"


def test_a_way_of_asking_that_is_not_offered_is_refused(visitor: Visitor) -> None:
    visitor.get("/sign-out", status=405)
    assert visitor.client.open("/sign-in", method="TRACE").status_code == 405


def test_a_form_without_a_token_does_nothing(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    item = open_items(database=world.database, case=case)["decide_response"].id
    visitor = as_a("social_worker")
    refused = visitor.post(f"/tasks/{item}/take", {}, status=400)
    assert refused.heading == "This page had been open for too long"
    assert open_items(database=world.database, case=case)["decide_response"].owner_id is None


def test_somebody_who_tries_ids_is_stopped_and_nobody_else(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    curious = as_a("social_worker")
    for number in range(60):
        curious.get(f"/cases/{number}", status=404)
    curious.get("/cases/one-more", status=429)
    as_a("social_worker").get("/cases/one-more", status=429)  # in another browser as well
    assert curious.get(f"/cases/{case}").status == 200  # what is theirs they go on with
    as_a("social_worker", 2).get("/cases/one-more", status=404)


def test_what_went_wrong_is_logged_without_a_word_of_what_was_written(
    as_a: As, world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(f"/tasks/{open_items(database=world.database, case=case)['decide_response'].id}")

    def fail(*_: object) -> None:
        raise RuntimeError("Ada Example was seen by the neighbour")

    monkeypatch.setattr(tasks, "complete_task", fail)
    with capture_logs() as lines:
        told = visitor.send(page, {"response": "early_help", "reason": "What I typed"}, status=500)
    assert told.heading == "Sorry, something went wrong"
    assert ("What I typed" in told.text, "neighbour" in told.text) == (True, False)
    logged = str(lines)
    assert "RuntimeError" in logged
    assert "test_errors.py" in logged
    assert ("neighbour" in logged, "What I typed" in logged) == (False, False)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """`closed()`: from now on the database cannot be used."""

    def close() -> None:
        def refuse(*_: object) -> None:
            raise DatabaseUnavailable("disk I/O error")

        for name in ("transaction", "brief_transaction", "read"):
            monkeypatch.setattr(Database, name, refuse)

    return close


def test_without_a_database_every_page_says_so(visitor: Visitor, as_a: As, closed: Callable[[], None]) -> None:
    signed_in = as_a("social_worker")
    form = visitor.get("/refer")
    closed()
    assert signed_in.get("/tasks", status=503).heading == "Nothing can be opened or saved just now"
    visitor.get("/refer", status=503)
    told = visitor.send(form, {"concerns": "What I typed"}, button="Add another", status=503)
    assert "What I typed" in told.text
    assert "ring children’s social care on 01632 960 001" in told.text
    assert "Nobody could check yet whether an answer is missing." in visitor.send(form, {}, status=202).text


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Trouble.AWAY, "Nothing of what you sent was saved. What was saved before is safe, and nothing is half done."),
        (Trouble.SPOILED, "Something that is stored was damaged, and trying again does not help."),
        (Trouble.UNKNOWN, "It is not known whether what you sent was saved. Send it again: it is not done twice."),
    ],
)
def test_what_became_of_what_was_sent_is_said_as_far_as_it_is_known(
    as_a: As, world: Authority, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, said: str
) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(f"/tasks/{open_items(database=world.database, case=case)['decide_response'].id}")

    def fails(*_: object) -> None:
        raise DatabaseUnavailable("gone", trouble)

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "complete_task", fails)
        told = visitor.send(page, {"response": "early_help", "reason": "What I typed"}, status=503)
    assert said in told.text
    assert ("nothing is half done" in told.text) is (trouble is Trouble.AWAY)
    assert "What I typed" in told.text
    monkeypatch.setattr(tasks, "still_known", fails)
    told = visitor.send(page, {"response": "early_help", "reason": "What I typed"}, status=503)
    assert "What you sent was saved: do not send it again." in told.text
    assert "Nothing of what you sent was saved." not in told.text


def test_no_entry_no_page(as_a: As, world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_at(authority=world)
    visitor = as_a("social_worker")

    def fail(*_: object) -> None:
        raise DatabaseUnavailable("database is locked")

    monkeypatch.setattr("engine.commands.looks.append", fail)
    refused = visitor.get(f"/cases/{case}", status=503)
    assert "Ada" not in refused.text


def test_every_page_about_a_case_has_one_look_in_the_record(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=case)["decide_response"].id
    visitor = as_a("social_worker")
    for address in ("/tasks", f"/tasks/{item}", "/cases", f"/cases/{case}", f"/cases/{case}/start/referral"):
        before = looks(world)
        visitor.get(address)
        assert looks(world) == before + 1, address


def test_pages_about_nobody_leave_no_look(as_a: As, world: Authority) -> None:
    visitor = as_a("social_worker")
    before = looks(world)
    visitor.get("/refer")
    visitor.get("/nothing", status=404)
    assert looks(world) == before


def test_a_refusal_is_in_the_record_of_who_was_refused(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    as_a("police_officer").get(f"/cases/{case}", status=404)
    with world.database.read() as connection:
        chain = f"person:{account(role='police_officer')}"
        kinds = connection.execute(select(Act.kind).where(Act.chain == chain).order_by(Act.number)).scalars()
        assert list(kinds)[-1] == "refused"


def looks(world: Authority) -> int:
    with world.database.read() as connection:
        return connection.execute(select(func.count()).where(Act.kind == "viewed")).scalar_one()


def test_scripts_and_styles_are_kept_by_the_browser(app: Flask, visitor: Visitor) -> None:
    page = visitor.get("/sign-in")
    answer = app.test_client().get(page.tree.xpath("//link[@rel='stylesheet']/@href")[0])
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()
    assert app.test_client().get("/static/../pages.py").status_code == 404


@pytest.mark.parametrize("address", ["/cases/%00", "/tasks/%00"])
def test_a_character_that_is_none_is_nothing_on_either_database(
    settings: Settings, database_url: str, address: str
) -> None:
    database = Database(database_url)
    authority(database=database)
    visitor = Visitor(create_app(settings, database, demo=True).test_client())
    visitor.sign_in(account(role="social_worker"))
    assert visitor.get(address, status=404).heading == "Page not found"
    database.dispose()


def test_a_character_that_is_none_is_nothing_in_any_route(
    settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every part of every address, and in every field of whatever is sent there."""
    database = Database(database_url)
    at = authority(database=database)
    item = open_items(database=database, case=case_at(authority=at))["decide_response"].id
    monkeypatch.setattr("webapp.limits.MISSES", Budget(10**6, DAY))
    app = create_app(settings, database, demo=True)
    visitor = Visitor(app.test_client())
    visitor.sign_in(account(role="social_worker"))
    token = {"csrf_token": visitor.get(f"/tasks/{item}").value("csrf_token")}
    nothing = dict.fromkeys(("email", "password", "next", "do", "subject", "submission", "children.0.given_name"), NUL)
    for rule in some_of(app.url_map.iter_rules(), 3):
        if rule.endpoint in ("sign_in.sign_out", "watching.ready"):
            continue  # nobody would be left to knock at the others; without a clock it is not ready, and says so
        for value in ("%00", item):
            address = re.sub(r"<[^>]*>", value, rule.rule)
            for answer in (
                visitor.client.get(address, query_string={"page": NUL}),
                visitor.client.post(address, data={**nothing, **token}),
                visitor.client.post(
                    address, data={**token, "response": NUL, "reason": NUL, "children.0.born-day": NUL}
                ),
                visitor.client.post(address, json={"subject": NUL}),
            ):
                assert answer.status_code < 500, (address, answer.status_code)
    assert visitor.client.get(f"/tasks/{item}").status_code == 200
    database.dispose()


def test_no_page_number_is_too_large(as_a: As) -> None:
    assert as_a("social_worker").get(f"/tasks?page={10**30}").heading == "Tasks"


def test_a_database_that_fails_in_the_middle_of_a_page_is_told_as_well(
    as_a: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks was read, and nothing can be read after that: not even what the menu offers them."""
    visitor, real = as_a("team_manager"), Database.read
    reads: list[Database] = []

    def fails_the_second_time(database: Database) -> object:
        reads.append(database)
        if len(reads) > 1:
            raise DatabaseUnavailable("gone")
        return real(database)

    def refuse(*_: object) -> None:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(Database, "read", fails_the_second_time)
    monkeypatch.setattr(Database, "transaction", refuse)
    assert visitor.get("/team", status=503).heading == "Nothing can be opened or saved just now"


def test_what_is_kept_as_a_draft_is_not_said_to_be_lost(
    as_a: As, world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(f"/tasks/{open_items(database=world.database, case=case)['decide_response'].id}")

    def broken(*_: object) -> None:
        raise CaseBroken(case, ["something"])

    monkeypatch.setattr("engine.commands.cases.settle", broken)
    told = visitor.send(page, {"response": "early_help", "reason": "What I typed"}, status=500)
    assert "What you wrote is kept as a draft." in told.text
    assert "What I typed" in told.text
    assert "not saved" not in told.text
    assert "Nothing of what you sent" not in told.text
    assert visitor.get(page.path).value("reason") == "What I typed"


def test_what_was_sent_is_told_whole_and_without_what_the_page_adds() -> None:
    sent = {
        "csrf_token": ["t"],
        "password": ["secret"],
        "children": ["0", "1"],
        "children.0.given_name": ["Ada"],
        "children.0.born-year": ["2011"],
        "children.0.born-day": ["3"],
        "children.0.born-month": ["6"],
        "children.1.given_name": [" "],
        "referrer_telephone": ["01632960123"],
        "agencies": ["police", "health"],
        "seen_at-day": ["2"],
        "seen_at-time": ["9:30"],
    }
    assert in_words(sent) == [
        ("Children 1: given name", "Ada"),
        ("Children 1: born", "3 6 2011"),
        ("Referrer telephone", "01632960123"),
        ("Agencies", "police"),
        ("Agencies", "health"),
        ("Seen at", "2 9:30"),
    ]
