"""The duty list, which those who keep it change, and what stands at the top of every page."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, url_for

from engine.base.clock import uptime
from engine.commands.keeping_duty_list import add_duty_turn, change_duty_turn, remove_duty_turn, set_alarm_minutes
from engine.reads.authority import duty_list_page as reads
from engine.reads.lists.header import Header
from engine.reads.lists.header import header as read_header
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, current_visit, page
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("duty_list", __name__)
# For how long the machine had been up when the site was started.
UP_SINCE = "throughline-up-since"


@blueprint.app_template_global("keeps_duty_list")
def keeps_duty_list() -> bool:
    """Whether the page is offered in the menu, to whoever is signed in."""
    return current_visit().read_unlogged(reads.keeps_list).answer


@blueprint.app_template_global("header")
def header() -> Header:
    """For whoever is signed in."""
    return current_visit().read_unlogged(read_header)


@blueprint.app_template_global("unchecked_for_long")
def unchecked_for_long(top: Header) -> bool:
    """Whether deadlines have not been checked for longer than they may be."""
    up_for = uptime().seconds - current_app.extensions[UP_SINCE].seconds
    return top.is_late(current_visit().now, timedelta(seconds=up_for))


@blueprint.get("/duty")
@page(may=PageRight.SIGNED_IN, look=None)
def listed(visit: Visit) -> Answer:
    seen = visit.read_unlogged(reads.duty_list)
    return _show_list(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/duty")
@page(may=PageRight.KEEPS_DUTY_LIST, look=None, keeps_typed=True)
def add(visit: Visit) -> Answer:
    def read(_typed: Typed) -> reads.DutyList:
        return visit.read_unlogged(reads.duty_list)

    def send(typed: Typed) -> str:
        visit.do(add_duty_turn, answers_of(read(typed).form.questions, typed))
        return _changed("The turn is on the duty list.")

    return sending.respond(visit, FormPage(read, _show_list, send))


@blueprint.get("/duty/<turn>")
@page(may=PageRight.KEEPS_DUTY_LIST, look=None)
def turn(visit: Visit, turn: str) -> Answer:
    seen = visit.read_unlogged(reads.turn_to_change, turn)
    return _show_change(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/duty/<turn>")
@page(may=PageRight.KEEPS_DUTY_LIST, look=None, keeps_typed=True)
def change(visit: Visit, turn: str) -> Answer:
    def read(_typed: Typed) -> reads.TurnToChange:
        return visit.read_unlogged(reads.turn_to_change, turn)

    def send(typed: Typed) -> str:
        visit.do(change_duty_turn, turn, answers_of(read(typed).form.questions, typed))
        return _changed("The turn was changed.")

    return sending.respond(visit, FormPage(read, _show_change, send))


@blueprint.get("/duty/<turn>/remove")
@page(may=PageRight.KEEPS_DUTY_LIST, look=None)
def ask_to_remove(visit: Visit, turn: str) -> Answer:
    return render_template("duty_list/remove.html", seen=visit.read_unlogged(reads.turn_to_change, turn))


@blueprint.post("/duty/<turn>/remove")
@page(may=PageRight.KEEPS_DUTY_LIST, look=None)
def remove(visit: Visit, turn: str) -> Answer:
    visit.do(remove_duty_turn, turn)
    return redirect(_changed("The turn is no longer on the duty list."), 303)


@blueprint.get("/duty-minutes")
@page(may=PageRight.KEEPS_DUTY_LIST, look=None)
def minutes(visit: Visit) -> Answer:
    seen = visit.read_unlogged(reads.minutes_to_set)
    return _show_change(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/duty-minutes")
@page(may=PageRight.KEEPS_DUTY_LIST, look=None, keeps_typed=True)
def set_minutes(visit: Visit) -> Answer:
    def read(_typed: Typed) -> reads.MinutesToSet:
        return visit.read_unlogged(reads.minutes_to_set)

    def send(typed: Typed) -> str:
        now_so = visit.do(set_alarm_minutes, answers_of(read(typed).form.questions, typed))
        many = "a minute" if now_so == 1 else f"{now_so} minutes"
        whom = "for whoever is told from now on, or was told in the last two minutes"
        return _changed(f"An alarm that nobody has opened goes on after {many}, {whom}.")

    return sending.respond(visit, FormPage(read, _show_change, send))


def _changed(said: str) -> str:
    flash(said)
    return url_for("duty_list.listed")


def _show_list(seen: reads.DutyList, form: FormOnPage, status: int) -> Answer:
    return render_template("duty_list/list.html", seen=seen, form=form), status


def _show_change(seen: reads.TurnToChange | reads.MinutesToSet, form: FormOnPage, status: int) -> Answer:
    return render_template("duty_list/change.html", seen=seen, form=form), status
