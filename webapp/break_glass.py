"""Break glass: somebody opens a case in an emergency of which they may not know."""

from datetime import timedelta

from flask import Blueprint, render_template, url_for

from engine.base.errors import BadAnswers, NotFound
from engine.commands.breaking_glass import break_glass, tell_of_use
from engine.commands.counting import Budget
from engine.people.identity import SYSTEM
from engine.reads.task import restriction_pages as reads
from webapp import limits, sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage
from webapp.showing_who import not_shown_to_be

blueprint = Blueprint("break_glass", __name__)
TRIES = Budget(20, timedelta(hours=1))


@blueprint.get("/break-glass")
@page(may=PageRight.BREAKS_GLASS, look=None)
def form(visit: Visit) -> Answer:
    seen = visit.read_unlogged(reads.glass_form)
    return _show(visit, seen, sending.blank(seen.form, visit.now), sending.OK, {})


@blueprint.post("/break-glass")
@page(may=PageRight.BREAKS_GLASS, look=None, keeps_typed=True)
def open_case(visit: Visit) -> Answer:
    """What is not there and what is not for the reader is told in the same words."""
    limits.spend(visit, limits.of_sender(visit, "break glass", TRIES))
    problems: dict[str, str] = {}

    def send(typed: Typed) -> str:
        problems.update(not_shown_to_be(visit))
        if problems:
            raise BadAnswers(problems)
        asked = visit.read_unlogged(reads.glass_form).form
        try:
            opened = visit.do(break_glass, answers_of(asked.questions, typed), visit.site.settings.glass_minutes)
        except NotFound as none:
            raise BadAnswers({"": str(none)}) from None
        if opened.use:  # at once; should it be cut short, the clock does
            tell_of_use(visit.site.database, SYSTEM.at(visit.actor.within), visit.now, opened.use)
        return url_for("cases.case", case=opened.case)

    def show(seen: reads.GlassForm, form: FormOnPage, status: int) -> Answer:
        return _show(visit, seen, form, status, problems)

    return sending.respond(visit, FormPage(lambda _typed: visit.read_unlogged(reads.glass_form), show, send))


def _show(visit: Visit, seen: reads.GlassForm, form: FormOnPage, status: int, problems: dict[str, str]) -> Answer:
    minutes = visit.site.settings.glass_minutes
    return render_template("keeping/glass.html", seen=seen, form=form, problems=problems, minutes=minutes), status
