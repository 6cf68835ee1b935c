"""One good call of every command, by its name."""

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select

from engine.base.clock import Uptime
from engine.base.mail import Fate
from engine.commands import (
    accounts,
    asking_for_parts,
    authorities,
    backing_up,
    cases,
    checkpointing,
    deciding_parts,
    drafts,
    exports,
    handing_over,
    keeping_duty_list,
    keys_noted,
    leavers,
    looks,
    publishing,
    reading_news,
    setting_cases_aside,
    ticks,
    timers,
)
from engine.commands import working_days_and_limits as authority_commands
from engine.commands.enrolling import NamedTeam, enrol
from engine.facts.right_time import Doubt
from engine.facts.stories_played import Played
from engine.people.identity import PUBLIC, SYSTEM
from engine.record.verifier import Found
from engine.tables import Part
from tests.builders import (
    DAY,
    MONDAY,
    ROOT,
    Authority,
    answers_to,
    open_items,
    referral,
    shipped,
)
from tests.engine.commands.calls_of_actions import CALLS_OF_ACTIONS
from tests.engine.commands.calls_of_carrying_over import CALLS_OF_CARRYING_OVER
from tests.engine.commands.calls_of_corrections import CALLS_OF_CORRECTIONS
from tests.engine.commands.calls_of_departures import CALLS_OF_DEPARTURES
from tests.engine.commands.calls_of_drafts import CALLS_OF_DRAFTS
from tests.engine.commands.calls_of_families import CALLS_OF_FAMILIES
from tests.engine.commands.calls_of_keeping import CALLS_OF_KEEPING
from tests.engine.commands.calls_of_letters_and_backups import (
    Given,
    a_key,
    backed_up,
    changes_a_turn,
    claims_letter,
    decides_about_letter,
    hears_of_letter,
    looks_after_alarm,
    puts_back,
    removes_a_turn,
    takes_in_looks,
    turn,
)
from tests.engine.commands.calls_of_looks import CALLS_OF_LOOKS, page
from tests.engine.commands.calls_of_people import CALLS_OF_PEOPLE
from tests.engine.commands.calls_of_people_around import CALLS_OF_PEOPLE_AROUND
from tests.engine.commands.calls_of_retention import CALLS_OF_RETENTION
from tests.engine.commands.calls_of_services import CALLS_OF_SERVICES
from tests.engine.commands.calls_of_sharing import CALLS_OF_SHARING
from tests.engine.commands.calls_of_signing_in import CALLS_OF_SIGNING_IN
from tests.engine.commands.calls_of_subject import CALLS_OF_SUBJECT
from tests.engine.commands.elsewhere import CALLS_OF_TAKING_OVER
from tests.posting import REFUSED, SILENT


def item(at: Authority, case: str, task: str) -> str:
    return open_items(database=at.database, case=case)[task].id


def completes(at: Authority, case: str) -> object:
    row = open_items(database=at.database, case=case)["decide_response"]
    answers = answers_to(authority=at, item=row, response="assessment")
    return lambda: cases.complete_task(at.database, at.actor("social_worker"), MONDAY, row.id, answers)


def releases(at: Authority, case: str) -> object:
    held, worker = item(at, case, "decide_response"), at.actor("social_worker")
    cases.claim(at.database, worker, MONDAY, held)
    return lambda: cases.release(at.database, worker, MONDAY, held)


def hands_back_of_leaver(at: Authority, case: str) -> object:
    held = item(at, case, "decide_response")
    cases.claim(at.database, at.actor("social_worker"), MONDAY, held)
    accounts.disable_account(at.database, at.actor("administrator"), MONDAY, "social_worker.1")
    return lambda: leavers.hand_back_of_leaver(at.database, SYSTEM, MONDAY, held)


def passes_clocks(at: Authority, case: str) -> object:
    return lambda: timers.pass_clocks(at.database, SYSTEM, MONDAY + 30 * DAY, case)


ASKED = {"given_name": "Ada", "family_name": "Example", "how": "I teach her.", "why": "To help."}


def decides_on_request(at: Authority, case: str) -> object:
    request = asking_for_parts.ask_for_part(at.database, at.actor("education_practitioner"), MONDAY, ASKED, "sent")
    answers = {"decision": "given", "case": case, "reason": "She teaches her."}
    manager = at.actor("team_manager")
    return lambda: asking_for_parts.decide_on_part_request(at.database, manager, MONDAY, request, answers)


