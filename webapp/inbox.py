"""The inbox: what waits for me and for my team; taking a task and handing it back."""

from flask import Blueprint, flash, redirect, render_template, url_for

from engine.commands.cases import claim, release
from engine.commands.reading_news import note_news_read
from engine.reads.lists import giving_pages as reads
from engine.reads.lists.inbox import LISTS, inbox
from webapp import sending
from webapp.fields import Typed
from webapp.pages import Answer, PageRight, Visit, page, publication_read, wanted_list
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/tasks")
@page(may=PageRight.SIGNED_IN, look="tasks")
def tasks(visit: Visit) -> Answer:
    return render_template("inbox/inbox.html", seen=visit.read_logged(inbox, wanted_list(LISTS)))


@blueprint.post("/tasks/news/read")
@page(may=PageRight.SIGNED_IN, look=None)
def news_read(visit: Visit) -> Answer:
    visit.do(note_news_read, publication_read())
    return redirect(url_for("inbox.tasks"), 303)


@blueprint.post("/tasks/<item>/take")
@page(may=PageRight.HOLDS_TASK, look=None)
def take(visit: Visit, item: str) -> Answer:
    visit.do(claim, item)
    return redirect(url_for("tasks.task", item=item), 303)


@blueprint.get("/tasks/<item>/hand-back")
@page(may=PageRight.HOLDS_TASK, look="hand back a task")
def to_hand_back(visit: Visit, item: str) -> Answer:
    """Of what was given, and not taken, it is asked why."""
    seen = visit.read_logged(reads.task_to_hand_back, item)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/tasks/<item>/hand-back")
@page(may=PageRight.HOLDS_TASK, look="hand back a task", keeps_typed=True)
def hand_back(visit: Visit, item: str) -> Answer:
    def read(_typed: Typed) -> reads.TaskToGive:
        return visit.read_logged(reads.task_to_hand_back, item)

    def send(typed: Typed) -> str:
        visit.do(release, item, {name: values[0].strip() for name, values in typed.items() if values})
        flash("It is handed back: nobody has it now.")
        return url_for("inbox.tasks")

    return sending.respond(visit, FormPage(read, _show, send))


def _show(seen: reads.TaskToGive, form: FormOnPage, status: int) -> Answer:
    return render_template("tasks/hand_back.html", seen=seen, form=form), status
