"""One task: its form, its draft, and sending it."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from engine.base.database import Connection
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed
from engine.commands.cases import complete_task
from engine.commands.drafts import discard_draft, save_draft
from engine.people.identity import Actor
from engine.reads.task import task_page as reads
from engine.reads.task.task_page import TaskView
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage
from webapp.words import at

blueprint = Blueprint("tasks", __name__)
BAD_REQUEST, FORBIDDEN, CONFLICT = 400, 403, 409


@blueprint.get("/tasks/<item>")
@page(may=PageRight.HOLDS_TASK, look="task")
def task(visit: Visit, item: str) -> Answer:
    seen = visit.look(reads.task, item)
    if seen.closed or seen.obstacle:
        return _not_theirs(seen, {})
    return _page(seen, sending.blank(seen.form, visit.now))


@blueprint.post("/tasks/<item>")
@page(may=PageRight.HOLDS_TASK, look="task", keeps_typed=True)
def submit(visit: Visit, item: str) -> Answer:
    """Sends the form, or does what one of its other buttons says. Nothing that was typed is ever lost."""
    typed = sending.typed_now()
    if visit.stale:
        return _again(visit, item, typed, {"": sending.STALE})
    if sending.changes_a_list():
        seen = visit.look(_as_typed, item, typed)
        return _page(seen, sending.changed(seen.form, typed))
    try:
        return redirect(_do(visit, item, typed), 303)
    except BadAnswers as bad:
        return _again(visit, item, typed, bad.problems)
    except (AlreadyDone, NotAllowed):
        return _not_theirs(visit.look(_as_typed, item, typed), typed)


@blueprint.post("/drafts")
@page(may=PageRight.SIGNED_IN, look=None)
def draft(visit: Visit) -> Answer:
    """Called by the page while somebody types."""
    try:
        visit.do(save_draft, request.form.get("subject", ""), sending.typed_now())
    except BadAnswers as bad:
        return make_response({"said": bad.problems[""]}, BAD_REQUEST)
    return make_response({"said": f"Draft saved at {at(visit.now)}"})


def _do(visit: Visit, item: str, typed: Typed) -> str:
    """Where to go on."""
    action = request.form.get("do", "")
    if action == "save":
        visit.do(save_draft, item, typed)
        return url_for("tasks.task", item=item)
    if action == "discard":
        visit.do(discard_draft, item)
        return url_for("tasks.task", item=item)
    form = visit.consult(_as_typed, item, typed).form
    done = visit.do(complete_task, item, answers_of(form.questions, typed))
    return url_for("cases.case", case=done.case, done=item)


def _as_typed(connection: Connection, actor: Actor, now: datetime, item: str, typed: Typed) -> TaskView:
    """The task with the questions that these answers raise: why it is late, for one."""
    first = reads.task(connection, actor, now, item)
    return reads.task(connection, actor, now, item, answers_of(first.form.questions, typed))


def _again(visit: Visit, item: str, typed: Typed, problems: Mapping[str, str]) -> Answer:
    seen = visit.look(_as_typed, item, typed)
    if seen.closed or seen.obstacle:
        return _not_theirs(seen, typed)
    return _page(seen, sending.again(seen.form, typed, problems)), BAD_REQUEST


def _page(seen: TaskView, form: FormOnPage) -> str:
    return render_template("tasks/task.html", seen=seen, form=form)


def _not_theirs(seen: TaskView, typed: Typed) -> tuple[str, int]:
    """Somebody else has done it, has it, or is to do it: who and when, with what was typed to be copied."""
    words = render_template("tasks/not_yours.html", seen=seen, copied=sending.copied(seen.form.questions, typed))
    return words, CONFLICT if seen.closed else FORBIDDEN
