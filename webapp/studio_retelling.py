"""A story made from a recorded case, on a page: told without names, read through by a person, and put in a draft."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from random import SystemRandom

import orjson
from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import NotAllowed, NotFound, NotPossible
from engine.commands.counting import Budget
from engine.commands.saving_changes import save_file
from engine.importing.given_ids import words_of
from engine.reads.audit.exportable import case_to_retell
from engine.reads.studio.stories_page import DraftForStory, draft_for_story
from engine.trial.retelling import RetoldCase, story_of_case
from engine.trial.retold_answers import StepCompared
from webapp import limits
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import STALE

blueprint = Blueprint("studio_retelling", __name__)
OK, BAD_REQUEST, SEE_OTHER = 200, 400, 303
STORIES = Budget(20, timedelta(hours=1))
NO_CASE = "There is no case with this reference, or it is not yours to know of"


@blueprint.get("/studio/changes/<change>/story-of-case")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def ask_for_case(visit: Visit, change: str) -> Answer:
    return _which_case(visit.read_unlogged(draft_for_story, change))


@blueprint.post("/studio/changes/<change>/story-of-case")
@page(may=PageRight.CHANGES_PATHWAY, look="retelling")
def retell(visit: Visit, change: str) -> Answer:
    """That it was taken is in the record before it is shown (`story_of_case`)."""
    seen = visit.read_unlogged(draft_for_story, change)
    limits.spend(visit, limits.of_sender(visit, "story", STORIES))
    try:
        found = visit.read_logged(case_to_retell, request.form.get("reference", ""))
        made = story_of_case(visit.site.database, visit.actor, visit.now, found.case, SystemRandom())
    except NotFound:
        return _which_case(seen, NO_CASE), BAD_REQUEST
    except (NotAllowed, NotPossible) as refusal:
        return _which_case(seen, str(refusal)), BAD_REQUEST
    return _read_through(seen, _sent(made), made.compared, {})


@blueprint.post("/studio/changes/<change>/story-of-case/save")
@page(may=PageRight.CHANGES_PATHWAY, look=None, keeps_typed=True)
def keep_story(visit: Visit, change: str) -> Answer:
    seen = visit.read_unlogged(draft_for_story, change)
    typed = {name: request.form.get(name, "") for name in ("text", "name", "process", "compared", "read")}
    path = f"processes/{typed['process']}/scenarios/{words_of(typed['name'])}.toml"
    problems = {"text": STALE} if visit.stale else _problems(typed, path, seen)
    if not problems:
        try:
            visit.do(save_file, change, path, typed["text"].replace("\r\n", "\n").encode(), 0)
        except NotPossible as refusal:
            problems = {"text": str(refusal)}
    if problems:
        return _read_through(seen, typed, _compared(typed["compared"]), problems), BAD_REQUEST
    flash("The story is saved in the draft.")
    return redirect(url_for("studio_stories.story", change=change, path=path), SEE_OTHER)


def _problems(typed: Mapping[str, str], path: str, seen: DraftForStory) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not typed["text"].strip():
        problems["text"] = "The story is empty"
    if not words_of(typed["name"]):
        problems["name"] = "Give the story a name of a few words, such as “A referral at night”"
    elif path in seen.paths:
        problems["name"] = "There is a story of this name already: choose another"
    if typed["read"] != "yes":
        problems["read"] = "Confirm that you have read the story through"
    return problems


def _sent(made: RetoldCase) -> dict[str, str]:
    """What goes to the browser and comes back with it; titles of questions are nobody's answers."""
    compared = orjson.dumps([asdict(one) for one in made.compared]).decode()
    return {"text": made.text, "name": "", "process": made.process, "compared": compared, "read": ""}


def _compared(sent: str) -> Sequence[StepCompared]:
    """As it came back; nothing where somebody has changed it."""
    with suppress(ValueError, TypeError):
        return [StepCompared(**one) for one in orjson.loads(sent)]
    return ()


def _which_case(seen: DraftForStory, refused: str = "") -> str:
    errors = [{"text": refused, "href": "#reference"}] if refused else []
    typed = request.form.get("reference", "")
    return render_template("studio/story_which_case.html", seen=seen, typed=typed, refused=refused, errors=errors)


def _read_through(
    seen: DraftForStory, typed: Mapping[str, str], compared: Sequence[StepCompared], problems: Mapping[str, str]
) -> str:
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    words = {"typed": typed, "compared": compared, "problems": problems, "errors": errors}
    return render_template("studio/story_of_case.html", seen=seen, **words)
