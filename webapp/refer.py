"""Referring a child: by anybody, with or without an account. The answer is the same whether or not a case exists."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, session, url_for

from engine.base.errors import BadAnswers
from engine.commands.cases import start_process
from engine.commands.drafts import discard_draft, save_draft
from engine.reads.task.start_page import Start, referral
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.limits import everybody, sender
from webapp.pages import Answer, PageRight, RateLimit, Visit, page

blueprint = Blueprint("refer", __name__)
BAD_REQUEST, NOT_FOUND = 400, 404


@blueprint.get("/refer")
@page(may=PageRight.ANYONE, look=None)
def form(visit: Visit) -> Answer:
    if not visit.enter_by_host():
        return _which_authority()
    seen = visit.glance(referral)
    return render_template("refer/refer.html", form=sending.blank(seen.form, visit.now))


@blueprint.post("/refer")
@page(
    may=PageRight.ANYONE,
    look=None,
    limits=(RateLimit("20 per 10 minutes", sender), RateLimit("120 per minute", everybody)),
    keeps_typed=True,
)
def send(visit: Visit) -> Answer:
    if not visit.enter_by_host():
        return _which_authority()
    typed = sending.typed_now()
    if visit.stale:
        return _again(visit, typed, {"": sending.STALE})
    if sending.changes_a_list():
        seen = visit.glance(referral)
        return render_template("refer/refer.html", form=sending.changed(seen.form, typed))
    try:
        return redirect(_do(visit, typed), 303)
    except BadAnswers as bad:
        return _again(visit, typed, bad.problems)


@blueprint.get("/refer/sent")
@page(may=PageRight.ANYONE, look=None)
def sent(_visit: Visit) -> Answer:
    references = session.get("references")
    if not references:
        return redirect(url_for("refer.form"), 303)
    return render_template("refer/sent.html", references=references)


def _do(visit: Visit, typed: Typed) -> str:
    """Where to go on."""
    action = request.form.get("do", "")
    seen = visit.glance(referral)
    if visit.signed_in and action in ("save", "discard"):
        visit.do(discard_draft, _subject(seen)) if action == "discard" else visit.do(save_draft, _subject(seen), typed)
        return url_for("refer.form")
    submission = request.form.get("submission", "")[:64]
    if request.form.get("website"):
        raise BadAnswers({"": "Leave the field “Website” empty: it is there to catch programs that fill in forms."})
    started = visit.do(start_process, seen.process, answers_of(seen.form.questions, typed), None, submission)
    if visit.signed_in:
        visit.do(discard_draft, _subject(seen))
    session["references"] = list(started.references)
    return url_for("refer.sent")


def _which_authority() -> Answer:
    """Several authorities share this site, and the address says none of them; or there is none yet."""
    return render_template("refer/which_authority.html"), NOT_FOUND


def _subject(seen: Start) -> str:
    """Under which a draft of this form is kept."""
    return f"start:{seen.process}:"


def _again(visit: Visit, typed: Typed, problems: Mapping[str, str]) -> Answer:
    if not visit.enter_by_host():
        return _which_authority()
    seen = visit.glance(referral)
    return render_template("refer/refer.html", form=sending.again(seen.form, typed, problems)), BAD_REQUEST
