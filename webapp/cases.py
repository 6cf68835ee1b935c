"""The cases that somebody may know of: the list, one case, its drawings, and what can be started in it."""

from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for

from engine.base.database import Connection
from engine.base.errors import BadAnswers
from engine.base.identifiers import new_id
from engine.commands.cases import start_process
from engine.commands.drafts import discard_draft, save_draft
from engine.people.identity import Actor
from engine.reads.case import case_page as reads
from engine.reads.case.drawing_file import drawing as read_drawing
from engine.reads.lists.case_list import cases as list_cases
from engine.reads.task.start_page import Start, start
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number

blueprint = Blueprint("cases", __name__)
BAD_REQUEST = 400


@blueprint.get("/cases")
@page(may=PageRight.SIGNED_IN, look="cases")
def cases(visit: Visit) -> Answer:
    name = request.args.get("name", "")[:100]
    seen = visit.look(list_cases, name, page_number())
    return render_template("cases/cases.html", seen=seen, name=name, opened=session.pop("opened", []))


@blueprint.get("/cases/<case>")
@page(may=PageRight.KNOWS_CASE, look="case")
def case(visit: Visit, case: str) -> Answer:
    seen = visit.look(reads.case, case, request.args.get("done", ""))
    return render_template("cases/case.html", seen=seen, submission=new_id())


@blueprint.get("/drawings/<bundle>/<process>")
@page(may=PageRight.SIGNED_IN, look=None)
def drawing(visit: Visit, bundle: str, process: str) -> Response:
    """A drawing holds nothing about anybody, and never changes."""
    response = make_response(visit.glance(read_drawing, bundle, process).content)
    response.content_type = "application/xml"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@blueprint.get("/cases/<case>/start/<process>")
@page(may=PageRight.KNOWS_CASE, look="start")
def start_form(visit: Visit, case: str, process: str) -> Answer:
    seen = visit.look(start, process, case)
    return _blank(visit, seen)


@blueprint.post("/cases/<case>/start/<process>")
@page(may=PageRight.KNOWS_CASE, look="start", keeps_typed=True)
def begin(visit: Visit, case: str, process: str) -> Answer:
    """What requires no answer begins with one press of a button: it sends this form as it is, with nothing in it."""
    return _sent(visit, process, case)


@blueprint.get("/cases/start/<process>")
@page(may=PageRight.SIGNED_IN, look=None)
def new_form(visit: Visit, process: str) -> Answer:
    return _blank(visit, visit.glance(start, process))


@blueprint.post("/cases/start/<process>")
@page(may=PageRight.SIGNED_IN, look=None, keeps_typed=True)
def open_cases(visit: Visit, process: str) -> Answer:
    """A case for each child that the form names."""
    return _sent(visit, process, None)


def _blank(visit: Visit, seen: Start) -> str:
    return render_template("cases/start.html", seen=seen, form=sending.blank(seen.form, visit.now))


def _sent(visit: Visit, process: str, case: str | None) -> Answer:
    typed = sending.typed_now()
    problems = {"": sending.STALE} if visit.stale else {}
    if not problems and not sending.changes_a_list():
        try:
            return redirect(_do(visit, process, case, typed), 303)
        except BadAnswers as bad:
            problems = bad.problems
    seen = (visit.look if case else visit.glance)(_as_typed, process, case, typed)
    if problems:
        form = sending.again(seen.form, typed, problems)
        return render_template("cases/start.html", seen=seen, form=form), BAD_REQUEST
    return render_template("cases/start.html", seen=seen, form=sending.changed(seen.form, typed))


def _do(visit: Visit, process: str, case: str | None, typed: Typed) -> str:
    """Where to go on."""
    action, subject = request.form.get("do", ""), f"start:{process}:{case or ''}"
    if action in ("save", "discard"):
        visit.do(discard_draft, subject) if action == "discard" else visit.do(save_draft, subject, typed)
        return request.path
    questions = visit.consult(_as_typed, process, case, typed).form.questions
    submission = request.form.get("submission", "")[:64]
    started = visit.do(start_process, process, answers_of(questions, typed), case, submission)
    visit.do(discard_draft, subject)
    if case:
        return url_for("cases.case", case=case, done=started.instances[0])
    session["opened"] = list(started.references)
    return url_for("cases.cases")


def _as_typed(
    connection: Connection, actor: Actor, now: datetime, process: str, case: str | None, typed: Typed
) -> Start:
    first = start(connection, actor, now, process, case)
    return start(connection, actor, now, process, case, answers_of(first.form.questions, typed))
