"""A link that opens once: whoever has it chooses the password of the account that it is for."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import BadAnswers, NotPossible
from engine.commands.accounts import hashed
from engine.commands.choosing_passwords import LinkOwner, choose_password, owner_of_link
from engine.people.identity import PUBLIC
from webapp.pages import Answer, PageRight, Visit, page

blueprint = Blueprint("password_link", __name__, url_prefix="/password")
GONE, BAD_REQUEST = 410, 400


@blueprint.get("/<word>")
@page(may=PageRight.ANYONE, look=None)
def form(visit: Visit, word: str) -> Answer:
    """To look at it spends nothing: mail servers open links to see what they are."""
    try:
        return _form(owner_of_link(visit.site.database, visit.now, word), {})
    except NotPossible as over:
        return _over(over)


@blueprint.post("/<word>")
@page(may=PageRight.ANYONE, look=None)
def choose(visit: Visit, word: str) -> Answer:
    database = visit.site.database
    try:
        owner = owner_of_link(database, visit.now, word)
    except NotPossible as over:
        return _over(over)
    try:
        stored = hashed(request.form.get("new_password", ""), owner.own_words)
    except BadAnswers as bad:
        return _form(owner, {"new_password": bad.problems["password"]}), BAD_REQUEST
    except NotPossible as busy:
        return _form(owner, {"new_password": str(busy)}), BAD_REQUEST
    try:
        choose_password(database, PUBLIC, visit.now, word, stored, request.form.get("code", ""))
    except BadAnswers as bad:
        return _form(owner, bad.problems), BAD_REQUEST
    except NotPossible as over:
        return _over(over)
    flash("Your password is chosen. Sign in with it.")
    return redirect(url_for("sign_in.form"), 303)


def _form(owner: LinkOwner, problems: Mapping[str, str]) -> str:
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    code = request.form.get("code", "")
    return render_template("account/choose_password.html", owner=owner, code=code, problems=problems, errors=errors)


def _over(refusal: NotPossible) -> Answer:
    return render_template("account/link_over.html", said=str(refusal)), GONE
