"""What has happened in a child's life and has changed for them, and where it is recorded."""

from flask import Blueprint, render_template

from engine.reads.case.life_page import life_page
from webapp.pages import Answer, PageRight, Visit, page

blueprint = Blueprint("life_events", __name__)


@blueprint.get("/cases/<case>/life")
@page(may=PageRight.SEES_ALL, look="what has changed for the child")
def of_case(visit: Visit, case: str) -> Answer:
    """What is recorded begins a process of the case, by its own form."""
    return render_template("life_events/of_case.html", seen=visit.read_logged(life_page, case))
