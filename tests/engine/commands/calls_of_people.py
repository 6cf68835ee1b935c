"""One good call of every command about people, organisations, teams, and who acts for whom."""

from typing import Any

from engine.commands import (
    administering,
    assigning_tasks,
    bringing_in_people,
    giving_roles,
    moving_cases,
    setting_covers,
)
from engine.commands.accounts import disable_account
from engine.commands.giving_roles import RoleGiven
from tests.builders import DAY, MONDAY, Authority, open_items
from tests.engine.commands.calls_of_letters_and_backups import Given

AUDITOR = {"role": "auditor"}
FILE = b"agency,organisation,team,name,email,role\nEducation,Hill School,,Jo,jo@example.org,Education practitioner\n"
A_WEEK = {"covering": "team_manager.1", "last_day": (MONDAY + 7 * DAY).date().isoformat()}


def administers(command: Any, *arguments: Any, **named: Any) -> Given:
    def given(at: Authority, _case: str) -> object:
        return lambda: command(at.database, at.actor("administrator"), MONDAY, *arguments, **named)

    return given


def proposed(at: Authority) -> str:
    """By the first administrator, an auditor to be."""
    came: RoleGiven = giving_roles.give_asked_role(
        at.database, at.actor("administrator"), MONDAY, "housing_officer.1", AUDITOR
    )
    assert came.membership is None
    return came.proposal or ""


def agrees(at: Authority, _case: str) -> object:
    proposal = proposed(at)
    second = at.actor("administrator", number=2)
    return lambda: giving_roles.agree_to_role(at.database, second, MONDAY, proposal)


def drops(at: Authority, _case: str) -> object:
    proposal = proposed(at)
    return lambda: giving_roles.drop_proposed_role(at.database, at.actor("administrator"), MONDAY, proposal)


def ends_a_role(at: Authority, _case: str) -> object:
    held = giving_roles.give_role(at.database, at.actor("administrator"), MONDAY, "auditor.1", "process_owner")
    return lambda: giving_roles.end_role(at.database, at.actor("administrator"), MONDAY + DAY, held)


def ends_a_role_by_page(at: Authority, _case: str) -> object:
    held = giving_roles.give_role(at.database, at.actor("administrator"), MONDAY, "auditor.1", "process_owner")
    day = {"last_day": (MONDAY + DAY).date().isoformat()}
    return lambda: giving_roles.end_asked_role(at.database, at.actor("administrator"), MONDAY, held, day)


def enables(at: Authority, _case: str) -> object:
    disable_account(at.database, at.actor("administrator"), MONDAY, "auditor.1")
    return lambda: administering.enable_account(at.database, at.actor("administrator"), MONDAY, "auditor.1")


def sets_a_cover(at: Authority, _case: str) -> object:
    return lambda: setting_covers.set_cover(at.database, at.actor("social_worker"), MONDAY, "social_worker.1", A_WEEK)


def ends_a_cover(at: Authority, _case: str) -> object:
    cover = setting_covers.set_cover(at.database, at.actor("social_worker"), MONDAY, "social_worker.1", A_WEEK)
    return lambda: setting_covers.end_cover(at.database, at.actor("social_worker"), MONDAY + DAY, cover)


def moves(at: Authority, case: str) -> object:
    giving_roles.give_role(
        at.database, at.system, MONDAY - DAY, "service_manager.2", "team_manager", "social_care", at.other_team
    )
    answers = {"team": at.other_team, "reason": "The family moved."}
    return lambda: moving_cases.move_case(at.database, at.actor("team_manager"), MONDAY, case, answers)


def gives_a_task(at: Authority, case: str) -> object:
    item = open_items(database=at.database, case=case)["decide_response"].id
    to = {"to": "social_worker.2"}
    return lambda: assigning_tasks.give_task(at.database, at.actor("team_manager"), MONDAY, item, to)


CALLS_OF_PEOPLE: dict[str, Given] = {
    "give_role": administers(giving_roles.give_role, "social_worker.1", "pathway_writer"),
    "give_asked_role": administers(giving_roles.give_asked_role, "social_worker.1", AUDITOR),
    "agree_to_role": agrees,
    "drop_proposed_role": drops,
    "end_role": ends_a_role,
    "end_asked_role": ends_a_role_by_page,
    "add_person": administers(administering.add_person, {"name": "Jo", "email_address": "jo@example.org", **AUDITOR}),
    "change_person": administers(
        administering.change_person, "social_worker.1", {"name": "Jo", "email_address": "jo@example.org"}
    ),
    "enable_account": enables,
    "add_named_organisation": administers(
        administering.add_named_organisation, {"agency": "education", "name": "Hill School"}
    ),
    "rename_organisation": administers(administering.rename_organisation, "education", {"name": "Dale School"}),
    "add_named_team": administers(administering.add_named_team, "education", {"name": "Night team"}),
    "rename_team": administers(administering.rename_team, "duty_team", {"name": "First team"}),
    "choose_duty_team": administers(administering.choose_duty_team, "other_team"),
    "set_cover": sets_a_cover,
    "end_cover": ends_a_cover,
    "move_case": moves,
    "give_task": gives_a_task,
    "bring_in_people": administers(bringing_in_people.bring_in_people, FILE, dry=False),
}
