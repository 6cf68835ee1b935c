"""Proceeding differently: going on without a step, doing one once more or before its turn; and a manager who agrees."""

from flask import Blueprint, flash, render_template, url_for

from engine.commands.proceeding_differently import decide_departure, skip_step, take_further_step
from engine.reads.task import departure_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("departures", __name__)
WAITS = "A manager of the team was asked. It happens once they agree; until then the step stays as it is."
DONE = {
    "skip": "The process has gone on without this step.",
    "repeat": "The step is open once more.",
    "open": "The step is open.",
}


@blueprint.get("/tasks/<item>/differently")
@page(may=PageRight.DEPARTS, look="proceeding differently")
def ask_to_skip(visit: Visit, item: str) -> Answer:
    seen = visit.read_logged(reads.to_skip, item)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/tasks/<item>/differently")
@page(may=PageRight.DEPARTS, look="proceeding differently", keeps_typed=True)
def skip(visit: Visit, item: str) -> Answer:
    def read(typed: Typed) -> reads.DepartingPage:
        return visit.read_logged(reads.to_skip, item, sending.as_answers(typed))

    def send(typed: Typed) -> str:
        seen = visit.read_for_command(reads.to_skip, item, sending.as_answers(typed))
        done = visit.do(skip_step, item, answers_of(seen.form.questions, typed))
        flash(DONE["skip"] if done else WAITS)
        return url_for("cases.case", case=seen.case)

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.get("/cases/<case>/steps")
@page(may=PageRight.DEPARTS, look="other steps of a case")
def other_steps(visit: Visit, case: str) -> Answer:
    seen = visit.read_logged(reads.other_steps, case)
    return render_template("cases/other_steps.html", seen=seen), sending.OK


@blueprint.get("/cases/<case>/steps/<instance>/<element>/<how>")
@page(may=PageRight.DEPARTS, look="proceeding differently")
def ask_to_open(visit: Visit, case: str, instance: str, element: str, how: str) -> Answer:
    seen = visit.read_logged(reads.to_open, case, instance, element, how)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/steps/<instance>/<element>/<how>")
@page(may=PageRight.DEPARTS, look="proceeding differently", keeps_typed=True)
def open_step(visit: Visit, case: str, instance: str, element: str, how: str) -> Answer:
    def read(_typed: Typed) -> reads.DepartingPage:
        return visit.read_logged(reads.to_open, case, instance, element, how)

    def send(typed: Typed) -> str:
        seen = visit.read_for_command(reads.to_open, case, instance, element, how)
        answers = answers_of(seen.form.questions, typed)
        done = visit.do(take_further_step, case, instance, element, seen.how, answers)
        flash(DONE[seen.how] if done else WAITS)
        return url_for("cases.case", case=case)

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.get("/cases/<case>/departures/<departure>")
@page(may=PageRight.MANAGES_TEAM, look="a request to proceed differently")
def ask_to_decide(visit: Visit, case: str, departure: str) -> Answer:
    seen = visit.read_logged(reads.to_decide, case, departure)
    return _show_decision(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/departures/<departure>")
@page(may=PageRight.MANAGES_TEAM, look="a request to proceed differently", keeps_typed=True)
def decide(visit: Visit, case: str, departure: str) -> Answer:
    def read(_typed: Typed) -> reads.DecisionPage:
        return visit.read_logged(reads.to_decide, case, departure)

    def send(typed: Typed) -> str:
        seen = visit.read_for_command(reads.to_decide, case, departure)
        visit.do(decide_departure, case, departure, answers_of(seen.form.questions, typed))
        flash("Your decision is kept with the case.")
        return url_for("cases.case", case=case)

    return sending.respond(visit, FormPage(read, _show_decision, send))


def _show(seen: reads.DepartingPage, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/differently.html", seen=seen, form=form), status


def _show_decision(seen: reads.DecisionPage, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/decide_departure.html", seen=seen, form=form), status
