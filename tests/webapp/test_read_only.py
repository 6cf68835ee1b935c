"""Where nothing can be written the night duty worker still sees who the child is, and the look is not lost."""

import errno
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable, Trouble
from engine.base.read_only import BY_HAND, DISK_FULL, ReadOnly
from engine.base.settings import Settings
from engine.commands import accounts
from engine.commands.taking_in import take_in_looks
from engine.people.identity import SYSTEM
from engine.record.chain import lines
from engine.record.checkpoints import source
from engine.record.kept_looks import LookFile
from engine.record.verifier import verify
from engine.tables import Act
from tests.builders import Authority, account, authority, case_at, open_items, reference
from tests.engine.base.test_database_faults import empty_disk, fill_table
from tests.webapp.conftest import Clock, Run
from tests.webapp.visitor import Visitor
from webapp import create_app, keys
from webapp.cli.ticking import unless_read_only

As = Callable[..., Visitor]
SAVED = "Nothing can be saved just now"
MINUTES = timedelta(minutes=1)


@pytest.fixture
def fill(world: Authority, app: Flask) -> Callable[[bool], None]:
    """`fill(True)`: from now on whatever would be written says that the disk is full; `fill(False)`: there is room."""
    asked_before = world.database._must_write
    del app

    def refuse() -> NoReturn:
        raise DatabaseUnavailable("database or disk is full", Trouble.FULL, "SQLITE_FULL")

    return lambda full: world.database.ask_before_writing(refuse if full else asked_before)


@pytest.fixture
def kept(settings: Settings) -> LookFile:
    return LookFile(settings.looks, keys.key(settings.keys, keys.LOOKS))


def acts(world: Authority) -> int:
    with world.database.read() as connection:
        return connection.scalars(select(func.count()).select_from(Act)).one()


def banner(visitor: Visitor, path: str = "/tasks") -> str:
    return " ".join(visitor.get(path).tree.xpath("string(//aside[@aria-label='Read only'])").split())


def test_on_a_full_disk_cases_are_read_and_every_look_is_kept_and_taken_in(
    as_a: As, world: Authority, clock: Clock, fill: Callable[[bool], None], kept: LookFile, tmp_path: Path
) -> None:
    case = case_at(authority=world)
    visitor, police = as_a("social_worker"), as_a("police_officer")
    before = acts(world)
    fill(True)
    since = clock.move(10 * MINUTES)
    assert "Ada Example" in visitor.get(f"/cases/{case}").text
    police.get(f"/cases/{case}", status=404)
    assert (acts(world), kept.waiting()) == (before, 2)
    told = banner(visitor)
    assert "Read only since today at 10:10: nothing can be sent or saved, for the disk is full." in told
    assert "ring children’s social care on 01632 960 001" in told
    clock.move(60 * MINUTES)  # a session that stood goes on: nobody can be noted to be there
    assert "Ada Example" in visitor.get(f"/cases/{case}").text
    fill(False)
    visitor.get("/tasks", status=200)
    assert take_in_looks(world.database, SYSTEM, clock.now, kept) == 4
    with world.database.read() as connection:
        chain = f"person:{account(role='social_worker')}"
        (look, *_) = [entry for entry in lines(connection, chain, ["viewed"]) if entry.at == since]
        assert look.payload == {"page": "case"}
        refused = lines(connection, f"person:{account(role='police_officer')}", ["refused"])[-1]
        assert (refused.at, (refused.payload or {})["command"]) == (since, "_look")
        assert verify(source(connection, tmp_path / "none")).faults == []


def test_a_full_disk_of_postgresql_is_the_same(
    postgresql_database: Database, settings: Settings, clock: Clock, kept: LookFile
) -> None:
    world = authority(database=postgresql_database)
    case = case_at(authority=world)
    visitor = Visitor(create_app(settings, postgresql_database, now=clock, demo=True).test_client())
    visitor.sign_in(account(role="social_worker"))
    fill_table(postgresql_database, "act")
    before = acts(world)
    assert "Ada Example" in visitor.get(f"/cases/{case}").text
    assert banner(visitor).startswith("Read only since today at 10:00")
    assert (acts(world), kept.waiting()) == (before, 2)
    assert take_in_looks(postgresql_database, SYSTEM, clock.now, kept) == 0
    empty_disk(postgresql_database, "act")
    assert banner(visitor) == ""
    assert take_in_looks(postgresql_database, SYSTEM, clock.now, kept) == 2
    assert (take_in_looks(postgresql_database, SYSTEM, clock.now, kept), kept.waiting()) == (0, 0)


def test_it_is_over_with_the_first_page_that_can_be_recorded(
    as_a: As, world: Authority, fill: Callable[[bool], None], settings: Settings
) -> None:
    visitor = as_a("social_worker")
    fill(True)
    visitor.get("/tasks")
    assert (settings.var / DISK_FULL).exists()
    fill(False)
    before = acts(world)
    assert banner(visitor) == ""
    assert acts(world) == before + 1
    assert not (settings.var / DISK_FULL).exists()


