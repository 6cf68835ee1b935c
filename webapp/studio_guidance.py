"""Every duty of the guidance before and in a draft, side by side."""

from flask import Blueprint, render_template

from engine.reads.studio.guidance_page import guidance_page
from webapp.pages import Answer, PageRight, Visit, page

blueprint = Blueprint("studio_guidance", __name__)


@blueprint.get("/studio/changes/<change>/guidance")
@page(may=PageRight.STUDIO, look=None)
def guidance(visit: Visit, change: str) -> Answer:
    return render_template("studio/guidance.html", seen=visit.read_unlogged(guidance_page, change))
