"""The cases that somebody may know of: the list, one case, its drawings, and what can be started in it."""

from functools import partial

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for

from engine.base.database_faults import DatabaseUnavailable
from engine.base.identifiers import new_id
from engine.commands.cases import start_process
from engine.commands.drafts import discard_draft
from engine.commands.keeping_searches import keep_search
from engine.reads.case import case_page as reads
from engine.reads.case.drawing_file import drawing as read_drawing
from engine.reads.case.erased_case import ErasedCase, case_or_what_is_left
from engine.reads.lists.case_list import Cases, cases_of_search
from engine.reads.lists.case_list import cases as list_cases
from engine.reads.task.start_page import Start, start, start_questions
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number, wanted_list
from webapp.sending import FormOnPage, FormPage, as_answers

blueprint = Blueprint("cases", __name__)
# Of what is looked for.
LONGEST_NAME = 400
CONFLICT = 409


@blueprint.get("/cases")
@page(may=PageRight.SIGNED_IN, look="cases")
def cases(visit: Visit) -> Answer:
    if search := request.args.get("search", ""):
        return _show_list(visit.read_logged(cases_of_search, search, page_number()), search)
    return _show_list(visit.read_logged(list_cases, "", page_number()))


@blueprint.post("/cases")
@page(may=PageRight.SIGNED_IN, look="cases")
def find(visit: Visit) -> Answer:
    """Kept for whoever typed it, and not in the address: a child's name would stay in the history of the browser, and
    in logs on the way. Where nothing can be kept, what is found is the answer itself.
    """
    name = request.form.get("name", "")[:LONGEST_NAME].strip()
    try:
        search = visit.do(keep_search, name) if name else None
    except DatabaseUnavailable as refused:
        if not visit.cannot_write(refused):
            raise
        return _show_list(visit.read_logged(list_cases, name, page_number()))
    return redirect(url_for("cases.cases", search=search), sending.SEE_OTHER)


def _show_list(seen: Cases, search: str | None = None) -> Answer:
    return render_template("cases/cases.html", seen=seen, search=search, opened=session.pop("opened", []))


@blueprint.get("/cases/<case>")
@page(may=PageRight.KNOWS_CASE, look="case")
def case(visit: Visit, case: str) -> Answer:
    seen = visit.read_logged(case_or_what_is_left, case, request.args.get("done", ""), wanted_list(reads.LISTS))
    if isinstance(seen, ErasedCase):
        return render_template("cases/erased.html", seen=seen)
    return render_template("cases/case.html", seen=seen, submission=new_id())


@blueprint.get("/drawings/<bundle>/<process>")
@page(may=PageRight.SIGNED_IN, look=None)
def drawing(visit: Visit, bundle: str, process: str) -> Response:
    """A drawing holds nothing about anybody, and never changes."""
    response = make_response(visit.read_unlogged(read_drawing, bundle, process).content)
    response.content_type = "application/xml; charset=utf-8"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@blueprint.get("/cases/<case>/start/<process>")
@page(may=PageRight.KNOWS_CASE, look="start")
def start_form(visit: Visit, case: str, process: str) -> Answer:
    seen = visit.read_logged(start, process, case)
    return _blank(visit, seen)


@blueprint.post("/cases/<case>/start/<process>")
@page(may=PageRight.KNOWS_CASE, look="start", keeps_typed=True, taken_once=True)
def begin(visit: Visit, case: str, process: str) -> Answer:
    """What requires no answer begins with one press of a button: it sends this form as it is, with nothing in it."""
    return _sent(visit, process, case)


@blueprint.get("/cases/start/<process>")
@page(may=PageRight.SIGNED_IN, look=None)
def new_form(visit: Visit, process: str) -> Answer:
    return _blank(visit, visit.read_unlogged(start, process))


@blueprint.post("/cases/start/<process>")
@page(may=PageRight.SIGNED_IN, look=None, keeps_typed=True, taken_once=True)
def open_cases(visit: Visit, process: str) -> Answer:
    """A case for each child that the form names."""
    return _sent(visit, process, None)


def _blank(visit: Visit, seen: Start) -> Answer:
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


def _sent(visit: Visit, process: str, case: str | None) -> Answer:
    def read(typed: Typed) -> Start:
        return (visit.read_logged if case else visit.read_unlogged)(start, process, case, as_answers(typed))

    send = partial(_send, visit, process, case)
    return sending.respond(visit, FormPage(read, _show, send, _draft(process, case)))


def _send(visit: Visit, process: str, case: str | None, typed: Typed) -> str:
    questions = visit.read_for_command(start_questions, process, case, as_answers(typed))
    started = visit.do(start_process, process, answers_of(questions, typed), case, sending.submission_key())
    visit.do(discard_draft, _draft(process, case))
    if case:
        return url_for("cases.case", case=case, done=started.instances[0])
    session["opened"] = list(zip(started.cases, started.references, strict=True))
    return url_for("cases.cases")


def _draft(process: str, case: str | None) -> str:
    return f"start:{process}:{case or ''}"


def _show(seen: Start, form: FormOnPage, status: int) -> Answer:
    if seen.obstacle:
        not_taken = sending.not_taken(seen.form)
        return render_template("cases/goes_on_elsewhere.html", seen=seen, not_taken=not_taken), CONFLICT
    return render_template("cases/start.html", seen=seen, form=form), status
