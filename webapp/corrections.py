"""An answer that was found wrong is put right: what stood there stays beside it."""

from flask import Blueprint, render_template, request, url_for

from engine.commands.correcting_answers import correct_answers
from engine.reads.task import correction_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage
from webapp.whole_numbers import whole_number

blueprint = Blueprint("corrections", __name__)


@blueprint.get("/cases/<case>/answers/<given>/correct")
@page(may=PageRight.GAVE_ANSWERS, look="answers to correct")
def ask(visit: Visit, case: str, given: str) -> Answer:
    seen = visit.read_logged(reads.to_correct, case, given)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/answers/<given>/correct")
@page(may=PageRight.GAVE_ANSWERS, look="answers to correct", keeps_typed=True)
def correct(visit: Visit, case: str, given: str) -> Answer:
    def read(typed: Typed) -> reads.CorrectionPage:
        return visit.read_logged(reads.to_correct, case, given, sending.as_answers(typed))

    def send(typed: Typed) -> str:
        seen = visit.read_for_command(reads.to_correct, case, given, sending.as_answers(typed))
        had = whole_number(request.form.get("corrections", ""), 0)
        visit.do(correct_answers, case, given, had, answers_of(seen.form.questions, typed))
        return url_for("cases.case", case=case, list="answered")

    return sending.respond(visit, FormPage(read, _show, send))


def _show(seen: reads.CorrectionPage, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/correct.html", seen=seen, form=form), status
