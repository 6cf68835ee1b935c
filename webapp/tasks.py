"""One task: its form, its draft, and sending it."""

from contextlib import suppress
from functools import partial

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound
from engine.commands.cases import complete_task
from engine.commands.drafts import save_draft
from engine.commands.reading_news import note_news_of_task_read
from engine.reads.task import task_page as reads
from engine.reads.task.task_page import TaskView, still_known
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, publication_read
from webapp.sending import FormOnPage, FormPage, as_answers
from webapp.words import at

blueprint = Blueprint("tasks", __name__)
SEE_OTHER, BAD_REQUEST = 303, 400


@blueprint.get("/tasks/<item>")
@page(may=PageRight.HOLDS_TASK, look="task")
def task(visit: Visit, item: str) -> Answer:
    seen = visit.read_logged(reads.task, item)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/tasks/<item>")
@page(may=PageRight.HOLDS_TASK, look="task", keeps_typed=True, taken_once=True)
def submit(visit: Visit, item: str) -> Answer:
    """Sends the form, or does what one of its other buttons says."""

    def read(typed: Typed) -> TaskView:
        return visit.read_logged(reads.task, item, as_answers(typed))

    try:
        return sending.respond(visit, FormPage(read, _show, partial(_send, visit, item), draft=item))
    except (AlreadyDone, NotAllowed):
        return sending.not_theirs(read(sending.typed_now()), sending.typed_now())


@blueprint.post("/tasks/<item>/news-read")
@page(may=PageRight.HOLDS_TASK, look=None)
def news_read(visit: Visit, item: str) -> Answer:
    visit.do(note_news_of_task_read, item, publication_read())
    return redirect(url_for("tasks.task", item=item), SEE_OTHER)


@blueprint.post("/drafts")
@page(may=PageRight.SIGNED_IN, look=None)
def draft(visit: Visit) -> Answer:
    """Called by the page while somebody types."""
    try:
        visit.do(save_draft, request.form.get("subject", ""), sending.typed_now())
    except BadAnswers as bad:
        return make_response({"said": bad.problems[""]}, BAD_REQUEST)
    return make_response({"said": f"Draft saved at {at(visit.now)}"})


def _send(visit: Visit, item: str, typed: Typed) -> str:
    questions = visit.read_for_command(reads.task_questions, item, as_answers(typed))
    done = visit.do(complete_task, item, answers_of(questions, typed))
    if number := publication_read():
        with suppress(NotFound):  # of a case that is theirs no more; what they have done now says it as well
            visit.do(note_news_of_task_read, item, number)
    if not visit.read_for_command(still_known, done.case):
        flash(f"“{done.title}” is done. Nothing of this case waits for you any more.")
        return url_for("inbox.tasks")
    return url_for("cases.case", case=done.case, done=item)


def _show(seen: TaskView, form: FormOnPage, status: int) -> Answer:
    if seen.closed or seen.obstacle:
        return sending.not_theirs(seen, sending.typed_now())
    return render_template("tasks/task.html", seen=seen, form=form), status
