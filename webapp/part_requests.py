"""Asking for a part in a case that one cannot see, and deciding on it. The receipt is the same whether there is one."""

from datetime import timedelta

from flask import Blueprint, flash, render_template, url_for

from engine.commands.asking_for_parts import ask_for_part, decide_on_part_request
from engine.commands.counting import Budget
from engine.reads.task import part_request_pages as reads
from webapp import limits, sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, current_visit, page, page_number
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("part_requests", __name__)
OF_SENDER = Budget(20, timedelta(minutes=10))


@blueprint.app_template_global("part_requests_waiting")
def part_requests_waiting() -> reads.RequestsCount:
    """For whoever manages a team."""
    return current_visit().read_unlogged(reads.requests_count)


@blueprint.get("/ask-for-part")
@page(may=PageRight.SIGNED_IN, look=None)
def form(visit: Visit) -> Answer:
    seen = visit.read_unlogged(reads.asking, page_number())
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/ask-for-part")
@page(may=PageRight.SIGNED_IN, look=None, keeps_typed=True, taken_once=True)
def ask(visit: Visit) -> Answer:
    def read(_typed: Typed) -> reads.AskingForPart:
        return visit.read_unlogged(reads.asking)

    def send(typed: Typed) -> str:
        answers = answers_of(read(typed).form.questions, typed)
        limits.spend(visit, limits.of_sender(visit, "requests for a part", OF_SENDER))
        visit.do(ask_for_part, answers, sending.submission_key())
        flash("We have received your request.")
        return url_for("part_requests.form", _anchor="own")

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.get("/part-requests")
@page(may=PageRight.MANAGES_DUTY_TEAM, look=None)
def listed(visit: Visit) -> Answer:
    return render_template("part_requests/list.html", seen=visit.read_unlogged(reads.waiting_requests, page_number()))


@blueprint.get("/part-requests/<request_id>")
@page(may=PageRight.MANAGES_DUTY_TEAM, look="request for a part")
def one(visit: Visit, request_id: str) -> Answer:
    seen = visit.read_logged(reads.request_to_decide, request_id)
    return _show_one(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/part-requests/<request_id>")
@page(may=PageRight.MANAGES_DUTY_TEAM, look="request for a part", keeps_typed=True)
def decide(visit: Visit, request_id: str) -> Answer:
    def read(_typed: Typed) -> reads.RequestToDecide:
        return visit.read_logged(reads.request_to_decide, request_id)

    def send(typed: Typed) -> str:
        questions = visit.read_for_command(reads.request_to_decide, request_id).form.questions
        visit.do(decide_on_part_request, request_id, answers_of(questions, typed))
        flash("The request was decided.")
        return url_for("part_requests.listed")

    return sending.respond(visit, FormPage(read, _show_one, send))


def _show(seen: reads.AskingForPart, form: FormOnPage, status: int) -> Answer:
    return render_template("part_requests/ask.html", seen=seen, form=form), status


def _show_one(seen: reads.RequestToDecide, form: FormOnPage, status: int) -> Answer:
    return render_template("part_requests/decide.html", seen=seen, form=form), status
