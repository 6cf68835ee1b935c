"""The site as a browser finds it: an authority with a case at each point, and the time standing still."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands import checkpointing
from engine.commands.asking_for_parts import ask_for_part
from engine.commands.setting_covers import set_cover
from engine.commands.signing_agreements import set_agreement
from engine.commands.trying_by_hand import begin_try
from engine.commands.working_days_and_limits import add_closure_day, set_local_limit
from engine.record.checkpoints import SigningKey
from engine.scenario.mail_server import send
from tests.browser.place import Place
from tests.browser.places_of_a_family import of_a_family
from tests.browser.places_of_actions import places_of_actions
from tests.browser.places_of_corrections import of_corrections
from tests.browser.places_of_departures import of_departures
from tests.browser.places_of_duty import of_duty, put_on_duty
from tests.browser.places_of_people import places_of_people
from tests.browser.places_of_retention import places_of_retention
from tests.browser.places_of_services import of_services
from tests.browser.places_of_sharing import places_of_sharing
from tests.browser.places_of_subject import of_subject_access
from tests.builders import (
    DAY,
    MONDAY,
    ROOT,
    Authority,
    account,
    authority,
    case_at,
    child,
    open_items,
    pass_time,
    refer,
    shipped,
)
from tests.drafts import approved
from tests.engine.commands.calls_of_drafts import FORM, REFERRED, begun, brings_in, otherwise, submitted
from tests.engine.commands.calls_of_keeping import asks_to_end, breaks_glass, restricts
from tests.engine.commands.calls_of_looks import unusual_look
from tests.engine.commands.calls_of_people import A_WEEK, proposed
from webapp import create_app
from webapp.caught_letters import CaughtLetter, CaughtLetters

# What the authority has settled: _settle gives it something to show.
OF_THE_AUTHORITY = (
    Place("working-days", "/working-days", "administrator"),
    Place("working-days-of-others", "/working-days", "social_worker"),
    Place("remove-day", "/working-days/2026-12-24/remove", "administrator"),
    Place("time-limits", "/time-limits", "administrator"),
    Place("time-limits-of-others", "/time-limits", "social_worker"),
    Place("limit", "/time-limits/plan_visit", "administrator"),
)


# As somebody may type it: no page becomes wider than the screen for that.
LONG = "Ƕ" * 300


DRAWN = "processes/referral/referral.bpmn"


@dataclass(frozen=True)
class Site:
    app: Flask
    world: Authority
    now: datetime
    places: tuple[Place, ...]
    # Of each role, once somebody has signed in by the page: further tests need not.
    cookies: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])

    def path(self, name: str) -> str:
        return next(place.path for place in self.places if place.name == name)


def site(folder: Path, database: Database) -> Site:
    """Four days after most of it: some clocks have run out, and one child is in danger."""
    world = authority(database=database)
    by_email: dict[str, Any] = {"reply_by": "email", "referrer_email": "head@school.example"}
    deciding = case_at(authority=world, children=[child(given_name="Maisie"), child(given_name="Jack")], **by_email)
    send(database, MONDAY, "silent")
    planned = case_at(authority=world, point="planned", children=[child(given_name="Amir")])
    in_need = case_at(authority=world, point="in_need", children=[child(given_name="Lena")])
    closed = case_at(authority=world, point="closed", children=[child(given_name="Tom")])
    refer(authority=world, children=[child(given_name=LONG), child(given_name="ليلى", family_name="الأحمد")])
    now = MONDAY + 4 * DAY
    turn = put_on_duty(world, now)
    refer(
        authority=world,
        now=now - timedelta(minutes=20),
        children=[child(given_name="not known", family_name="not known")],
        immediate_danger="yes",
    )
    pass_time(authority=world, now=now)
    _settle(world)
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(folder), "THROUGHLINE_MODELS": str(ROOT)})
    _check_the_record(world, settings, now)
    places = (*_places(world, deciding, planned, in_need, closed), *of_duty(turn), *_of_studio(world, now))
    places = (*places, *_of_people(world), *_of_keeping(world, deciding, in_need, closed))
    places = (*places, *places_of_retention(world, now), *of_subject_access(world, planned))
    places = (*places, Place("life", f"/cases/{planned}/life", "social_worker"))
    places = (*places, *places_of_sharing(world, planned), *of_corrections(world, planned, now))
    places = (*places, *places_of_actions(world, planned), *of_services(world), *places_of_people(world, planned))
    places = (*places, *of_departures(world))
    app = create_app(settings, database, now=lambda: now, demo=True, caught=_with_a_letter())
    return Site(app, world, now, places)


def _with_a_letter() -> CaughtLetters:
    caught = CaughtLetters()
    caught.keep(
        CaughtLetter("<a@b.invalid>", "head@school.example", "We have received your referral", "Today", "Thanks")
    )
    return caught


def _places(world: Authority, deciding: str, planned: str, in_need: str, closed: str) -> tuple[Place, ...]:
    return (
        Place("sign-in", "/sign-in", ""),
        Place("own-account", "/account", "social_worker"),
        Place("refer", "/refer", ""),
        Place("not-found", "/nothing", ""),
        Place("inbox", "/tasks", "social_worker"),
        Place("inbox-of-an-agency", "/tasks", "health_practitioner"),
        Place("record", "/record", "auditor"),
        Place("cases", "/cases", "social_worker"),
        Place("team", "/team", "team_manager"),
        Place("team-one-list", "/team?list=untaken", "team_manager"),
        Place("inbox-one-list", "/tasks?list=team", "social_worker"),
        Place("case", f"/cases/{deciding}", "social_worker"),
        Place("case-planned", f"/cases/{planned}", "team_manager"),
        Place("case-one-list", f"/cases/{planned}?list=happened", "team_manager"),
        Place("case-closed", f"/cases/{closed}", "auditor"),
        Place("case-of-an-agency", f"/cases/{planned}", "health_practitioner"),
        Place("task", _task(world, deciding, "decide_response"), "social_worker"),
        *of_a_family(world),
        Place("task-with-a-list", _task(world, in_need, "agree_plan"), "social_worker"),
        Place("task-with-reveals", _task(world, planned, "see_child"), "social_worker"),
        Place("task-of-an-agency", _task(world, planned, "contribute(health)"), "health_practitioner"),
        Place("task-of-others", _task(world, deciding, "decide_response"), "team_manager"),
        Place("letters", "/letters", "social_worker"),
        Place("task-of-a-letter", _task(world, deciding, "acknowledge_referral"), "social_worker"),
        Place("add-organisation", f"/cases/{planned}/parts/add", "team_manager"),
        *_of_giving(world, deciding, planned),
        Place("move-case", f"/cases/{planned}/team", "team_manager"),
        Place("as-others", f"/cases/{planned}/as/health", "team_manager"),
        Place("ask-for-part", "/ask-for-part", "education_practitioner"),
        Place("part-requests", "/part-requests", "team_manager"),
        Place("part-request", f"/part-requests/{_asks_for_part(world)}", "team_manager"),
        Place("close", f"/cases/{planned}/start/case_closure", "team_manager"),
        Place("export", f"/cases/{closed}/export", "auditor"),
        Place("refer-in-case", f"/cases/{planned}/start/referral", "social_worker"),
        *_of_privacy(world, planned),
        *OF_THE_AUTHORITY,
    )


def _of_giving(world: Authority, deciding: str, planned: str) -> tuple[Place, ...]:
    return (
        Place("give-task", f"{_task(world, deciding, 'decide_response')}/give", "team_manager"),
        Place("share-out", "/team/share", "team_manager"),
        Place("hand-back", f"{_task(world, planned, 'see_child')}/hand-back", "social_worker"),
    )


def _of_privacy(world: Authority, planned: str) -> tuple[Place, ...]:
    return (
        Place("privacy", "/privacy", "privacy_officer"),
        Place("privacy-people", "/privacy/looks", "privacy_officer"),
        Place("privacy-person", "/privacy/looks/social_worker.1", "privacy_officer"),
        Place("privacy-case", f"/privacy/cases/{planned}", "auditor"),
        Place("privacy-could-see", f"/privacy/cases/{planned}/who-could-see", "privacy_officer"),
        Place("privacy-unusual", "/privacy/unusual", "privacy_officer"),
        Place("privacy-refused", "/privacy/refused", "privacy_officer"),
        Place("privacy-look", f"/privacy/unusual/{unusual_look(world, planned)}", "privacy_officer"),
    )


def _of_people(world: Authority) -> tuple[Place, ...]:
    """With a role that waits for a second administrator, and somebody who acts for a colleague."""
    waits = proposed(world)
    away = account(role="social_worker")
    set_cover(world.database, world.actor("team_manager"), MONDAY, away, A_WEEK)
    return (
        Place("people", "/people", "administrator"),
        Place("add-person", "/people/add", "administrator"),
        Place("person", f"/people/{away}", "administrator"),
        Place("proposal", f"/people/proposals/{waits}", "administrator"),
        Place("people-from-a-file", "/people/bring-in", "administrator"),
        Place("organisations", "/organisations", "administrator"),
        Place("agreements", "/agreements", "administrator"),
        Place("cover", "/cover", "team_manager"),
        Place("set-cover", f"/cover/of/{away}", "social_worker"),
        Place("let-in", f"/people/{away}/let-in", "administrator"),
    )


def _of_keeping(world: Authority, barred: str, restricted: str, opened: str) -> tuple[Place, ...]:
    """Of three cases: one with a bar that may end, a restricted one, and one that somebody opened in an emergency."""
    bar = asks_to_end(world, barred)
    restricts(world, restricted)
    use = breaks_glass(world, opened, "housing_officer")
    return (
        Place("break-glass", "/break-glass", "police_officer"),
        Place("bars", "/privacy/bars", "privacy_officer"),
        Place("bar-that-may-end", f"/privacy/bars/{bar}", "administrator"),
        Place("restricted", "/privacy/restricted", "privacy_officer"),
        Place("uses-of-break-glass", "/privacy/break-glass", "privacy_officer"),
        Place("use-of-break-glass", f"/privacy/break-glass/{use}", "privacy_officer"),
    )


def _asks_for_part(world: Authority) -> str:
    """For a child who is known, by somebody who has no part."""
    asked = {"given_name": "Amir", "family_name": "Example", "how": "I teach him.", "why": "He has bruises."}
    return ask_for_part(world.database, world.actor("education_practitioner"), MONDAY, asked, "sent")


def _of_studio(world: Authority, now: datetime) -> tuple[Place, ...]:
    """A draft at each point: one with a fault and a change of a drawing, one that waits, and one that was approved."""
    text = shipped()[DRAWN].replace(b'name="Decide the response"', b'name="Say what follows"')
    drawn = begun(world, {**shipped(), DRAWN: text})
    faulty = begun(world, {**shipped(), FORM: b"{"})
    waiting, _ = submitted(world)
    agreed = approved(world, otherwise(), now)
    school, odd = (brings_in(world, f"{name}.bpmn") for name in ("school_place", "what_stands_in_the_way"))
    return (
        *_of_tries(world, now, drawn, waiting),
        Place("studio", "/studio", "process_owner"),
        Place("studio-process", "/studio/processes/referral", "pathway_approver"),
        Place("studio-start", "/studio/changes/new", "process_owner"),
        Place("bring-in", "/studio/bring-in", "process_owner"),
        Place("brought-in", f"/studio/brought-in/{school}", "process_owner"),
        Place("in-the-way", f"/studio/brought-in/{odd}", "process_owner"),
        Place("story-of-case", f"/studio/changes/{drawn}/story-of-case", "process_owner"),
        Place("carrying-over", "/studio/carrying-over", "process_owner"),
        Place("draft", f"/studio/changes/{drawn}", "process_owner"),
        Place("draft-trial", f"/studio/changes/{drawn}/trial", "process_owner"),
        Place("draft-with-faults", f"/studio/changes/{faulty}", "process_owner"),
        Place("draft-drawings", f"/studio/changes/{drawn}/pictures/referral", "pathway_approver"),
        Place("draft-judge", f"/studio/changes/{waiting}/judge", "pathway_approver"),
        Place("draft-publish", f"/studio/changes/{agreed}/publish", "process_owner"),
        Place("draft-form", f"/studio/changes/{drawn}/questions/assessment/interview_family", "process_owner"),
        Place(
            "draft-question",
            f"/studio/changes/{drawn}/questions/referral/decide_response/question/response",
            "process_owner",
        ),
        Place("draft-rename", f"/studio/changes/{drawn}/rename/referral.decide_response", "process_owner"),
        Place("draft-names", f"/studio/changes/{drawn}/names/referral", "pathway_writer"),
        Place("draft-question-new", f"/studio/changes/{drawn}/questions/referral/decide_response/add", "process_owner"),
    )


def _of_tries(world: Authority, now: datetime, begun_try: str, none: str) -> tuple[Place, ...]:
    """Of two drafts: one that is tried by hand, and one that is not."""
    begin_try(world.database, world.actor("process_owner"), now, begun_try, REFERRED, "")
    tried = f"/studio/changes/{begun_try}/try"
    return (
        Place("draft-try", tried, "process_owner"),
        Place("draft-try-begin", f"/studio/changes/{none}/try", "process_owner"),
        Place("draft-try-task", f"{tried}/tasks/ada/decide_response?as=social_worker", "process_owner"),
        Place("draft-try-start", f"{tried}/start/referral?as=public", "process_owner"),
        Place("draft-try-not-theirs", f"{tried}/tasks/ada/decide_response?as=team_manager", "process_owner"),
        Place("draft-try-keep", f"{tried}/keep", "process_owner"),
    )


def button_of(role: str) -> str:
    """What the sign-in page of the demonstration shows for the first who holds the role."""
    return f"button[value='{account(role=role)}']"


def _settle(world: Authority) -> None:
    by = world.actor("administrator")
    add_closure_day(world.database, by, MONDAY, {"day": "2026-12-24", "name": "Christmas closure"})
    set_local_limit(world.database, by, MONDAY, "plan_visit", {"limit": 5})
    set_agreement(world.database, by, MONDAY, "sharing", {"text": "What is shared.", "first_day": "2026-12-24"})


def _check_the_record(world: Authority, settings: Settings, now: datetime) -> None:
    """With a fault of the longest words, so that the page has everything on it that it can have."""
    auditor = world.actor("auditor")
    checkpointing.take(world.database, auditor, now, SigningKey(settings.checkpoint_key), settings.checkpoints)
    found = checkpointing.verify_record(world.database, auditor, now, settings.checkpoints)
    found.add(f"bundle {'0' * 64}", "is not what was published: forms/referral/start.json was changed")
    checkpointing.note_verification(world.database, auditor, now, found)


def _task(world: Authority, case: str, task: str) -> str:
    return f"/tasks/{open_items(database=world.database, case=case)[task].id}"
