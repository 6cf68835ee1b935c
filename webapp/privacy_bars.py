"""For privacy officers: who is barred from a child, which cases are restricted, and each use of break glass."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import BadAnswers
from engine.commands import barring, breaking_glass, restricting
from engine.commands.ending_drafts import end_drafts
from engine.commands.leavers import end_what_is_kept_from_them, hand_back_tasks_of_leavers
from engine.people.identity import SYSTEM
from engine.reads.task import glass_pages
from engine.reads.task import keeping_pages as reads
from webapp import sending
from webapp.components import errors_of
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.sending import FormOnPage, FormPage, HasForm
from webapp.showing_who import not_shown_to_be

blueprint = Blueprint("privacy_bars", __name__)


class ShowsForm(HasForm, Protocol):
    """A page with a form, which names the cases that it shows."""

    @property
    def cases_shown(self) -> tuple[str, ...]: ...


@blueprint.get("/privacy/bars")
@page(may=PageRight.SECOND_FOR_BARS, look="bars")
def bars(visit: Visit) -> Answer:
    return _first(visit, visit.read_logged(reads.bars), "bars")


@blueprint.post("/privacy/bars")
@page(may=PageRight.PRIVACY_OFFICER, look="bars", keeps_typed=True)
def bar_somebody(visit: Visit) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(barring.bar_from_child, answers)
        _hand_back(visit)
        return _done("They are barred from this child. They are not told.", ".bars")

    return _sent(visit, "bars", send, reads.bars)


@blueprint.get("/privacy/bars/<bar>")
@page(may=PageRight.SECOND_FOR_BARS, look="bar")
def bar(visit: Visit, bar: str) -> Answer:
    return _first(visit, visit.read_logged(reads.bar, bar), "bar")


@blueprint.post("/privacy/bars/<bar>")
@page(may=PageRight.PRIVACY_OFFICER, look="bar", keeps_typed=True)
def ask_to_end(visit: Visit, bar: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(barring.ask_to_end_bar, bar, answers)
        return _done("A second person decides whether it ends.", ".bars")

    return _sent(visit, "bar", send, reads.bar, bar)


@blueprint.post("/privacy/bars/<bar>/decide")
@page(may=PageRight.SECOND_FOR_BARS, look="bar")
def decide(visit: Visit, bar: str) -> Answer:
    ends = request.form.get("ends") == "yes"
    if problems := not_shown_to_be(visit) if ends else {}:
        seen = visit.read_logged(reads.bar, bar)
        form = replace(sending.blank(seen.form, visit.now), errors=errors_of((), problems))
        return render_template("keeping/bar.html", seen=seen, form=form, problems=problems), sending.BAD_REQUEST
    visit.do(barring.decide_on_bar, bar, ends=ends)
    return redirect(_done("The bar has ended." if ends else "The bar stays.", ".bars"), sending.SEE_OTHER)


@blueprint.get("/privacy/restricted")
@page(may=PageRight.PRIVACY_OFFICER, look="restricted")
def restricted(visit: Visit) -> Answer:
    return _first(visit, visit.read_logged(reads.restrictions), "restricted")


@blueprint.post("/privacy/restricted")
@page(may=PageRight.PRIVACY_OFFICER, look="restricted", keeps_typed=True)
def restrict(visit: Visit) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(restricting.restrict_by_reference, answers)
        _hand_back(visit)
        return _done("The case is restricted.", ".restricted")

    return _sent(visit, "restricted", send, reads.restrictions)


@blueprint.get("/privacy/restricted/<restriction>/names")
@page(may=PageRight.PRIVACY_OFFICER, look="restriction")
def names(visit: Visit, restriction: str) -> Answer:
    return _first(visit, visit.read_logged(reads.restriction_to_change, restriction), "restriction")


@blueprint.post("/privacy/restricted/<restriction>/names")
@page(may=PageRight.PRIVACY_OFFICER, look="restriction", keeps_typed=True)
def change_names(visit: Visit, restriction: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(restricting.change_named_by_email, restriction, answers)
        _hand_back(visit)
        return _done("It was changed who may know of the case.", ".restricted")

    return _sent(visit, "restriction", send, reads.restriction_to_change, restriction)


@blueprint.get("/privacy/restricted/<restriction>/end")
@page(may=PageRight.PRIVACY_OFFICER, look="restriction")
def ask_to_end_restriction(visit: Visit, restriction: str) -> Answer:
    return _first(visit, visit.read_logged(reads.restriction_to_end, restriction), "restriction")


@blueprint.post("/privacy/restricted/<restriction>/end")
@page(may=PageRight.PRIVACY_OFFICER, look="restriction", keeps_typed=True)
def end_restriction(visit: Visit, restriction: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(restricting.end_restriction, restriction, answers)
        return _done("The case is restricted no longer.", ".restricted")

    return _sent(visit, "restriction", send, reads.restriction_to_end, restriction)


@blueprint.get("/privacy/break-glass")
@page(may=PageRight.PRIVACY_OFFICER, look="break glass")
def uses(visit: Visit) -> Answer:
    return render_template("keeping/uses.html", seen=visit.read_logged(glass_pages.glass_uses, page_number()))


@blueprint.get("/privacy/break-glass/<use>")
@page(may=PageRight.PRIVACY_OFFICER, look="use of break glass")
def use(visit: Visit, use: str) -> Answer:
    return _first(visit, visit.read_logged(glass_pages.glass_use, use), "use")


@blueprint.post("/privacy/break-glass/<use>")
@page(may=PageRight.PRIVACY_OFFICER, look="use of break glass", keeps_typed=True)
def review(visit: Visit, use: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(breaking_glass.review_glass, use, answers)
        return _done("What you found is kept.", ".uses")

    return _sent(visit, "use", send, glass_pages.glass_use, use)


def _first(visit: Visit, seen: HasForm, template: str) -> Answer:
    form = sending.blank(seen.form, visit.now)
    return render_template(f"keeping/{template}.html", seen=seen, form=form, problems={})


def _sent(
    visit: Visit, template: str, give: Callable[[dict[str, Any]], str], read: Callable[..., ShowsForm], *of: str
) -> Answer:
    """Who it is is asked last, so that a wrong password is counted only where all else will do."""
    problems: dict[str, str] = {}

    def send(typed: Typed) -> str:
        problems.update(not_shown_to_be(visit))
        if problems:
            raise BadAnswers(problems)
        return give(dict(answers_of(visit.read_for_command(read, *of).form.questions, typed)))

    def show(seen: ShowsForm, form: FormOnPage, status: int) -> Answer:
        return render_template(f"keeping/{template}.html", seen=seen, form=form, problems=problems), status

    return sending.respond(visit, FormPage(lambda _typed: visit.read_logged(read, *of), show, send))


def _hand_back(visit: Visit) -> None:
    """At once; should it be cut short, the clock does."""
    for end in (hand_back_tasks_of_leavers, end_what_is_kept_from_them, end_drafts):
        end(visit.site.database, SYSTEM.at(visit.actor.within), visit.now)


def _done(said: str, page: str) -> str:
    flash(said)
    return url_for(page)
