"""The first administrator of an authority, by the code that the command line printed."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import BadAnswers, NotPossible, RefusalCode
from engine.commands import first_administrator
from engine.commands.accounts import hashed
from engine.commands.counting import Budget
from engine.people.identity import PUBLIC
from webapp import limits
from webapp.pages import Answer, PageRight, Visit, page

blueprint = Blueprint("first_administrator", __name__)
CODES = Budget(20, timedelta(minutes=15))
BAD_REQUEST = 400
ASKED = {
    "code": "Enter the code.",
    "name": "Enter your name.",
    "email": "Enter your email address.",
    "new_password": "Enter a password.",
}
# Beside which question a refusal is said; else beside the password, when too many are being looked at.
FIELDS = {RefusalCode.WORD_OVER: "code", RefusalCode.HAS_ADMINISTRATOR: "code", RefusalCode.ADDRESS_TAKEN: "email"}


@blueprint.get("/first-administrator")
@page(may=PageRight.ANYONE, look=None)
def form(_visit: Visit) -> Answer:
    return _form({})


@blueprint.post("/first-administrator")
@page(may=PageRight.ANYONE, look=None)
def make(visit: Visit) -> Answer:
    typed = {name: request.form.get(name, "").strip() for name in ASKED}
    problems = {name: asked for name, asked in ASKED.items() if not typed[name]}
    if "@" not in typed["email"].strip("@"):
        problems.setdefault("email", "Enter an email address, like name@westshire.example.")
    if problems:
        return _form(problems), BAD_REQUEST
    limits.spend(visit, limits.of_sender(visit, "first administrator", CODES))
    if problems := _made(visit, typed["code"], typed["name"], typed["email"]):
        return _form(problems), BAD_REQUEST
    flash("You are the first administrator. Sign in with your email address and password.")
    return redirect(url_for("sign_in.form"), 303)


def _made(visit: Visit, code: str, name: str, email: str) -> dict[str, str]:
    """What is wrong, by field; nothing where the account is made. The code is looked at before the password costs."""
    database = visit.site.database
    try:
        first_administrator.authority_of_code(database, visit.now, code)
        stored = hashed(request.form.get("new_password", ""), (name, email))
        first_administrator.make_first_administrator(database, PUBLIC, visit.now, code, name, email, stored)
    except BadAnswers as bad:
        return {"new_password" if at == "password" else at: said for at, said in bad.problems.items()}
    except NotPossible as refusal:
        return {FIELDS.get(refusal.code, "new_password"): str(refusal)}
    return {}


def _form(problems: dict[str, str]) -> str:
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    typed = {name: request.form.get(name, "") for name in ("code", "name", "email")}
    return render_template("account/first_administrator.html", typed=typed, problems=problems, errors=errors)
