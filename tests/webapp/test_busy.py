"""Somebody else holds the database: who waits for a page is told soon, and nothing that was typed is lost."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.settings import Settings
from engine.tables import Draft
from tests.builders import Authority, account
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor
from webapp import create_app

BUSY = "Somebody else is saving just now"


@contextmanager
def held_by_another_program(database: Database) -> Generator[None]:
    other = sqlite3.connect(database.url.database or "", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        other.close()


@pytest.fixture
def visitor(settings: Settings, world: Authority, clock: Clock) -> Generator[Visitor]:
    """Of a site that does not wait."""
    address = world.database.url.render_as_string(hide_password=False)
    impatient = Database(address, lock_seconds=0)
    made = Visitor(create_app(settings, impatient, now=clock, demo=True).test_client())
    made.sign_in(account(role="social_worker"))
    yield made
    impatient.dispose()


def drafts(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(Draft)).scalar_one()


def test_what_was_sent_meanwhile_is_sent_again_from_the_page_that_says_so(visitor: Visitor, world: Authority) -> None:
    form = visitor.get("/refer")
    with held_by_another_program(world.database):
        told = visitor.send(form, {"concerns": "First line\nsecond “line”", "do": "save"}, status=503)
        assert (told.heading, drafts(world.database)) == (BUSY, 0)
        assert "Nothing of what you sent was saved." in told.text
        assert "second “line”" in told.text
        assert visitor.send(told, button="Send it again", status=503).heading == BUSY
    saved = visitor.send(told, button="Send it again")
    assert drafts(world.database) == 1
    assert saved.value("concerns").splitlines() == ["First line", "second “line”"]


def test_a_page_that_only_shows_something_says_so_too(visitor: Visitor, world: Authority) -> None:
    with held_by_another_program(world.database):
        told = visitor.get("/tasks", status=503)
        assert told.heading == BUSY
        assert "Send it again" not in told.text
        assert "Nothing of what you sent" not in told.text
        visitor.get("/refer")


def test_no_page_repeats_a_password(visitor: Visitor, world: Authority) -> None:
    stranger = Visitor(visitor.client.application.test_client())
    form = stranger.get("/sign-in")
    typed = {"account": account(role="auditor"), "password": "correct horse"}
    with held_by_another_program(world.database):
        told = stranger.send(form, typed, status=503)
    assert told.heading == BUSY
    assert "correct horse" not in told.response.get_data(as_text=True)
    assert "Send it again" not in told.text
