"""Signing in, and showing again who one is, with a provider of OpenID Connect; and signing out of it."""

from contextlib import suppress
from datetime import timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, current_app, make_response, redirect, render_template, request, session, url_for

from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import NotAllowed, NotFound, NotPossible
from engine.commands import sessions
from engine.commands.accounts import TooSoon, Tries
from engine.commands.counting import Budget
from engine.commands.provider_links import KnownThere, account_of_known
from engine.people.factors import SignInWay
from webapp import limits
from webapp import sessions as cookies
from webapp.pages import Answer, PageRight, Visit, page
from webapp.provider_said import NO_SECOND, NOT_SIGNED_IN, TOO_LONG, Begun, ProviderFault, SaidByProvider
from webapp.shown_factors import NOTHING_SHOWN, factor_problem, is_something_shown
from webapp.welcoming import (
    NOT_WHILE_READ_ONLY,
    TOO_OLD,
    begin_session,
    carried,
    is_from_here,
    keep_problem,
    kept_problem,
    welcome,
)

if TYPE_CHECKING:
    from webapp.provider import Provider

log = structlog.get_logger()
blueprint = Blueprint("single_sign_on", __name__)
BEGUN, SHOWN = "single_sign_on", "shown_to_provider"
OTHER_PERSON = "You showed there that you are somebody else. Go back and try again."
BAD_REQUEST, SEE_OTHER, TOO_MANY = 400, 303, 429
REFUSED_CODES = Budget(100, timedelta(minutes=15))
"""That a provider refuses, from one network: as many as wrong passwords. Each is a request of ours to the provider."""


@blueprint.post("/sign-in/provider")
@page(may=PageRight.ANYONE, look=None, keeps_typed=True)
def begin(visit: Visit) -> Answer:
    """Only by a form of ours: no other page makes somebody sign in (OWASP ASVS 5, 7.6.2)."""
    goes_on, typed = request.form.get("next", ""), carried(request.form.get("typed", ""))
    if visit.stale:
        sent = typed if is_from_here() else []
        return render_template("sign_in/sign_in.html", sent=sent, next=goes_on, typed="", problem=TOO_OLD), BAD_REQUEST
    try:
        address, begun = _provider(visit).begin(visit.now, goes_on)
    except ProviderFault as fault:
        return _back_to_sign_in(visit, fault)
    session[BEGUN] = begun.as_kept
    return render_template("single_sign_on/going_on.html", address=address, sent=typed)


@blueprint.get("/sign-in/provider/back")
@page(may=PageRight.ANYONE, look=None)
def come_back(visit: Visit) -> Answer:
    """What the provider sent is used up here, and stands in no address that is shown."""
    begun = _begun()
    try:
        said = _said(visit, begun)
    except ProviderFault as fault:
        return _again_with(visit, fault) if begun and begun.again else _back_to_sign_in(visit, fault)
    if begun and begun.again:
        return _shown_again(visit, said, begun.again)
    return _enter(visit, said, begun.goes_on if begun else "")


@blueprint.post("/sign-in/provider/again")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def begin_again(visit: Visit) -> Answer:
    """In a page of its own, so that what was typed stays in the one that asks for it."""
    try:
        address, begun = _provider(visit).begin(visit.now, "", visit.actor.account or "")
    except ProviderFault as fault:
        return _again_with(visit, fault)
    session[BEGUN] = begun.as_kept
    return render_template("single_sign_on/going_on.html", address=address, sent=[])


@blueprint.get("/sign-in/provider/again")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def again(visit: Visit) -> Answer:
    _provider(visit)
    return _again(visit, kept_problem())


@blueprint.post("/sign-in/provider/again/second")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def second_again(visit: Visit) -> Answer:
    """A second factor of ours, where the provider looked at none."""
    account = visit.actor.account or ""
    if not _waits_for_second(visit):
        return _again(visit, TOO_LONG), BAD_REQUEST
    if not is_something_shown():
        return _again(visit, NOTHING_SHOWN), BAD_REQUEST
    if refusal := factor_problem(visit, account, Tries(limits.key_of("second factor again", account))):
        return _again(visit, str(refusal)), TOO_MANY if isinstance(refusal, TooSoon) else BAD_REQUEST
    session.pop(SHOWN, None)
    return _confirmed(visit)


@blueprint.get("/sign-out/provider")
@page(may=PageRight.ANYONE, look=None)
def signed_out(visit: Visit) -> Answer:
    """The session here is over; that of the provider is its own."""
    try:
        address = _provider(visit).end_address(visit.now, f"{visit.site.settings.address}{url_for('sign_in.form')}")
    except ProviderFault:
        address = ""
    return render_template("single_sign_on/signed_out.html", address=address)


