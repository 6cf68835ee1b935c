"""Bundles as another author would write them: each is played by chance and shown without a change of Python."""

import re
from collections.abc import Mapping

import pytest

from engine.base.database import Database
from engine.base.settings import Settings
from tests.amount import some_of
from tests.any_bundle import AnyBundle
from tests.rerun.rerunning import differing
from tests.second import Files, changed, problems, second
from tests.webapp.conftest import Clock
from webapp import create_app

ROLES, MESSAGES = "processes/roles.toml", "processes/messages.csv"
OTHERS = """[agency.constables]
name = "Constables"
role = "constable"

[agency.clinics]
name = "Clinics"
role = "clinic_nurse"
"""
WORDS = 'words = { auditor = "Island auditor", board = "Island board", lead = "keeper" }\n'


def without_property(name: str) -> Files:
    line = re.compile(rf'<spiffworkflow:property name="{name}" value="[^"]*"/>'.encode())
    return {path: line.sub(b"", text) for path, text in second().items()}


def unacknowledged() -> Files:
    drawn = changed("processes/worry/worry.bpmn", ('name="effect" value="acknowledges"', 'name="as_chair" value="yes"'))
    return changed("forms/worry/start.json", ('"x-role": "referrer_email",', ""), files=drawn)


def without_agencies() -> Files:
    asks = changed("forms/worry/start.json", ('"constables"', '"neighbours"'), ('"clinics"', '"strangers"'))
    return changed(ROLES, (OTHERS, ""), ('agency = "constables"', ""), ('agency = "clinics"', ""), files=asks)


def without_effects_of_messages() -> Files:
    """As a table that has the first seven columns alone: nothing begins or ends a plan."""
    rows = second()[MESSAGES].decode().splitlines()
    return {**second(), MESSAGES: "\n".join(",".join(row.split(",")[:7]) for row in rows).encode() + b"\n"}


def two_allocate() -> Files:
    effect = '<spiffworkflow:property name="effect" value="allocates"/>'
    properties = f"<spiffworkflow:properties>{effect}</spiffworkflow:properties>"
    more = f"<bpmn:extensionElements>{properties}</bpmn:extensionElements>"
    tasks = ('id="ask_partners" name="Plan the look">', 'id="write_look" name="Write what was found">')
    drawn = changed("processes/look/look.bpmn", *((task, task + more) for task in tasks))
    person = '"keeper": { "type": "string", "title": "Who?", "x-ui": { "kind": "person" }, "x-role": "lead",'
    person += ' "x-choices": "colleagues", "x-source": "Invented", "x-read-by": ["case page"] },'
    files: Mapping[str, bytes] = drawn
    for form in ("ask_partners", "write_look"):
        files = changed(f"forms/look/{form}.json", ('"properties": {', f'"properties": {{ {person}'), files=files)
    return files


def unchaired() -> Files:
    named = changed("forms/panel/name_head.json", ("independent_chairs", "colleagues"), ('"x-role": "chair",', ""))
    return changed(ROLES, ("chairs = true\n", ""), files=named)


def with_a_process_by_hand() -> Files:
    """One more process, which a case hand begins: as putting a file away, without its meaning."""
    drawn = second()["processes/wind_up/wind_up.bpmn"].decode()
    drawn = re.sub(
        r'<spiffworkflow:property name="(begins_when_idle|withdraws_running_work|effect)" [^>]*/>', "", drawn
    )
    drawn = (
        drawn.replace("wind_up", "outing")
        .replace("put_away", "go_out")
        .replace("Put", "Go")
        .replace("lead_hand", "case_hand")
    )
    drawn = drawn.replace('"Lead hand"', '"Case hand"').replace("HV-11", "HV-12")
    start, task = (second()[f"forms/wind_up/{one}.json"] for one in ("put_away", "put_away"))
    duties = second()["processes/duties.csv"] + b"HV-12,outing,case_hand,A child goes out,,,now,Invented\n"
    forms = {"forms/outing/start.json": start, "forms/outing/go_out.json": task.replace(b"last_words", b"where_to")}
    forms = {path: text.replace(b"HV-11", b"HV-12") for path, text in forms.items()}
    return {**second(), **forms, "processes/outing/outing.bpmn": drawn.encode(), "processes/duties.csv": duties}


OVERSIGHT = """[role.auditor]
name = "Auditor"

[role.process_owner]
name = "Process owner"

[role.pathway_writer]
name = "Pathway writer"

[role.pathway_approver]
name = "Pathway approver"

[role.administrator]
name = "Administrator"

"""
UNSEEN = {
    "nobody chairs": unchaired(),
    "one more process begun by hand": with_a_process_by_hand(),
    "no roles of oversight": changed(ROLES, (OVERSIGHT, "")),
    "the second bundle": second(),
    "nothing is an emergency": without_property("emergency"),
    "no order among what is offered": without_property("offered"),
    "no second call joins": without_property("joins_by_hand"),
    "nobody is acknowledged": unacknowledged(),
    "no agency but the leading one": without_agencies(),
    "messages mean nothing": without_effects_of_messages(),
    "two tasks allocate": two_allocate(),
    "nobody supervises": changed(ROLES, ("supervises = true\n", ""), ("manages_team = true\n", "")),
    "the public has no role": changed(ROLES, ('[role.public]\nname = "Member of the public"\naccount = false\n', "")),
    "no words of the edition": changed("processes/edition.toml", (WORDS, "")),
}


@pytest.mark.parametrize("name", some_of(UNSEEN, 3))
def test_it_is_sound_played_and_shown(name: str, database: Database, settings: Settings) -> None:
    files = UNSEEN[name]
    assert problems(files) == []
    played = AnyBundle(database, files)
    played.play()
    assert played.done > 10, played.refused
    app = create_app(settings, database, now=Clock(played.now), demo=True)
    assert played.look(app) > 10
    assert differing(database=database) == []
