"""Models that come from elsewhere and go elsewhere: a file is brought in, looked at and made a draft; and the models of
an authority or of a draft leave as a package.
"""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from engine.base.errors import BadAnswers, BadModel, NotPossible, RefusalCode
from engine.commands.bringing_in import KEPT_FOR, bring_in, forget_brought_in, make_draft_of
from engine.commands.saving_changes import LONGEST_TITLE
from engine.importing.import_report import NEW, Chosen
from engine.importing.package import LARGEST_PACKAGE, packed
from engine.process.safe_xml import LARGEST_FILE
from engine.reads.studio.brought_in_page import bring_in_page, brought_in_page
from engine.reads.studio.models_out import models_for_elsewhere
from webapp.pages import Answer, PageRight, Visit, page

blueprint = Blueprint("studio_packages", __name__)
OK, BAD_REQUEST, CONFLICT, SEE_OTHER = 200, 400, 409, 303
PLACE, ROLE = "place-", "role-"
A_MILLION = 1_000_000


@blueprint.get("/studio/bring-in")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def ask_for_file(visit: Visit) -> Answer:
    return _file_form(visit, None, {})


@blueprint.post("/studio/bring-in")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def take_file(visit: Visit) -> Answer:
    return _taken(visit, None)


@blueprint.get("/studio/changes/<change>/bring-in")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def ask_for_file_into(visit: Visit, change: str) -> Answer:
    return _file_form(visit, change, {})


@blueprint.post("/studio/changes/<change>/bring-in")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def take_file_into(visit: Visit, change: str) -> Answer:
    return _taken(visit, change)


@blueprint.get("/studio/brought-in/<brought>")
@page(may=PageRight.STUDIO, look=None)
def brought_in(visit: Visit, brought: str) -> Answer:
    return _report(visit, brought, Chosen())


@blueprint.post("/studio/brought-in/<brought>")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def make(visit: Visit, brought: str) -> Answer:
    """Shows what comes of what was chosen, makes the draft, or forgets the file."""
    chosen, action = _chosen(), request.form.get("do", "")
    if action == "forget":
        visit.do(forget_brought_in, brought)
        flash("The file is forgotten. Nothing came of it.")
        return redirect(url_for("studio.library"), SEE_OTHER)
    if action == "look":
        return _report(visit, brought, chosen)
    try:
        change = visit.do(make_draft_of, brought, request.form.get("standing", ""), chosen)
    except NotPossible as refusal:
        return _report(visit, brought, chosen, str(refusal), CONFLICT)
    flash("It is in the draft. Nothing of it holds before a second person has approved it.")
    return redirect(url_for("studio.change", change=change), SEE_OTHER)


@blueprint.get("/studio/models/<which>.zip")
@page(may=PageRight.STUDIO, look=None)
def package(visit: Visit, which: str) -> Response:
    """Of what was put in force under a hash, or of a draft by its id."""
    out = visit.read_unlogged(models_for_elsewhere, which)
    response = make_response(packed(out.files))
    response.content_type = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="models-{out.said["hash"][:12]}.zip"'
    return response


def _taken(visit: Visit, change: str | None) -> Answer:
    given = request.files.get("file")
    if not (given and given.filename):
        return _file_form(visit, change, {"file": "Choose a file from your computer"}), BAD_REQUEST
    content, name = given.stream.read(), given.filename.replace("\\", "/").rpartition("/")[2]
    title, why = request.form.get("title", ""), request.form.get("why", "")
    try:
        brought = visit.do(bring_in, content, name, title, why, change)
    except BadAnswers as bad:
        return _file_form(visit, change, bad.problems), BAD_REQUEST
    return redirect(url_for("studio_packages.brought_in", brought=brought), SEE_OTHER)


def _chosen() -> Chosen:
    """What was said of the processes of a file, by their numbers, and of their lanes."""
    said = [(name, value) for name, value in request.form.items() if value]
    roles = [(name.removeprefix(ROLE).partition("-"), value) for name, value in said if name.startswith(ROLE)]
    return Chosen(
        {name.removeprefix(PLACE): value for name, value in said if name.startswith(PLACE)},
        {(number, lane): value for (number, _, lane), value in roles},
    )


def _file_form(visit: Visit, change: str | None, problems: dict[str, str]) -> str:
    seen = visit.read_unlogged(bring_in_page, change)
    typed = {name: request.form.get(name, "") for name in ("title", "why")}
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    sizes = {"drawing": LARGEST_FILE // A_MILLION, "package": LARGEST_PACKAGE // A_MILLION}
    words = {"typed": typed, "problems": problems, "errors": errors, "longest": LONGEST_TITLE, "sizes": sizes}
    return render_template("studio/bring_in.html", seen=seen, days=KEPT_FOR.days, **words)


def _report(visit: Visit, brought: str, chosen: Chosen, refused: str = "", status: int = OK) -> Answer:
    try:
        seen = visit.read_unlogged(brought_in_page, brought, chosen)
    except BadModel as bad:
        raise NotPossible(
            f"The file can be read no more: {bad.problems[0].message}", code=RefusalCode.BAD_FILE
        ) from bad
    place = "#made" if seen.may_make else "#refused" if seen.refused else "#main-content"
    errors = [{"text": refused, "href": place}] if refused else []
    names = {"place": PLACE, "role": ROLE, "new": NEW}
    return render_template("studio/brought_in.html", seen=seen, errors=errors, names=names), status
