"""What was wrong is put right: an answer, beside which stays what stood there; that a case was closed; that two
children were taken for one.
"""

from flask import Blueprint, flash, render_template, request, url_for

from engine.commands.correcting_answers import correct_answers
from engine.commands.looking_again import say_still_right
from engine.commands.reopening_cases import reopen_case
from engine.commands.separating_cases import separate_case
from engine.reads.task import correction_pages as reads
from engine.reads.task import looking_again_page, reopening_page, separating_page
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
        flash("It is corrected. What stood there before stays beside it.")
        return url_for("cases.case", case=case, list="answered")

    return sending.respond(visit, FormPage(read, _show, send))


def _show(seen: reads.CorrectionPage, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/correct.html", seen=seen, form=form), status


@blueprint.get("/cases/<case>/reopen")
@page(may=PageRight.TEAM_OF_CASE, look="a case to open again")
def ask_reopening(visit: Visit, case: str) -> Answer:
    seen = visit.read_logged(reopening_page.to_reopen, case)
    return _show_reopening(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/reopen")
@page(may=PageRight.TEAM_OF_CASE, look="a case to open again", keeps_typed=True)
def reopen(visit: Visit, case: str) -> Answer:
    def read(_typed: Typed) -> reopening_page.ReopeningPage:
        return visit.read_logged(reopening_page.to_reopen, case)

    def send(typed: Typed) -> str:
        questions = visit.read_for_command(reopening_page.to_reopen, case).form.questions
        visit.do(reopen_case, case, answers_of(questions, typed))
        flash("The case is open again.")
        return url_for("cases.case", case=case)

    return sending.respond(visit, FormPage(read, _show_reopening, send))


@blueprint.get("/cases/<case>/separate")
@page(may=PageRight.TEAM_OF_CASE, look="a case to separate")
def ask_separating(visit: Visit, case: str) -> Answer:
    seen = visit.read_logged(separating_page.to_separate, case)
    return _show_separating(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/separate")
@page(may=PageRight.TEAM_OF_CASE, look="a case to separate", keeps_typed=True)
def separate(visit: Visit, case: str) -> Answer:
    def read(_typed: Typed) -> separating_page.SeparatingPage:
        return visit.read_logged(separating_page.to_separate, case)

    def send(typed: Typed) -> str:
        questions = visit.read_for_command(separating_page.to_separate, case).form.questions
        visit.do(separate_case, case, answers_of(questions, typed))
        flash("The two cases are separate again.")
        return url_for("cases.case", case=case)

    return sending.respond(visit, FormPage(read, _show_separating, send))


def _show_separating(seen: separating_page.SeparatingPage, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/separate.html", seen=seen, form=form), status


def _show_reopening(seen: reopening_page.ReopeningPage, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/reopen.html", seen=seen, form=form), status


@blueprint.get("/cases/<case>/answers/<given>/still-right")
@page(may=PageRight.GAVE_ANSWERS, look="what rests on a corrected answer")
def ask_again(visit: Visit, case: str, given: str) -> Answer:
    seen = visit.read_logged(looking_again_page.to_look_at_again, case, given)
    return _show_again(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/answers/<given>/still-right")
@page(may=PageRight.GAVE_ANSWERS, look="what rests on a corrected answer", keeps_typed=True)
def still_right(visit: Visit, case: str, given: str) -> Answer:
    def read(_typed: Typed) -> looking_again_page.LookingAgainPage:
        return visit.read_logged(looking_again_page.to_look_at_again, case, given)

    def send(typed: Typed) -> str:
        questions = visit.read_for_command(looking_again_page.to_look_at_again, case, given).form.questions
        visit.do(say_still_right, case, given, answers_of(questions, typed))
        flash("It is kept that this is still right.")
        return url_for("cases.case", case=case)

    return sending.respond(visit, FormPage(read, _show_again, send))


def _show_again(seen: looking_again_page.LookingAgainPage, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/still_right.html", seen=seen, form=form), status
