"""An administrator lets in whoever cannot sign in: by a link to choose a password, or without what they have lost."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import NotAllowed
from engine.commands.choosing_passwords import make_password_link
from engine.commands.second_factors import take_away_second_factor
from engine.reads.authority import people_pages as reads
from webapp.handing_out import hand_out
from webapp.pages import Answer, PageRight, Visit, page
from webapp.showing_who import not_shown_to_be

blueprint = Blueprint("letting_in", __name__)
BAD_REQUEST, SEE_OTHER = 400, 303
WHICH = "Choose what they are without."


@blueprint.get("/people/<account>/let-in")
@page(may=PageRight.ADMINISTERS, look=None)
def ask(visit: Visit, account: str) -> Answer:
    return _show(visit.read_unlogged(reads.person_to_let_in, account), {})


@blueprint.post("/people/<account>/let-in")
@page(may=PageRight.ADMINISTERS, look=None)
def let_in(visit: Visit, account: str) -> Answer:
    """Whoever has the link can sign in as that person, so that it is made by whoever it really is, and shown once."""
    seen, lost = visit.read_unlogged(reads.person_to_let_in, account), request.form.get("lost", "")
    if problems := {} if lost in {"password", "second_factor"} else {"lost": WHICH}:
        return _show(seen, problems, BAD_REQUEST)
    if problems := not_shown_to_be(visit):
        return _show(seen, problems, BAD_REQUEST)
    try:
        return _let_in(visit, seen, lost)
    except NotAllowed as refusal:
        return _show(seen, {"lost": str(refusal)}, BAD_REQUEST)


def _let_in(visit: Visit, seen: reads.PersonPage, lost: str) -> Answer:
    account = seen.person.account
    if lost == "second_factor":
        visit.do(take_away_second_factor, account)
        flash("Their second factor is taken away, and they are signed out. They sign in by their password alone next.")
        return redirect(url_for("people.person", account=account), SEE_OTHER)
    handed = hand_out(visit.site.settings, visit.now, seen.person.email, visit.do(make_password_link, account))
    if handed.link:
        return render_template("people/link.html", seen=seen, handed=handed)
    flash("A letter is on its way to them, with a link to choose a password: good once, for three days.")
    return redirect(url_for("people.person", account=account), SEE_OTHER)


def _show(seen: reads.PersonPage, problems: dict[str, str], status: int = 200) -> Answer:
    lost = request.form.get("lost", "")
    return render_template("people/let_in.html", seen=seen, problems=problems, lost=lost), status
