"""The team's work, for those who manage it."""

from flask import Blueprint, render_template

from engine.reads.lists.team_page import LISTS
from engine.reads.lists.team_page import team as read_team
from webapp.pages import Answer, PageRight, Visit, page, wanted_list

blueprint = Blueprint("team", __name__)


@blueprint.get("/team")
@page(may=PageRight.MANAGES_TEAM, look="team")
def team(visit: Visit) -> Answer:
    return render_template("team/team.html", seen=visit.read_logged(read_team, wanted_list(LISTS)))
