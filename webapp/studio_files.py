"""The files of a draft: read, saved, put in their place from a computer; what its checks say, and who else is in it.

An editor in the browser saves by PUT with the version that it read. A file that somebody else saved meanwhile is not
overwritten: both texts are given back. Without JavaScript the same is done by downloading and uploading.
"""

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, request, url_for

from engine.base.errors import NotPossible, RefusalCode
from engine.commands.saving_changes import SavedMeanwhile, note_editing, save_file
from engine.facts.models import is_story
from engine.reads.studio.draft_files import checks, file_in_change, version_seen
from engine.reads.studio.draft_files import others_here as read_others
from webapp.pages import Answer, PageRight, Visit, page
from webapp.showing_draft import draft_shown
from webapp.whole_numbers import whole_number

blueprint = Blueprint("studio_files", __name__)
BAD_REQUEST, PRECONDITION_FAILED, PRECONDITION_REQUIRED, UNPROCESSABLE, SEE_OTHER = 400, 412, 428, 422, 303


@blueprint.get("/studio/changes/<change>/files/<path:path>")
@page(may=PageRight.STUDIO, look=None)
def file(visit: Visit, change: str, path: str) -> Response:
    found = visit.read_unlogged(file_in_change, change, path)
    response = make_response(found.content)
    response.content_type = "text/plain; charset=utf-8"  # never shown as a page of ours, whatever stands in it
    response.headers["ETag"] = f'"{found.version}"'
    response.headers["Cache-Control"] = "no-store"
    if "download" in request.args:
        response.headers["Content-Disposition"] = f'attachment; filename="{path.rpartition("/")[2]}"'
    return response


@blueprint.put("/studio/changes/<change>/files/<path:path>")
@page(may=PageRight.CHANGES_WORDS, look=None)
def save(visit: Visit, change: str, path: str) -> Response:
    version = whole_number(request.headers.get("If-Match", "").strip('"'), -1)
    if version < 0:
        return _told({"error": "Say which version this was made from."}, PRECONDITION_REQUIRED)
    try:
        now_at = visit.do(save_file, change, path, request.get_data(), version)
    except SavedMeanwhile as conflict:
        theirs = conflict.theirs
        text = (theirs.content or b"").decode(errors="replace")
        by = visit.read_unlogged(file_in_change, change, path).saved_by if theirs.content is not None else ""
        return _told(
            {"error": str(conflict), "version": theirs.version, "by": by, "content": text}, PRECONDITION_FAILED
        )
    except NotPossible as refusal:
        return _told({"error": str(refusal)}, UNPROCESSABLE)
    return _told({"version": now_at})


@blueprint.post("/studio/changes/<change>/files")
@page(may=PageRight.CHANGES_WORDS, look=None)
def upload(visit: Visit, change: str) -> Answer:
    """One file from a computer in the place of one that is there, or as a new one; or a file is taken out."""
    path, saves = request.form.get("path", "").strip(), whole_number(request.form.get("saves", ""), 0)
    given = request.files.get("file")
    taking_out = request.form.get("do") == "take out"
    if not taking_out and not (given and given.filename):
        return draft_shown(visit, change, {"file": "Choose a file from your computer"}), BAD_REQUEST
    content = None if taking_out or given is None else given.stream.read()
    seen = visit.read_unlogged(version_seen, change, path, saves)
    try:
        visit.do(save_file, change, path, content, seen.version)
    except NotPossible as refusal:
        if refusal.code not in (RefusalCode.BAD_FILE, RefusalCode.BEYOND_WORDS):
            raise
        at = "path" if refusal.code is RefusalCode.BAD_FILE else "file"
        return draft_shown(visit, change, {at: str(refusal)}), BAD_REQUEST
    flash("The file was taken out of the draft." if taking_out else "The file is saved in the draft.")
    return redirect(url_for("studio.change", change=change), SEE_OTHER)


@blueprint.get("/studio/changes/<change>/checks.json")
@page(may=PageRight.STUDIO, look=None)
def checks_of(visit: Visit, change: str) -> Response:
    return _told({"problems": [problem.told() for problem in visit.read_unlogged(checks, change).problems]})


@blueprint.post("/studio/changes/<change>/here")
@page(may=PageRight.CHANGES_WORDS, look=None)
def here(visit: Visit, change: str) -> Response:
    """Said every few seconds by a page that has a file open; tells who else has one."""
    visit.do(note_editing, change, request.form.get("path", ""))
    others = visit.read_unlogged(read_others, change).others
    return _told({"others": [{"name": name, "path": path} for name, path in others]})


@blueprint.app_template_global()
def page_of_file(change: str, path: str) -> str:
    """The page on which a file of a draft is read and changed by its meaning; empty where there is none."""
    match path.split("/"):
        case ["processes", process, name] if name == f"{process}.bpmn":
            return url_for("studio_drawing.draw", change=change, process=process)
        case ["forms", process, name] if name.endswith(".json"):
            return url_for("studio_questions.form", change=change, process=process, task=name.removesuffix(".json"))
        case ["processes", "timescales.csv"]:
            return url_for("studio_limits.limits", change=change)
        case ["processes", _, name] if name.endswith(".dmn"):
            return url_for("studio_tables.table", change=change, path=path)
        case _:
            return url_for("studio_stories.story", change=change, path=path) if is_story(path) else ""


def _told(said: dict[str, object], status: int = 200) -> Response:
    response = jsonify(said)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if "version" in said and status == 200:
        response.headers["ETag"] = f'"{said["version"]}"'
    return response
