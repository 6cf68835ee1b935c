"""What matters much is done only by whoever has just shown that it is them: the browser may have been left open."""

from flask import Response, after_this_request, request

from engine.base.errors import NotAllowed, NotPossible
from engine.commands import sessions
from engine.commands.accounts import Tries, must_be
from webapp import limits
from webapp.pages import Visit
from webapp.sessions import set_cookie, token
from webapp.shown_factors import NOTHING_SHOWN, factor_problem, is_something_shown


def not_shown_to_be(visit: Visit) -> dict[str, str]:
    """What is wrong, by field; nothing where they have shown it. Asked last, so that a wrong password is counted only
    where all else will do. The questions are those of templates/showing_who.html.
    """
    if visit.site.demo:  # nobody has a password there
        confirmed = request.form.get("confirmed") == "yes"
        return {} if confirmed else {"confirmed": f"Confirm that you are {visit.actor.name}."}
    if visit.fresh:
        return {}
    if visit.way.by_provider:
        return {"shown_again": f"Show again that it is you with {name_of_provider(visit)}, then send this again."}
    if problems := _missing(visit) or _wrong(visit):
        return problems
    _give_another_token(visit)
    return {}


def name_of_provider(visit: Visit) -> str:
    provider = visit.site.settings.provider
    return provider.name if provider else "single sign-on"


def _give_another_token(visit: Visit) -> None:
    given, settings = visit.do(sessions.confirm, token(visit.site.settings)), visit.site.settings

    @after_this_request
    def give(response: Response) -> Response:  # pyright: ignore[reportUnusedFunction]
        set_cookie(response, settings, given)
        return response


def _missing(visit: Visit) -> dict[str, str]:
    if not request.form.get("password"):
        return {"password": "Enter your password."}
    return {"second_factor": NOTHING_SHOWN} if visit.factors.any and not is_something_shown() else {}


def _wrong(visit: Visit) -> dict[str, str]:
    """The second factor is looked at where the password was right."""
    if problem := wrong_password(visit):
        return {"password": problem}
    account = visit.actor.account or ""
    tries = Tries(limits.key_of("second factor again", account))
    refusal = factor_problem(visit, account, tries) if visit.factors.any else None
    return {"second_factor": str(refusal)} if refusal else {}


def wrong_password(visit: Visit) -> str:
    """What is wrong with the password that was sent by whoever is signed in; empty where it is theirs."""
    account = visit.actor.account or ""
    tries = Tries(limits.key_of("password again", account))
    try:
        must_be(visit.site.database, visit.now, account, request.form.get("password", ""), tries)
    except (NotAllowed, NotPossible) as refusal:
        return str(refusal)
    return ""
