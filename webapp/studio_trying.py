"""A draft tried by hand: a process owner goes through it as whoever she likes, with the clock in her hands.

What she did is kept with the draft as the steps of a story, and each page is played from it (hand_scratch.py of the
engine). The pages of a task and of what may be begun are the product's own, read from there.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import NotPossible, RefusalCode
from engine.commands.saving_changes import LONGEST_TITLE, save_file
from engine.commands.trying_by_hand import begin_try, drop_try
from engine.reads.task.start_page import Start
from engine.reads.task.task_page import TaskView
from engine.scenario.story import ITSELF, SEND
from engine.trial.hand_forms import InTry, NotShown, StartInTry, TaskInTry, page_in_try, step_in_try
from engine.trial.hand_keeping import path_of_story, story_text
from engine.trial.hand_page import (
    TryShown,
    after_next_due,
    after_working_days,
    draft_to_try,
    people_of,
    standing,
    step_in_words,
    who_sees_all,
)
from engine.trial.hand_scratch import StepRefused
from engine.trial.hand_story import begun, without_from
from webapp import sending
from webapp.fields import Typed, moment_of, typed_moment
from webapp.hand_tries import SENT, TryNow, as_it_was_seen, scratch, try_of, whose
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage, as_answers
from webapp.whole_numbers import whole_number

blueprint = Blueprint("studio_trying", __name__)
OK, SEE_OTHER, BAD_REQUEST, CONFLICT = 200, 303, 400, 409
TRY = "/studio/changes/<change>/try"
MOST_DAYS = 130
"""Working days that are gone forward at once."""
YEARS = range(2000, 2100)


@blueprint.get(TRY)
@page(may=PageRight.CHANGES_WORDS, look=None)
def where(visit: Visit, change: str) -> Answer:
    return _where(visit, change, {})


@blueprint.post(TRY)
@page(may=PageRight.CHANGES_WORDS, look=None)
def begin(visit: Visit, change: str) -> Answer:
    draft = visit.read_unlogged(draft_to_try, change)
    at = moment_of(sending.typed_now(), "begins")
    if at is None or at.year not in YEARS or draft.faults:
        return _where(
            visit,
            change,
            {} if draft.faults else {"begins": "Give a day of this century and a time, as 27 3 2026 and 10:15"},
        )
    visit.do(begin_try, change, begun(at), draft.hash)
    return _back(change)


def _where(visit: Visit, change: str, problems: Mapping[str, str]) -> Answer:
    """Where it stands; else how one is begun, or why none can be."""
    draft = visit.read_unlogged(draft_to_try, change)
    status = BAD_REQUEST if problems else OK
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    if draft.kept is None or draft.faults:
        typed = sending.typed_now() if problems else typed_moment("begins", visit.now)
        return render_template("studio/try_begin.html", seen=draft, typed=typed, errors=errors), status
    now = TryNow(visit, draft, draft.kept)
    shown, halted = _stands(now)
    words = {"draft": draft, "kept": draft.kept, "shown": shown, "halted": halted, "errors": errors}
    return now.show("studio/try.html", status, moment=shown.now, typed=request.form.get("days", ""), **words)


def _stands(now: TryNow) -> tuple[TryShown, tuple[int, str, str] | None]:
    """With the first step that does not go any more: its number, what it was, and why."""
    told, halted = now.kept.told, None
    try:
        with scratch.played(whose(now.visit, now.change), now.draft.files.models, told) as played:
            return standing(played, told), None
    except StepRefused as refused:
        halted, told = refused, without_from(told, refused.number)
    with now.played(told) as played:
        what = step_in_words(played.model, now.kept.told, halted.number)
        return standing(played, told), (halted.number, what, halted.why)


@blueprint.post(f"{TRY}/forward")
@page(may=PageRight.CHANGES_WORDS, look=None)
def forward(visit: Visit, change: str) -> Answer:
    """By working days, or to the next moment at which something happens by itself."""
    days = request.form.get("days", "").strip()
    is_next = request.form.get("do") == "next"
    if not is_next and not 1 <= whole_number(days, 0) <= MOST_DAYS:
        return _where(visit, change, {"days": f"Give a number of working days, from 1 to {MOST_DAYS}"})
    now = as_it_was_seen(try_of(visit, change))
    with now.played() as played:
        at = after_next_due(played) if is_next else after_working_days(played, int(days))
    if at is None:
        raise NotPossible("Nothing is to happen by itself.", code=RefusalCode.TRY_NOT_SO)
    now.do({"at": at})
    return _back(change)


@blueprint.post(f"{TRY}/letters")
@page(may=PageRight.CHANGES_WORDS, look=None)
def let_letters_leave(visit: Visit, change: str) -> Answer:
    as_it_was_seen(try_of(visit, change)).do({"as": ITSELF, SEND: "taken"})
    return _back(change)


@blueprint.post(f"{TRY}/take-back/<int:number>")
@page(may=PageRight.CHANGES_WORDS, look=None)
def take_back(visit: Visit, change: str, number: int) -> Answer:
    """That step, and all that came after it."""
    now = as_it_was_seen(try_of(visit, change))
    now.keep(without_from(now.kept.told, max(number, 1)))
    return _back(change, "It stands as it did before that step.")


@blueprint.post(f"{TRY}/drop")
@page(may=PageRight.CHANGES_WORDS, look=None)
def drop(visit: Visit, change: str) -> Answer:
    visit.do(drop_try, change)
    scratch.forget(whose(visit, change))
    flash("The try is dropped. Nothing of it is kept.")
    return redirect(url_for("studio.change", change=change), SEE_OTHER)


def _back(change: str, said: str = "") -> Answer:
    if said:
        flash(said)
    return redirect(url_for("studio_trying.where", change=change), SEE_OTHER)


@blueprint.get(f"{TRY}/start/<process>")
@page(may=PageRight.CHANGES_WORDS, look=None)
def ask_to_start(visit: Visit, change: str, process: str) -> Answer:
    return _asked(visit, change, StartInTry(process, request.args.get("case", ""), request.args.get("as", "")))


@blueprint.post(f"{TRY}/start/<process>")
@page(may=PageRight.CHANGES_WORDS, look=None, keeps_typed=True, taken_once=True)
def start(visit: Visit, change: str, process: str) -> Answer:
    return _sent(visit, change, StartInTry(process, request.args.get("case", ""), request.args.get("as", "")))


@blueprint.get(f"{TRY}/tasks/<case>/<task>")
@page(may=PageRight.CHANGES_WORDS, look=None)
def ask(visit: Visit, change: str, case: str, task: str) -> Answer:
    return _asked(visit, change, TaskInTry(case, task, request.args.get("as", "")))


@blueprint.post(f"{TRY}/tasks/<case>/<task>")
@page(may=PageRight.CHANGES_WORDS, look=None, keeps_typed=True, taken_once=True)
def answer(visit: Visit, change: str, case: str, task: str) -> Answer:
    return _sent(visit, change, TaskInTry(case, task, request.args.get("as", "")))


def _asked(visit: Visit, change: str, at: InTry) -> Answer:
    """Where nobody is named it is whoever sees all of a case."""
    now = try_of(visit, change)
    if not at.who:
        with now.played() as played:
            who = who_sees_all(played.model)
        return redirect(f"{request.path}?{urlencode({**request.args, 'as': who})}", SEE_OTHER)
    try:
        with now.played() as played:
            seen, people = page_in_try(played, at), people_of(played.model)
    except NotShown as hidden:
        return _not_shown(now, at, str(hidden))
    return _shower(now, at, people)(seen, sending.blank(seen.form, now.moment), OK)


def _sent(visit: Visit, change: str, at: InTry) -> Answer:
    now = try_of(visit, change)

    def read(typed: Typed) -> TaskView | Start:
        with now.played() as played:
            people.update(people_of(played.model))
            return page_in_try(played, at, as_answers(typed))

    def send(typed: Typed) -> str:
        key = sending.submission_key()
        if now.kept.told.get(SENT) != key:
            with now.played() as played:
                step, children = step_in_try(played, at, as_answers(typed))
            now.do(step, children, key)
        return url_for("studio_trying.where", change=change)

    people: dict[str, str] = {}
    try:
        return sending.respond(visit, FormPage(read, _shower(now, at, people), send))
    except NotShown as hidden:
        return _not_shown(now, at, str(hidden))


def _shower(now: TryNow, at: InTry, people: Mapping[str, str]) -> Callable[[TaskView | Start, FormOnPage, int], Answer]:
    def show(seen: TaskView | Start, form: FormOnPage, status: int) -> Answer:
        if isinstance(seen, TaskView) and seen.obstacle:
            return _not_shown(now, at, seen.obstacle)
        name = "studio/try_task.html" if isinstance(seen, TaskView) else "studio/try_start.html"
        return now.show(name, status, at=at, seen=seen, form=form, people=people)

    return show


def _not_shown(now: TryNow, at: InTry, why: str) -> Answer:
    with now.played() as played:
        people = people_of(played.model)
    return now.show("studio/try_not_theirs.html", OK, at=at, people=people, why=why)


@blueprint.get(f"{TRY}/keep")
@page(may=PageRight.CHANGES_WORDS, look=None)
def ask_to_keep(visit: Visit, change: str) -> Answer:
    return _keep_form(try_of(visit, change), {})


@blueprint.post(f"{TRY}/keep")
@page(may=PageRight.CHANGES_WORDS, look=None, keeps_typed=True)
def keep(visit: Visit, change: str) -> Answer:
    """It is played once more as it will lie there, before it does."""
    now = try_of(visit, change)
    title, files = " ".join(request.form.get("title", "").split()), now.draft.files
    with now.played() as played:
        process = request.form.get("process", "")
        path = path_of_story(process if process in played.model.drawings else "", title)
        text = story_text(played, now.kept.told, title) if now.kept.told["step"] else ""
    if problem := sending.STALE if visit.stale else _title_problem(title, path, now):
        return _keep_form(now, {"title": problem})
    if failed := scratch.failures(files.models, text, path):
        return _keep_form(now, {"title": f"Played as a story it does not come out so: {failed[0]}"})
    version = files.saved[path].version if path in files.saved else 0
    visit.do(save_file, change, path, text.encode(), version)
    flash("The try is kept as a story of this draft. It goes on from here, or you can drop it.")
    return redirect(url_for("studio_stories.story", change=change, path=path), SEE_OTHER)


def _title_problem(title: str, path: str, now: TryNow) -> str:
    if not now.kept.told["step"]:
        return "Nothing was done yet, so there is nothing to keep"
    if not path:
        return "Say in a few words what the story shows"
    if len(title) > LONGEST_TITLE:
        return f"What it shows must be {LONGEST_TITLE} characters or fewer"
    return "A story of this name lies there already: call it otherwise" if path in now.draft.files.now else ""


def _keep_form(now: TryNow, problems: Mapping[str, str]) -> Answer:
    with now.played() as played:
        moment = played.now
        processes = sorted((one.name, one.process) for one in played.model.drawings.values())
    typed = {name: request.form.get(name, "") for name in ("title", "process")}
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    words = {"processes": processes, "typed": typed, "problems": problems, "errors": errors, "moment": moment}
    return now.show("studio/try_keep.html", BAD_REQUEST if problems else OK, **words)
