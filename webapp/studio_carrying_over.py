"""All that runs on earlier models is to go over to those in force: one person asks, a second agrees, and it goes on in
the background; and what came of it.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import NotAllowed, NotPossible, RefusalCode
from engine.commands.carrying_over_many import agree_to_carry_over, ask_to_carry_over, stop_carrying_over
from engine.commands.migrating_instances import undo_migration
from engine.reads.authority.carry_overs import LISTS
from engine.reads.studio.carrying_over_page import CameOfItPage, CarryingOverPage, came_of_it, carrying_over_page
from webapp.pages import Answer, PageRight, Visit, page, wanted_list
from webapp.showing_who import not_shown_to_be

blueprint = Blueprint("studio_carrying_over", __name__)
BAD_REQUEST, SEE_OTHER = 400, 303
SAY_WHY = "Say why: the reason is kept in the record"


@blueprint.get("/studio/carrying-over")
@page(may=PageRight.STUDIO, look=None)
def overview(visit: Visit) -> Answer:
    return _show(visit.read_unlogged(carrying_over_page), {})


@blueprint.post("/studio/carrying-over")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def ask(visit: Visit) -> Answer:
    seen, reason = visit.read_unlogged(carrying_over_page), request.form.get("reason", "")
    problems = {} if reason.strip() else {"reason": SAY_WHY}
    if request.form.get("bundle", seen.bundle) != seen.bundle:
        problems["reason"] = "Other drawings were put in force since you opened this page. Look at them first"
    if problems := problems or not_shown_to_be(visit):
        return _show(seen, problems), BAD_REQUEST
    visit.do(ask_to_carry_over, seen.bundle, reason, hands_back="hands_back" in request.form)
    flash("It waits for a second person, who agrees or stops it on its page.")
    return redirect(url_for("studio_carrying_over.overview"), SEE_OTHER)


@blueprint.get("/studio/carrying-over/<int:number>")
@page(may=PageRight.STUDIO, look=None)
def one(visit: Visit, number: int) -> Answer:
    return _show_one(visit.read_unlogged(came_of_it, number, wanted_list(LISTS)), {})


@blueprint.post("/studio/carrying-over/<int:number>/agree")
@page(may=PageRight.APPROVES_PATHWAY, look=None)
def agree(visit: Visit, number: int) -> Answer:
    seen = visit.read_unlogged(came_of_it, number, wanted_list(LISTS))
    if not seen.may_agree:
        raise NotAllowed("Somebody else agrees, and only while it waits.", code=RefusalCode.SECOND_PERSON)
    if problems := not_shown_to_be(visit):
        return _show_one(seen, problems), BAD_REQUEST
    visit.do(agree_to_carry_over, seen.id)
    flash("It is under way, one process after the other. Look again in a few minutes.")
    return redirect(url_for("studio_carrying_over.one", number=number), SEE_OTHER)


@blueprint.post("/studio/carrying-over/<int:number>/stop")
@page(may=PageRight.STUDIO, look=None)
def stop(visit: Visit, number: int) -> Answer:
    seen, reason = visit.read_unlogged(came_of_it, number, wanted_list(LISTS)), request.form.get("reason", "")
    if not reason.strip():
        return _show_one(seen, {"reason": SAY_WHY}), BAD_REQUEST
    visit.do(stop_carrying_over, seen.id, reason)
    flash("Stopped. What has not gone over stays where it is.")
    return redirect(url_for("studio_carrying_over.one", number=number), SEE_OTHER)


@blueprint.post("/studio/carrying-over/<int:number>/take-back")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def take_back(visit: Visit, number: int) -> Answer:
    """One of those that are shown, to the drawings from which it came."""
    seen = visit.read_unlogged(came_of_it, number, wanted_list(LISTS))
    chosen, why = request.form.get("instance", ""), request.form.get("why", "")
    shown = {one.instance for one in seen.found.instances.rows if one.verdict == "carried" and one.is_there}
    missing = {"instance": "" if chosen in shown else "Choose which", "why": "" if why.strip() else SAY_WHY}
    if problems := {name: words for name, words in missing.items() if words}:
        return _show_one(seen, problems), BAD_REQUEST
    try:
        visit.do(undo_migration, chosen, why)
    except NotPossible as refusal:
        return _show_one(seen, {"instance": str(refusal)}), BAD_REQUEST
    flash("It is back on the drawings from which it came, with all that was in it.")
    return redirect(url_for("studio_carrying_over.one", number=number), SEE_OTHER)


def _show(seen: CarryingOverPage, problems: dict[str, str]) -> str:
    return render_template("studio/carrying_over.html", seen=seen, **_words(problems))


def _show_one(seen: CameOfItPage, problems: dict[str, str]) -> str:
    return render_template("studio/came_of_it.html", page=seen, seen=seen.found, **_words(problems))


def _words(problems: dict[str, str]) -> dict[str, object]:
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    typed = {name: request.form.get(name, "") for name in ("reason", "hands_back", "instance", "why")}
    return {"problems": problems, "errors": errors, "typed": typed}
