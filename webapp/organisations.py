"""Organisations and their teams, for administrators: add, rename, and say which team referrals reach first."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for

from engine.commands.administering import (
    add_named_organisation,
    add_named_team,
    choose_duty_team,
    rename_organisation,
    rename_team,
)
from engine.reads.authority import organisation_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage

blueprint = Blueprint("organisations", __name__)
SEE_OTHER = 303


@blueprint.get("/organisations")
@page(may=PageRight.ADMINISTERS, look=None)
def organisations(visit: Visit) -> Answer:
    return render_template("people/organisations.html", seen=visit.read_unlogged(reads.organisations))


@blueprint.get("/organisations/add")
@page(may=PageRight.ADMINISTERS, look=None)
def new(visit: Visit) -> Answer:
    return _blank(visit, lambda: visit.read_unlogged(reads.new_organisation), "Add it")


@blueprint.post("/organisations/add")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def add(visit: Visit) -> Answer:
    def send(seen: reads.OrganisationForm, typed: Typed) -> str:
        visit.do(add_named_organisation, answers_of(seen.form.questions, typed))
        return "The organisation is there. Its people can be added now."

    return _sent(visit, lambda: visit.read_unlogged(reads.new_organisation), "Add it", send)


@blueprint.get("/organisations/<organisation>/rename")
@page(may=PageRight.ADMINISTERS, look=None)
def to_rename(visit: Visit, organisation: str) -> Answer:
    return _blank(visit, lambda: visit.read_unlogged(reads.organisation_to_rename, organisation), "Rename")


@blueprint.post("/organisations/<organisation>/rename")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def rename(visit: Visit, organisation: str) -> Answer:
    def send(seen: reads.OrganisationForm, typed: Typed) -> str:
        visit.do(rename_organisation, organisation, answers_of(seen.form.questions, typed))
        return "The organisation is renamed."

    return _sent(visit, lambda: visit.read_unlogged(reads.organisation_to_rename, organisation), "Rename", send)


@blueprint.get("/organisations/<organisation>/teams/add")
@page(may=PageRight.ADMINISTERS, look=None)
def new_team(visit: Visit, organisation: str) -> Answer:
    return _blank(visit, lambda: visit.read_unlogged(reads.new_team, organisation), "Add the team")


@blueprint.post("/organisations/<organisation>/teams/add")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def add_team(visit: Visit, organisation: str) -> Answer:
    def send(seen: reads.OrganisationForm, typed: Typed) -> str:
        visit.do(add_named_team, organisation, answers_of(seen.form.questions, typed))
        return "The team is there."

    return _sent(visit, lambda: visit.read_unlogged(reads.new_team, organisation), "Add the team", send)


@blueprint.get("/organisations/teams/<team>/rename")
@page(may=PageRight.ADMINISTERS, look=None)
def team_to_rename(visit: Visit, team: str) -> Answer:
    return _blank(visit, lambda: visit.read_unlogged(reads.team_to_change, team), "Rename")


@blueprint.post("/organisations/teams/<team>/rename")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def rename_this_team(visit: Visit, team: str) -> Answer:
    def send(seen: reads.OrganisationForm, typed: Typed) -> str:
        visit.do(rename_team, team, answers_of(seen.form.questions, typed))
        return "The team is renamed."

    return _sent(visit, lambda: visit.read_unlogged(reads.team_to_change, team), "Rename", send)


@blueprint.get("/organisations/teams/<team>/duty")
@page(may=PageRight.ADMINISTERS, look=None)
def ask_for_duty(visit: Visit, team: str) -> Answer:
    return render_template("people/duty_team.html", seen=visit.read_unlogged(reads.team_to_change, team))


@blueprint.post("/organisations/teams/<team>/duty")
@page(may=PageRight.ADMINISTERS, look=None)
def put_on_duty(visit: Visit, team: str) -> Answer:
    visit.do(choose_duty_team, team)
    flash("Referrals reach this team first from now on.")
    return redirect(url_for("organisations.organisations"), SEE_OTHER)


Read = Callable[[], reads.OrganisationForm]


def _blank(visit: Visit, read: Read, button: str) -> Answer:
    seen = read()
    return _show(button, seen, sending.blank(seen.form, visit.now), sending.OK)


def _sent(visit: Visit, read: Read, button: str, send: Callable[[reads.OrganisationForm, Typed], str]) -> Answer:
    """`send` gives what is said of what was done."""

    def done(typed: Typed) -> str:
        flash(send(read(), typed))
        return url_for("organisations.organisations")

    return sending.respond(visit, FormPage(lambda _typed: read(), partial(_show, button), done))


def _show(button: str, seen: reads.OrganisationForm, form: FormOnPage, status: int) -> Answer:
    return render_template("people/organisation.html", seen=seen, form=form, button=button), status
