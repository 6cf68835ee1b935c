"""Referring a child: by anybody, with or without an account. The answer is the same whether or not a case exists."""

from datetime import timedelta
from functools import partial

from flask import Blueprint, g, redirect, render_template, request, session, url_for

from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import BadAnswers
from engine.commands.cases import says_danger, start_process
from engine.commands.counting import Budget
from engine.commands.drafts import discard_draft
from engine.commands.sessions import digest
from engine.people.identity import PUBLIC, Actor
from engine.reads.task.start_page import Start, referral, start_questions
from webapp import errors, limits, sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, is_our_form, page, public_visit, site
from webapp.sending import FormOnPage, FormPage, as_answers
from webapp.sessions import token
from webapp.unsaved import NotKept, Unsaved, keep

blueprint = Blueprint("refer", __name__)
ACCEPTED, NOT_FOUND = 202, 404
OF_SENDER = Budget(20, timedelta(minutes=10))
OF_THE_UNKNOWN = Budget(120, timedelta(minutes=1))
DANGER_TIMES = 10
WHY: dict[type[Exception], str] = {
    limits.TooMany: "More is being sent just now than is taken at once.",
    DatabaseUnavailable: "Nothing can be saved in the usual place just now.",
}


@blueprint.get("/refer")
@page(may=PageRight.ANYONE, look=None)
def form(visit: Visit) -> Answer:
    if not visit.enter_by_host():
        return _which_authority()
    seen = visit.read_unlogged(referral)
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/refer")
@page(may=PageRight.ANYONE, look=None, keeps_typed=True, taken_once=True)
def send(visit: Visit) -> Answer:
    if not visit.enter_by_host():
        return _which_authority()
    process = visit.read_unlogged(referral).process

    def read(typed: Typed) -> Start:
        return visit.read_unlogged(referral, as_answers(typed))

    draft = _subject(process) if visit.signed_in else None
    return sending.respond(visit, FormPage(read, _show, partial(_send, visit, process), draft, kept_outside=True))


@blueprint.get("/refer/sent")
@page(may=PageRight.ANYONE, look=None)
def sent(_visit: Visit) -> Answer:
    references = session.get("references")
    if not references:
        return redirect(url_for("refer.form"), 303)
    within, urgent = session.get("within", ""), session.get("urgent", False)
    return render_template("refer/sent.html", references=references, within=within, urgent=urgent)


def _send(visit: Visit, process: str, typed: Typed) -> str:
    if request.form.get("website"):
        raise BadAnswers({"": "Leave the field “Website” empty: it is there to catch programs that fill in forms."})
    questions = visit.read_for_command(start_questions, process, None, as_answers(typed))
    answers = answers_of(questions, typed)
    g.danger = visit.read_for_command(says_danger, process, answers)  # what cannot be a referral counts for nobody
    limits.spend(visit, _budgets(visit.actor, danger=g.danger))
    started = visit.do(start_process, process, answers, None, sending.submission_key())
    if visit.signed_in:
        visit.do(discard_draft, _subject(process))
    session["references"], session["within"] = list(started.references), started.within
    session["urgent"] = started.urgent
    return url_for("refer.sent")


def _keep(error: Exception) -> Answer:
    """What was sent and cannot be taken now is kept outside the database, and the page says so. Raises nothing."""
    if request.method != "POST" or not sending.is_sent() or not is_our_form() or request.form.get("website"):
        return errors.failed(error)
    visit: Visit | None = g.get("visit")  # none where not even that could be read
    actor = visit.actor if visit else PUBLIC
    danger: bool | None = g.get("danger")  # unknown where nothing could be read: it may be
    budgets = _budgets(actor, danger=danger is not False)
    here = site()
    unsaved = Unsaved(
        sent_at=here.clock(),
        host=request.host.partition(":")[0],
        authority=actor.authority or "",
        account=actor.account or "",
        session="" if visit else digest(token(here.settings)),
        submission=sending.submission_key(),
        danger=danger is not False,
        typed=sending.typed_now(),
        budgets=budgets,
    )
    own, budget = next(iter(budgets.items()))
    try:
        keep(here.settings.unsaved, unsaved, own[:16], budget.most)
    except NotKept as not_kept:
        return errors.failed(not_kept)
    if isinstance(error, DatabaseUnavailable):
        g.visit = public_visit()  # the page must stand where nothing can be read
    why = next(WHY[kind] for kind in type(error).__mro__ if kind in WHY)
    told = {"why": why, "sent_at": unsaved.sent_at, "checked": danger is not None}
    return render_template("refer/kept.html", **told), ACCEPTED


for kind in WHY:
    blueprint.register_error_handler(kind, _keep)


def _budgets(actor: Actor, *, danger: bool) -> dict[str, Budget]:
    """Whoever is signed in counts alone, all others with their network, and those who are unknown together as well.
    Danger has budgets of its own.
    """
    who, times = limits.sender(actor.account), DANGER_TIMES if danger else 1
    what = "referrals of danger" if danger else "referrals"
    own = OF_SENDER.times(times * (limits.TRUSTED_TIMES if who.is_trusted else 1))
    budgets = {limits.key_of(what, who.name): own}
    if not (who.is_account or who.is_trusted):
        budgets[limits.key_of(what, "of the unknown")] = OF_THE_UNKNOWN.times(times)
    return budgets


def _subject(process: str) -> str:
    """Under which a draft of this form is kept."""
    return f"start:{process}:"


def _which_authority() -> Answer:
    """Several authorities share this site, and the address says none of them; or there is none yet."""
    return render_template("refer/which_authority.html"), NOT_FOUND


def _show(_seen: Start, form: FormOnPage, status: int) -> Answer:
    return render_template("refer/refer.html", form=form), status
