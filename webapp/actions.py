"""The actions of a case: what was agreed that somebody does, and what became of it."""

from flask import Blueprint, flash, render_template, request, url_for

from engine.commands.keeping_actions import add_action, tell_of_action
from engine.reads.case.actions_of_case import actions_of_case
from engine.reads.task import action_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("actions", __name__)


@blueprint.get("/cases/<case>/actions")
@page(may=PageRight.KNOWS_CASE, look="actions")
def of_case(visit: Visit, case: str) -> Answer:
    seen = visit.read_logged(actions_of_case, case, request.args.get("state", ""), page_number())
    return render_template("actions/of_case.html", seen=seen)


@blueprint.get("/cases/<case>/actions/add")
@page(may=PageRight.TEAM_OF_CASE, look="action to add")
def ask(visit: Visit, case: str) -> Answer:
    seen = visit.read_logged(reads.action_to_add, case)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/actions/add")
@page(may=PageRight.TEAM_OF_CASE, look="action to add", keeps_typed=True)
def add(visit: Visit, case: str) -> Answer:
    def read(_typed: Typed) -> reads.ActionPage:
        return visit.read_logged(reads.action_to_add, case)

    def send(typed: Typed) -> str:
        questions = visit.read_for_command(reads.action_to_add, case).form.questions
        visit.do(add_action, case, answers_of(questions, typed))
        return url_for("actions.of_case", case=case)

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.get("/actions/<action>")
@page(may=PageRight.TELLS_OF_ACTION, look="what became of an action")
def ask_what_became(visit: Visit, action: str) -> Answer:
    seen = visit.read_logged(reads.action_to_tell_of, action)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/actions/<action>")
@page(may=PageRight.TELLS_OF_ACTION, look="what became of an action", keeps_typed=True)
def tell(visit: Visit, action: str) -> Answer:
    def read(_typed: Typed) -> reads.ActionPage:
        return visit.read_logged(reads.action_to_tell_of, action)

    def send(typed: Typed) -> str:
        seen = visit.read_for_command(reads.action_to_tell_of, action)
        visit.do(tell_of_action, action, answers_of(seen.form.questions, typed))
        flash("It is kept what became of the action.")
        return url_for("actions.of_case", case=seen.case)

    return sending.respond(visit, FormPage(read, _show, send))


def _show(seen: reads.ActionPage, form: FormOnPage, status: int) -> Answer:
    return render_template("actions/action.html", seen=seen, form=form), status
