"""Acting for a colleague who is away: whoever works in a team says so for themselves, a manager for the team."""

from flask import Blueprint, flash, redirect, render_template, url_for

from engine.commands.setting_covers import end_cover, set_cover
from engine.reads.authority import cover_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("covering", __name__)
SEE_OTHER = 303


@blueprint.get("/cover")
@page(may=PageRight.SIGNED_IN, look=None)
def covers(visit: Visit) -> Answer:
    return render_template("people/covers.html", seen=visit.read_unlogged(reads.covers_of))


@blueprint.get("/cover/of/<account>")
@page(may=PageRight.SIGNED_IN, look=None)
def to_set(visit: Visit, account: str) -> Answer:
    seen = visit.read_unlogged(reads.cover_to_set, account)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cover/of/<account>")
@page(may=PageRight.SIGNED_IN, look=None, keeps_typed=True)
def set_it(visit: Visit, account: str) -> Answer:
    def read(_typed: Typed) -> reads.CoverToSet:
        return visit.read_unlogged(reads.cover_to_set, account)

    def send(typed: Typed) -> str:
        visit.do(set_cover, account, answers_of(read(typed).form.questions, typed))
        flash("It is set. What is done meanwhile says for whom.")
        of_another = visit.administers and account != visit.actor.account
        return url_for("people.person", account=account) if of_another else url_for("covering.covers")

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.post("/cover/<cover>/end")
@page(may=PageRight.SIGNED_IN, look=None)
def end(visit: Visit, cover: str) -> Answer:
    visit.do(end_cover, cover)
    flash("It is ended. Each does and sees again what is their own.")
    return redirect(url_for("covering.covers"), SEE_OTHER)


def _show(seen: reads.CoverToSet, form: FormOnPage, status: int) -> Answer:
    return render_template("people/cover.html", seen=seen, form=form), status
