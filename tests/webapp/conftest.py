"""The site in a test: an authority on SQLite, a clock moved by hand, and visitors."""

import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from engine.base.database import Database
from engine.base.settings import Settings
from tests.builders import MONDAY, ROOT, Authority, account, authority
from tests.databases import not_to_the_disk
from tests.saving import follow
from tests.webapp.visitor import Visitor
from webapp import create_app
from webapp.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """In a folder of its own, as the wheel would be run."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "HOST", "PORT", "THROUGHLINE_VAR", "THROUGHLINE_MODELS", "THROUGHLINE_MAIL_HOST"):
        monkeypatch.delenv(name, raising=False)

    def given(*arguments: str | Path, typed: str = "") -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], input=typed)

    return given


@dataclass
class Clock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def move(self, span: timedelta) -> datetime:
        self.now += span
        return self.now


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path, request: pytest.FixtureRequest) -> Generator[Database]:
    """On SQLite alone: what the pages read and the commands they call are tested on both databases elsewhere."""
    path = tmp_path / "throughline.db"
    shutil.copy(sqlite_template, path)
    made = not_to_the_disk(Database(f"sqlite:///{path}"))
    if "monkeypatch" not in request.fixturenames:
        follow(made)
    yield made
    made.dispose()


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path / "var"), "THROUGHLINE_MODELS": str(ROOT)})


@pytest.fixture
def app(settings: Settings, world: Authority, clock: Clock) -> Flask:
    return create_app(settings, world.database, now=clock, demo=True)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(app.test_client())


@pytest.fixture
def as_a(app: Flask) -> Callable[..., Visitor]:
    """`as_a("team_manager")` is signed in as the first who holds the role, in a browser of their own."""

    def signed_in(role: str, number: int = 1) -> Visitor:
        made = Visitor(app.test_client())
        made.sign_in(account(role=role, number=number))
        return made

    return signed_in
