"""The stories of a draft: all by process with how they came out, and each as a text that can be changed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import NotPossible
from engine.commands.saving_changes import SavedMeanwhile, save_file
from engine.commands.trials import stop_trial
from engine.process.condition_words import listed
from engine.reads.studio.draft_rights import may_change
from engine.reads.studio.stories_page import StoryPage, StoryShown, stories_page, story_page
from engine.scenario.expecting import expecting_what_came_out
from engine.scenario.known_names import check_names
from engine.scenario.other_models import put_in_force_by
from engine.scenario.story import BadStory, StoryFault, parse
from engine.trial.running_trial import STORIES
from webapp.background_trials import start_trial
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import STALE

blueprint = Blueprint("studio_stories", __name__)
MOST_NAMED, LEFT, TO_MEND = 10, "Left as it is", "To be mended"
OK, SEE_OTHER, BAD_REQUEST, CONFLICT = 200, 303, 400, 409


@blueprint.get("/studio/changes/<change>/stories")
@page(may=PageRight.STUDIO, look=None)
def stories(visit: Visit, change: str) -> Answer:
    return render_template("studio/stories.html", seen=visit.read_unlogged(stories_page, change))


@blueprint.post("/studio/changes/<change>/play-stories")
@page(may=PageRight.STUDIO, look=None)
def play(visit: Visit, change: str) -> Answer:
    visit.do(start_trial, change, STORIES)
    return redirect(url_for("studio_stories.stories", change=change), SEE_OTHER)


@blueprint.post("/studio/changes/<change>/play-stories/<trial>/stop")
@page(may=PageRight.STUDIO, look=None)
def stop_playing(visit: Visit, change: str, trial: str) -> Answer:
    visit.do(stop_trial, trial)
    return redirect(url_for("studio_stories.stories", change=change), SEE_OTHER)


@blueprint.post("/studio/changes/<change>/expect-what-came-out")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def expect_what_came_out(visit: Visit, change: str) -> Answer:
    """Of all stories of which a day or what is open came out otherwise; what was saved meanwhile stays as it is."""
    visit.read_unlogged(may_change)
    wrong = [one for one in visit.read_unlogged(stories_page, change).stories if one.failed]
    told = [(one, expecting_what_came_out(one.text or "", one.failed or ())) for one in wrong]
    turned = [(one, now.text) for one, now in told if now.text != (one.text or "")]
    meanwhile = [one for one, text in turned if not _saved(visit, change, one.path, text, one.version)]
    mended = len(turned) - len(meanwhile)
    flash(f"{mended} {'story expects' if mended == 1 else 'stories expect'} what came out. Play them again.")
    _flash_left(meanwhile, [one for one, now in told if now.left and one not in meanwhile])
    return redirect(url_for("studio_stories.stories", change=change), SEE_OTHER)


@blueprint.post("/studio/changes/<change>/catch-up")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def catch_up(visit: Visit, change: str) -> Answer:
    """The stories do the new tasks of the draft, as was tried when they were played."""
    visit.read_unlogged(may_change)
    seen = visit.read_unlogged(stories_page, change)
    texts: Mapping[str, str] = seen.trial.catching_up if seen.trial else {}
    told = [one for one in seen.stories if one.path in texts]
    meanwhile = [one for one in told if not _saved(visit, change, one.path, texts[one.path], one.version)]
    mended = len(told) - len(meanwhile)
    flash(f"{mended} {'story does' if mended == 1 else 'stories do'} what the draft adds. Play them again.")
    _flash_left(meanwhile)
    return redirect(url_for("studio_stories.stories", change=change), SEE_OTHER)


@blueprint.get("/studio/changes/<change>/stories/<path:path>")
@page(may=PageRight.STUDIO, look=None)
def story(visit: Visit, change: str, path: str) -> Answer:
    seen = visit.read_unlogged(story_page, change, path)
    return _show(seen, seen.text)


@blueprint.post("/studio/changes/<change>/stories/<path:path>")
@page(may=PageRight.CHANGES_PATHWAY, look=None, keeps_typed=True)
def save_story(visit: Visit, change: str, path: str) -> Answer:
    """Faults do not block it: they stand beside what was saved, and it is not published before they are mended."""
    visit.read_unlogged(may_change)
    seen = visit.read_unlogged(story_page, change, path)
    ends = "\r\n" if seen.text and "\r\n" in seen.text else "\n"
    typed = ends.join(request.form.get("text", "").replace("\r\n", "\n").split("\n"))
    if visit.stale:
        return _show(seen, typed, STALE, BAD_REQUEST)
    if request.form.get("version") != str(seen.version):
        return _show(seen, typed, _meanwhile(seen), CONFLICT)
    try:
        now_at = visit.do(save_file, change, path, typed.encode(), seen.version)
    except SavedMeanwhile:
        seen = visit.read_unlogged(story_page, change, path)
        return _show(seen, typed, _meanwhile(seen), CONFLICT)
    except NotPossible as refusal:
        return _show(seen, typed, str(refusal), CONFLICT)
    _flash_saved(is_new=now_at != seen.version, is_faulty=bool(_faults(seen, typed)))
    return redirect(url_for("studio_stories.story", change=change, path=path), SEE_OTHER)


def _flash_saved(*, is_new: bool, is_faulty: bool) -> None:
    if is_new and is_faulty:
        flash("The story is saved in the draft. It cannot be played as it is written.", TO_MEND)
    else:
        flash("The story is saved in the draft." if is_new else "Nothing was changed.")


def _flash_left(meanwhile: Sequence[StoryShown], more: Sequence[StoryShown] = ()) -> None:
    """Those that were not, or not wholly, made to come out right: by name, and why."""
    if meanwhile:
        flash(f"Somebody saved them meanwhile, so they are as they were: {_named(meanwhile)}.", LEFT)
    if more:
        flash(f"More than days and what is open came out otherwise. Mend that in the story: {_named(more)}.", LEFT)


def _named(those: Sequence[StoryShown]) -> str:
    more = [f"{len(those) - MOST_NAMED} more"] if len(those) > MOST_NAMED else []
    return listed([*(f"“{one.title}”" for one in those[:MOST_NAMED]), *more])


def _saved(visit: Visit, change: str, path: str, text: str, version: int) -> bool:
    with suppress(SavedMeanwhile):
        return visit.do(save_file, change, path, text.encode(), version) != version
    return False


def _meanwhile(seen: StoryPage) -> str:
    return (
        f"{seen.saved_by or 'Somebody'} saved this story since you opened it, so yours was not saved. Both are below."
    )


def _show(seen: StoryPage, typed: str | None, refused: str = "", status: int = OK) -> Answer:
    """With what of the text cannot be played as it is written."""
    faults = _faults(seen, typed) if typed is not None else ()
    errors = ([{"text": refused, "href": "#text"}] if refused else []) + [
        {"text": f"Step {fault.step}: {fault.message}" if fault.step else fault.message, "href": "#text"}
        for fault in faults
    ]
    is_conflict = status == CONFLICT and seen.may_save
    return render_template("studio/story.html", seen=seen, typed=typed, errors=errors, is_conflict=is_conflict), status


def _faults(seen: StoryPage, text: str) -> tuple[StoryFault, ...]:
    try:
        told = parse(text, seen.path)
        if seen.draft:
            check_names(told, seen.draft, put_in_force_by(told, seen.models))
    except BadStory as bad:
        return bad.faults
    return ()
