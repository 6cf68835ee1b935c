"""The studio: the pathway in force and its drafts. Process owners change it, and a second person approves that."""

from collections.abc import Iterable

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from engine.base.errors import BadAnswers, BadModel, NotPossible, RefusalCode
from engine.commands.approving_changes import against, reopen_change, submit_change
from engine.commands.saving_changes import (
    LONGEST_TITLE,
    drop_change,
    start_change,
)
from engine.commands.taking_back import take_back_save
from engine.commands.taking_over import take_over_published
from engine.reads.studio.draft_rights import may_change_words
from engine.reads.studio.library import library as read_library
from engine.reads.studio.library import process_in_force
from engine.reads.studio.pictures import picture_file
from engine.reads.studio.pictures import pictures as read_pictures
from webapp.pages import Answer, PageRight, Visit, page
from webapp.showing_draft import draft_shown, reason_missing
from webapp.whole_numbers import whole_number

blueprint = Blueprint("studio", __name__)
BAD_REQUEST, SEE_OTHER = 400, 303


@blueprint.get("/studio")
@page(may=PageRight.STUDIO, look=None)
def library(visit: Visit) -> Answer:
    return render_template("studio/library.html", seen=visit.read_unlogged(read_library))


@blueprint.get("/studio/processes/<process>")
@page(may=PageRight.STUDIO, look=None)
def process(visit: Visit, process: str) -> Answer:
    return render_template("studio/process.html", seen=visit.read_unlogged(process_in_force, process))


@blueprint.get("/studio/changes/new")
@page(may=PageRight.CHANGES_WORDS, look=None)
def ask_to_start(visit: Visit) -> Answer:
    visit.read_unlogged(may_change_words)
    return _start_form({})


@blueprint.post("/studio/changes/new")
@page(may=PageRight.CHANGES_WORDS, look=None)
def start(visit: Visit) -> Answer:
    title, why, earlier = (request.form.get(name, "") for name in ("title", "why", "from_bundle"))
    try:
        change = visit.do(start_change, title, why, from_bundle=earlier or None)
    except BadAnswers as bad:
        return _start_form(bad.problems), BAD_REQUEST
    return redirect(url_for("studio.change", change=change), SEE_OTHER)


@blueprint.get("/studio/changes/<change>")
@page(may=PageRight.STUDIO, look=None)
def change(visit: Visit, change: str) -> Answer:
    return draft_shown(visit, change)


@blueprint.get("/studio/changes/<change>/pictures/<process>")
@page(may=PageRight.STUDIO, look=None)
def pictures(visit: Visit, change: str, process: str) -> Answer:
    return render_template("studio/pictures.html", seen=visit.read_unlogged(read_pictures, change, process))


@blueprint.get("/studio/changes/<change>/pictures/<process>/<side>.bpmn")
@page(may=PageRight.STUDIO, look=None)
def picture(visit: Visit, change: str, process: str, side: str) -> Response:
    response = make_response(visit.read_unlogged(picture_file, change, process, side).content)
    response.content_type = "text/plain; charset=utf-8"  # never shown as a page of ours, whatever stands in it
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/studio/changes/<change>/submit")
@page(may=PageRight.CHANGES_WORDS, look=None)
def submit(visit: Visit, change: str) -> Answer:
    if problems := reason_missing("submit"):
        return draft_shown(visit, change, problems), BAD_REQUEST
    try:
        visit.do(submit_change, change, request.form["reason"])
    except BadModel as bad:
        return draft_shown(visit, change, {"submit": f"Something speaks against it: {against(bad)}"}), BAD_REQUEST
    return _back(change, "A pathway approver can look at it now. Nothing can be changed in it meanwhile.")


@blueprint.post("/studio/changes/<change>/reopen")
@page(may=PageRight.STUDIO, look=None)
def reopen(visit: Visit, change: str) -> Answer:
    if problems := reason_missing("reopen"):
        return draft_shown(visit, change, problems), BAD_REQUEST
    visit.do(reopen_change, change, request.form["reason"])
    return _back(change, "The draft is open again.")


@blueprint.post("/studio/changes/<change>/drop")
@page(may=PageRight.CHANGES_WORDS, look=None)
def drop(visit: Visit, change: str) -> Answer:
    if problems := reason_missing("drop"):
        return draft_shown(visit, change, problems), BAD_REQUEST
    visit.do(drop_change, change, request.form["reason"])
    flash("The draft is closed. What it came to can still be read.")
    return redirect(url_for("studio.library"), SEE_OTHER)


@blueprint.post("/studio/changes/<change>/take-over")
@page(may=PageRight.CHANGES_WORDS, look=None)
def take_over(visit: Visit, change: str) -> Answer:
    mine, in_one = _kept(request.form.items())
    try:
        visit.do(take_over_published, change, mine, in_one)
    except NotPossible as refusal:
        if refusal.code is not RefusalCode.BOTH_CHANGED:
            raise
        return draft_shown(visit, change, {"behind": str(refusal)}), BAD_REQUEST
    return _back(change, "The draft now stands on what is in force.")


def _kept(fields: Iterable[tuple[str, str]]) -> tuple[dict[str, bool], dict[str, dict[str, bool]]]:
    """Of files that both changed whether the draft's is kept; and of those that are made one the same of their parts.
    A field is called `keep:PATH`, or `keep:PATH#PART`.
    """
    chosen = {name.removeprefix("keep:"): value for name, value in fields if name.startswith("keep:")}
    mine = {path: value == "mine" for path, value in chosen.items() if "#" not in path and value in ("mine", "theirs")}
    in_one: dict[str, dict[str, bool]] = {path: {} for path, value in chosen.items() if value == "in one"}
    for name, value in chosen.items():
        path, is_part, part = name.partition("#")
        if is_part and path in in_one and value in ("mine", "theirs"):
            in_one[path][part] = value == "mine"
    return mine, in_one


@blueprint.post("/studio/changes/<change>/saves/<int:number>/take-back")
@page(may=PageRight.CHANGES_WORDS, look=None)
def take_back(visit: Visit, change: str, number: int) -> Answer:
    visit.do(take_back_save, change, number, whole_number(request.form.get("saves", ""), 0))
    return _back(change, "What was saved there is as it was before.")


def _start_form(problems: dict[str, str]) -> str:
    typed = {name: request.values.get(name, "") for name in ("title", "why", "from_bundle")}
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    words = {"typed": typed, "problems": problems, "errors": errors, "longest": LONGEST_TITLE}
    return render_template("studio/start.html", **words)


def _back(change: str, said: str) -> Answer:
    flash(said)
    return redirect(url_for("studio.change", change=change), SEE_OTHER)
