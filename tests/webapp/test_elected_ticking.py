"""Of several sites on one database one lets the clock tick, and the next as soon as that one has ended or lost it."""

from collections.abc import Generator
from contextlib import ExitStack
from queue import Queue
from typing import Any

import pytest

from engine.base.database import Database
from engine.base.settings import Settings
from tests.engine.base.test_elected import OTHERS
from webapp.cli import elected_ticking
from webapp.cli.elected_ticking import ticking_while_elected

LONGEST = 60


class Ticking:
    """What `start_ticking` gives: tells when it begins and when it is stopped."""

    def __init__(self, told: Queue[str]) -> None:
        self._told = told
        told.put("begun")

    def shutdown(self) -> None:
        self._told.put("stopped")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Generator[Queue[str]]:
    made: Queue[str] = Queue()

    def start(*_: Any) -> Ticking:
        return Ticking(made)

    monkeypatch.setattr(elected_ticking, "start_ticking", start)
    monkeypatch.setattr(elected_ticking, "ASK_SECONDS", 0.05)
    yield made
    assert made.empty()


def test_one_ticks_and_the_next_takes_over(postgresql_database: Database, told: Queue[str], settings: Settings) -> None:
    address = postgresql_database.url.render_as_string(hide_password=False)
    chosen = Settings.from_environment({"DATABASE_URL": address, "THROUGHLINE_MODELS": str(settings.models)})
    with ExitStack() as first, ticking_while_elected(chosen, wanted=False):
        first.enter_context(ticking_while_elected(chosen, wanted=True))
        assert told.get(timeout=LONGEST) == "begun"
        with ticking_while_elected(chosen, wanted=True):
            first.close()
            assert [told.get(timeout=LONGEST) for _ in range(2)] == ["stopped", "begun"]
            with postgresql_database.transaction() as connection:
                connection.execute(OTHERS)  # it has lost the database, and with it the lock
            assert [told.get(timeout=LONGEST) for _ in range(2)] == ["stopped", "begun"]
        assert told.get(timeout=LONGEST) == "stopped"
