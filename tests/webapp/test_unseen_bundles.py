"""Bundles as another author would write them: each is played to its end and shown, or refused in words."""

import pytest
from flask import Flask

from engine.base.database import Database
from engine.base.settings import Settings
from tests.any_bundle import AnyBundle
from tests.rerun.rerunning import differing
from tests.second import problems, second
from tests.webapp.conftest import Clock
from webapp import create_app


def shown(played: AnyBundle, settings: Settings) -> int:
    clock = Clock(played.now)
    return played.look(create_app(settings, played.at.database, now=clock, demo=True))


@pytest.mark.parametrize("seed", range(2))
def test_the_second_bundle_by_chance(seed: int, database: Database, settings: Settings) -> None:
    played = AnyBundle(database, second(), seed)
    played.play()
    assert played.done > 10, played.refused
    assert shown(played, settings) > 10
    assert differing(database=database) == []
