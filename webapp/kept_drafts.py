"""How long what somebody typed and did not send is kept: privacy officers set it."""

from flask import Blueprint, flash, render_template, url_for

from engine.commands.ending_drafts import set_draft_days
from engine.reads.task import draft_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("kept_drafts", __name__)


@blueprint.get("/privacy/drafts")
@page(may=PageRight.PRIVACY_OFFICER, look=None)
def drafts(visit: Visit) -> Answer:
    seen = visit.read_unlogged(reads.kept_drafts)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/privacy/drafts")
@page(may=PageRight.PRIVACY_OFFICER, look=None, keeps_typed=True)
def set_days(visit: Visit) -> Answer:
    def read(_typed: Typed) -> reads.KeptDrafts:
        return visit.read_unlogged(reads.kept_drafts)

    def send(typed: Typed) -> str:
        days = visit.do(set_draft_days, answers_of(read(typed).form.questions, typed))
        flash(f"Drafts are kept for {'one day' if days == 1 else f'{days} days'}.")
        return url_for(".drafts")

    return sending.respond(visit, FormPage(read, _show, send))


def _show(seen: reads.KeptDrafts, form: FormOnPage, status: int) -> Answer:
    return render_template("privacy/drafts.html", seen=seen, form=form), status
