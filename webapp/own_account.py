"""What is somebody's own: their password, and where they are signed in."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import BadAnswers, NotPossible
from engine.commands import sessions
from engine.commands.accounts import hashed
from engine.commands.choosing_passwords import change_password
from engine.reads.authority.own_account import OwnAccount, own_account
from webapp import sessions as cookies
from webapp.pages import Answer, PageRight, Visit, page
from webapp.showing_who import wrong_password

blueprint = Blueprint("own_account", __name__, url_prefix="/account")
BAD_REQUEST = 400


@blueprint.get("")
@page(may=PageRight.SIGNED_IN, look=None)
def shown(visit: Visit) -> Answer:
    return render_template("account/account.html", seen=_own(visit))


@blueprint.post("/sessions/end")
@page(may=PageRight.SIGNED_IN, look=None)
def end_sessions(visit: Visit) -> Answer:
    """One that is named by its digest, or all but this."""
    token, named = cookies.token(visit.site.settings), request.form.get("session", "")
    if named == "others":
        visit.do(sessions.end_others, token)
        flash("You are signed in nowhere else.")
    else:
        visit.do(sessions.end_one, named)
        flash("That session is over.")
    return redirect(url_for("own_account.shown"), 303)


@blueprint.get("/password")
@page(may=PageRight.SIGNED_IN, look=None)
def password(visit: Visit) -> Answer:
    if visit.site.demo:  # nobody has one
        return redirect(url_for("own_account.shown"), 303)
    return _form({})


@blueprint.post("/password")
@page(may=PageRight.SIGNED_IN, look=None)
def change(visit: Visit) -> Answer:
    new = request.form.get("new_password", "")
    if not request.form.get("password"):
        return _form({"password": "Enter the password that you have."}), BAD_REQUEST
    if problem := wrong_password(visit):
        return _form({"password": problem}), BAD_REQUEST
    seen = _own(visit)
    try:
        stored = hashed(new, (seen.name, seen.email))
    except BadAnswers as bad:
        return _form({"new_password": bad.problems["password"]}), BAD_REQUEST
    except NotPossible as busy:
        return _form({"new_password": str(busy)}), BAD_REQUEST
    visit.do(change_password, stored, cookies.token(visit.site.settings))
    flash("Your password is changed. Wherever else you were signed in, you are not any more.")
    return redirect(url_for("own_account.shown"), 303)


def _own(visit: Visit) -> OwnAccount:
    mine = sessions.digest(cookies.token(visit.site.settings))
    return visit.read_unlogged(own_account, mine, visit.now - sessions.IDLE, visit.now - sessions.LONGEST)


def _form(problems: dict[str, str]) -> str:
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    return render_template("account/password.html", problems=problems, errors=errors)
