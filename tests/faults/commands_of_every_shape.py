"""One command of every shape, and a choice of the others, each ready to be given: what it needs is there."""

from collections.abc import Callable
from functools import partial
from typing import Any

from engine.base.clock import uptime
from engine.commands import accounts, giving_roles, sessions
from engine.commands.cases import claim, complete_task, release, start_process
from engine.commands.checkpointing import take_checkpoint
from engine.commands.drafts import discard_draft, save_draft
from engine.commands.enrolling import NamedTeam, enrol
from engine.commands.handing_over import claim_letter
from engine.commands.keeping_duty_list import set_alarm_minutes
from engine.commands.looks import look
from engine.commands.ticks import note_tick
from engine.commands.timers import pass_clocks
from engine.commands.working_days_and_limits import (
    add_closure_day,
    recalculate_case,
    remove_closure_day,
    set_local_limit,
)
from engine.people.identity import SYSTEM
from engine.record.checkpoints import SigningKey
from tests.builders import (
    DAY,
    MONDAY,
    Authority,
    account,
    answers_to,
    case_at,
    child,
    open_items,
    referral,
)

Act = Callable[[], object]
Prepared = Callable[[Authority, Any], Act]
CLOSED = {"day": "2026-12-24", "name": "Christmas closure"}


def authorising(at: Authority, _folder: Any) -> Act:
    """The longest step there is: it withdraws, meets and stops clocks, and starts a plan."""
    item = open_items(database=at.database, case=case_at(authority=at, point="written"))["authorise_assessment"]
    answers = answers_to(authority=at, item=item, authorised="yes")
    manager = at.actor("team_manager")
    return lambda: complete_task(at.database, manager, MONDAY, item.id, answers)


def referring(at: Authority, _folder: Any) -> Act:
    """Two children, an alert and an acknowledgement that nobody types."""
    given: dict[str, Any] = {"immediate_danger": "yes", "reply_by": "email", "referrer_email": "h@example.org"}
    answers = referral(authority=at, children=[child(), child(given_name="Ben")], **given)
    sender = at.actor("health_practitioner")
    return lambda: start_process(at.database, sender, MONDAY, "referral", answers, submission="key")


def claiming(at: Authority, _folder: Any) -> Act:
    """It ends an alarm, whose letters wait."""
    case = case_at(authority=at, immediate_danger="yes")
    item = open_items(database=at.database, case=case)["decide_response"]
    worker = at.actor("social_worker")
    return lambda: claim(at.database, worker, MONDAY, item.id)


def passing_a_clock(at: Authority, _folder: Any) -> Act:
    case = case_at(authority=at, point="planned")
    return lambda: pass_clocks(at.database, SYSTEM, MONDAY + 90 * DAY, case)


class Page:
    cases_shown: tuple[str, ...] = ()


def a_page(*_: Any) -> Page:
    return Page()


def looking(at: Authority, _folder: Any) -> Act:
    auditor = at.actor("auditor")
    return lambda: look(at.database, auditor, MONDAY, "inbox", a_page)


def keeping_a_draft(at: Authority, _folder: Any) -> Act:
    item = open_items(database=at.database, case=case_at(authority=at))["decide_response"]
    return partial(save_draft, at.database, at.actor("social_worker"), MONDAY, item.id, {"reason": ["Half a"]})


def closing_a_day(at: Authority, _folder: Any) -> Act:
    return partial(add_closure_day, at.database, at.actor("administrator"), MONDAY, CLOSED)


def counting_a_case_anew(at: Authority, _folder: Any) -> Act:
    case = case_at(authority=at, point="planned")
    add_closure_day(at.database, at.actor("administrator"), MONDAY, {"day": "2026-03-10", "name": "Storm"})
    return partial(recalculate_case, at.database, SYSTEM, MONDAY, case)


def taking_a_letter(at: Authority, _folder: Any) -> Act:
    case_at(authority=at, reply_by="email", referrer_email="h@example.org")
    return partial(claim_letter, at.database, SYSTEM, MONDAY, ())


def signing_a_checkpoint(at: Authority, folder: Any) -> Act:
    case_at(authority=at)
    return partial(take_checkpoint, at.database, SYSTEM, MONDAY, SigningKey(folder / "key.pem"))


TEN: tuple[Prepared, ...] = (
    *(authorising, referring, claiming, passing_a_clock, looking),
    *(keeping_a_draft, closing_a_day, counting_a_case_anew, taking_a_letter, signing_a_checkpoint),
)


def signing_in(at: Authority, _folder: Any) -> Act:
    return partial(sessions.begin, at.database, at.system, MONDAY, account(role="social_worker"))


def signing_out(at: Authority, folder: Any) -> Act:
    token: Any = signing_in(at, folder)()
    return partial(sessions.end, at.database, at.actor("social_worker"), MONDAY, token)


def handing_back(at: Authority, folder: Any) -> Act:
    claiming(at, folder)()
    case = case_at(authority=at)
    item = open_items(database=at.database, case=case)["decide_response"]
    claim(at.database, at.actor("social_worker"), MONDAY, item.id)
    return partial(release, at.database, at.actor("social_worker"), MONDAY, item.id)


def throwing_a_draft_away(at: Authority, folder: Any) -> Act:
    keep: Any = keeping_a_draft(at, folder)
    keep()
    return partial(discard_draft, at.database, at.actor("social_worker"), MONDAY, keep.args[3])


def opening_a_day(at: Authority, folder: Any) -> Act:
    day: Any = closing_a_day(at, folder)()
    return partial(remove_closure_day, at.database, at.actor("administrator"), MONDAY, day)


def setting_a_limit(at: Authority, _folder: Any) -> Act:
    return partial(set_local_limit, at.database, at.actor("administrator"), MONDAY, "plan_visit", {"limit": 5})


def setting_minutes(at: Authority, _folder: Any) -> Act:
    return partial(set_alarm_minutes, at.database, at.actor("administrator"), MONDAY, {"minutes": 20})


def enrolling(at: Authority, _folder: Any) -> Act:
    """An account, an organisation, a team and two roles: all of it, or none."""
    roles, place = ("administrator", "health_practitioner"), NamedTeam("Dale Trust", "Ward")
    return partial(
        enrol,
        at.database,
        at.system,
        MONDAY,
        "Jo",
        "jo@example.org",
        accounts.hashed("tulip kettle river"),
        roles,
        place,
    )


def disabling_an_account(at: Authority, folder: Any) -> Act:
    signing_in(at, folder)()
    return partial(accounts.disable_account, at.database, at.system, MONDAY, account(role="social_worker"))


def giving_a_role(at: Authority, _folder: Any) -> Act:
    return partial(giving_roles.give_role, at.database, at.system, MONDAY, account(role="auditor"), "administrator")


def noting_a_tick(at: Authority, _folder: Any) -> Act:
    return partial(note_tick, at.database, SYSTEM, MONDAY, 3, MONDAY, uptime())


OTHERS: tuple[Prepared, ...] = (
    *(signing_in, signing_out, handing_back, throwing_a_draft_away, opening_a_day, setting_a_limit),
    *(setting_minutes, enrolling, disabling_an_account, giving_a_role, noting_a_tick),
)
