"""Signing in and out. In the demonstration people are picked from a list."""

from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for

from engine.base.errors import NotAllowed, NotFound, NotPossible, Refusal
from engine.commands import accounts, sessions
from engine.commands.drafts import save_draft
from engine.people.identity import SYSTEM, Actor
from engine.reads.lists.roster import roster
from webapp import sessions as cookies
from webapp.limits import by_field
from webapp.pages import Answer, PageRight, RateLimit, Visit, current_visit, is_our_form, page

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/")
@page(may=PageRight.ANYONE, look=None)
def front(visit: Visit) -> Answer:
    return redirect(_home(visit.actor) if visit.signed_in else url_for("sign_in.form"), 303)


@blueprint.get("/sign-in")
@page(may=PageRight.ANYONE, look=None)
def form(visit: Visit) -> Answer:
    return _form(visit, goes_on=request.args.get("next", ""))


@blueprint.post("/sign-in")
@page(
    may=PageRight.ANYONE,
    look=None,
    limits=(RateLimit("60 per minute"), RateLimit("10 per 15 minutes", by_field("email"), refused=True)),
    keeps_typed=True,
)
def sign_in(visit: Visit) -> Answer:
    goes_on, typed = request.form.get("next", ""), request.form.get("typed", "")
    if visit.stale:
        return _form(visit, goes_on=goes_on, problem="This page had been open for too long. Sign in now.", status=400)
    try:
        account = _account(visit)
        before, confirmed = cookies.token(visit.site.settings), not visit.site.demo
        token = sessions.begin(visit.site.database, SYSTEM, visit.now, account, before, confirmed=confirmed)
    except (NotAllowed, NotFound, NotPossible) as refusal:
        return _form(visit, goes_on=goes_on, typed=typed, problem=str(refusal), status=400)
    return _welcome(visit, token, goes_on, typed)


@blueprint.post("/sign-out")
@page(may=PageRight.SIGNED_IN, look=None)
def sign_out(visit: Visit) -> Answer:
    visit.do(sessions.end, cookies.token(visit.site.settings))
    session.clear()
    response = redirect(url_for("sign_in.form"), 303)
    cookies.delete_cookie(response, visit.site.settings)
    return response


def ask_to_sign_in() -> Response:
    """What was sent when the session had run out is carried through signing in, and offered again as a draft."""
    visit = current_visit()
    if request.method == "GET":
        return make_response(redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")), 303))
    typed = orjson.dumps(request.form.to_dict(flat=False)).decode() if is_our_form() else ""
    return make_response(_form(visit, goes_on=request.path, typed=typed, expired=True, status=401))


def _form(
    visit: Visit, *, goes_on: str, typed: str = "", problem: str = "", expired: bool = False, status: int = 200
) -> Answer:
    people_to_pick = visit.read_unlogged(roster) if visit.site.demo and visit.enter_by_host() else None
    words = render_template(
        "sign_in/sign_in.html",
        roster=people_to_pick,
        next=goes_on,
        typed=typed,
        problem=problem,
        expired=expired,
        email=request.form.get("email", "") if problem else "",
    )
    return words, status


def _account(visit: Visit) -> str:
    if visit.site.demo:
        return request.form.get("account", "")
    email, password = request.form.get("email", ""), request.form.get("password", "")
    return accounts.account_of(visit.site.database, visit.now, email, password)


def _welcome(visit: Visit, token: str, goes_on: str, typed: str) -> Answer:
    presence = sessions.present(visit.site.database, token, visit.now)
    actor = presence.actor if presence else visit.actor
    if typed:
        _save_as_draft(visit, actor, typed)
    session.clear()  # nothing that was known before signing in is good for anything after
    response = redirect(goes_on if _is_of_this_site(goes_on) else _home(actor), 303)
    cookies.set_cookie(response, visit.site.settings, token)
    return response


def _save_as_draft(visit: Visit, actor: Actor, typed: str) -> None:
    """As a draft, if the task is for whoever has signed in now."""
    try:
        fields: dict[str, list[str]] = orjson.loads(typed)
        subject = fields.pop("subject", [""])[0]
        answers = {name: values for name, values in fields.items() if name not in ("csrf_token", "do", "submission")}
        if subject:
            save_draft(visit.site.database, actor, visit.now, subject, answers)
    except (Refusal, orjson.JSONDecodeError):
        return


def _is_of_this_site(address: str) -> bool:
    """Only a page of this site: never another host, whatever the link said that brought somebody here."""
    parts = urlsplit(address)
    return address.startswith("/") and not address.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)


def _home(actor: Actor) -> str:
    return url_for("cases.cases") if actor.in_oversight else url_for("inbox.tasks")
