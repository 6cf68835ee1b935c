"""People, for administrators: everybody with an account, one of them, and all that is done about one."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import BadAnswers, NotAllowed
from engine.commands.accounts import disable_account
from engine.commands.administering import add_person, change_person, enable_account
from engine.commands.giving_roles import RoleGiven, agree_to_role, drop_proposed_role, end_asked_role, give_asked_role
from engine.commands.keeping_searches import keep_search
from engine.commands.leavers import hand_back_tasks_of_leavers
from engine.facts.kept_searches import words_of
from engine.people.identity import SYSTEM
from engine.reads.authority import people_pages as reads
from engine.reads.authority.people_rows import SHOWN
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.sending import FormOnPage, FormPage
from webapp.showing_who import not_shown_to_be
from webapp.words import on

blueprint = Blueprint("people", __name__)
LONGEST_SEARCH = 200
BAD_REQUEST, SEE_OTHER = 400, 303
LET_IN_ANEW = (
    " Nothing opens their account now. One administrator makes a link for them, and another gives a code: choose "
    "“Help them to sign in”."
)


@blueprint.get("/people")
@page(may=PageRight.ADMINISTERS, look=None)
def people(visit: Visit) -> Answer:
    search = request.args.get("search", "")
    text = visit.read_for_command(words_of, search) if search else ""
    return _list(visit, text, request.args.get("show", ""), search)


@blueprint.post("/people")
@page(may=PageRight.ADMINISTERS, look=None)
def find(visit: Visit) -> Answer:
    """Kept for whoever typed it, and not in the address: a name would stay in the history of the browser, and in logs
    on the way. Where nothing can be kept, who is found is the answer itself.
    """
    text = request.form.get("text", "")[:LONGEST_SEARCH].strip()
    try:
        search = visit.do(keep_search, text) if text else None
    except DatabaseUnavailable as refused:
        if not visit.cannot_write(refused):
            raise
        return _list(visit, text, "", "")
    return redirect(url_for("people.people", search=search), SEE_OTHER)


def _list(visit: Visit, text: str, show: str, search: str) -> Answer:
    seen = visit.read_unlogged(reads.people, text, show if show in SHOWN else "all", page_number())
    return render_template("people/people.html", seen=seen, text=text, search=search, shown=SHOWN)


@blueprint.get("/people/add")
@page(may=PageRight.ADMINISTERS, look=None)
def new(visit: Visit) -> Answer:
    seen = visit.read_unlogged(reads.new_person)
    return _show_new(seen, sending.blank(seen.form, visit.now), sending.OK)


@blueprint.post("/people/add")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def add(visit: Visit) -> Answer:
    def read(_typed: Typed) -> reads.NewPerson:
        return visit.read_unlogged(reads.new_person)

    def send(typed: Typed) -> str:
        account, given = visit.do(add_person, answers_of(read(typed).form.questions, typed))
        role = _said_of(given) if given else "They have no role yet."
        flash(f"They have an account. {role} Help them to sign in: they have no password yet.")
        return url_for("people.person", account=account)

    return sending.respond(visit, FormPage(read, _show_new, send))


@blueprint.get("/people/<account>")
@page(may=PageRight.ADMINISTERS, look=None)
def person(visit: Visit, account: str) -> Answer:
    return render_template("people/person.html", seen=visit.read_unlogged(reads.person, account))


@blueprint.get("/people/<account>/change")
@page(may=PageRight.ADMINISTERS, look=None)
def to_change(visit: Visit, account: str) -> Answer:
    return _blank(visit, reads.person_to_change, account, "Change")


@blueprint.post("/people/<account>/change")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def change(visit: Visit, account: str) -> Answer:
    def send(seen: reads.PersonPage, typed: Typed) -> str:
        try:
            visit.do(change_person, account, answers_of(seen.form.questions, typed))
        except NotAllowed as refusal:
            raise BadAnswers({"email_address": str(refusal)}) from None
        flash("Changed. Who did what in the record stays as it was.")
        return account

    return _sent(visit, reads.person_to_change, account, "Change", send)


@blueprint.get("/people/<account>/roles/add")
@page(may=PageRight.ADMINISTERS, look=None)
def to_give(visit: Visit, account: str) -> Answer:
    return _blank(visit, reads.person, account, "Give the role")


@blueprint.post("/people/<account>/roles/add")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def give(visit: Visit, account: str) -> Answer:
    def send(seen: reads.PersonPage, typed: Typed) -> str:
        flash(_said_of(visit.do(give_asked_role, account, answers_of(seen.form.questions, typed))))
        return account

    return _sent(visit, reads.person, account, "Give the role", send)


@blueprint.get("/people/roles/<membership>/end")
@page(may=PageRight.ADMINISTERS, look=None)
def to_end(visit: Visit, membership: str) -> Answer:
    return _blank(visit, reads.role_to_end, membership, "End this role")


@blueprint.post("/people/roles/<membership>/end")
@page(may=PageRight.ADMINISTERS, look=None, keeps_typed=True)
def end(visit: Visit, membership: str) -> Answer:
    def send(seen: reads.PersonPage, typed: Typed) -> str:
        ends = visit.do(end_asked_role, membership, answers_of(seen.form.questions, typed))
        flash(_said_of_end(visit, ends))
        return seen.person.account

    return _sent(visit, reads.role_to_end, membership, "End this role", send)


def _said_of_end(visit: Visit, ends: datetime) -> str:
    if ends > visit.now:
        return f"The role ends with {on(ends)}."
    back = hand_back_tasks_of_leavers(visit.site.database, SYSTEM.at(visit.actor.within), visit.now)
    return f"The role is ended. Tasks handed back to the team: {back}."


@blueprint.get("/people/<account>/disable")
@page(may=PageRight.ADMINISTERS, look=None)
def ask_to_disable(visit: Visit, account: str) -> Answer:
    return render_template("people/disable.html", seen=visit.read_unlogged(reads.person, account))


@blueprint.post("/people/<account>/disable")
@page(may=PageRight.ADMINISTERS, look=None)
def disable(visit: Visit, account: str) -> Answer:
    visit.do(disable_account, account)
    back = hand_back_tasks_of_leavers(visit.site.database, SYSTEM.at(visit.actor.within), visit.now)
    flash(f"The account opens nothing any more. Tasks handed back to the team: {back}.")
    return redirect(url_for("people.person", account=account), SEE_OTHER)


@blueprint.post("/people/<account>/enable")
@page(may=PageRight.ADMINISTERS, look=None)
def enable(visit: Visit, account: str) -> Answer:
    visit.do(enable_account, account)
    flash("The account is open again, with the roles below.")
    return redirect(url_for("people.person", account=account), SEE_OTHER)


@blueprint.get("/people/proposals/<proposal>")
@page(may=PageRight.ADMINISTERS, look=None)
def proposal(visit: Visit, proposal: str) -> Answer:
    return render_template("people/proposal.html", seen=visit.read_unlogged(reads.proposal, proposal), problems={})


@blueprint.post("/people/proposals/<proposal>")
@page(may=PageRight.ADMINISTERS, look=None)
def settle(visit: Visit, proposal: str) -> Answer:
    """A second administrator agrees, and shows that it is them; either drops it."""
    seen = visit.read_unlogged(reads.proposal, proposal)
    if request.form.get("verdict") != "agree":
        visit.do(drop_proposed_role, proposal)
        flash("The proposal is dropped: the role was not given.")
    elif problems := {} if seen.proposals[0].is_own else not_shown_to_be(visit):
        return render_template("people/proposal.html", seen=seen, problems=problems), BAD_REQUEST
    else:
        visit.do(agree_to_role, proposal)
        flash("You agreed: the role is given." + ("" if seen.person.opens_much else LET_IN_ANEW))
    return redirect(url_for("people.person", account=seen.person.account), SEE_OTHER)


def _said_of(given: RoleGiven) -> str:
    return "The role is given." if given.membership else "The role is proposed: a second administrator agrees to it."


Read = Callable[..., reads.PersonPage]


def _blank(visit: Visit, read: Read, key: str, button: str) -> Answer:
    seen = visit.read_unlogged(read, key)
    return _show(button, seen, sending.blank(seen.form, visit.now), sending.OK)


def _sent(visit: Visit, read: Read, key: str, button: str, send: Callable[[reads.PersonPage, Typed], str]) -> Answer:
    """`send` gives the account whose page follows."""

    def again(_typed: Typed) -> reads.PersonPage:
        return visit.read_unlogged(read, key)

    def done(typed: Typed) -> str:
        return url_for("people.person", account=send(again(typed), typed))

    return sending.respond(visit, FormPage(again, partial(_show, button), done))


def _show(button: str, seen: reads.PersonPage, form: FormOnPage, status: int) -> Answer:
    return render_template("people/change.html", seen=seen, form=form, button=button), status


def _show_new(seen: reads.NewPerson, form: FormOnPage, status: int) -> Answer:
    return render_template("people/add.html", seen=seen, form=form), status
