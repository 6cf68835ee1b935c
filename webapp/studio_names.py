"""The names of a process and of its tasks in a draft: one page, on which each can be put into other words."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import NotPossible
from engine.commands.saving_changes import save_file
from engine.process.drawn_names import LONGEST_NAME, with_names
from engine.reads.studio.draft_rights import may_change_words
from engine.reads.studio.names_page import NamesPage, names_page
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import STALE

blueprint = Blueprint("studio_names", __name__)
OK, BAD_REQUEST, SEE_OTHER = 200, 400, 303
FIELD = "name-"
MEANWHILE = "Somebody has saved this drawing since you opened it, so yours was not saved. Nothing of either is lost."


@blueprint.get("/studio/changes/<change>/names/<process>")
@page(may=PageRight.STUDIO, look=None)
def names(visit: Visit, change: str, process: str) -> Answer:
    return _show(visit.read_unlogged(names_page, change, process), {}, {})


@blueprint.post("/studio/changes/<change>/names/<process>")
@page(may=PageRight.CHANGES_WORDS, look=None, keeps_typed=True)
def save(visit: Visit, change: str, process: str) -> Answer:
    visit.read_unlogged(may_change_words)
    seen = visit.read_unlogged(names_page, change, process)
    typed = {one.id: " ".join(request.form.get(FIELD + one.id, one.name).split()) for one in seen.names}
    problems = {"": STALE} if visit.stale else _problems(typed)
    problems = problems or _saved(visit, seen, typed)
    if problems:
        return _show(visit.read_unlogged(names_page, change, process), typed, problems, BAD_REQUEST)
    flash("The names are saved in the draft.")
    return redirect(url_for("studio.change", change=change), SEE_OTHER)


def _problems(typed: Mapping[str, str]) -> dict[str, str]:
    empty = {name: "Enter a name" for name, words in typed.items() if not words}
    too_long = f"A name must be {LONGEST_NAME} characters or fewer"
    return empty | {name: too_long for name, words in typed.items() if len(words) > LONGEST_NAME}


def _saved(visit: Visit, seen: NamesPage, typed: Mapping[str, str]) -> dict[str, str]:
    """What speaks against it, under an empty name; nothing where it is saved."""
    if request.form.get("version") != str(seen.version):
        return {"": MEANWHILE}
    stood = {one.id: " ".join(one.name.split()) for one in seen.names}
    new = {name: words for name, words in typed.items() if words != stood[name]}
    try:
        visit.do(save_file, seen.row.id, seen.path, with_names(seen.content, new), seen.version)
    except NotPossible as refusal:
        return {"": str(refusal)}
    return {}


def _show(seen: NamesPage, typed: Mapping[str, str], problems: Mapping[str, str], status: int = OK) -> Answer:
    errors = [{"text": text, "href": f"#{FIELD}{name}" if name else "#form"} for name, text in problems.items()]
    # Shown beside what was typed where somebody else has saved since: with it the next save is told as the newest.
    meanwhile = bool(problems) and request.form.get("version") != str(seen.version)
    shown = {"typed": typed, "problems": problems, "errors": errors, "meanwhile": meanwhile, "longest": LONGEST_NAME}
    return render_template("studio/names.html", seen=seen, **shown), status