def refers(at: Authority, _case: str) -> object:
    answers = referral(authority=at, children=[{"given_name": name, "family_name": "Example"} for name in "AB"])
    return lambda: cases.start_process(at.database, PUBLIC.at(at.id), MONDAY, "referral", answers)


def drops(at: Authority, case: str) -> object:
    worker = at.actor("social_worker")
    drafts.save_draft(at.database, worker, MONDAY, item(at, case, "decide_response"), {"reason": "Not yet"})
    return lambda: drafts.discard_draft(at.database, worker, MONDAY, item(at, case, "decide_response"))


def by_administrator(name: str, *arguments: Any) -> Given:
    def given(at: Authority, _case: str) -> object:
        give: Any = getattr(accounts, name)
        return lambda: give(at.database, at.actor("administrator"), MONDAY, *arguments)

    return given


def changed_bundle() -> dict[str, bytes]:
    start = json.loads(shipped()["forms/referral/start.json"])
    return {**shipped(), "forms/referral/start.json": json.dumps({**start, "description": "Changed."}).encode()}


# One good call of every command; a command without one fails the first test below.
REFERRAL = "processes/referral/referral.bpmn"
DECIDE = "forms/referral/decide_response.json"
A_DAY = date(2026, 3, 3)
CLOSED = {"day": A_DAY.isoformat(), "name": "Closed"}


def closes_a_day(at: Authority, _case: str) -> Callable[[], object]:
    return lambda: authority_commands.add_closure_day(at.database, at.actor("administrator"), MONDAY, CLOSED)


def removes_closure_day(at: Authority, case: str) -> Callable[[], object]:
    closes_a_day(at, case)()
    return lambda: authority_commands.remove_closure_day(at.database, at.actor("administrator"), MONDAY, A_DAY)


def sets_a_limit(at: Authority, _case: str) -> Callable[[], object]:
    return lambda: authority_commands.set_local_limit(
        at.database, at.actor("administrator"), MONDAY, "urgent_response", {"limit": 2}
    )


def recounts(at: Authority, case: str) -> Callable[[], object]:
    closes_a_day(at, case)()
    return lambda: authority_commands.recalculate_case(at.database, SYSTEM, MONDAY, case)


@cache
def ends_a_part(at: Authority, case: str) -> Callable[[], object]:
    """That of the agency that referred."""
    with at.database.read() as connection:
        part = connection.execute(select(Part.id).where(Part.case_id == case)).scalar_one()
    by, why = at.actor("team_manager"), {"reason": "It is done."}
    return lambda: deciding_parts.end_part_in_case(at.database, by, MONDAY, case, part, why)


