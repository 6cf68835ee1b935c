"""Looks and who may look, for those who review them: privacy officers, and auditors. Nobody reviews their own.

Cases are named by their references alone, people by the names of their accounts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.clock import LONDON
from engine.base.errors import NotFound
from engine.commands.marking_well_known import mark_well_known, unmark_well_known
from engine.commands.reviewing_looks import review_look
from engine.people.identity import PRIVACY_OFFICER
from engine.reads.audit import looks_reviewed as reads
from engine.reads.audit.looks_of_days import LONGEST, LookedDays, days_to
from engine.reads.audit.unusual_looks import RULES, OneUnusual, unusual_look, unusual_looks
from engine.reads.audit.who_could_see import who_could_see
from webapp import sending
from webapp.fields import Typed, answers_of, day_of, moment_of
from webapp.pages import Answer, PageRight, Visit, page, page_number, wanted_list
from webapp.sending import BAD_REQUEST, OK, SEE_OTHER, FormOnPage, FormPage

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy")
FIRST_YEAR = 2000
# In an address, where it is about how many cases somebody looked at.
ALL_CASES = "all"
LENGTHS: Mapping[int, str] = {1: "this day", 7: "7 days", LONGEST: f"{LONGEST} days"}
DAY_FIELDS = ("day-day", "day-month", "day-year")
# What stands on the start page: where it leads, its title, and what is found there.
OFFERED = (
    ("privacy.lookers", "Looks by person", "Who looked in some days, at how many cases, and what each of them opened."),
    ("privacy.unusual", "Unusual looks", "Looks of one day that somebody should ask about, each with the reason."),
    ("privacy.refused", "Refused attempts", "What people were not allowed or did not find, wrong passwords included."),
)
# The same, of what privacy officers alone keep.
OFFERED_TO_OFFICERS = (
    ("privacy_bars.bars", "Who is barred", "From which child somebody is kept, whatever else they are."),
    ("privacy_bars.restricted", "Restricted cases", "Cases for named people alone, and who they are."),
    (
        "privacy_retention.due",
        "How long cases are kept",
        "Which cases are due to be erased, and what is on legal hold.",
    ),
    ("privacy_bars.uses", "Break glass", "Who opened a case in an emergency, and why; each use is looked at."),
    (
        "subject_access.requests",
        "What is held of a child",
        "People ask for what is held of them or of a child: what they are given, and by when.",
    ),
    ("kept_drafts.drafts", "How long drafts are kept", "When what somebody typed and did not send is gone."),
)


@dataclass(frozen=True, slots=True)
class AskedDays:
    """The days that an address asks for, with what was typed. `problem` says why it cannot be; then `days` are those
    that would else be shown.
    """

    days: LookedDays
    typed: Mapping[str, str]
    problem: str

    @property
    def in_address(self) -> Mapping[str, Any]:
        """For the links to other pages of the same list."""
        return {**{name: value for name, value in self.typed.items() if value}, "days": self.days.count}

    @property
    def errors(self) -> list[Mapping[str, str]]:
        return [{"text": self.problem, "href": "#day-day"}] if self.problem else []


@blueprint.get("")
@page(may=PageRight.REVIEWS_LOOKS, look="privacy")
def start(visit: Visit) -> Answer:
    return _start(visit)


@blueprint.post("")
@page(may=PageRight.REVIEWS_LOOKS, look="privacy")
def find_case(visit: Visit) -> Answer:
    typed = request.form.get("reference", "")[:100].strip()
    case = visit.read_for_command(reads.case_of_reference, typed)
    if case:
        return redirect(url_for("privacy.looks_at_case", case=case), SEE_OTHER)
    what = "No case has this reference. It looks like ABCD-1234." if typed else "Enter the reference of a case"
    return _start(visit, typed, what)


def _start(visit: Visit, typed: str = "", problem: str = "") -> Answer:
    seen = visit.read_logged(reads.privacy_start)
    errors = [{"text": problem, "href": "#reference"}] if problem else []
    offered = OFFERED + (OFFERED_TO_OFFICERS if PRIVACY_OFFICER in visit.actor.roles else ())
    words = render_template("privacy/start.html", seen=seen, offered=offered, typed=typed, errors=errors)
    return words, BAD_REQUEST if problem else OK


@blueprint.get("/looks")
@page(may=PageRight.REVIEWS_LOOKS, look=None)
def lookers(visit: Visit) -> Answer:
    asked = _asked(visit, 7)
    seen = visit.read_unlogged(reads.lookers, asked.days, page_number())
    return _show("privacy/lookers.html", seen, asked)


@blueprint.get("/looks/<account>")
@page(may=PageRight.REVIEWS_LOOKS, look="privacy")
def looks_of_person(visit: Visit, account: str) -> Answer:
    asked = _asked(visit, 7)
    seen = visit.read_logged(reads.looks_of_person, account, asked.days, page_number())
    return _show("privacy/looks_of_person.html", seen, asked)


@blueprint.get("/cases/<case>")
@page(may=PageRight.REVIEWS_LOOKS, look="privacy")
def looks_at_case(visit: Visit, case: str) -> Answer:
    asked = _asked(visit, LONGEST)
    seen = visit.read_logged(reads.looks_at_case, case, asked.days, page_number())
    return _show("privacy/looks_at_case.html", seen, asked)


@blueprint.post("/cases/<case>/well-known")
@page(may=PageRight.PRIVACY_OFFICER, look=None)
def mark(visit: Visit, case: str) -> Answer:
    if visit.do(mark_well_known, case):
        flash("The case is marked as well known. All looks at it are now among the unusual ones.")
    return redirect(url_for("privacy.looks_at_case", case=case), SEE_OTHER)


@blueprint.post("/cases/<case>/not-well-known")
@page(may=PageRight.PRIVACY_OFFICER, look=None)
def unmark(visit: Visit, case: str) -> Answer:
    if visit.do(unmark_well_known, case):
        flash("The case is not marked as well known any more.")
    return redirect(url_for("privacy.looks_at_case", case=case), SEE_OTHER)


@blueprint.get("/cases/<case>/who-could-see")
@page(may=PageRight.REVIEWS_LOOKS, look="privacy")
def could_see(visit: Visit, case: str) -> Answer:
    typed = {name: request.args.get(name, "") for name in (*DAY_FIELDS, "day-time")}
    at, problem = _moment(typed, visit.now) if any(typed.values()) else (visit.now, "")
    seen = visit.read_logged(who_could_see, case, at, page_number())
    asked = AskedDays(days_to(at, 1), typed, problem)
    return _show("privacy/who_could_see.html", seen, asked)


@blueprint.get("/unusual")
@page(may=PageRight.REVIEWS_LOOKS, look="privacy")
def unusual(visit: Visit) -> Answer:
    asked = _asked(visit, 1, longest=1)
    seen = visit.read_logged(unusual_looks, asked.days, wanted_list(RULES))
    return _show("privacy/unusual.html", seen, asked, rules=RULES)


@blueprint.get("/unusual/<looked_on>/<account>/<case>")
@page(may=PageRight.REVIEWS_LOOKS, look="privacy")
def look(visit: Visit, looked_on: str, account: str, case: str) -> Answer:
    seen = visit.read_logged(unusual_look, *_of_address(account, looked_on, case))
    return render_template("privacy/look.html", seen=seen, rules=RULES, form=sending.blank(seen.form, visit.now))


@blueprint.post("/unusual/<looked_on>/<account>/<case>")
@page(may=PageRight.REVIEWS_LOOKS, look="privacy", keeps_typed=True)
def review(visit: Visit, looked_on: str, account: str, case: str) -> Answer:
    of = _of_address(account, looked_on, case)

    def send(typed: Typed) -> str:
        asked = visit.read_for_command(unusual_look, *of).form.questions
        visit.do(review_look, *of, dict(answers_of(asked, typed)))
        flash("What you found is kept.")
        return _day_address(of[1])

    def show(seen: OneUnusual, form: FormOnPage, status: int) -> Answer:
        return render_template("privacy/look.html", seen=seen, rules=RULES, form=form), status

    return sending.respond(visit, FormPage(lambda _typed: visit.read_logged(unusual_look, *of), show, send))


def _of_address(account: str, day: str, case: str) -> tuple[str, date, str | None]:
    """Raises NotFound for what is no day."""
    try:
        return account, date.fromisoformat(day), None if case == ALL_CASES else case
    except ValueError:
        raise NotFound from None


def _day_address(day: date) -> str:
    typed: dict[str, Any] = {"day-day": day.day, "day-month": day.month, "day-year": day.year}
    return url_for("privacy.unusual", **typed)


@blueprint.get("/refused")
@page(may=PageRight.REVIEWS_LOOKS, look=None)
def refused(visit: Visit) -> Answer:
    asked = _asked(visit, 7)
    seen = visit.read_unlogged(reads.refused_attempts, asked.days, page_number())
    return _show("privacy/refused.html", seen, asked)


def _show(template: str, seen: object, asked: AskedDays, **more: Any) -> Answer:
    words = render_template(template, seen=seen, asked=asked, lengths=LENGTHS, **more)
    return words, BAD_REQUEST if asked.problem else OK


def _asked(visit: Visit, count: int, longest: int = LONGEST) -> AskedDays:
    """As many days to today where none are asked for, and where what is asked for cannot be."""
    typed = {name: request.args.get(name, "") for name in DAY_FIELDS}
    chosen = request.args.get("days", count, int)
    days = days_to(visit.now, chosen if chosen in LENGTHS and chosen <= longest else count)
    if not any(typed.values()):
        return AskedDays(days, typed, "")
    day = day_of({name: [value] for name, value in typed.items()}, "day")
    problem = _why_not(day, days.last)
    return AskedDays(LookedDays(day, days.count) if day and not problem else days, typed, problem)


def _why_not(day: date | None, today: date) -> str:
    if day is None:
        return "Day must be a real date, like 1 4 2027"
    if day.year < FIRST_YEAR:
        return f"Year must be {FIRST_YEAR} or later"
    return "Day must be today or earlier" if day > today else ""


def _moment(typed: Mapping[str, str], now: datetime) -> tuple[datetime, str]:
    """The end of the day where no time is given, and now where that is not over. Of what cannot be it is said why."""
    fields = {name: [value] for name, value in typed.items()}
    day = day_of(fields, "day")
    problem = _why_not(day, days_to(now, 1).last)
    if problem or day is None:
        return now, problem
    if not typed["day-time"]:
        return min(now, datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LONDON)), ""
    at = moment_of(fields, "day")
    if at is None:
        return now, "Time must be a real time, like 14:30"
    return (at, "") if at <= now else (now, "The moment must not be later than now")
