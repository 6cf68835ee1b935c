"""Every page is answered on PostgreSQL too: what it asks of the database is understood there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from engine.base.clock import uptime
from engine.base.database import Database
from engine.base.provider_settings import IdentityProvider
from engine.base.settings import Settings
from engine.commands.asking_for_parts import ask_for_part
from engine.commands.carrying_over_many import ask_to_carry_over
from engine.commands.checkpointing import take
from engine.commands.giving_roles import give_role
from engine.commands.ticks import note_tick
from engine.commands.trying_by_hand import begin_try
from engine.people.identity import SYSTEM
from engine.reads.case.subject_decisions import request_at_work
from engine.record.checkpoints import SigningKey
from tests.access.things import sets_sharing
from tests.amount import LONG
from tests.builders import DAY, MONDAY, Authority, case_at, open_items, pass_time, shipped_model
from tests.deciding import deciding
from tests.engine.commands.calls import ASKED
from tests.engine.commands.calls_of_actions import adds
from tests.engine.commands.calls_of_departures import asks_a_manager, run_of
from tests.engine.commands.calls_of_drafts import FORM, REFERRED, begun, brings_in
from tests.engine.commands.calls_of_keeping import bars, breaks_glass, restricts
from tests.engine.commands.calls_of_looks import unusual_look
from tests.engine.commands.calls_of_people import proposed
from tests.engine.commands.calls_of_people_around import fact, person
from tests.engine.commands.calls_of_retention import closed, holds, proposes, rules
from tests.engine.commands.calls_of_services import serves
from tests.engine.commands.calls_of_sharing import wishes
from tests.engine.commands.calls_of_subject import asks_what_is_held
from tests.protecting import on_a_plan
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor
from webapp import create_app
from webapp.caught_letters import CaughtLetters

ROLES = (
    *("social_worker", "team_manager", "auditor", "administrator", "process_owner", "pathway_approver"),
    *("privacy_officer", "health_practitioner"),
)
# Only outside the demonstration, with a provider that answers: tests/webapp/test_single_sign_on.py.
OF_PROVIDER = {"/sign-in/provider/back", "/sign-in/provider/again", "/sign-out/provider"}
LIMIT, STORY = "plan_visit", "processes/referral/scenarios/one.toml"
TABLE = "processes/referral/safe_response.dmn"


@pytest.fixture
def database(postgresql_database: Database) -> Database:
    return postgresql_database


@pytest.fixture
def app(settings: Settings, world: Authority, clock: Clock) -> Flask:
    """With the page that the demonstration alone has, its letters, and one that asks a provider of single sign-on to be
    set.
    """
    provider = IdentityProvider("https://provider.example", "client", settings.var / "none", "Westshire Council")
    settings = replace(settings, provider=provider)
    return create_app(settings, world.database, now=clock, demo=True, caught=CaughtLetters())


def _of_people(world: Authority) -> dict[str, object]:
    """Somebody, a role of theirs, one that waits for a second administrator, an organisation and a team of it."""
    held = give_role(world.database, world.system, MONDAY, "auditor.2", "pathway_writer")
    whose = {"account": "social_worker.1", "membership": held, "proposal": proposed(world)}
    return {**whose, "organisation": "education", "team": world.other_team}


def _of_retention(world: Authority, held: str) -> dict[str, object]:
    """A rule, a hold, an erasure that waits for a second person, and a case that is due."""
    due, waits = closed(world), closed(world)
    rule = {"rule": rules(world, 1, "birth"), "hold": holds(world, held)}
    return {**rule, "erasure": proposes(world, waits, MONDAY), "due": due}


def _of_subject(world: Authority, case: str) -> dict[str, object]:
    asked = asks_what_is_held(world, case)
    with world.database.read() as connection:
        sheets = request_at_work(connection, world.actor("privacy_officer"), asked).held.sheets
    return {"asked": asked, "sheet": sheets[0].id, "given": sheets[0].id}


def path_for(rule: str) -> str:
    of_page = {"/stories/": STORY, "/table/": TABLE, "/rename/": "referral.decide_response"}
    return next((path for part, path in of_page.items() if part in rule), FORM)


def addresses(app: Flask, world: Authority) -> dict[str, str]:
    """Of each route that shows something, one address."""
    case = on_a_plan(authority=world)
    undecided = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=undecided)["decide_response"].id
    change, owner = begun(world, {**deciding(), STORY: b"title = 'One'"}), world.actor("process_owner")
    begin_try(world.database, owner, MONDAY, change, REFERRED, "")
    ask_to_carry_over(world.database, owner, MONDAY, shipped_model().hash, "To see it")
    values: dict[str, object] = {"case": case, "item": item, "process": "", "number": 1, "change": change}
    values |= {"which": change, "brought": brings_in(world), **_of_people(world)}
    restricted = case_at(authority=world)
    restriction, use = restricts(world, restricted), breaks_glass(world, undecided)
    values |= {"bar": bars(world, restricted), "restriction": restriction, "use": use}
    values |= {**_of_retention(world, restricted), "agreement": sets_sharing(world), **_of_subject(world, undecided)}
    values |= {"about": person(world, case), "what": "risk", "fact": fact(world, case)}
    values |= {"recipient": "health", "wish": wishes(world, case), "action": adds(world, case)}
    values |= {"instance": run_of(world, undecided), "element": "inform_family", "how": "open"}
    values["departure"] = asks_a_manager(world, waits := case_at(authority=world, point="deciding"))
    values |= {"path": "", "side": "now", "clock": LIMIT, "task": "decide_response", "reader": "health"}
    values["request_id"] = ask_for_part(world.database, world.actor("nspcc_officer"), MONDAY, ASKED, "sent")
    values["service"] = serves(world)
    values["looked_on"] = unusual_look(world, case).partition("/")[0]
    cases = {"/try/": "ada", "/restriction/": restricted, "/retention/": values["due"], "/answers/": undecided}
    cases |= {"/steps": undecided, "/departures/": waits}
    return _built(app, values, cases)


def _built(app: Flask, values: dict[str, object], cases: dict[str, object]) -> dict[str, str]:
    """`cases` are those that stand in addresses with such a part."""
    bound, found = app.url_map.bind("localhost"), dict[str, str]()
    every: list[Any] = [*app.url_map.iter_rules()]  # werkzeug does not say what the arguments are
    for rule in every:
        names: set[str] = {*rule.arguments}
        process = "strategy_discussion" if "case" in names else "referral" if "change" in names else "transfer_in"
        if "GET" in (rule.methods or ()) and names <= values.keys():
            of_rule = {**values, "process": process, "path": path_for(rule.rule)}
            of_rule["case"] = next((one for part, one in cases.items() if part in rule.rule), values["case"])
            given = {name: value for name, value in of_rule.items() if name in names}
            found[rule.rule] = bound.build(rule.endpoint, given)
    return found


def test_every_page_is_answered(
    app: Flask, settings: Settings, world: Authority, clock: Clock, as_a: Callable[..., Visitor]
) -> None:
    wanted = addresses(app, world)
    pass_time(authority=world, now=clock.move(2 * DAY))
    take(world.database, SYSTEM, clock.now, SigningKey(settings.checkpoint_key), settings.checkpoints)
    note_tick(world.database, SYSTEM, clock.now, 0, clock.now, uptime())
    answered: set[str] = set()
    for visitor in map(as_a, ROLES):
        asked = wanted if LONG else {rule: wanted[rule] for rule in wanted.keys() - answered}  # once by who may open it
        for rule, address in asked.items():
            status = visitor.client.get(address, follow_redirects=True).status_code
            assert status in (200, 403, 404), f"{status} for {address}"
            if status == 200:
                answered.add(rule)
    assert wanted.keys() - answered == OF_PROVIDER
