"""The directory of services, which those who keep it change."""

from flask import Blueprint, flash, render_template, request, url_for

from engine.commands.keeping_directory import add_service, change_service, end_service
from engine.reads.authority import directory_page as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("directory", __name__)


@blueprint.get("/services")
@page(may=PageRight.SIGNED_IN, look=None)
def listed(visit: Visit) -> Answer:
    return render_template("directory/list.html", seen=visit.read_unlogged(reads.directory, "", page_number()))


@blueprint.post("/services")
@page(may=PageRight.SIGNED_IN, look=None)
def find(visit: Visit) -> Answer:
    """Sent, and not in the address: nobody knows what somebody types."""
    seen = visit.read_unlogged(reads.directory, request.form.get("words", ""), 1)
    return render_template("directory/list.html", seen=seen)


@blueprint.get("/services/add")
@page(may=PageRight.KEEPS_DIRECTORY, look=None)
def new(visit: Visit) -> Answer:
    seen = visit.read_unlogged(reads.service_to_add)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/services/add")
@page(may=PageRight.KEEPS_DIRECTORY, look=None, keeps_typed=True)
def add(visit: Visit) -> Answer:
    def read(_typed: Typed) -> reads.NewService:
        return visit.read_unlogged(reads.service_to_add)

    def send(typed: Typed) -> str:
        visit.do(add_service, answers_of(read(typed).form.questions, typed))
        return _changed("The service is in the directory.")

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.get("/services/<service>")
@page(may=PageRight.KEEPS_DIRECTORY, look=None)
def service(visit: Visit, service: str) -> Answer:
    seen = visit.read_unlogged(reads.service_to_change, service)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/services/<service>")
@page(may=PageRight.KEEPS_DIRECTORY, look=None, keeps_typed=True)
def change(visit: Visit, service: str) -> Answer:
    def read(_typed: Typed) -> reads.ServiceToKeep:
        return visit.read_unlogged(reads.service_to_change, service)

    def send(typed: Typed) -> str:
        visit.do(change_service, service, answers_of(read(typed).form.questions, typed))
        return _changed("The service was changed.")

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.get("/services/<service>/end")
@page(may=PageRight.KEEPS_DIRECTORY, look=None)
def ask_to_end(visit: Visit, service: str) -> Answer:
    seen = visit.read_unlogged(reads.service_to_end, service)
    return _show_end(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/services/<service>/end")
@page(may=PageRight.KEEPS_DIRECTORY, look=None, keeps_typed=True)
def end(visit: Visit, service: str) -> Answer:
    def read(_typed: Typed) -> reads.ServiceToKeep:
        return visit.read_unlogged(reads.service_to_end, service)

    def send(typed: Typed) -> str:
        visit.do(end_service, service, answers_of(read(typed).form.questions, typed))
        return _changed("The service is no longer in the directory.")

    return sending.respond(visit, FormPage(read, _show_end, send))


def _changed(said: str) -> str:
    flash(said)
    return url_for("directory.listed")


def _show(seen: reads.NewService | reads.ServiceToKeep, form: FormOnPage, status: int) -> Answer:
    return render_template("directory/change.html", seen=seen, form=form), status


def _show_end(seen: reads.ServiceToKeep, form: FormOnPage, status: int) -> Answer:
    return render_template("directory/end.html", seen=seen, form=form), status
