"""Codes that a provider of single sign-on refuses: somebody may be making them up."""

from datetime import timedelta

import pytest

from engine.base.clock import now as real_now
from engine.base.settings import Settings
from engine.commands.counting import Budget
from tests.builders import Authority
from tests.identity_provider import running
from tests.webapp.conftest import Clock
from tests.webapp.signing_on import WORKER, SignOn, back
from webapp import provider_said, single_sign_on


def test_codes_that_the_provider_refuses_are_counted_with_their_network(
    settings: Settings, world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as provider:
        house = SignOn(settings, world, Clock(real_now()), provider)
        monkeypatch.setattr(single_sign_on, "REFUSED_CODES", Budget(2, timedelta(minutes=15)))
        house.provider.says(sub=f"there-{WORKER}", email=f"{WORKER}@example.org", email_verified=True)
        for made_up in (True, False, True):  # one that is right counts for nothing
            visitor = house.browser()
            brought = house.goes(visitor, visitor.get("/sign-in"))
            came = back(visitor, {**brought, "code": "made-up"} if made_up else brought)
            assert came.errors == ([provider_said.TOO_LONG] if made_up else [])
        visitor = house.browser()
        brought = house.goes(visitor, visitor.get("/sign-in"))
        back(visitor, brought, status=429)
