"""A step, a question or an answer of a draft gets another name in files: what is rewritten is shown before it is done.

Works without JavaScript. The new name is looked at first, by its own address; what is then sent is done only where
nothing was saved in the draft since.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import BadAnswers, NotPossible
from engine.commands.renaming_for_ever import rename_for_ever
from engine.reads.studio.renaming_page import RenamingPage, renaming_page
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import STALE
from webapp.whole_numbers import whole_number

blueprint = Blueprint("studio_renaming", __name__)
RENAME = "/studio/changes/<change>/rename/<path>"
BAD_REQUEST, SEE_OTHER = 400, 303


@blueprint.get(RENAME)
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def ask_to_rename(visit: Visit, change: str, path: str) -> Answer:
    seen = visit.read_unlogged(renaming_page, change, path, _new())
    problem = "Enter the new name in files" if "new" in request.args and not _new() else seen.problem
    return _shown(seen, problem), BAD_REQUEST if problem else 200


@blueprint.post(RENAME)
@page(may=PageRight.CHANGES_PATHWAY, look=None, keeps_typed=True)
def rename(visit: Visit, change: str, path: str) -> Answer:
    problem, saves = STALE if visit.stale else "", request.form.get("saves", "")
    if not problem:
        try:
            changed = visit.do(rename_for_ever, change, path, _new(), whole_number(saves, -1))
        except BadAnswers as refused:
            problem = refused.problems["new"]
        except NotPossible as refusal:
            problem = str(refusal)
        else:
            flash(f"It is called “{_new()}” now, in {len(changed)} files of the draft.")
            return redirect(_back(change, path, _new()), SEE_OTHER)
    return _shown(visit.read_unlogged(renaming_page, change, path, _new()), problem), BAD_REQUEST


def _new() -> str:
    return request.values.get("new", "").strip()


def _shown(seen: RenamingPage, problem: str) -> str:
    of = seen.renaming
    path = ".".join((of.process, *of.names))
    back = _back(seen.row.id, path, of.old)
    return render_template("studio/rename.html", seen=seen, of=of, path=path, problem=problem, back=back)


def _back(change: str, path: str, name: str) -> str:
    """To where it was asked for: the drawing, the form or the question, by the name that it has."""
    process, *names = path.split(".")
    names[-1] = name
    if len(names) == 1:
        return url_for("studio_drawing.draw", change=change, process=process)
    return url_for("studio_questions.ask_question", change=change, process=process, task=names[0], place=names[1])
