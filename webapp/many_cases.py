"""Somebody who opens very many cases in a short time is asked why, once, and goes on."""

from flask import Blueprint, render_template, request

from engine.commands.explaining_looks import explain_many
from engine.reads.audit.many_opened import WhyMany, why_many
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage
from webapp.welcoming import home, is_of_this_site

blueprint = Blueprint("many_cases", __name__)


@blueprint.get("/many-cases")
@page(may=PageRight.SIGNED_IN, look=None)
def ask(visit: Visit) -> Answer:
    seen = visit.read_unlogged(why_many)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/many-cases")
@page(may=PageRight.SIGNED_IN, look=None, keeps_typed=True)
def say(visit: Visit) -> Answer:
    def read(_typed: Typed) -> WhyMany:
        return visit.read_unlogged(why_many)

    def send(typed: Typed) -> str:
        seen, goes_on = read(typed), request.args.get("next", "")
        answers = answers_of(seen.form.questions, typed)
        if visit.opens_very_many:  # nobody says it beforehand, or twice
            visit.do(explain_many, answers, seen.number)
        return goes_on if is_of_this_site(goes_on) else home(visit.actor)

    return sending.respond(visit, FormPage(read, _show, send))


def _show(seen: WhyMany, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/why_many.html", seen=seen, form=form), status
