"""What a draft asks, changed question by question: the form’s file is saved with as little of it touched as can be.

Each save says which version was read. What somebody else saved meanwhile is not overwritten: what was typed and what
stands now are shown together, and nothing is lost.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import NotFound, NotPossible
from engine.commands.saving_changes import save_file
from engine.difference.question_words import KINDS_OF_QUESTION
from engine.forms.checks import CHOICES
from engine.forms.form_edits import KINDS_INTO, empty_form, moved, places_of, with_edit, with_new, with_words, without
from engine.forms.form_layout import rewritten, written
from engine.forms.questions import KINDS
from engine.forms.readers import READERS
from engine.reads.studio.draft_rights import Guard, may_change, may_change_words
from engine.reads.studio.form_of_change import FormOfChange, form_of_change, path_of
from engine.reads.studio.questions_pages import QuestionToEdit, form_page, forms_page, question_page
from webapp.components import fields_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.question_editor import (
    TypedQuestion,
    as_it_stands,
    edit_from,
    one_line,
    problems_of_words,
    typed_question,
    with_choices_changed,
    words_alone,
)
from webapp.question_to_add import TypedNew, new_from, typed_new
from webapp.sending import STALE

blueprint = Blueprint("studio_questions", __name__)
OK, BAD_REQUEST, SEE_OTHER = 200, 400, 303
ALL = "/studio/changes/<change>/questions"
FORM = f"{ALL}/<process>/<task>"
QUESTION = f"{FORM}/question/<place>"
NOT_HERE = frozenset({"search", "file"})
"""Kinds that are written in the file of a form, as they need more than a question."""
MOST_QUESTIONS = 100
TOO_MANY = f"A form asks {MOST_QUESTIONS} questions at most: take one out first."
GONE = "What this belongs to was taken out meanwhile, so nothing was saved. Copy what you typed."
MEANWHILE = "Somebody has saved this form since you opened it, so yours was not saved. Nothing of either is lost."


@blueprint.get(ALL)
@page(may=PageRight.STUDIO, look=None)
def forms(visit: Visit, change: str) -> Answer:
    return render_template("studio/forms.html", seen=visit.read_unlogged(forms_page, change))


@blueprint.post(ALL)
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def add_form(visit: Visit, change: str) -> Answer:
    """An empty form for a task that has none."""
    visit.read_unlogged(may_change)
    process, task = request.form.get("process", ""), request.form.get("task", "")
    of_process = (one for one in visit.read_unlogged(forms_page, change).processes if one.process == process)
    missing = {name: (title, version) for one in of_process for name, title, version in one.missing}
    if task not in missing:
        raise NotFound
    title, version = missing[task]
    visit.do(save_file, change, path_of(process, task), written(empty_form(title)), version)
    if "quiet" not in request.form:  # whoever asks by a script says it there, and no later page should
        flash("The form is there. It asks nothing yet.")
    return redirect(url_for("studio_questions.form", change=change, process=process, task=task), SEE_OTHER)


@blueprint.get(FORM)
@page(may=PageRight.STUDIO, look=None)
def form(visit: Visit, change: str, process: str, task: str) -> Answer:
    return _form(visit, change, process, task, {})


def _form(visit: Visit, change: str, process: str, task: str, problems: Mapping[str, str]) -> str:
    on = request.args.getlist("on") if "chosen" in request.args else None
    seen = visit.read_unlogged(form_page, change, process, task, on)
    preview = fields_of(seen.preview, {}, {}, "preview.")
    asked: Mapping[str, Any] = {"earlier": {}, "duties": seen.duties}
    return _asking("studio/form.html", seen.at, problems, seen=seen, preview=preview, asked=asked)


@blueprint.get(f"{FORM}/words")
@page(may=PageRight.CHANGES_WORDS, look=None)
def ask_words(visit: Visit, change: str, process: str, task: str) -> Answer:
    at = _to_change(visit, change, process, task, may_change_words)
    stands = at.form or {}
    return _words(at, {"title": stands["title"], "hint": stands.get("description", "")}, {})


@blueprint.post(f"{FORM}/words")
@page(may=PageRight.CHANGES_WORDS, look=None, keeps_typed=True)
def words(visit: Visit, change: str, process: str, task: str) -> Answer:
    at = _to_change(visit, change, process, task, may_change_words)
    typed = {name: one_line(name) for name in ("title", "hint")}
    problems = _stale(visit) or problems_of_words(typed["title"], typed["hint"])
    problems = problems or _saved(visit, at, lambda form: with_words(form, typed["title"], typed["hint"]))
    if problems:
        return _words(_to_change(visit, change, process, task, may_change_words), typed, problems), BAD_REQUEST
    return _back(at, "The words of the form are saved in the draft.")


@blueprint.get(f"{FORM}/add")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def ask_new(visit: Visit, change: str, process: str, task: str) -> Answer:
    at = _to_change(visit, change, process, task)
    return _new(at, TypedNew(source=(at.form or {}).get("x-source", "")), {})


@blueprint.post(f"{FORM}/add")
@page(may=PageRight.CHANGES_PATHWAY, look=None, keeps_typed=True)
def new(visit: Visit, change: str, process: str, task: str) -> Answer:
    at = _to_change(visit, change, process, task)
    typed = typed_new()
    asked, problems = new_from(typed)
    problems = _stale(visit) or problems
    if not problems and len([*places_of(at.form or {})]) >= MOST_QUESTIONS:
        problems = {"": TOO_MANY}
    after, inside = request.form.get("after", ""), request.form.get("inside", "")
    if asked is not None and not problems:
        made = asked
        problems = _saved(visit, at, lambda form: with_new(form, after, made, inside)[0])
    if problems:
        return _new(_to_change(visit, change, process, task), typed, problems), BAD_REQUEST
    return _back(at, "The question is saved in the draft.")


@blueprint.get(QUESTION)
@page(may=PageRight.CHANGES_WORDS, look=None)
def ask_question(visit: Visit, change: str, process: str, task: str, place: str) -> Answer:
    seen = _question_to_change(visit, change, process, task, place, may_change_words)
    if seen.edit is None:
        raise NotFound
    return _question(seen, as_it_stands(seen.edit), {})


@blueprint.post(QUESTION)
@page(may=PageRight.CHANGES_WORDS, look=None, keeps_typed=True)
def question(visit: Visit, change: str, process: str, task: str, place: str) -> Answer:
    seen = _question_to_change(visit, change, process, task, place, may_change_words)
    typed, action = typed_question(), request.form.get("do", "")
    typed = words_alone(typed, seen) if seen.at.of_words_alone else typed
    if action.startswith("choice-"):
        return _question(seen, with_choices_changed(typed, action), _stale(visit))
    edit, problems = edit_from(typed, seen)
    problems = _stale(visit) or problems
    if edit is not None and not problems:
        wanted = edit
        problems = _saved(visit, seen.at, lambda form: with_edit(form, place, wanted))
    if problems:
        return _question(visit.read_unlogged(question_page, change, process, task, place), typed, problems), BAD_REQUEST
    return _back(seen.at, "The question is saved in the draft.", place)


@blueprint.post(f"{QUESTION}/move")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def move(visit: Visit, change: str, process: str, task: str, place: str) -> Answer:
    at = _to_change(visit, change, process, task)
    by = -1 if request.form.get("do") == "up" else 1
    if problems := _saved(visit, at, lambda form: moved(form, place, by)):
        return _form(visit, change, process, task, problems), BAD_REQUEST
    return _back(at, "The question is moved.", place)


@blueprint.get(f"{QUESTION}/take-out")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def ask_to_take_out(visit: Visit, change: str, process: str, task: str, place: str) -> Answer:
    seen = _question_to_change(visit, change, process, task, place)
    if seen.edit is None:
        raise NotFound
    return _taking_out(seen, {})


@blueprint.post(f"{QUESTION}/take-out")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def take_out(visit: Visit, change: str, process: str, task: str, place: str) -> Answer:
    at = _to_change(visit, change, process, task)
    problems = _saved(visit, at, lambda form: without(form, place))
    seen = visit.read_unlogged(question_page, change, process, task, place)
    if problems and seen.edit is not None:
        return _taking_out(seen, problems), BAD_REQUEST
    return _back(at, "The question is taken out of the draft. Its checks say what still asks for it.")


def _to_change(visit: Visit, change: str, process: str, task: str, guard: Guard = may_change) -> FormOfChange:
    """Raises NotAllowed, and NotFound for a form that cannot be changed by questions."""
    visit.read_unlogged(guard)
    at = visit.read_unlogged(form_of_change, change, process, task)
    if at.form is None:
        raise NotFound
    return at


def _question_to_change(
    visit: Visit, change: str, process: str, task: str, place: str, guard: Guard = may_change
) -> QuestionToEdit:
    """Raises NotAllowed, NotFound."""
    visit.read_unlogged(guard)
    return visit.read_unlogged(question_page, change, process, task, place)


def _saved(visit: Visit, at: FormOfChange, changed: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, str]:
    """What speaks against it, under an empty name; nothing where it is saved."""
    if request.form.get("version") != str(at.version):
        return {"": MEANWHILE}
    try:
        content = rewritten(at.content, changed(at.form or {}))
        visit.do(save_file, at.row.id, at.path, content, at.version)
    except KeyError:
        return {"": GONE}
    except NotPossible as refusal:
        return {"": str(refusal)}
    return {}


def _stale(visit: Visit) -> dict[str, str]:
    return {"": STALE} if visit.stale else {}


def _back(at: FormOfChange, said: str, place: str = "") -> Answer:
    flash(said)
    anchor = f"question-{place.replace('.', '-')}" if place else None
    there = url_for("studio_questions.form", change=at.row.id, process=at.process, task=at.task, _anchor=anchor)
    return redirect(there, SEE_OTHER)


def _words(at: FormOfChange, typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    return _asking("studio/form_words.html", at, problems, typed=typed)


def _new(at: FormOfChange, typed: TypedNew, problems: Mapping[str, str]) -> str:
    inside, after = (request.values.get(name, "") for name in ("inside", "after"))
    kinds = {
        kind: KINDS_OF_QUESTION[kind] for kind in KINDS if kind not in NOT_HERE and not (inside and kind == "list")
    }
    sources = {name: words for name, words in CHOICES.items() if " " not in name and name != "running_work"}
    drawing = at.model.drawings.get(at.process)
    tasks = [one for one in drawing.elements.values() if one.kind == "userTask"] if drawing else []
    readers = {name: words.partition(" (")[0] for name, words in READERS.items()}
    readers |= {f"{at.process}.{one.id}": f"whoever does “{one.name}”" for one in tasks if one.id != at.task}
    offered = {"kinds": kinds, "sources": sources, "readers": readers, "inside": inside, "after": after}
    return _asking("studio/question_new.html", at, problems, typed=typed, **offered)


def _question(seen: QuestionToEdit, typed: TypedQuestion, problems: Mapping[str, str]) -> str:
    kinds = () if seen.has_role else KINDS_INTO.get(seen.kind, ())
    offered = {kind: KINDS_OF_QUESTION[kind] for kind in kinds}
    kind = KINDS_OF_QUESTION.get(seen.kind, "")
    return _asking("studio/question.html", seen.at, problems, typed=typed, seen=seen, kinds=offered, kind=kind)


def _taking_out(seen: QuestionToEdit, problems: Mapping[str, str]) -> str:
    return _asking("studio/question_out.html", seen.at, problems, seen=seen)


def _asking(template: str, at: FormOfChange, problems: Mapping[str, str], **shown: Any) -> str:
    errors = [{"text": text, "href": f"#{name or 'form'}"} for name, text in problems.items()]
    # Shown beside what was typed where somebody else has saved since: with it the next save is told as the newest.
    meanwhile = "version" in request.form and request.form["version"] != str(at.version)
    return render_template(template, at=at, problems=problems, errors=errors, meanwhile=meanwhile, **shown)