def test_where_even_the_file_cannot_be_written_nothing_is_shown(
    as_a: As, world: Authority, fill: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_at(authority=world)
    visitor = as_a("social_worker")
    fill(True)

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(LookFile, "keep", full)
    page = visitor.get(f"/cases/{case}", status=503)
    assert ("Ada" in page.text, page.heading) == (False, SAVED)
    assert reference(authority=world, case=case) not in page.text


def test_what_is_typed_stays_on_the_page_and_can_be_sent_later(
    as_a: As, world: Authority, fill: Callable[[bool], None]
) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    item = open_items(database=world.database, case=case)["decide_response"].id
    page = visitor.get(f"/tasks/{item}")
    fill(True)
    refused = visitor.send(page, {"response": "early_help", "reason": "What I typed"}, status=503)
    assert refused.value("reason") == "What I typed"
    assert refused.errors[0].startswith(f"{SAVED}, so nothing was sent. What you typed is still below")
    assert "ring children’s social care on 01632 960 001" in refused.errors[0]
    assert visitor.post(f"/tasks/{item}/take", {"csrf_token": page.value("csrf_token")}, status=503).heading == SAVED
    fill(False)
    assert visitor.send(refused, {}).path.startswith(f"/cases/{case}")
    assert "decide_response" not in open_items(database=world.database, case=case)


def test_who_signs_in_meanwhile_is_known_to_every_worker_for_an_hour(
    app: Flask, world: Authority, clock: Clock, fill: Callable[[bool], None], settings: Settings, kept: LookFile
) -> None:
    case = case_at(authority=world)
    fill(True)
    visitor = Visitor(app.test_client())
    visitor.sign_in(account(role="social_worker"))
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None
    fresh = Database(world.database.url.render_as_string(hide_password=False))
    another = Visitor(create_app(settings, fresh, now=clock, demo=True).test_client())
    fresh.ask_before_writing(world.database._must_write)
    another.client.set_cookie("session", cookie.value)
    assert "Ada Example" in another.get(f"/cases/{case}").text
    assert kept.waiting() == 2  # signing in, and the case
    another.client.set_cookie("session", cookie.value[:-1] + ("0" if cookie.value[-1] != "0" else "1"))
    assert another.get(f"/cases/{case}").path.startswith("/sign-in")
    clock.move(61 * MINUTES)
    assert visitor.get("/tasks").path.startswith("/sign-in")
    visitor.sign_in(account(role="social_worker"))
    fill(False)
    visitor.get("/tasks")
    assert visitor.get("/tasks").path.startswith("/sign-in")  # what was given meanwhile is good no longer
    fresh.dispose()


def test_a_wrong_password_says_the_same_of_whoever_is_known_and_of_who_is_not(
    settings: Settings, world: Authority, fill: Callable[[bool], None]
) -> None:
    here = SYSTEM.at(world.id)
    accounts.add_account(
        world.database, here, Clock().now, "Gwen Parry", "gwen@example.org", accounts.hashed("tulip kettle river")
    )
    visitor = Visitor(create_app(settings, world.database).test_client())
    form = visitor.get("/sign-in")
    fill(True)
    said = [
        visitor.send(form, {"email": email, "password": "y" * 12}, status=400).errors
        for email in ("gwen@example.org", "nobody@example.org")
    ]
    assert said == [[accounts.WRONG]] * 2


def test_by_hand_nothing_is_written_by_site_or_clock_until_it_is_ended(
    run: Run, as_a: As, world: Authority, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THROUGHLINE_VAR", str(settings.var))
    case = case_at(authority=world)
    visitor = as_a("social_worker")
    assert run("read-only", "on").exit_code == 0
    before = acts(world)
    assert "Ada Example" in visitor.get(f"/cases/{case}").text
    told = banner(visitor)
    assert told.startswith("Read only since ")
    assert "disk" not in told
    assert acts(world) == before
    ticks: list[int] = []
    job = unless_read_only(settings, lambda: ticks.append(1))
    job()
    assert ticks == []
    assert run("read-only", "off").exit_code == 0
    job()
    assert (banner(visitor), ticks) == ("", [1])
    assert run("read-only", "perhaps").exit_code == 2


def test_whoever_makes_the_file_by_hand_makes_the_site_read_only(tmp_path: Path, clock: Clock) -> None:
    mode = ReadOnly(tmp_path)
    assert mode.stands() is None
    (tmp_path / BY_HAND).touch()
    stands = mode.stands()
    assert stands is not None
    assert stands.by_hand
    mode.found_room()
    assert mode.stands_by_hand()
    mode.end()
    mode.found_full(clock.now)
    assert not mode.stands_by_hand()
    mode.found_room()
    assert mode.stands() is None


def test_a_worker_that_cannot_even_make_that_file_knows_it_for_itself(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    mode = ReadOnly(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "touch", full)
        mode.found_full(clock.now)
    assert mode.stands() is not None
    assert ReadOnly(tmp_path).stands() is None
    mode.found_room()
    assert mode.stands() is None
