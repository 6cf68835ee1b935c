"""Every page is answered on PostgreSQL too: what it asks of the database is understood there."""

from collections.abc import Callable

import pytest
from flask import Flask

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands.checkpointing import take
from engine.people.identity import SYSTEM
from engine.record.checkpoints import SigningKey
from tests.builders import DAY, Authority, case_at, open_items, pass_time
from tests.protecting import on_a_plan
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor

ROLES = ("social_worker", "team_manager", "auditor", "administrator")


@pytest.fixture
def database(postgresql_database: Database) -> Database:
    return postgresql_database


def addresses(app: Flask, world: Authority) -> dict[str, str]:
    """Of each route that shows something, one address."""
    case = on_a_plan(authority=world)
    deciding = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=deciding)["decide_response"].id
    values = {"case": case, "item": item, "process": "strategy_discussion", "number": 1}
    without_a_case = {**values, "process": "transfer_in"}
    bound = app.url_map.bind("localhost")
    return {
        rule.rule: bound.build(
            rule.endpoint,
            {name: (values if "case" in rule.arguments else without_a_case)[name] for name in rule.arguments},
        )
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.arguments <= values.keys()
    }


def test_every_page_is_answered(
    app: Flask, settings: Settings, world: Authority, clock: Clock, as_a: Callable[..., Visitor]
) -> None:
    wanted = addresses(app, world)
    pass_time(authority=world, now=clock.move(2 * DAY))
    take(world.database, SYSTEM, clock.now, SigningKey(settings.checkpoint_key), settings.checkpoints)
    answered: set[str] = set()
    for visitor in map(as_a, ROLES):
        for rule, address in wanted.items():
            status = visitor.client.get(address, follow_redirects=True).status_code
            assert status in (200, 403, 404), f"{status} for {address}"
            if status == 200:
                answered.add(rule)
    assert wanted.keys() - answered == set()
