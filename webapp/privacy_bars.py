"""For privacy officers: who is barred from a child, which cases are restricted, and each use of break glass."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request

from engine.commands import barring, breaking_glass, restricting
from engine.reads.task import glass_pages
from engine.reads.task import keeping_pages as reads
from webapp import sending
from webapp.components import errors_of
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.showing_who import not_shown_to_be
from webapp.shown_again import done, first, sent, take_from_them

blueprint = Blueprint("privacy_bars", __name__)


@blueprint.get("/privacy/bars")
@page(may=PageRight.SECOND_FOR_BARS, look="bars")
def bars(visit: Visit) -> Answer:
    return first(visit, visit.read_logged(reads.bars), "keeping/bars.html")


@blueprint.post("/privacy/bars")
@page(may=PageRight.PRIVACY_OFFICER, look="bars", keeps_typed=True)
def bar_somebody(visit: Visit) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(barring.bar_from_child, answers)
        take_from_them(visit)
        return done("They are barred from this child. They are not told.", ".bars")

    return sent(visit, "keeping/bars.html", send, visit.read_logged, reads.bars)


@blueprint.get("/privacy/bars/<bar>")
@page(may=PageRight.SECOND_FOR_BARS, look="bar")
def bar(visit: Visit, bar: str) -> Answer:
    return first(visit, visit.read_logged(reads.bar, bar), "keeping/bar.html")


@blueprint.post("/privacy/bars/<bar>")
@page(may=PageRight.PRIVACY_OFFICER, look="bar", keeps_typed=True)
def ask_to_end(visit: Visit, bar: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(barring.ask_to_end_bar, bar, answers)
        return done("A second person decides whether it ends.", ".bars")

    return sent(visit, "keeping/bar.html", send, visit.read_logged, reads.bar, bar)


@blueprint.post("/privacy/bars/<bar>/decide")
@page(may=PageRight.SECOND_FOR_BARS, look="bar")
def decide(visit: Visit, bar: str) -> Answer:
    ends = request.form.get("ends") == "yes"
    if problems := not_shown_to_be(visit) if ends else {}:
        seen = visit.read_logged(reads.bar, bar)
        form = replace(sending.blank(seen.form, visit.now), errors=errors_of((), problems))
        return render_template("keeping/bar.html", seen=seen, form=form, problems=problems), sending.BAD_REQUEST
    visit.do(barring.decide_on_bar, bar, ends=ends)
    return redirect(done("The bar has ended." if ends else "The bar stays.", ".bars"), sending.SEE_OTHER)


@blueprint.get("/privacy/restricted")
@page(may=PageRight.PRIVACY_OFFICER, look="restricted")
def restricted(visit: Visit) -> Answer:
    return first(visit, visit.read_logged(reads.restrictions), "keeping/restricted.html")


@blueprint.post("/privacy/restricted")
@page(may=PageRight.PRIVACY_OFFICER, look="restricted", keeps_typed=True)
def restrict(visit: Visit) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(restricting.restrict_by_reference, answers)
        take_from_them(visit)
        return done("The case is restricted.", ".restricted")

    return sent(visit, "keeping/restricted.html", send, visit.read_logged, reads.restrictions)


@blueprint.get("/privacy/restricted/<restriction>/names")
@page(may=PageRight.PRIVACY_OFFICER, look="restriction")
def names(visit: Visit, restriction: str) -> Answer:
    return first(visit, visit.read_logged(reads.restriction_to_change, restriction), "keeping/restriction.html")


@blueprint.post("/privacy/restricted/<restriction>/names")
@page(may=PageRight.PRIVACY_OFFICER, look="restriction", keeps_typed=True)
def change_names(visit: Visit, restriction: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(restricting.change_named_by_email, restriction, answers)
        take_from_them(visit)
        return done("It was changed who may know of the case.", ".restricted")

    return sent(visit, "keeping/restriction.html", send, visit.read_logged, reads.restriction_to_change, restriction)


@blueprint.get("/privacy/restricted/<restriction>/end")
@page(may=PageRight.PRIVACY_OFFICER, look="restriction")
def ask_to_end_restriction(visit: Visit, restriction: str) -> Answer:
    return first(visit, visit.read_logged(reads.restriction_to_end, restriction), "keeping/restriction.html")


@blueprint.post("/privacy/restricted/<restriction>/end")
@page(may=PageRight.PRIVACY_OFFICER, look="restriction", keeps_typed=True)
def end_restriction(visit: Visit, restriction: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(restricting.end_restriction, restriction, answers)
        return done("The case is restricted no longer.", ".restricted")

    return sent(visit, "keeping/restriction.html", send, visit.read_logged, reads.restriction_to_end, restriction)


@blueprint.get("/privacy/break-glass")
@page(may=PageRight.PRIVACY_OFFICER, look="break glass")
def uses(visit: Visit) -> Answer:
    return render_template("keeping/uses.html", seen=visit.read_logged(glass_pages.glass_uses, page_number()))


@blueprint.get("/privacy/break-glass/<use>")
@page(may=PageRight.PRIVACY_OFFICER, look="use of break glass")
def use(visit: Visit, use: str) -> Answer:
    return first(visit, visit.read_logged(glass_pages.glass_use, use), "keeping/use.html")


@blueprint.post("/privacy/break-glass/<use>")
@page(may=PageRight.PRIVACY_OFFICER, look="use of break glass", keeps_typed=True)
def review(visit: Visit, use: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(breaking_glass.review_glass, use, answers)
        return done("What you found is kept.", ".uses")

    return sent(visit, "keeping/use.html", send, visit.read_logged, glass_pages.glass_use, use)
