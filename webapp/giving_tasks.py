"""Whose a task is: a manager gives it to somebody, or shares out several."""

from flask import Blueprint, flash, render_template, request, url_for

from engine.commands.assigning_tasks import Shared, give_task, share_out
from engine.facts.giving_forms import TEAM
from engine.reads.lists import giving_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("giving_tasks", __name__)


@blueprint.get("/tasks/<item>/give")
@page(may=PageRight.TEAM_OF_CASE, look="give a task")
def to_give(visit: Visit, item: str) -> Answer:
    seen = visit.read_logged(reads.task_to_give, item)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/tasks/<item>/give")
@page(may=PageRight.TEAM_OF_CASE, look="give a task", keeps_typed=True)
def give(visit: Visit, item: str) -> Answer:
    def read(_typed: Typed) -> reads.TaskToGive:
        return visit.read_logged(reads.task_to_give, item)

    def send(typed: Typed) -> str:
        asked = visit.read_for_command(reads.task_to_give, item)
        answers = answers_of(asked.form.questions, typed)
        visit.do(give_task, item, answers)
        if answers.get("to") == TEAM:
            flash(f"“{asked.title}” waits for the team again. Whoever had it is told.")
        else:
            flash(f"“{asked.title}” is given. Whoever has it now is told, and whoever had it.")
        return url_for("team.team")

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.get("/team/share")
@page(may=PageRight.MANAGES_TEAM, look="share out tasks")
def to_share(visit: Visit) -> Answer:
    seen = visit.read_logged(reads.tasks_to_share, _whose(), page_number())
    return _show_list(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/team/share")
@page(may=PageRight.MANAGES_TEAM, look="share out tasks", keeps_typed=True)
def share(visit: Visit) -> Answer:
    def read(_typed: Typed) -> reads.TasksToShare:
        return visit.read_logged(reads.tasks_to_share, _whose(), page_number())

    def send(typed: Typed) -> str:
        asked = visit.read_for_command(reads.tasks_to_share, _whose(), page_number())
        answers = answers_of(asked.form.questions, typed)
        shared = visit.do(share_out, answers, is_somebodys=asked.load is not None)
        flash(_said(shared, "back with the team" if answers.get("to") == TEAM else "given"))
        return url_for("giving_tasks.to_share", of=_whose() or None)

    return sending.respond(visit, FormPage(read, _show_list, send))


def _whose() -> str:
    """An account; empty for what nobody has."""
    return request.args.get("of", "")


def _said(shared: Shared, how: str) -> str:
    given = f"{shared.given} {'task is' if shared.given == 1 else 'tasks are'} {how}."
    if not shared.not_given:
        return given
    left = f"{shared.not_given} {'was' if shared.not_given == 1 else 'were'} not"
    return f"{given} {left}: open {'it' if shared.not_given == 1 else 'each'} to see who can have it."


def _show(seen: reads.TaskToGive, form: FormOnPage, status: int) -> Answer:
    return render_template("team/give.html", seen=seen, form=form), status


def _show_list(seen: reads.TasksToShare, form: FormOnPage, status: int) -> Answer:
    return render_template("team/share.html", seen=seen, form=form), status
