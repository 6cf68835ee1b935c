"""What somebody shows beside their password: set up, removed, and the recovery codes for when it is lost."""

from collections.abc import Sequence

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup

from engine.base.errors import BadAnswers, NotAllowed, NotPossible, RefusalCode
from engine.commands import second_factors, sessions
from engine.commands.passkeys import LONGEST_NAME, add_passkey, options_to_make
from engine.people import code_app
from engine.reads.authority.own_account import OwnAccount, own_account
from webapp import sessions as cookies
from webapp.pages import Answer, PageRight, Visit, page
from webapp.showing_who import not_shown_to_be
from webapp.shown_factors import place, seal

blueprint = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")
BAD_REQUEST = 400
SHOW_AGAIN = "It is too long since you showed that it is you. Show it again."


@blueprint.get("")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def shown(visit: Visit) -> Answer:
    return _overview(visit, {})


@blueprint.post("")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def show_who(visit: Visit) -> Answer:
    if problems := not_shown_to_be(visit):
        return _overview(visit, problems), BAD_REQUEST
    return redirect(url_for("second_factor.shown"), 303)


@blueprint.post("/app/begin")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def begin_app(visit: Visit) -> Answer:
    _must_be_fresh(visit)
    visit.do(second_factors.begin_app, seal(visit))
    return redirect(url_for("second_factor.app"), 303)


@blueprint.get("/app")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def app(visit: Visit) -> Answer:
    if visit.site.demo or visit.factors.app:
        return redirect(url_for("second_factor.shown"), 303)
    try:
        return _app(visit, {})
    except NotPossible:  # none is being set up
        return redirect(url_for("second_factor.shown"), 303)


@blueprint.post("/app")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def confirm_app(visit: Visit) -> Answer:
    try:
        codes = visit.do(second_factors.confirm_app, seal(visit), request.form.get("second_factor", ""))
    except BadAnswers as bad:
        return _app(visit, bad.problems), BAD_REQUEST
    return _set_up("Your app is set up.", codes)


@blueprint.post("/passkeys/begin")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def begin_passkey(visit: Visit) -> Answer:
    """What a browser needs in order to make one."""
    _must_be_fresh(visit)
    token = cookies.token(visit.site.settings)
    return jsonify(options_to_make(visit.site.database, visit.actor, token, place(visit)))


@blueprint.post("/passkeys")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def add(visit: Visit) -> Answer:
    _must_be_fresh(visit)
    made = (request.form.get("name", ""), request.form.get("passkey_signed", ""))
    try:
        codes = visit.do(add_passkey, cookies.token(visit.site.settings), place(visit), *made)
    except BadAnswers as bad:
        return _overview(visit, bad.problems), BAD_REQUEST
    return _set_up("Your passkey is set up.", codes)


@blueprint.post("/remove")
@page(may=PageRight.SIGNED_IN, look=None)
def remove(visit: Visit) -> Answer:
    """The app, or the passkey that is named."""
    _must_be_fresh(visit)
    if passkey := request.form.get("passkey"):
        visit.do(second_factors.remove_passkey, passkey)
    else:
        visit.do(second_factors.remove_app)
    flash("It is removed, and opens nothing any more.")
    return redirect(url_for("second_factor.shown"), 303)


@blueprint.post("/recovery-codes")
@page(may=PageRight.SIGNED_IN, look=None)
def renew_codes(visit: Visit) -> Answer:
    _must_be_fresh(visit)
    codes = visit.do(second_factors.renew_recovery_codes)
    return _codes("Your recovery codes from before open nothing any more.", codes)


def _must_be_fresh(visit: Visit) -> None:
    """Raises NotAllowed: the page that offers this asks first."""
    if not visit.fresh:
        raise NotAllowed(SHOW_AGAIN, code=RefusalCode.PASSWORD)


def _set_up(said: str, codes: Sequence[str]) -> Answer:
    """With the first factor come recovery codes."""
    if codes:
        return _codes(said, codes)
    flash(said)
    return redirect(url_for("second_factor.shown"), 303)


def _codes(said: str, codes: Sequence[str]) -> str:
    """Shown in the answer itself, since they are kept nowhere."""
    return render_template("second_factor/codes.html", said=said, codes=codes)


def _overview(visit: Visit, problems: dict[str, str]) -> str:
    return render_template(
        "second_factor/second_factor.html",
        seen=_own(visit),
        problems=problems,
        errors=_errors(problems),
        typed=request.form.get("name", ""),
        longest=LONGEST_NAME,
    )


def _app(visit: Visit, problems: dict[str, str]) -> str:
    secret = second_factors.secret_to_confirm(visit.site.database, visit.actor, seal(visit))
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    drawn = Markup(code_app.picture(secret, _own(visit).email))  # noqa: S704 - SVG of our own making, of no word that was typed
    return render_template(
        "second_factor/app.html", picture=drawn, groups=groups, problems=problems, errors=_errors(problems)
    )


def _own(visit: Visit) -> OwnAccount:
    mine = sessions.digest(cookies.token(visit.site.settings))
    return visit.read_unlogged(own_account, mine, visit.now - sessions.IDLE, visit.now - sessions.LONGEST)


def _errors(problems: dict[str, str]) -> list[dict[str, str]]:
    return [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
