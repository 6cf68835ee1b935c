"""A manager of the team that has a case restricts it, changes who may know of it, and ends that."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, url_for

from engine.commands import restricting
from engine.reads.task import restriction_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage
from webapp.shown_again import take_from_them

blueprint = Blueprint("restricting", __name__)


@blueprint.get("/cases/<case>/restrict")
@page(may=PageRight.TEAM_OF_CASE, look="who may know of the case")
def ask_to_restrict(visit: Visit, case: str) -> Answer:
    return _first(visit, visit.read_logged(reads.case_to_restrict, case))


@blueprint.post("/cases/<case>/restrict")
@page(may=PageRight.TEAM_OF_CASE, look="who may know of the case", keeps_typed=True)
def restrict(visit: Visit, case: str) -> Answer:
    return _sent(visit, case, reads.case_to_restrict, restricting.restrict_case)


@blueprint.get("/cases/<case>/restriction/names")
@page(may=PageRight.TEAM_OF_CASE, look="who may know of the case")
def names(visit: Visit, case: str) -> Answer:
    return _first(visit, visit.read_logged(reads.named_to_change, case))


@blueprint.post("/cases/<case>/restriction/names")
@page(may=PageRight.TEAM_OF_CASE, look="who may know of the case", keeps_typed=True)
def change_names(visit: Visit, case: str) -> Answer:
    return _sent(visit, case, reads.named_to_change, restricting.change_named)


@blueprint.get("/cases/<case>/restriction/end")
@page(may=PageRight.TEAM_OF_CASE, look="who may know of the case")
def ask_to_end(visit: Visit, case: str) -> Answer:
    return _first(visit, visit.read_logged(reads.restriction_of_case_to_end, case))


@blueprint.post("/cases/<case>/restriction/end")
@page(may=PageRight.TEAM_OF_CASE, look="who may know of the case", keeps_typed=True)
def end(visit: Visit, case: str) -> Answer:
    return _sent(visit, case, reads.restriction_of_case_to_end, restricting.end_restriction_of_case)


def _first(visit: Visit, seen: reads.RestrictForm) -> Answer:
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


def _sent(visit: Visit, case: str, read: Callable[..., reads.RestrictForm], give: Callable[..., None]) -> Answer:
    def send(typed: Typed) -> str:
        asked = visit.read_for_command(read, case).form
        visit.do(give, case, answers_of(asked.questions, typed))
        take_from_them(visit)
        flash("It was decided who may know of this case.")
        return url_for("cases.cases")

    return sending.respond(visit, FormPage(lambda _typed: visit.read_logged(read, case), _show, send))


def _show(seen: reads.RestrictForm, form: FormOnPage, status: int) -> Answer:
    return render_template("keeping/restrict.html", seen=seen, form=form), status
