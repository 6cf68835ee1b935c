"""What is signed before the door opens: read and agreed to by each person; set and overseen by administrators."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import NotPossible
from engine.commands.signing_agreements import agree_to_conduct, note_signed, set_agreement
from engine.reads.authority import agreement_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.sending import FormOnPage, FormPage
from webapp.welcoming import home, is_of_this_site

blueprint = Blueprint("agreements", __name__)
BAD_REQUEST, SEE_OTHER = 400, 303


@blueprint.get("/agreements/sign")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def to_sign(visit: Visit) -> Answer:
    seen, goes_on = visit.read_unlogged(reads.to_sign), request.args.get("next", "")
    if not (seen.conduct or seen.organisations):
        return redirect(_on(visit, goes_on), SEE_OTHER)
    return render_template("agreements/sign.html", seen=seen, next=goes_on, problem="")


@blueprint.post("/agreements/sign")
@page(may=PageRight.SIGNED_IN, look=None, before_second_factor=True)
def sign(visit: Visit) -> Answer:
    """One button, and nothing else is asked: whoever is on duty is where they were going."""
    goes_on, version = request.form.get("next", ""), request.form.get("version", 0, int)
    try:
        visit.do(agree_to_conduct, version)
    except NotPossible as other:
        seen = visit.read_unlogged(reads.to_sign)
        return render_template("agreements/sign.html", seen=seen, next=goes_on, problem=str(other)), BAD_REQUEST
    return redirect(_on(visit, goes_on), SEE_OTHER)


@blueprint.get("/agreements")
@page(may=PageRight.ADMINISTERS, look=None)
def overview(visit: Visit) -> Answer:
    return render_template("agreements/agreements.html", seen=visit.read_unlogged(reads.agreements, page_number()))


@blueprint.get("/agreements/<agreement>/set")
@page(may=PageRight.ADMINISTERS, look=None)
def to_set(visit: Visit, agreement: str) -> Answer:
    seen = visit.read_unlogged(reads.text_to_set, agreement)
    return _show("Set it", seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/agreements/<agreement>/set")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def put(visit: Visit, agreement: str) -> Answer:
    def read(_typed: Typed) -> reads.AgreementForm:
        return visit.read_unlogged(reads.text_to_set, agreement)

    def send(typed: Typed) -> str:
        version = visit.do(set_agreement, agreement, answers_of(read(typed).form.questions, typed))
        flash(f"Version {version} is set.")
        return url_for("agreements.overview")

    return sending.respond(visit, FormPage(read, partial(_show, "Set it"), send))


@blueprint.get("/agreements/organisations/<organisation>/signed")
@page(may=PageRight.ADMINISTERS, look=None)
def to_note(visit: Visit, organisation: str) -> Answer:
    seen = visit.read_unlogged(reads.organisation_to_sign, organisation)
    return _show("Note it", seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/agreements/organisations/<organisation>/signed")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def note(visit: Visit, organisation: str) -> Answer:
    def read(_typed: Typed) -> reads.AgreementForm:
        return visit.read_unlogged(reads.organisation_to_sign, organisation)

    def send(typed: Typed) -> str:
        visit.do(note_signed, organisation, answers_of(read(typed).form.questions, typed))
        flash("It is noted: the door is open to them.")
        return url_for("agreements.overview")

    return sending.respond(visit, FormPage(read, partial(_show, "Note it"), send))


def _on(visit: Visit, goes_on: str) -> str:
    return goes_on if is_of_this_site(goes_on) else home(visit.actor)


def _show(button: str, seen: reads.AgreementForm, form: FormOnPage, status: int) -> Answer:
    return render_template("agreements/form.html", seen=seen, form=form, button=button), status
