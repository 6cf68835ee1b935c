"""Who is around a child, drawn and as a table, and how to communicate with whom."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, url_for

from engine.commands.recording_people import (
    change_personal_fact,
    end_personal_fact,
    record_person_around,
    record_personal_fact,
)
from engine.reads.case.around_page import around_page
from engine.reads.task import around_forms_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("people_around", __name__)
LOOK = "somebody around the child"


@blueprint.get("/cases/<case>/around")
@page(may=PageRight.SEES_ALL, look="people around the child")
def of_case(visit: Visit, case: str) -> Answer:
    return render_template("around/of_case.html", seen=visit.read_logged(around_page, case))


@blueprint.get("/cases/<case>/around/person")
@page(may=PageRight.TEAM_OF_CASE, look=LOOK)
def person(visit: Visit, case: str) -> Answer:
    return _blank(visit, visit.read_logged(reads.person_to_record, case))


@blueprint.post("/cases/<case>/around/person")
@page(may=PageRight.TEAM_OF_CASE, look=LOOK, keeps_typed=True)
def keep_person(visit: Visit, case: str) -> Answer:
    return _sent(visit, lambda answers: visit.do(record_person_around, case, answers), reads.person_to_record, case)


@blueprint.get("/cases/<case>/around/<about>/<what>/record")
@page(may=PageRight.TEAM_OF_CASE, look=LOOK)
def fact(visit: Visit, case: str, about: str, what: str) -> Answer:
    return _blank(visit, visit.read_logged(reads.fact_to_record, case, about, what))


@blueprint.post("/cases/<case>/around/<about>/<what>/record")
@page(may=PageRight.TEAM_OF_CASE, look=LOOK, keeps_typed=True)
def keep_fact(visit: Visit, case: str, about: str, what: str) -> Answer:
    def give(answers: dict[str, Any]) -> None:
        visit.do(record_personal_fact, case, about, what, answers)

    return _sent(visit, give, reads.fact_to_record, case, about, what)


@blueprint.get("/cases/<case>/around/facts/<fact>/change")
@page(may=PageRight.TEAM_OF_CASE, look=LOOK)
def to_change(visit: Visit, case: str, fact: str) -> Answer:
    return _blank(visit, visit.read_logged(reads.fact_to_change, case, fact))


@blueprint.post("/cases/<case>/around/facts/<fact>/change")
@page(may=PageRight.TEAM_OF_CASE, look=LOOK, keeps_typed=True)
def change(visit: Visit, case: str, fact: str) -> Answer:
    def give(answers: dict[str, Any]) -> None:
        visit.do(change_personal_fact, case, fact, answers)

    return _sent(visit, give, reads.fact_to_change, case, fact)


@blueprint.get("/cases/<case>/around/facts/<fact>/end")
@page(may=PageRight.TEAM_OF_CASE, look=LOOK)
def to_end(visit: Visit, case: str, fact: str) -> Answer:
    return _blank(visit, visit.read_logged(reads.fact_to_end, case, fact))


@blueprint.post("/cases/<case>/around/facts/<fact>/end")
@page(may=PageRight.TEAM_OF_CASE, look=LOOK, keeps_typed=True)
def end(visit: Visit, case: str, fact: str) -> Answer:
    return _sent(visit, lambda answers: visit.do(end_personal_fact, case, fact, answers), reads.fact_to_end, case, fact)


def _sent(
    visit: Visit, give: Callable[[dict[str, Any]], None], read: Callable[..., reads.AroundForm], *of: str
) -> Answer:
    """What is asked does not hang on what was typed. `of`: the case, and what in it."""

    def send(typed: Typed) -> str:
        give(answers_of(visit.read_for_command(read, *of).form.questions, typed))
        return url_for("people_around.of_case", case=of[0])

    return sending.respond(visit, FormPage(lambda _typed: visit.read_logged(read, *of), _show, send))


def _blank(visit: Visit, seen: reads.AroundForm) -> Answer:
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


def _show(seen: reads.AroundForm, form: FormOnPage, status: int) -> Answer:
    return render_template("around/record.html", seen=seen, form=form), status
