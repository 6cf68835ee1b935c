"""What somebody says is wrong in the record is kept beside the answer, which stays as it is."""

from flask import Blueprint, render_template, url_for

from engine.commands.noting_disputes import note_dispute
from engine.reads.task import dispute_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("disputes", __name__)


@blueprint.get("/cases/<case>/answers/<given>/wrong")
@page(may=PageRight.TEAM_OF_CASE, look="what is said to be wrong")
def note(visit: Visit, case: str, given: str) -> Answer:
    seen = visit.read_logged(reads.to_dispute, case, given)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/answers/<given>/wrong")
@page(may=PageRight.TEAM_OF_CASE, look="what is said to be wrong", keeps_typed=True)
def keep(visit: Visit, case: str, given: str) -> Answer:
    def read(_typed: Typed) -> reads.DisputePage:
        return visit.read_logged(reads.to_dispute, case, given)

    def send(typed: Typed) -> str:
        questions = visit.read_for_command(reads.to_dispute, case, given).form.questions
        visit.do(note_dispute, case, given, answers_of(questions, typed))
        return url_for("cases.case", case=case, list="answered")

    return sending.respond(visit, FormPage(read, _show, send))


def _show(seen: reads.DisputePage, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/dispute.html", seen=seen, form=form), status
