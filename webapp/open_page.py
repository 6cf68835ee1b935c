"""What a page that is left open asks every half minute: how many alarms there are, and how long the session lasts."""

from flask import Blueprint, Response, jsonify

from engine.reads.lists.header import header
from webapp.pages import PageRight, Visit, page
from webapp.sessions import user

blueprint = Blueprint("open_page", __name__)


@blueprint.get("/open-page")
@page(may=PageRight.SIGNED_IN, look=None)
def asked(visit: Visit) -> Response:
    """It keeps nobody signed in. `ends_in` is in seconds; `may_stay`: asking for a page makes the session longer."""
    session, someone = None, user()
    if someone.ends and someone.latest:
        left = int((someone.ends - visit.now).total_seconds())
        session = {"ends_in": left, "may_stay": someone.ends < someone.latest}
    answer = jsonify(alarms=visit.read_unlogged(header).alarms, who=visit.actor.account, session=session)
    answer.headers["Cache-Control"] = "no-store"
    return answer
