"""A manager gives a case to another team."""

from flask import Blueprint, flash, render_template, url_for

from engine.commands.moving_cases import move_case
from engine.reads.task import move_page as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("team_changes", __name__)


@blueprint.get("/cases/<case>/team")
@page(may=PageRight.TEAM_OF_CASE, look="move a case")
def to_move(visit: Visit, case: str) -> Answer:
    seen = visit.read_logged(reads.case_to_move, case)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/cases/<case>/team")
@page(may=PageRight.TEAM_OF_CASE, look="move a case", keeps_typed=True)
def move(visit: Visit, case: str) -> Answer:
    def read(_typed: Typed) -> reads.CaseToMove:
        return visit.read_logged(reads.case_to_move, case)

    def send(typed: Typed) -> str:
        """Whoever moved it may not know of it any more."""
        asked = visit.read_for_command(reads.case_to_move, case)
        team = visit.do(move_case, case, answers_of(asked.form.questions, typed))
        flash(f"{asked.reference} is with {team} from now on.")
        return url_for("team.team")

    return sending.respond(visit, FormPage(read, _show, send))


def _show(seen: reads.CaseToMove, form: FormOnPage, status: int) -> Answer:
    return render_template("cases/move.html", seen=seen, form=form), status
