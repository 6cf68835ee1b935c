"""A draft before its second person, and on the day from which it holds: each shows first that it is them."""

from datetime import datetime, time
from hashlib import sha256

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.clock import LONDON
from engine.base.errors import BadModel, NotAllowed, RefusalCode
from engine.commands.approving_changes import against, judge_change, publish_change
from engine.reads.studio.change_page import ChangePage, change_page
from engine.reads.studio.problems_in_words import ProblemShown
from webapp.fields import day_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import typed_now
from webapp.showing_who import not_shown_to_be
from webapp.words import day_and_time

blueprint = Blueprint("studio_judging", __name__)
BAD_REQUEST, SEE_OTHER = 400, 303


@blueprint.get("/studio/changes/<change>/judge")
@page(may=PageRight.APPROVES_PATHWAY, look=None)
def ask_to_judge(visit: Visit, change: str) -> Answer:
    seen = _seen(visit, change)
    return _judging(seen, {}) if seen.may_judge else redirect(url_for("studio.change", change=change), SEE_OTHER)


@blueprint.post("/studio/changes/<change>/judge")
@page(may=PageRight.APPROVES_PATHWAY, look=None)
def judge(visit: Visit, change: str) -> Answer:
    seen = _seen(visit, change)
    approves = request.form.get("verdict") == "approve"
    if problems := _missing(seen, approves=approves) or not_shown_to_be(visit):
        return _judging(seen, problems), BAD_REQUEST
    doubts = _accepted(seen) if approves else ""
    try:
        given = (request.form.get("seen", ""), request.form["reason"])
        visit.do(judge_change, change, *given, approve=approves, accept_doubts=doubts)
    except BadModel as bad:
        return _judging(seen, {"verdict": f"Something speaks against it by now: {against(bad)}"}), BAD_REQUEST
    flash(_approved(seen) if approves else "The draft was returned.")
    return redirect(url_for("studio.change", change=change), SEE_OTHER)


@blueprint.get("/studio/changes/<change>/publish")
@page(may=PageRight.PUTS_IN_FORCE, look=None)
def ask_to_publish(visit: Visit, change: str) -> Answer:
    seen = visit.read_unlogged(change_page, change)
    return _publishing(seen, {}) if seen.may_publish else redirect(url_for("studio.change", change=change), SEE_OTHER)


@blueprint.post("/studio/changes/<change>/publish")
@page(may=PageRight.PUTS_IN_FORCE, look=None)
def publish(visit: Visit, change: str) -> Answer:
    seen = visit.read_unlogged(change_page, change)
    moment, problems = _when(visit)
    if problems := problems or not_shown_to_be(visit):
        return _publishing(seen, problems), BAD_REQUEST
    try:
        number = visit.do(publish_change, change, moment)
    except BadModel as bad:
        return _publishing(seen, {"when": f"Something speaks against it by now: {against(bad)}"}), BAD_REQUEST
    waits = f"It will be put in force {day_and_time(moment, visit.now)}." if number is None and moment else ""
    flash(waits or "It is in force. What runs already goes on as it began.")
    return redirect(url_for("studio.change", change=change), SEE_OTHER)


def _seen(visit: Visit, change: str) -> ChangePage:
    """Raises NotAllowed for whoever is not its second person."""
    seen = visit.read_unlogged(change_page, change)
    if seen.is_author:
        raise NotAllowed("You had a hand in this draft: somebody else approves it.", code=RefusalCode.SECOND_PERSON)
    return seen


def _approved(seen: ChangePage) -> str:
    """With what still stands against putting it in force, as its page says beside it."""
    return f"The draft is approved. {seen.may_not_yet or 'It can be put in force now.'}"


def _when(visit: Visit) -> tuple[datetime | None, dict[str, str]]:
    """The moment from which it is to hold, None for now; and what is wrong with what was typed, by field."""
    when = request.form.get("when")
    if when != "later":
        return None, {} if when == "now" else {"when": "Choose from when it holds"}
    day = day_of(typed_now(), "day")
    if day is None:
        return None, {"day": "Day must be a real date, like 1 4 2027"}
    moment = datetime.combine(day, time(), LONDON)
    return moment, {} if moment > visit.now else {"day": "Day must be in the future"}


def _missing(seen: ChangePage, *, approves: bool) -> dict[str, str]:
    """What the second person has still to say, by field."""
    form = request.form
    problems: dict[str, str] = {}
    if form.get("verdict") not in ("approve", "return"):
        problems["verdict"] = "Choose whether you approve it"
    if not form.get("reason", "").strip():
        problems["reason"] = "Say why: the reason is kept in the record"
    for name, doubt in doubts_of(seen).items() if approves else ():
        if not form.get(name, "").strip():
            problems[name] = f"Say why it may be so in spite of the doubt: {doubt.place}"
    return problems


def doubts_of(seen: ChangePage) -> dict[str, ProblemShown]:
    """By the name of the field in which the second person says why it may be so: made of the doubt itself, so that what
    is typed for one never counts for another that came meanwhile.
    """
    doubts = (one for one in seen.problems if one.level == "doubt")
    return {f"doubt-{sha256(f'{one.place}: {one.message}'.encode()).hexdigest()[:12]}": one for one in doubts}


def _accepted(seen: ChangePage) -> str:
    """Each doubt with its reason, a line each."""
    said = ((one, " ".join(request.form[name].split())) for name, one in doubts_of(seen).items())
    return "\n".join(f"{one.place}: {one.message} {why}" for one, why in said)


def _judging(seen: ChangePage, problems: dict[str, str]) -> str:
    doubts = doubts_of(seen)
    return _asking("studio/judge.html", seen, problems, ("verdict", "reason", *doubts), doubts=doubts)


def _publishing(seen: ChangePage, problems: dict[str, str]) -> str:
    return _asking("studio/publish.html", seen, problems, ("when", "day-day", "day-month", "day-year"))


def _asking(template: str, seen: ChangePage, problems: dict[str, str], fields: tuple[str, ...], **words: object) -> str:
    typed = {name: request.form.get(name, "") for name in fields}
    errors = [{"text": text, "href": f"#{'day-day' if name == 'day' else name}"} for name, text in problems.items()]
    return render_template(template, seen=seen, typed=typed, problems=problems, errors=errors, **words)
