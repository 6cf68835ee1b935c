"""What the authority settles for itself: its working days and its time limits. All may read, administrators change."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for

from engine.base.errors import BadAnswers, NotFound
from engine.commands.working_days_and_limits import add_closure_day, recalculate, remove_closure_day, set_local_limit
from engine.people.identity import SYSTEM
from engine.reads.authority import working_days_and_limits_pages as reads
from webapp import sending
from webapp.fields import answers_of, one
from webapp.pages import Answer, PageRight, Visit, page
from webapp.words import day as in_words

blueprint = Blueprint("authority", __name__)
BAD_REQUEST = 400


@blueprint.get("/working-days")
@page(may=PageRight.SIGNED_IN, look=None)
def working_days(visit: Visit) -> Answer:
    seen = visit.glance(reads.working_days)
    return render_template("authority/working_days.html", seen=seen, form=sending.blank(seen.form, visit.now))


@blueprint.post("/working-days")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def add(visit: Visit) -> Answer:
    seen, typed = visit.glance(reads.working_days), sending.typed_now()
    try:
        _must_be_fresh(visit)
        day = visit.do(add_closure_day, answers_of(seen.form.questions, typed))
    except BadAnswers as bad:
        form = sending.again(seen.form, typed, bad.problems)
        return render_template("authority/working_days.html", seen=seen, form=form), BAD_REQUEST
    return _counted_anew(visit, f"{in_words(day)} is a closure day.")


@blueprint.get("/working-days/<day>/remove")
@page(may=PageRight.ADMINISTERS, look=None)
def ask_to_remove(visit: Visit, day: str) -> Answer:
    return render_template("authority/remove_day.html", seen=visit.glance(reads.closure_day, _day(day)))


@blueprint.post("/working-days/<day>/remove")
@page(may=PageRight.ADMINISTERS, look=None)
def remove(visit: Visit, day: str) -> Answer:
    removed = _day(day)
    visit.do(remove_closure_day, removed)
    return _counted_anew(visit, f"{in_words(removed)} is no longer a closure day.")


@blueprint.get("/time-limits")
@page(may=PageRight.SIGNED_IN, look=None)
def time_limits(visit: Visit) -> Answer:
    return render_template("authority/time_limits.html", seen=visit.glance(reads.time_limits))


@blueprint.get("/time-limits/<clock>")
@page(may=PageRight.ADMINISTERS, look=None)
def limit(visit: Visit, clock: str) -> Answer:
    seen = visit.glance(reads.limit_to_set, clock)
    return render_template("authority/limit.html", seen=seen, form=sending.blank(seen.form, visit.now))


@blueprint.post("/time-limits/<clock>")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def set_limit(visit: Visit, clock: str) -> Answer:
    typed = sending.typed_now()
    try:
        _must_be_fresh(visit)
        visit.do(set_local_limit, clock, {"limit": one(typed, "limit")})
    except BadAnswers as bad:
        seen = visit.glance(reads.limit_to_set, clock)
        form = sending.again(seen.form, typed, bad.problems)
        return render_template("authority/limit.html", seen=seen, form=form), BAD_REQUEST
    now_so = visit.glance(reads.limit_to_set, clock).limit
    flash(f"“{now_so.title}”: {now_so.words}, for what starts from now on.")
    return redirect(url_for("authority.time_limits"), 303)


def _must_be_fresh(visit: Visit) -> None:
    if visit.stale:
        raise BadAnswers({"": sending.STALE})


def _counted_anew(visit: Visit, said: str) -> Answer:
    """At once, so that nobody looks at a day that no longer counts; should this be cut short, the clock goes on."""
    done = recalculate(visit.site.database, SYSTEM.at(visit.actor.within), visit.now)
    flash(f"{said} Open deadlines counted anew: {done.clocks}. Moved to another day: {done.moved}.")
    return redirect(url_for("authority.working_days"), 303)


def _day(text: str) -> date:
    """Raises NotFound for what is no date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