def _provider(visit: Visit) -> "Provider":
    """Raises NotFound where none is set."""
    chosen = visit.site.settings.provider
    if chosen is None or visit.site.demo:
        raise NotFound
    if "provider" not in current_app.extensions:
        from webapp.provider import Provider  # noqa: PLC0415 - see there

        current_app.extensions["provider"] = Provider(chosen, f"{visit.site.settings.address}/sign-in/provider/back")
    return current_app.extensions["provider"]


def _begun() -> Begun | None:
    """What this answer belongs to, which is used up by it. An address that another page made up uses up nothing."""
    kept = session.get(BEGUN)
    begun = Begun(**kept) if kept else None
    if begun is None or not compare_digest(begun.state.encode(), request.args.get("state", "").encode()):
        return None
    session.pop(BEGUN)
    return begun


def _said(visit: Visit, begun: Begun | None) -> SaidByProvider:
    provider = _provider(visit)
    if begun is None or not begun.is_in_time(visit.now):
        raise ProviderFault(TOO_LONG)
    if "code" not in request.args:
        raise ProviderFault(NOT_SIGNED_IN)
    budget = limits.of_network("code of a provider", REFUSED_CODES)
    limits.must_have_room(visit, budget)
    try:
        return provider.finish(visit.now, begun, request.args)
    except ProviderFault as fault:
        if fault.words == TOO_LONG:  # the provider refuses the code: somebody may be making them up
            with suppress(DatabaseUnavailable):
                limits.spend(visit, budget)
        raise


def _enter(visit: Visit, said: SaidByProvider, goes_on: str) -> Answer:
    way = SignInWay.PROVIDER_AND_SECOND if said.second else SignInWay.PROVIDER
    try:
        account = account_of_known(visit.site.database, visit.now, _known(visit, said))
        token = begin_session(visit, account, way=way, anew=said.anew)
    except DatabaseUnavailable as refused:
        if not visit.cannot_write(refused):
            raise
        return _refused(NOT_WHILE_READ_ONLY)
    except (NotAllowed, NotFound, NotPossible) as refusal:
        return _refused(str(refusal))
    if sessions.waiting(visit.site.database, token, visit.now):
        response = make_response(redirect(url_for("sign_in.second_step_again", next=goes_on), SEE_OTHER))
        cookies.set_cookie(response, visit.site.settings, token)
        return response
    return welcome(visit, token, goes_on, "")


def _known(visit: Visit, said: SaidByProvider) -> KnownThere:
    return KnownThere(_provider(visit).chosen.issuer, said.subject, said.address)


def _shown_again(visit: Visit, said: SaidByProvider, who: str) -> Answer:
    """Whoever is signed in here must be the one whom the provider means."""
    try:
        account = account_of_known(visit.site.database, visit.now, _known(visit, said))
    except NotAllowed:
        account = ""
    if not visit.signed_in or not account == who == visit.actor.account:
        return _again_with(visit, ProviderFault(OTHER_PERSON))
    if visit.way is SignInWay.PROVIDER_AND_SECOND and not (said.second or visit.factors.any):
        return _again_with(visit, ProviderFault(NO_SECOND))  # less than what opened the session
    if visit.factors.any and not said.second:
        session[SHOWN] = [account, visit.now.isoformat()]
        return redirect(url_for("single_sign_on.again"), SEE_OTHER)
    return _confirmed(visit)


def _confirmed(visit: Visit) -> Answer:
    settings = visit.site.settings
    response = make_response(redirect(url_for("single_sign_on.again"), SEE_OTHER))
    cookies.set_cookie(response, settings, visit.do(sessions.confirm, cookies.token(settings)))
    return response


def _waits_for_second(visit: Visit) -> bool:
    account, at = session.get(SHOWN, ("", ""))
    return bool(at) and account == visit.actor.account and Begun("", "", "", at, "").is_in_time(visit.now)


def _again(visit: Visit, problem: str) -> str:
    return render_template("single_sign_on/again.html", problem=problem, waits=_waits_for_second(visit))


def _again_with(visit: Visit, fault: ProviderFault) -> Answer:
    keep_problem(_told(visit, fault))
    return redirect(url_for("single_sign_on.again" if visit.signed_in else "sign_in.form"), SEE_OTHER)


def _back_to_sign_in(visit: Visit, fault: ProviderFault) -> Answer:
    return _refused(_told(visit, fault))


def _refused(problem: str) -> Answer:
    keep_problem(problem)
    return redirect(url_for("sign_in.form"), SEE_OTHER)


def _told(visit: Visit, fault: ProviderFault) -> str:
    """The log names what was wrong, and nothing of anybody."""
    if fault.what:
        log.warning("nobody was let in by single sign-on", what=fault.what)
    return fault.words.format(name=_provider(visit).chosen.name)
