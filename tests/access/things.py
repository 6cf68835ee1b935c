"""What stands in the addresses beside cases, by the name of the argument."""

import json
from collections.abc import Mapping
from typing import Any

from engine.base.clock import uptime
from engine.commands import trials
from engine.commands.asking_for_parts import ask_for_part
from engine.commands.carrying_over_many import ask_to_carry_over
from engine.commands.checkpointing import take_checkpoint
from engine.commands.giving_roles import give_role
from engine.commands.keeping_duty_list import add_duty_turn
from engine.commands.signing_agreements import set_agreement
from engine.commands.ticks import note_tick
from engine.commands.trying_by_hand import begin_try
from engine.commands.working_days_and_limits import add_closure_day
from engine.people.identity import SYSTEM
from engine.reads.case.subject_decisions import request_at_work
from tests.builders import DAY, MONDAY, Authority, case_at, publish, shipped, shipped_model
from tests.deciding import deciding
from tests.engine.commands.calls import ASKED, CLOSED, changed_bundle
from tests.engine.commands.calls_of_drafts import FORM, REFERRED, begun, brings_in
from tests.engine.commands.calls_of_letters_and_backups import a_key, turn
from tests.engine.commands.calls_of_looks import unusual_look
from tests.engine.commands.calls_of_people import proposed
from tests.engine.commands.calls_of_retention import closed, holds, proposes, rules
from tests.engine.commands.calls_of_services import serves
from tests.engine.commands.calls_of_subject import asks_what_is_held
from webapp.static_files import BUILT

# Of the draft.
WITHOUT_FORM = "acknowledge_referral"
STORY, TABLE = "processes/referral/scenarios/one.toml", "processes/referral/safe_response.dmn"
OF_PAGE = {"/stories/": STORY, "/table/": TABLE, "/rename/": "referral.decide_response"}


def things(at: Authority) -> Mapping[str, object]:
    """The cases run on models that are in force no more."""
    owner, system = at.actor("process_owner"), at.system
    ask_to_carry_over(at.database, owner, MONDAY, publish(database=at.database, files=changed_bundle()), "To see it")
    files = {**deciding(), STORY: b"title = 'One'"}
    files.pop(f"forms/referral/{WITHOUT_FORM}.json")
    change = begun(at, files)
    note_tick(at.database, SYSTEM, MONDAY, 0, MONDAY, uptime())
    begin_try(at.database, owner, MONDAY, change, REFERRED, "")
    add_closure_day(at.database, system, MONDAY, CLOSED)
    take_checkpoint(at.database, at.actor("auditor"), MONDAY, a_key())
    return {
        "change": change,
        "which": change,
        "brought": brings_in(at),
        "trial": trials.begin_trial(at.database, owner, MONDAY, change, "cases").id,
        "account": "social_worker.1",
        "membership": give_role(at.database, system, MONDAY, "auditor.2", "pathway_writer"),
        "proposal": proposed(at),
        "organisation": "education",
        "team": at.other_team,
        "cover": "acted_for_a_colleague",
        **_listed(at),
        "day": CLOSED["day"],
        "request_id": ask_for_part(at.database, at.actor("nspcc_officer"), MONDAY, ASKED, "sent"),
        "number": 1,
        "side": "now",
        "clock": "plan_visit",
        "task": "decide_response",
        "place": next(iter(json.loads(shipped()[FORM])["properties"])),
        "reader": "health",
        "recipient": "health",
        "kind": "cases",
        "name": next(one.name for one in BUILT.glob("main-*.js")),
        "word": "none",
        "agreement": sets_sharing(at),
        **_kept_and_erased(at),
        **_looked_at(at),
        "bundle": shipped_model().hash,
    }


def _listed(at: Authority) -> Mapping[str, object]:
    """A turn of the duty list, a service of the directory."""
    return {"turn": add_duty_turn(at.database, at.system, MONDAY, turn(at)), "service": serves(at)}


def sets_sharing(at: Authority) -> str:
    """An agreement that is to be signed, and holds nobody off yet."""
    to_come = {"text": "What is shared, and why.", "first_day": f"{MONDAY + 30 * DAY:%Y-%m-%d}"}
    set_agreement(at.database, at.actor("administrator"), MONDAY, "sharing", to_come)
    return "sharing"


def _kept_and_erased(at: Authority) -> Mapping[str, object]:
    """A rule, a hold, an erasure that waits for a second person, a case that is due; a request for what is held."""
    held, waits = case_at(authority=at), closed(at)
    asked = asks_what_is_held(at, held)
    with at.database.read() as connection:
        sheets = request_at_work(connection, at.actor("privacy_officer"), asked).held.sheets
    made = {"rule": rules(at, 1, "birth"), "hold": holds(at, held), "erasure": proposes(at, waits, MONDAY)}
    return {**made, "due": closed(at), "asked": asked, "sheet": sheets[0].id}


def _looked_at(at: Authority) -> Mapping[str, object]:
    """A case at which somebody looked, and which is marked as well known."""
    day, _, case = unusual_look(at, case_at(authority=at)).split("/")
    return {"looked_on": day, "looked at": case}


def values_for(address: str, known: Mapping[str, object], of_case: Mapping[str, str]) -> dict[str, object]:
    """Of one address. Some names mean other things in some places."""
    values: dict[str, object] = {"bar": "none", "restriction": "none", "use": "none", **known, **of_case}
    in_case = address.startswith("/cases/<case>")
    values["process"] = (
        "strategy_discussion" if in_case else "transfer_in" if address.startswith("/cases") else "referral"
    )
    values["path"] = next((path for part, path in OF_PAGE.items() if part in address), FORM)
    if address.startswith("/privacy/retention/<case>"):
        values["case"] = known["due"]
    if address.startswith("/privacy/unusual/<looked_on>"):
        values["case"] = known["looked at"]
    if "/try/" in address:
        values["case"] = "ada"
    return values


def sent_to(route: str, item: str) -> Mapping[str, Any]:
    """Where nothing at all would be refused to everybody for that: what is sent."""
    sent: Mapping[str, Mapping[str, Any]] = {
        "/drafts": {"data": {"subject": item}},
        "/tasks/news/read": {"data": {"news": "1"}},
        "/tasks/<item>/news-read": {"data": {"news": "1"}},
        "/studio/changes/<change>/questions": {"data": {"process": "referral", "task": WITHOUT_FORM}},
        "/studio/changes/<change>/files/<path:path>": {"headers": {"If-Match": '"0"'}},
    }
    return sent.get(route, {})


def nothing_like(values: Mapping[str, object], arguments: tuple[str, ...]) -> dict[str, object]:
    """The same address of what is not there: of a case, of a draft, of whatever is named first."""
    name = next(iter(arguments), "")
    return {**values, name: 9_999 if name == "number" else "q" * 26}


def exists(about: str, state: str, of_case: Mapping[str, str]) -> bool:
    """Whether a case that stands so has what a row is about: a restriction, a part that lasts."""
    if about == "a part":
        return state != "closed long ago"
    if about == "a case without a restriction":
        return "restriction" not in of_case
    if about == "a provider":  # of single sign-on: tests/webapp/test_single_sign_on.py
        return False
    return "restriction" in of_case if about.startswith("a restriction") else True
