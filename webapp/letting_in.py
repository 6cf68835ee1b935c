"""An administrator lets in whoever cannot sign in: by a link to choose a password, without what they have lost, or as
whoever a provider of single sign-on knows.
"""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands.choosing_passwords import give_password_code, make_password_link
from engine.commands.provider_links import link_account, unlink_account
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
    if problems := {} if lost in _may_be_lost(seen) else {"lost": WHICH}:
        return _show(seen, problems, BAD_REQUEST)
    if problems := not_shown_to_be(visit):
        return _show(seen, problems, BAD_REQUEST)
    try:
        return _let_in(visit, seen, lost)
    except NotAllowed as refusal:
        return _show(seen, {"lost": str(refusal)}, BAD_REQUEST)


@blueprint.get("/people/<account>/code")
@page(may=PageRight.ADMINISTERS, look=None)
def ask_for_code(visit: Visit, account: str) -> Answer:
    return _show_code(visit.read_unlogged(reads.person_to_let_in, account), {})


@blueprint.post("/people/<account>/code")
@page(may=PageRight.ADMINISTERS, look=None)
def give_code(visit: Visit, account: str) -> Answer:
    """Shown once, to a second administrator: neither of the two has both the link and the code."""
    seen = visit.read_unlogged(reads.person_to_let_in, account)
    if problems := not_shown_to_be(visit):
        return _show_code(seen, problems)
    try:
        return _show_code(seen, {}, visit.do(give_password_code, account))
    except (NotAllowed, AlreadyDone) as refusal:
        return _show_code(seen, {"code": str(refusal)})


@blueprint.get("/people/<account>/single-sign-on")
@page(may=PageRight.ADMINISTERS, look=None)
def link(visit: Visit, account: str) -> Answer:
    return _show_link(visit, account, {})


@blueprint.post("/people/<account>/single-sign-on")
@page(may=PageRight.ADMINISTERS, look=None)
def link_or_end(visit: Visit, account: str) -> Answer:
    visit.read_unlogged(reads.person_linked, account, _issuer(visit))
    if problems := not_shown_to_be(visit):
        return _show_link(visit, account, problems)
    if request.form.get("do") == "unlink":
        visit.do(unlink_account, account)
        flash("The link is ended, and so is what was opened by it.")
        return redirect(url_for("people.person", account=account), SEE_OTHER)
    try:
        visit.do(link_account, account, _issuer(visit), request.form.get("subject", ""))
    except BadAnswers as bad:
        return _show_link(visit, account, bad.problems)
    except (NotAllowed, NotPossible) as refusal:
        return _show_link(visit, account, {"subject": str(refusal)})
    flash("They are linked: they can sign in so from now on.")
    return redirect(url_for("people.person", account=account), SEE_OTHER)


def _issuer(visit: Visit) -> str:
    """Raises NotFound where there is no single sign-on."""
    if visit.site.settings.provider is None:
        raise NotFound
    return visit.site.settings.provider.issuer


def _show_link(visit: Visit, account: str, problems: Mapping[str, str]) -> Answer:
    seen, typed = visit.read_unlogged(reads.person_linked, account, _issuer(visit)), request.form.get("subject", "")
    words = render_template("people/single_sign_on.html", seen=seen, problems=problems, typed=typed)
    return words, BAD_REQUEST if problems else 200


def _may_be_lost(seen: reads.PersonPage) -> frozenset[str]:
    """By a link and a code of two administrators somebody comes to a password and a second factor at once."""
    return frozenset({"password"} if seen.person.opens_much else {"password", "second_factor"})


def _let_in(visit: Visit, seen: reads.PersonPage, lost: str) -> Answer:
    account = seen.person.account
    if lost == "second_factor":
        visit.do(take_away_second_factor, account)
        flash("Their second factor is taken away, and they are signed out. They sign in by their password alone next.")
        return redirect(url_for("people.person", account=account), SEE_OTHER)
    handed = hand_out(visit.site.settings, visit.now, seen.person.email, visit.do(make_password_link, account))
    if handed.link:
        return render_template("people/link.html", seen=seen, handed=handed)
    more = " It takes a code, which another administrator gives." if seen.person.opens_much else ""
    flash(f"A letter is on its way to them, with a link to choose a password: good once, for three days.{more}")
    return redirect(url_for("people.person", account=account), SEE_OTHER)


def _show_code(seen: reads.PersonPage, problems: Mapping[str, str], code: str = "") -> Answer:
    words = render_template("people/code.html", seen=seen, problems=problems, code=code)
    return words, BAD_REQUEST if problems else 200


def _show(seen: reads.PersonPage, problems: dict[str, str], status: int = 200) -> Answer:
    lost = request.form.get("lost", "")
    return render_template("people/let_in.html", seen=seen, problems=problems, lost=lost), status
