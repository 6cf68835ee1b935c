"""Signing in and out. In the demonstration people are picked from a list."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import NotAllowed, NotFound, NotPossible, Refusal, RefusalCode
from engine.commands import accounts, sessions
from engine.commands.counting import Budget
from engine.commands.drafts import save_draft
from engine.people.identity import PRIVACY_OFFICER, SYSTEM, Actor
from engine.reads.lists.roster import roster
from webapp import devices, keys, passes
from webapp import sessions as cookies
from webapp.as_sent import in_words
from webapp.limits import TRUSTED_TIMES, key_of, sender
from webapp.pages import OWN_FIELDS, Answer, PageRight, Visit, current_visit, is_our_form, page

blueprint = Blueprint("sign_in", __name__)
# Wrong passwords of browsers that do not know the account: from one network, and for one account from everywhere.
WRONG_FROM_NETWORK = Budget(100, timedelta(minutes=15))
WRONG_FOR_ACCOUNT = Budget(100, timedelta(hours=1))


@blueprint.get("/")
@page(may=PageRight.ANYONE, look=None)
def front(visit: Visit) -> Answer:
    return redirect(_home(visit.actor) if visit.signed_in else url_for("sign_in.form"), 303)


@blueprint.get("/sign-in")
@page(may=PageRight.ANYONE, look=None)
def form(visit: Visit) -> Answer:
    return _form(visit, goes_on=request.args.get("next", ""))


@blueprint.post("/sign-in")
@page(may=PageRight.ANYONE, look=None, keeps_typed=True)
def sign_in(visit: Visit) -> Answer:
    goes_on, typed = request.form.get("next", ""), request.form.get("typed", "")
    if visit.stale:
        problem = "This page had been open for too long. Sign in now."
        return _form(
            visit, goes_on=goes_on, problem=problem, sent=_carried(typed) if _is_from_here() else (), status=400
        )
    try:
        account = _account(visit)
        token = _session(visit, account)
    except (NotAllowed, NotFound, NotPossible) as refusal:
        status = 429 if isinstance(refusal, accounts.TooSoon) else 400
        return _form(visit, goes_on=goes_on, typed=typed, problem=str(refusal), status=status)
    return _welcome(visit, token, goes_on, typed)


@blueprint.post("/sign-out")
@page(may=PageRight.ANYONE, look=None)
def sign_out(visit: Visit) -> Answer:
    """Whose session is over already is out all the same."""
    if visit.signed_in:
        _end_session(visit)
    session.clear()
    response = redirect(url_for("sign_in.form"), 303)
    cookies.delete_cookie(response, visit.site.settings)
    return response


def ask_to_sign_in() -> Response:
    """What was sent when the session had run out is carried through signing in, and given back. Of a form
    that is older than this browser's session it is shown to be copied, and not kept: who gave it is not known.
    """
    visit = current_visit()
    if request.method == "GET":
        return make_response(redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")), 303))
    sent = dict(request.form.lists())
    ours = is_our_form()
    typed = _to_carry(sent) if ours else ""
    shown = in_words(sent) if not ours and _is_from_here() else ()
    return make_response(_form(visit, goes_on=_place(), typed=typed, sent=shown, refused=True, status=401))


def _is_from_here() -> bool:
    """Whether a page of this site sent it, as browsers say: what another site sends is not even shown."""
    return urlsplit(request.origin or request.referrer or "").netloc == request.host


def _place() -> str:
    """Where to go on after signing in: to the page itself, or, where it only takes what is sent, to the one it was sent
    from.
    """
    came_from = urlsplit(request.referrer or "").path if _is_from_here() else ""
    return next((path for path in (request.path, came_from) if _can_be_opened(path)), "")


def _can_be_opened(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def _to_carry(sent: Mapping[str, Sequence[str]]) -> str:
    """What was typed, and of which draft it is; no password, and nothing that a page adds. Empty where that is
    nothing.
    """
    answers = {name: values for name, values in sent.items() if name not in OWN_FIELDS}
    return orjson.dumps({**answers, "subject": sent.get("subject", [""])}).decode() if in_words(answers) else ""


def _carried(typed: str) -> list[tuple[str, str]]:
    return in_words(_fields(typed)[1])


def _fields(typed: str) -> tuple[str, dict[str, list[str]]]:
    """Of which draft, and what was typed: as `_to_carry` wrote it. Nothing of what it did not write."""
    try:
        fields: object = orjson.loads(typed)
    except orjson.JSONDecodeError:
        return "", {}
    if not isinstance(fields, dict):
        return "", {}
    known = {
        name: [value for value in cast("list[object]", values) if isinstance(value, str)]
        for name, values in cast("dict[str, object]", fields).items()
        if isinstance(values, list)
    }
    subject = known.pop("subject", [])
    return (subject[0] if subject else ""), known


def _form(
    visit: Visit,
    *,
    goes_on: str,
    typed: str = "",
    sent: Sequence[tuple[str, str]] = (),
    problem: str = "",
    refused: bool = False,
    status: int = 200,
) -> Answer:
    """`typed` is carried on; `sent` is shown, because it is not. `refused`: something was sent without being signed
    in.
    """
    people_to_pick = visit.read_unlogged(roster) if visit.site.demo and visit.enter_by_host() else None
    words = render_template(
        "sign_in/sign_in.html",
        roster=people_to_pick,
        next=goes_on,
        typed=typed,
        sent=sent,
        problem=problem,
        refused=refused,
        email=request.form.get("email", "") if problem else "",
    )
    return words, status


def _account(visit: Visit) -> str:
    if visit.site.demo:
        return request.form.get("account", "")
    email, password = request.form.get("email", ""), request.form.get("password", "")
    if not email.strip() or not password:  # nobody's, and so it counts for nobody
        raise NotAllowed(accounts.WRONG, code=RefusalCode.SIGN_IN_FAILED)
    try:
        tries = _tries(visit, accounts.folded(email))
        return accounts.account_of(visit.site.database, visit.now, email, password, tries)
    except DatabaseUnavailable as refused:
        if not visit.cannot_write(refused):
            raise
        # The wrong password can be neither counted nor noted: nobody may learn by that whether the account is known.
        raise NotAllowed(accounts.WRONG, code=RefusalCode.SIGN_IN_FAILED) from None


def _tries(visit: Visit, email: str) -> accounts.Tries:
    """A browser that knows the account counts by itself. All others count with those of their network who try the same
    account; and of all accounts, and from everywhere, not too many are tried.
    """
    if device := devices.device_of(visit.site.settings, email):
        return accounts.Tries(key_of("password", email, device))
    network = sender(None)
    budgets = {
        key_of("passwords from", network.name): WRONG_FROM_NETWORK.times(TRUSTED_TIMES if network.is_trusted else 1),
        key_of("passwords for", email): WRONG_FOR_ACCOUNT,
    }
    return accounts.Tries(key_of("password", email, network.name), budgets)


def _session(visit: Visit, account: str) -> str:
    """The token of a new session; where none can be written, a pass. Raises NotFound where the account is disabled."""
    here, confirmed = visit.site, not visit.site.demo
    try:
        before = cookies.token(here.settings)
        return sessions.begin(here.database, SYSTEM, visit.now, account, before, confirmed=confirmed)
    except DatabaseUnavailable as refused:
        presence = sessions.present_without_session(here.database, account, visit.now)
        if not visit.cannot_write(refused) or presence is None:
            raise
        visit.actor = presence.actor
        visit.keep_entry(refused, "signed_in")
    return passes.give(keys.key(here.settings.keys, keys.FORMS), account, visit.now)


def _end_session(visit: Visit) -> None:
    try:
        visit.do(sessions.end, cookies.token(visit.site.settings))
    except DatabaseUnavailable as refused:
        if not visit.cannot_write(refused):
            raise
        visit.keep_entry(refused, "signed_out")


def _welcome(visit: Visit, token: str, goes_on: str, typed: str) -> Answer:
    presence = sessions.present(visit.site.database, token, visit.now)
    actor = presence.actor if presence else visit.actor
    to = goes_on if _is_of_this_site(goes_on) else _home(actor)
    lost = _carried(typed) if typed and not _is_kept(visit, actor, typed) else []
    session.clear()  # nothing that was known before signing in is good for anything after
    if lost:
        response = make_response(render_template("sign_in/not_kept.html", sent=lost, to=to))
    else:
        response = make_response(redirect(to, 303))
    cookies.set_cookie(response, visit.site.settings, token)
    if not visit.site.demo:
        devices.remember(response, visit.site.settings, accounts.folded(request.form.get("email", "")))
    return response


def _is_kept(visit: Visit, actor: Actor, typed: str) -> bool:
    """As a draft, if there is one of that form, and the task is for whoever has signed in now."""
    subject, answers = _fields(typed)
    if not subject:
        return False
    try:
        save_draft(visit.site.database, actor, visit.now, subject, answers)
    except Refusal:
        return False
    except DatabaseUnavailable as refused:
        if not visit.cannot_write(refused):
            raise
        return False
    return True


def _is_of_this_site(address: str) -> bool:
    """Only a page of this site: never another host, whatever the link said that brought somebody here. Browsers leave
    out line breaks and tabs, and read a backslash as a stroke.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if not address.isprintable():
        return False
    return address.startswith("/") and not address.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)


def _home(actor: Actor) -> str:
    if actor.in_oversight:
        return url_for("cases.cases")
    return url_for("privacy.start" if actor.roles == frozenset({PRIVACY_OFFICER}) else "inbox.tasks")
