"""Signing in and out. In the demonstration people are picked from a list."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import NotAllowed, NotFound, NotPossible, RefusalCode
from engine.commands import accounts, sessions
from engine.commands.counting import Budget
from engine.commands.passkeys import options_to_show
from engine.reads.lists.roster import roster
from webapp import devices
from webapp import sessions as cookies
from webapp.as_sent import in_words
from webapp.limits import TRUSTED_TIMES, key_of, sender
from webapp.pages import Answer, PageRight, Visit, current_visit, is_our_form, page, site
from webapp.shown_factors import NOTHING_SHOWN, factor_problem, is_something_shown, place
from webapp.welcoming import (
    TOO_OLD,
    ask_second_factor,
    begin_session,
    carried,
    home,
    is_from_here,
    kept_problem,
    second_step,
    to_carry,
    welcome,
)

blueprint = Blueprint("sign_in", __name__)
BY_PROVIDER_ALONE = "No password opens an account here. Sign in with {name}."
BEGIN_AGAIN = "That took too long. Sign in again."
# Wrong passwords of browsers that do not know the account: from one network, and for one account from everywhere.
WRONG_FROM_NETWORK = Budget(100, timedelta(minutes=15))
WRONG_FOR_ACCOUNT = Budget(100, timedelta(hours=1))


@blueprint.get("/")
@page(may=PageRight.ANYONE, look=None)
def front(visit: Visit) -> Answer:
    return redirect(home(visit.actor) if visit.signed_in else url_for("sign_in.form"), 303)


@blueprint.get("/sign-in")
@page(may=PageRight.ANYONE, look=None)
def form(visit: Visit) -> Answer:
    return _form(visit, goes_on=request.args.get("next", ""), problem=kept_problem())


@blueprint.post("/sign-in")
@page(may=PageRight.ANYONE, look=None, keeps_typed=True)
def sign_in(visit: Visit) -> Answer:
    goes_on, typed = request.form.get("next", ""), request.form.get("typed", "")
    if visit.stale:
        return _form(visit, goes_on=goes_on, problem=TOO_OLD, sent=carried(typed) if is_from_here() else (), status=400)
    try:
        token = begin_session(visit, _account(visit))
    except (NotAllowed, NotFound, NotPossible) as refusal:
        status = 429 if isinstance(refusal, accounts.TooSoon) else 400
        return _form(visit, goes_on=goes_on, typed=typed, problem=str(refusal), status=status)
    if waiting := _waiting(visit, token):
        return ask_second_factor(visit, token, second_step(waiting, goes_on, typed))
    return welcome(visit, token, goes_on, typed)


@blueprint.get("/sign-in/second")
@page(may=PageRight.ANYONE, look=None)
def second_step_again(visit: Visit) -> Answer:
    """Whose password was shown too long ago, or who is signed in, begins at the front."""
    waiting = _waiting(visit, cookies.token(visit.site.settings))
    goes_on = request.args.get("next", "")
    return second_step(waiting, goes_on, "") if waiting else redirect(url_for("sign_in.front"), 303)


@blueprint.post("/sign-in/second")
@page(may=PageRight.ANYONE, look=None, keeps_typed=True)
def second(visit: Visit) -> Answer:
    goes_on, typed = request.form.get("next", ""), request.form.get("typed", "")
    waiting = _waiting(visit, cookies.token(visit.site.settings))
    if waiting is None or visit.stale:
        typed = "" if visit.stale else typed
        return _form(visit, goes_on=goes_on, typed=typed, problem=BEGIN_AGAIN, status=400)
    if not is_something_shown():
        return second_step(waiting, goes_on, typed, NOTHING_SHOWN), 400
    if refusal := factor_problem(visit, waiting.account, _tries("second factor", waiting.email)):
        status = 429 if isinstance(refusal, accounts.TooSoon) else 400
        return second_step(waiting, goes_on, typed, str(refusal)), status
    token = begin_session(visit, waiting.account, by_second_factor=True, way=waiting.way, anew=waiting.anew)
    return welcome(visit, token, goes_on, typed)


@blueprint.post("/sign-in/passkey")
@page(may=PageRight.ANYONE, look=None)
def passkey(visit: Visit) -> Answer:
    """What a browser needs in order to use a passkey, for whoever is signed in or about to be."""
    token = cookies.token(visit.site.settings)
    waiting = None if visit.signed_in else _waiting(visit, token)
    account = waiting.account if waiting else visit.actor.account
    if account is None:
        raise NotFound
    return jsonify(options_to_show(visit.site.database, account, token, place(visit)))


def _waiting(visit: Visit, token: str) -> sessions.Waiting | None:
    return sessions.waiting(visit.site.database, token, visit.now)


@blueprint.post("/sign-out")
@page(may=PageRight.ANYONE, look=None)
def sign_out(visit: Visit) -> Answer:
    """Whose session is over already is out all the same."""
    by_provider = visit.signed_in and visit.way.by_provider
    if visit.signed_in:
        _end_session(visit)
    session.clear()
    response = redirect(url_for("single_sign_on.signed_out" if by_provider else "sign_in.form"), 303)
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
    typed = to_carry(sent) if ours else ""
    shown = in_words(sent) if not ours and is_from_here() else ()
    return make_response(_form(visit, goes_on=_place(), typed=typed, sent=shown, refused=True, status=401))


def _place() -> str:
    """Where to go on after signing in: to the page itself, or, where it only takes what is sent, to the one it was sent
    from.
    """
    came_from = urlsplit(request.referrer or "").path if is_from_here() else ""
    return next((path for path in (request.path, came_from) if _can_be_opened(path)), "")


def _can_be_opened(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


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
    provider = visit.site.settings.provider
    if provider and not provider.passwords:
        raise NotAllowed(BY_PROVIDER_ALONE.format(name=provider.name), code=RefusalCode.SIGN_IN_FAILED)
    email, password = request.form.get("email", ""), request.form.get("password", "")
    if not email.strip() or not password:  # nobody's, and so it counts for nobody
        raise NotAllowed(accounts.WRONG, code=RefusalCode.SIGN_IN_FAILED)
    try:
        tries = _tries("password", accounts.folded(email))
        return accounts.account_of(visit.site.database, visit.now, email, password, tries)
    except DatabaseUnavailable as refused:
        if not visit.cannot_write(refused):
            raise
        # The wrong password can be neither counted nor noted: nobody may learn by that whether the account is known.
        raise NotAllowed(accounts.WRONG, code=RefusalCode.SIGN_IN_FAILED) from None


def _tries(what: str, email: str) -> accounts.Tries:
    """A browser that knows the account counts by itself. All others count with those of their network who try the same
    account; and of all accounts, and from everywhere, not too many are tried.
    """
    if device := devices.device_of(site().settings, email):
        return accounts.Tries(key_of(what, email, device))
    network = sender(None)
    budgets = {
        key_of(f"{what}s from", network.name): WRONG_FROM_NETWORK.times(TRUSTED_TIMES if network.is_trusted else 1),
        key_of(f"{what}s for", email): WRONG_FOR_ACCOUNT,
    }
    return accounts.Tries(key_of(what, email, network.name), budgets)


def _end_session(visit: Visit) -> None:
    try:
        visit.do(sessions.end, cookies.token(visit.site.settings))
    except DatabaseUnavailable as refused:
        if not visit.cannot_write(refused):
            raise
        visit.keep_entry(refused, "signed_out")
