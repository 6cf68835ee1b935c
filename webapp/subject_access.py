"""What is held of a child, for whoever asks for it: privacy officers record the request, decide item by item what is
given, and make the pack.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, make_response, render_template, request, url_for

from engine.commands import answering_subject_requests as commands
from engine.commands.counting import Budget
from engine.export.subject_pack import make_subject_pack
from engine.reads.task import subject_pages as reads
from webapp import limits, sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.sending import FormOnPage, FormPage
from webapp.showing_who import not_shown_to_be

blueprint = Blueprint("subject_access", __name__, url_prefix="/privacy/subject-access")
PACKS = Budget(20, timedelta(hours=1))


@blueprint.get("")
@page(may=PageRight.PRIVACY_OFFICER, look="requests for what is held")
def requests(visit: Visit) -> Answer:
    seen = visit.read_logged(reads.subject_requests, page_number())
    return _list(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("")
@page(may=PageRight.PRIVACY_OFFICER, look="requests for what is held", keeps_typed=True)
def record(visit: Visit) -> Answer:
    def read(_typed: Typed) -> reads.SubjectRequests:
        return visit.read_logged(reads.subject_requests)

    def send(typed: Typed) -> str:
        questions = visit.read_for_command(reads.subject_requests).form.questions
        new = visit.do(commands.record_subject_request, answers_of(questions, typed))
        flash("The request is recorded.")
        return url_for(".one", asked=new)

    return sending.respond(visit, FormPage(read, _list, send))


@blueprint.get("/<asked>")
@page(may=PageRight.PRIVACY_OFFICER, look="request for what is held")
def one(visit: Visit, asked: str) -> Answer:
    seen = visit.read_logged(reads.subject_request, asked, page_number())
    return _show("request", seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/<asked>")
@page(may=PageRight.PRIVACY_OFFICER, look="request for what is held", keeps_typed=True)
def close(visit: Visit, asked: str) -> Answer:
    return _sent(visit, "request", asked, reads.subject_request, commands.close_subject_request, "It is closed.")


@blueprint.get("/<asked>/longer")
@page(may=PageRight.PRIVACY_OFFICER, look="request for what is held")
def longer(visit: Visit, asked: str) -> Answer:
    seen = visit.read_logged(reads.request_to_extend, asked)
    return _show("longer", seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/<asked>/longer")
@page(may=PageRight.PRIVACY_OFFICER, look="request for what is held", keeps_typed=True)
def extend(visit: Visit, asked: str) -> Answer:
    done = "It takes two months longer. Tell whoever asked, and why."
    return _sent(visit, "longer", asked, reads.request_to_extend, commands.extend_subject_request, done)


@blueprint.get("/<asked>/items/<sheet>")
@page(may=PageRight.PRIVACY_OFFICER, look="what is held of a child")
def items(visit: Visit, asked: str, sheet: str) -> Answer:
    seen = visit.read_logged(reads.subject_sheet, asked, sheet)
    return _sheet(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/<asked>/items/<sheet>")
@page(may=PageRight.PRIVACY_OFFICER, look="what is held of a child", keeps_typed=True)
def decide(visit: Visit, asked: str, sheet: str) -> Answer:
    def read(_typed: Typed) -> reads.SubjectSheetPage:
        return visit.read_logged(reads.subject_sheet, asked, sheet)

    def send(typed: Typed) -> str:
        seen = visit.read_for_command(reads.subject_sheet, asked, sheet)
        said, as_shown = answers_of(seen.form.questions, typed), request.form.get("as_shown", "")
        number = visit.do(commands.decide_subject_items, asked, sheet, as_shown, said)
        flash(f"What you decided is kept: {number} {'item' if number == 1 else 'items'}.")
        return (
            url_for(".items", asked=asked, sheet=seen.next_sheet) if seen.next_sheet else url_for(".one", asked=asked)
        )

    return sending.respond(visit, FormPage(read, _sheet, send))


@blueprint.post("/<asked>/pack")
@page(may=PageRight.PRIVACY_OFFICER, look="request for what is held")
def pack(visit: Visit, asked: str) -> Answer:
    limits.spend(visit, limits.of_sender(visit, "subject access", PACKS))
    seen = visit.read_logged(reads.subject_request, asked)
    if problems := not_shown_to_be(visit):
        form = sending.blank(seen.form, visit.now)
        return _show("request", seen, form, sending.BAD_REQUEST, problems)
    made = make_subject_pack(visit.site.database, visit.actor, visit.now, asked)
    response = make_response(made.content)
    response.content_type = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


def _sent(
    visit: Visit,
    template: str,
    asked: str,
    read: Callable[..., reads.SubjectRequestPage],
    command: Callable[..., None],
    done: str,
) -> Answer:
    def show(seen: reads.SubjectRequestPage, form: FormOnPage, status: int) -> Answer:
        return _show(template, seen, form, status)

    def send(typed: Typed) -> str:
        questions = visit.read_for_command(read, asked).form.questions
        visit.do(command, asked, answers_of(questions, typed))
        flash(done)
        return url_for(".one", asked=asked)

    return sending.respond(visit, FormPage(lambda _typed: visit.read_logged(read, asked), show, send))


def _list(seen: reads.SubjectRequests, form: FormOnPage, status: int) -> Answer:
    return render_template("subject_access/requests.html", seen=seen, form=form), status


def _sheet(seen: reads.SubjectSheetPage, form: FormOnPage, status: int) -> Answer:
    return render_template("subject_access/sheet.html", seen=seen, form=form), status


def _show(
    template: str,
    seen: reads.SubjectRequestPage,
    form: FormOnPage,
    status: int,
    problems: dict[str, Any] | None = None,
) -> Answer:
    words = {"seen": seen, "form": form, "problems": problems or {}}
    return render_template(f"subject_access/{template}.html", **words), status
