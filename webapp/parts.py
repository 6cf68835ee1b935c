"""Which organisations have a part in a case: one is added by decision, its part ends by decision, and what it sees."""

from flask import Blueprint, render_template, url_for

from engine.commands.deciding_parts import add_organisation_to_case, end_part_in_case
from engine.reads.case.seen_by_others import seen_by_others
from engine.reads.task import part_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("parts", __name__)


@blueprint.get("/cases/<case>/parts/add")
@page(may=PageRight.TEAM_OF_CASE, look="add an organisation")
def add(visit: Visit, case: str) -> Answer:
    seen = visit.read_logged(reads.part_to_add, case)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/parts/add")
@page(may=PageRight.TEAM_OF_CASE, look="add an organisation", keeps_typed=True)
def give(visit: Visit, case: str) -> Answer:
    def read(_typed: Typed) -> reads.PartForm:
        return visit.read_logged(reads.part_to_add, case)

    def send(typed: Typed) -> str:
        asked = visit.read_for_command(reads.part_to_add, case).form
        visit.do(add_organisation_to_case, case, answers_of(asked.questions, typed))
        return url_for("cases.case", case=case, _anchor="parts")

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.get("/cases/<case>/parts/<part>/end")
@page(may=PageRight.TEAM_OF_CASE, look="end a part")
def ask_to_end(visit: Visit, case: str, part: str) -> Answer:
    seen = visit.read_logged(reads.part_to_end, case, part)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/parts/<part>/end")
@page(may=PageRight.TEAM_OF_CASE, look="end a part", keeps_typed=True)
def end(visit: Visit, case: str, part: str) -> Answer:
    def read(_typed: Typed) -> reads.PartForm:
        return visit.read_logged(reads.part_to_end, case, part)

    def send(typed: Typed) -> str:
        asked = visit.read_for_command(reads.part_to_end, case, part).form
        visit.do(end_part_in_case, case, part, answers_of(asked.questions, typed))
        return url_for("cases.case", case=case, _anchor="parts")

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.get("/cases/<case>/as/<reader>")
@page(may=PageRight.SEES_ALL, look="as others see it")
def as_others(visit: Visit, case: str, reader: str) -> Answer:
    return render_template("cases/as_others.html", seen=visit.read_logged(seen_by_others, case, reader))


def _show(seen: reads.PartForm, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/part.html", seen=seen, form=form), status
