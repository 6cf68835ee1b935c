"""What the authority settles for itself: its working days and its time limits. All may read, administrators change."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for

from engine.base.errors import NotFound
from engine.commands.working_days_and_limits import add_closure_day, recalculate, remove_closure_day, set_local_limit
from engine.people.identity import SYSTEM
from engine.reads.authority import working_days_and_limits_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of, one
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage
from webapp.words import day as in_words

blueprint = Blueprint("authority", __name__)


@blueprint.get("/working-days")
@page(may=PageRight.SIGNED_IN, look=None)
def working_days(visit: Visit) -> Answer:
    seen = visit.read_unlogged(reads.working_days)
    return _show_days(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/working-days")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def add(visit: Visit) -> Answer:
    def read(_typed: Typed) -> reads.WorkingDays:
        return visit.read_unlogged(reads.working_days)

    def send(typed: Typed) -> str:
        day = visit.do(add_closure_day, answers_of(read(typed).form.questions, typed))
        return _recalculated(visit, f"{in_words(day)} is a closure day.")

    return sending.respond(visit, FormPage(read, _show_days, send))


@blueprint.get("/working-days/<day>/remove")
@page(may=PageRight.ADMINISTERS, look=None)
def ask_to_remove(visit: Visit, day: str) -> Answer:
    return render_template("authority/remove_day.html", seen=visit.read_unlogged(reads.closure_day, _day(day)))


@blueprint.post("/working-days/<day>/remove")
@page(may=PageRight.ADMINISTERS, look=None)
def remove(visit: Visit, day: str) -> Answer:
    removed = _day(day)
    visit.do(remove_closure_day, removed)
    return redirect(_recalculated(visit, f"{in_words(removed)} is no longer a closure day."), 303)


@blueprint.get("/time-limits")
@page(may=PageRight.SIGNED_IN, look=None)
def time_limits(visit: Visit) -> Answer:
    return render_template("authority/time_limits.html", seen=visit.read_unlogged(reads.time_limits))


@blueprint.get("/time-limits/<clock>")
@page(may=PageRight.ADMINISTERS, look=None)
def limit(visit: Visit, clock: str) -> Answer:
    seen = visit.read_unlogged(reads.limit_to_set, clock)
    return _show_limit(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/time-limits/<clock>")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def set_limit(visit: Visit, clock: str) -> Answer:
    def read(_typed: Typed) -> reads.LimitToSet:
        return visit.read_unlogged(reads.limit_to_set, clock)

    def send(typed: Typed) -> str:
        visit.do(set_local_limit, clock, {"limit": one(typed, "limit")})
        now_so = read(typed).limit
        flash(f"“{now_so.title}”: {now_so.words}, for what starts from now on.")
        return url_for("authority.time_limits")

    return sending.respond(visit, FormPage(read, _show_limit, send))


def _show_days(seen: reads.WorkingDays, form: FormOnPage, status: int) -> Answer:
    return render_template("authority/working_days.html", seen=seen, form=form), status


def _show_limit(seen: reads.LimitToSet, form: FormOnPage, status: int) -> Answer:
    return render_template("authority/limit.html", seen=seen, form=form), status


def _recalculated(visit: Visit, said: str) -> str:
    """At once, so that nobody looks at a day that no longer counts; should this be cut short, the clock goes on."""
    done = recalculate(visit.site.database, SYSTEM.at(visit.actor.within), visit.now)
    flash(f"{said} Open deadlines recalculated: {done.clocks}. Moved to another day: {done.moved}.")
    return url_for("authority.working_days")


def _day(text: str) -> date:
    """Raises NotFound for what is no date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
