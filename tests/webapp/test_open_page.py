"""What a page that is left open is told: whose session it is, and how long it lasts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def told(visitor: Visitor) -> Any:
    answer = visitor.client.get("/open-page")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_it_is_told_how_long_the_session_lasts_and_asking_for_a_page_makes_it_longer(
    as_a: Callable[..., Visitor], clock: Clock, method: str
) -> None:
    visitor = as_a("team_manager")
    assert told(visitor)["session"] == {"ends_in": 15 * 60, "may_stay": True}
    clock.move(13 * MINUTE)
    assert told(visitor)["session"] == {"ends_in": 2 * 60, "may_stay": True}
    assert visitor.client.open("/account", method=method).status_code == 200
    assert told(visitor)["session"] == {"ends_in": 15 * 60, "may_stay": True}


def test_twelve_hours_after_signing_in_nothing_makes_it_longer(as_a: Callable[..., Visitor], clock: Clock) -> None:
    visitor = as_a("team_manager")
    for _ in range(4 * 12 - 1):
        clock.move(HOUR / 4 - MINUTE / 4)
        assert visitor.client.get("/account").status_code == 200
    assert told(visitor)["session"] == {"ends_in": 15 * 60, "may_stay": True}
    clock.move(12 * MINUTE)
    visitor.client.get("/account")
    assert told(visitor)["session"] == {"ends_in": 14 * 60 + 45, "may_stay": False}


def test_it_is_told_whose_session_it_is(as_a: Callable[..., Visitor]) -> None:
    assert told(as_a("team_manager"))["who"] == "team_manager.1"
    assert told(as_a("social_worker", number=2))["who"] == "social_worker.2"
