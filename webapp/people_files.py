"""People and organisations from a CSV file, tried before it is done; and tables of the models to print."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from engine.commands.bringing_in_people import PeopleBroughtIn, bring_in_people
from engine.export.printed import printed_dictionary, printed_matrix
from engine.facts.people_file import COLUMNS
from engine.reads.authority.people_pages import FileOfPeople, file_of_people
from webapp.pages import Answer, PageRight, Visit, page

blueprint = Blueprint("people_files", __name__)
BAD_REQUEST, SEE_OTHER = 400, 303
DONE = "Done, by {} changes. Whoever is new has no password yet: help them to sign in, under “Never signed in”."


@blueprint.get("/people/bring-in")
@page(may=PageRight.ADMINISTERS, look=None)
def ask(visit: Visit) -> Answer:
    return _show(visit.read_unlogged(file_of_people), None, "", "")


@blueprint.post("/people/bring-in")
@page(may=PageRight.ADMINISTERS, look=None)
def bring_in(visit: Visit) -> Answer:
    """A dry run first; what it showed is sent along, and is done where the button says so."""
    seen = visit.read_unlogged(file_of_people)
    text = request.form.get("text", "")
    given = request.files.get("file")
    content = given.read() if given and given.filename else text.encode()
    if not content.strip():
        return _show(seen, None, "", "Choose a file, or paste its lines"), BAD_REQUEST
    came = visit.do(bring_in_people, content, dry=request.form.get("verdict") != "do")
    if came.is_written:
        flash(DONE.format(len(came.done)) if came.done else "Everything in the file was there already.")
        return redirect(url_for("people.people"), SEE_OTHER)
    return _show(seen, came, content.decode("utf-8-sig", errors="replace"), ""), BAD_REQUEST if came.faults else 200


@blueprint.get("/people/roles.csv")
@page(may=PageRight.ADMINISTERS, look=None)
def matrix(visit: Visit) -> Response:
    return _table(visit.read_unlogged(printed_matrix).content, "roles.csv")


@blueprint.get("/people/questions.csv")
@page(may=PageRight.ADMINISTERS, look=None)
def dictionary(visit: Visit) -> Response:
    return _table(visit.read_unlogged(printed_dictionary).content, "questions.csv")


def _table(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _show(seen: FileOfPeople, came: PeopleBroughtIn | None, text: str, problem: str) -> str:
    return render_template("people/bring_in.html", seen=seen, came=came, text=text, problem=problem, columns=COLUMNS)
