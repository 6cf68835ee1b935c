"""The site as it is in earnest, on a database in which everybody stands to some case in some way."""

from types import SimpleNamespace

import pytest

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands import looks
from tests.access.asking import Site
from tests.access.policy import PEOPLE
from tests.access.standing import stand
from tests.access.things import things
from tests.access.walking import Walk
from tests.builders import MONDAY, ROOT
from tests.second_factors import has_app
from webapp import background_trials, create_app
from webapp.caught_letters import CaughtLetters


class NoProcess:
    """In the place of one that tries a draft."""

    stdin = None

    def __init__(self, *_arguments: object, **_named: object) -> None:
        """Nothing is begun."""

    def poll(self) -> int:
        return 0


@pytest.fixture
def walk(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """The site as it is in earnest, with the letters of the demonstration; everybody has a second factor."""
    monkeypatch.setattr(background_trials, "subprocess", SimpleNamespace(Popen=NoProcess, PIPE=None))
    world = stand(database)
    for one in PEOPLE:
        if one.relation != "nobody":
            has_app(database, settings, one.account, MONDAY)
    app = create_app(settings, database, now=lambda: MONDAY, caught=CaughtLetters())
    site = Site(app, database)
    monkeypatch.setattr(looks, "append", site.note(looks.append))
    return Walk(site, world, things(world.at))


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("var")
    return Settings.from_environment({"THROUGHLINE_VAR": str(folder), "THROUGHLINE_MODELS": str(ROOT)})
