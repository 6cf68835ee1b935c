"""What is to become of a letter that did not leave; and the letters of the demonstration."""

from flask import Blueprint, redirect, render_template, url_for

from engine.base.errors import NotFound
from engine.commands.handing_over import confirm_letter, put_letter_aside, send_letter_again
from webapp.pages import Answer, PageRight, Visit, page

blueprint = Blueprint("letters", __name__)


@blueprint.post("/letters/<letter>/send-again")
@page(may=PageRight.TEAM_OF_CASE, look=None)
def send_again(visit: Visit, letter: str) -> Answer:
    return _to_case(visit.do(send_letter_again, letter))


@blueprint.post("/letters/<letter>/confirm")
@page(may=PageRight.TEAM_OF_CASE, look=None)
def confirm(visit: Visit, letter: str) -> Answer:
    return _to_case(visit.do(confirm_letter, letter))


@blueprint.post("/letters/<letter>/put-aside")
@page(may=PageRight.TEAM_OF_CASE, look=None)
def put_aside(visit: Visit, letter: str) -> Answer:
    return _to_case(visit.do(put_letter_aside, letter))


@blueprint.get("/letters")
@page(may=PageRight.SIGNED_IN, look=None)
def caught(visit: Visit) -> Answer:
    """In the demonstration alone. A letter names no child, and whoever opened its link would leave a look."""
    if visit.site.caught is None:
        raise NotFound
    return render_template("letters/caught.html", letters=visit.site.caught.newest_first())


def _to_case(case: str) -> Answer:
    return redirect(url_for("cases.case", case=case, _anchor="letters"), 303)
