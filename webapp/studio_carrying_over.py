"""All that runs on earlier models is carried over to those in force, in the background; and what came of it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.commands.carrying_over_many import ask_to_carry_over
from engine.reads.authority.carry_overs import LISTS
from engine.reads.studio.carrying_over_page import CarryingOverPage, came_of_it, carrying_over_page
from webapp.pages import Answer, PageRight, Visit, page, wanted_list
from webapp.showing_who import not_shown_to_be

blueprint = Blueprint("studio_carrying_over", __name__)
BAD_REQUEST, SEE_OTHER = 400, 303


@blueprint.get("/studio/carrying-over")
@page(may=PageRight.STUDIO, look=None)
def overview(visit: Visit) -> Answer:
    return _show(visit.read_unlogged(carrying_over_page), {})


@blueprint.post("/studio/carrying-over")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def ask(visit: Visit) -> Answer:
    seen, reason = visit.read_unlogged(carrying_over_page), request.form.get("reason", "")
    problems = {} if reason.strip() else {"reason": "Say why: the reason is kept in the record"}
    if problems := problems or not_shown_to_be(visit):
        return _show(seen, problems), BAD_REQUEST
    visit.do(ask_to_carry_over, seen.bundle, reason, hands_back="hands_back" in request.form)
    flash("It is under way, one process after the other. Look again in a few minutes.")
    return redirect(url_for("studio_carrying_over.overview"), SEE_OTHER)


@blueprint.get("/studio/carrying-over/<int:number>")
@page(may=PageRight.STUDIO, look=None)
def one(visit: Visit, number: int) -> Answer:
    seen = visit.read_unlogged(came_of_it, number, wanted_list(LISTS))
    return render_template("studio/came_of_it.html", seen=seen.found)


def _show(seen: CarryingOverPage, problems: dict[str, str]) -> str:
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    typed = {name: request.form.get(name, "") for name in ("reason", "hands_back")}
    words = {"problems": problems, "errors": errors, "typed": typed}
    return render_template("studio/carrying_over.html", seen=seen, **words)
