"""The team's work, for those who manage it."""

from flask import Blueprint, render_template

from engine.reads.team import team as read_team
from webapp.pages import Answer, May, Visit, page

blueprint = Blueprint("team", __name__)


@blueprint.get("/team")
@page(may=May.MANAGES_TEAM, look="team")
def team(visit: Visit) -> Answer:
    return render_template("team/team.html", seen=visit.look(read_team))
