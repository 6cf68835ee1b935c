"""The inbox: what waits for me and for my team; taking a task and handing it back."""

from flask import Blueprint, redirect, render_template, url_for

from engine.commands.cases import claim, release
from engine.commands.reading_news import note_news_read
from engine.reads.lists.inbox import LISTS, inbox
from webapp.pages import Answer, PageRight, Visit, page, publication_read, wanted_list

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


@blueprint.post("/tasks/<item>/hand-back")
@page(may=PageRight.HOLDS_TASK, look=None)
def hand_back(visit: Visit, item: str) -> Answer:
    visit.do(release, item)
    return redirect(url_for("inbox.tasks"), 303)
