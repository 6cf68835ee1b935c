"""What matters much is done only by whoever has just shown that it is them: the browser may have been left open."""

from flask import request

from engine.base.errors import NotAllowed, NotPossible
from engine.commands import sessions
from engine.commands.accounts import Tries, must_be
from webapp import limits
from webapp.pages import Visit
from webapp.sessions import token


def not_shown_to_be(visit: Visit) -> dict[str, str]:
    """What is wrong, by field; nothing where they have shown it. Asked last, so that a wrong password is counted only
    where all else will do. The questions are those of templates/showing_who.html.
    """
    if visit.site.demo:  # nobody has a password there
        confirmed = request.form.get("confirmed") == "yes"
        return {} if confirmed else {"confirmed": f"Confirm that you are {visit.actor.name}."}
    if visit.fresh:
        return {}
    if not request.form.get("password"):
        return {"password": "Enter your password."}
    account = visit.actor.account or ""
    tries = Tries(limits.key_of("password again", account))
    try:
        must_be(visit.site.database, visit.now, account, request.form.get("password", ""), tries)
    except (NotAllowed, NotPossible) as refusal:
        return {"password": str(refusal)}
    visit.do(sessions.confirm, token(visit.site.settings))
    return {}
