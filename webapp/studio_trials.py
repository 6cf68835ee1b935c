"""A draft tried in the background, with progress: on the recorded cases, and in years that are made up."""

from flask import Blueprint, redirect, render_template, url_for

from engine.base.errors import NotFound
from engine.commands.trials import stop_trial
from engine.reads.studio.change_page import change_page
from engine.reads.studio.trial_page import trials_of_change
from engine.trial.running_trial import CASES, SYNTHETIC
from webapp.background_trials import start_trial
from webapp.pages import Answer, PageRight, Visit, page

blueprint = Blueprint("studio_trials", __name__)
SEE_OTHER = 303


@blueprint.get("/studio/changes/<change>/trial")
@page(may=PageRight.STUDIO, look="trial of a draft")
def trial(visit: Visit, change: str) -> Answer:
    seen = visit.read_unlogged(change_page, change)
    return render_template("studio/trial.html", seen=seen, found=visit.read_logged(trials_of_change, change))


@blueprint.post("/studio/changes/<change>/trial/<kind>")
@page(may=PageRight.STUDIO, look=None)
def start(visit: Visit, change: str, kind: str) -> Answer:
    if kind not in (CASES, SYNTHETIC):
        raise NotFound
    visit.do(start_trial, change, kind)
    return redirect(url_for("studio_trials.trial", change=change), SEE_OTHER)


@blueprint.post("/studio/changes/<change>/trial/<trial>/stop")
@page(may=PageRight.STUDIO, look=None)
def stop(visit: Visit, change: str, trial: str) -> Answer:
    visit.do(stop_trial, trial)
    return redirect(url_for("studio_trials.trial", change=change), SEE_OTHER)
