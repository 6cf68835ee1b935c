"""The editor of a drawing in a draft. What it saves goes to the file itself (webapp/studio_files.py)."""

from flask import Blueprint, Response, jsonify, render_template

from engine.reads.studio.drawing_page import drawing_in_change, offered_in_change
from webapp.pages import Answer, PageRight, Visit, page

blueprint = Blueprint("studio_drawing", __name__)


@blueprint.get("/studio/changes/<change>/draw/<process>")
@page(may=PageRight.STUDIO, look=None)
def draw(visit: Visit, change: str, process: str) -> Answer:
    return render_template("studio/draw.html", seen=visit.read_unlogged(drawing_in_change, change, process))


@blueprint.get("/studio/changes/<change>/draw/<process>/offered.json")
@page(may=PageRight.STUDIO, look=None)
def offered(visit: Visit, change: str, process: str) -> Response:
    """What the drawing may name: roles, time limits, messages, forms with their questions and answers, duties."""
    response = jsonify(visit.read_unlogged(offered_in_change, change, process).words)
    response.headers["Cache-Control"] = "no-store"
    return response