CALLS: dict[str, Given] = {
    "note_tick": lambda at, _: lambda: ticks.note_tick(at.database, SYSTEM, MONDAY, 0, MONDAY, Uptime("", 0)),
    "note_doubt": lambda at, _: lambda: ticks.note_doubt(at.database, SYSTEM, MONDAY, Doubt.BEHIND),
    "confirm_time": lambda at, _: lambda: ticks.confirm_time(at.database, SYSTEM, MONDAY, Uptime("", 0)),
    "note_keys": lambda at, _: lambda: keys_noted.note_keys(at.database, SYSTEM, MONDAY, {"forms": "a fingerprint"}),
    "take_in_file": takes_in_looks,
    "note_backup": lambda at, _: lambda: backing_up.note_backup(at.database, SYSTEM, MONDAY, backed_up(at)),
    "restore": puts_back,
    "take_checkpoint": lambda at, _: (
        lambda: checkpointing.take_checkpoint(at.database, at.actor("auditor"), MONDAY, a_key())
    ),
    "note_verification": lambda at, _: (
        lambda: checkpointing.note_verification(at.database, at.actor("auditor"), MONDAY, Found())
    ),
    "start_process": refers,
    "complete_task": completes,
    "claim": lambda at, case: (
        lambda: cases.claim(at.database, at.actor("social_worker"), MONDAY, item(at, case, "decide_response"))
    ),
    "release": releases,
    "hand_back_of_leaver": hands_back_of_leaver,
    "save_draft": lambda at, case: (
        lambda: drafts.save_draft(
            at.database, at.actor("social_worker"), MONDAY, item(at, case, "decide_response"), {"reason": "x"}
        )
    ),
    "note_news_read": lambda at, _: (
        lambda: reading_news.note_news_read(at.database, at.actor("social_worker"), MONDAY, 1)
    ),
    "note_news_of_task_read": lambda at, case: (
        lambda: reading_news.note_news_of_task_read(
            at.database, at.actor("social_worker"), MONDAY, item(at, case, "decide_response"), 1
        )
    ),
    "discard_draft": drops,
    "_look": lambda at, case: lambda: looks.look(at.database, at.actor("auditor"), MONDAY, "case", page, case),
    "pass_clocks": passes_clocks,
    "note_stalled": lambda at, case: (
        lambda: setting_cases_aside.note_stalled(at.database, SYSTEM, MONDAY, case, "clocks", KeyError("Ada"))
    ),
    "claim_letter": claims_letter,
    "put_back": hears_of_letter(handing_over.put_back, Fate.LATER),
    "record_outcome": hears_of_letter(handing_over.record_outcome, Fate.TAKEN),
    "send_letter_again": decides_about_letter(handing_over.send_letter_again, SILENT),
    "confirm_letter": decides_about_letter(handing_over.confirm_letter, SILENT),
    "put_letter_aside": decides_about_letter(handing_over.put_letter_aside, REFUSED),
    **CALLS_OF_DRAFTS,
    **CALLS_OF_FAMILIES,
    **CALLS_OF_KEEPING,
    **CALLS_OF_RETENTION,
    **CALLS_OF_CORRECTIONS,
    **CALLS_OF_TAKING_OVER,
    **CALLS_OF_DEPARTURES,
    **CALLS_OF_SUBJECT,
    **CALLS_OF_SHARING,
    **CALLS_OF_PEOPLE_AROUND,
    **CALLS_OF_ACTIONS,
    "keep_played": lambda at, _: (
        lambda: publishing.keep_played(
            at.database, at.actor("process_owner"), MONDAY, changed_bundle(), {}, Played(MONDAY, 0, {})
        )
    ),
    "publish_shipped": lambda at, _: lambda: publishing.publish_shipped(at.database, at.system, MONDAY, ROOT),
    "add_organisation_to_case": lambda at, case: (
        lambda: deciding_parts.add_organisation_to_case(
            at.database, at.actor("social_worker"), MONDAY, case, {"organisation": "housing", "reason": "They help."}
        )
    ),
    "end_part_in_case": ends_a_part,
    "ask_for_part": lambda at, _: (
        lambda: asking_for_parts.ask_for_part(at.database, at.actor("health_practitioner"), MONDAY, ASKED, "sent")
    ),
    "decide_on_part_request": decides_on_request,
    **CALLS_OF_CARRYING_OVER,
    "note_wrong_password": lambda at, _: (
        lambda: accounts.note_wrong_password(at.database, SYSTEM, MONDAY, "social_worker.1", accounts.Tries("key"))
    ),
    "add_authority": lambda at, _: lambda: authorities.add_authority(at.database, SYSTEM, MONDAY, "there", "There"),
    "set_telephone": lambda at, _: lambda: authorities.set_telephone(at.database, SYSTEM, MONDAY, at.id, "999"),
    "add_organisation": by_administrator("add_organisation", "education", "Second School"),
    "add_team": by_administrator("add_team", "social_care", "Third team"),
    "add_account": by_administrator("add_account", "Somebody", "somebody@example.org"),
    "enrol": lambda at, _: (
        lambda: enrol(at.database, at.system, MONDAY, "Jo", "jo@example.org", "", ["auditor"], NamedTeam(None, "Night"))
    ),
    "disable_account": by_administrator("disable_account", "social_worker.1"),
    **CALLS_OF_LOOKS,
    **CALLS_OF_PEOPLE,
    "add_closure_day": closes_a_day,
    "remove_closure_day": removes_closure_day,
    "set_local_limit": sets_a_limit,
    "recalculate_case": recounts,
    "look_after_alarm": looks_after_alarm,
    "add_duty_turn": lambda at, _: (
        lambda: keeping_duty_list.add_duty_turn(at.database, at.actor("administrator"), MONDAY, turn(at))
    ),
    "change_duty_turn": changes_a_turn,
    "remove_duty_turn": removes_a_turn,
    "set_alarm_minutes": lambda at, _: (
        lambda: keeping_duty_list.set_alarm_minutes(at.database, at.actor("team_manager"), MONDAY, {"minutes": 10})
    ),
    "record_export": lambda at, case: (
        lambda: exports.record_export(at.database, at.actor("auditor"), MONDAY, case, "full", "Asked for", "", "")
    ),
    "record_story": lambda at, case: lambda: exports.record_story(at.database, at.actor("auditor"), MONDAY, case, ""),
    **CALLS_OF_SIGNING_IN,
    **CALLS_OF_SERVICES,
}
