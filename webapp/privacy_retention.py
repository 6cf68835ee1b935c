"""For privacy officers: how long cases are kept, which are due, what is on legal hold; and erasing by two people."""

from collections.abc import Callable
from typing import Any, Protocol

from flask import Blueprint, flash, render_template, request, url_for

from engine.base.errors import BadAnswers
from engine.commands import erasing, legal_holds, retention_rules
from engine.reads.task import erasure_pages
from engine.reads.task import retention_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.sending import FormOnPage, FormPage, HasForm
from webapp.showing_who import not_shown_to_be

blueprint = Blueprint("privacy_retention", __name__)


class NamesItsCases(HasForm, Protocol):
    """A page with a form, which names the cases that it shows."""

    @property
    def cases_shown(self) -> tuple[str, ...]: ...


@blueprint.get("/privacy/retention/rules")
@page(may=PageRight.KEEPS_RETENTION, look=None)
def rules(visit: Visit) -> Answer:
    return _first(visit, visit.read_unlogged(reads.retention_rules), "rules")


@blueprint.post("/privacy/retention/rules")
@page(may=PageRight.KEEPS_RETENTION, look=None, keeps_typed=True)
def add_rule(visit: Visit) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(retention_rules.add_retention_rule, answers)
        return _done("The rule holds from now on.", ".rules")

    return _sent(visit, "rules", send, visit.read_unlogged, reads.retention_rules)


@blueprint.get("/privacy/retention/rules/<rule>")
@page(may=PageRight.KEEPS_RETENTION, look=None)
def rule(visit: Visit, rule: str) -> Answer:
    return _first(visit, visit.read_unlogged(reads.retention_rule, rule), "rule")


@blueprint.post("/privacy/retention/rules/<rule>")
@page(may=PageRight.KEEPS_RETENTION, look=None, keeps_typed=True)
def end_rule(visit: Visit, rule: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(retention_rules.end_retention_rule, rule, answers)
        return _done("The rule holds no longer.", ".rules")

    return _sent(visit, "rule", send, visit.read_unlogged, reads.retention_rule, rule)


@blueprint.get("/privacy/retention")
@page(may=PageRight.PRIVACY_OFFICER, look="due to be erased")
def due(visit: Visit) -> Answer:
    seen = visit.read_logged(reads.due_list, page_number(), kept=request.args.get("list", "") == "kept")
    return render_template("retention/due.html", seen=seen)


@blueprint.get("/privacy/retention/<case>")
@page(may=PageRight.PRIVACY_OFFICER, look="due to be erased")
def due_case(visit: Visit, case: str) -> Answer:
    return _first(visit, visit.read_logged(reads.due_case, case), "propose")


@blueprint.post("/privacy/retention/<case>")
@page(may=PageRight.PRIVACY_OFFICER, look="due to be erased", keeps_typed=True)
def propose(visit: Visit, case: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(erasing.propose_erasure, case, answers)
        return _done("A second person decides whether it is erased.", ".erasures")

    return _sent(visit, "propose", send, visit.read_logged, reads.due_case, case)


@blueprint.get("/privacy/erasures")
@page(may=PageRight.KEEPS_RETENTION, look="erasures")
def erasures(visit: Visit) -> Answer:
    return render_template("retention/erasures.html", seen=visit.read_logged(erasure_pages.erasures, page_number()))


@blueprint.get("/privacy/erasures/<erasure>")
@page(may=PageRight.KEEPS_RETENTION, look="erasure")
def erasure(visit: Visit, erasure: str) -> Answer:
    return _first(visit, visit.read_logged(erasure_pages.erasure, erasure), "erasure")


@blueprint.post("/privacy/erasures/<erasure>")
@page(may=PageRight.KEEPS_RETENTION, look="erasure", keeps_typed=True)
def decide(visit: Visit, erasure: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        erased = visit.do(erasing.decide_on_erasure, erasure, answers)
        return _done("The case is erased." if erased else "The case is kept.", ".erasures")

    return _sent(visit, "erasure", send, visit.read_logged, erasure_pages.erasure, erasure)


@blueprint.get("/privacy/holds")
@page(may=PageRight.PRIVACY_OFFICER, look="legal holds")
def holds(visit: Visit) -> Answer:
    return _first(visit, visit.read_logged(erasure_pages.legal_holds, page_number()), "holds")


@blueprint.post("/privacy/holds")
@page(may=PageRight.PRIVACY_OFFICER, look="legal holds", keeps_typed=True)
def hold_case(visit: Visit) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(legal_holds.hold_case, answers)
        return _done("The case is on legal hold. Nothing of it can be erased.", ".holds")

    return _sent(visit, "holds", send, visit.read_logged, erasure_pages.legal_holds)


@blueprint.get("/privacy/holds/<hold>")
@page(may=PageRight.PRIVACY_OFFICER, look="legal hold")
def hold(visit: Visit, hold: str) -> Answer:
    return _first(visit, visit.read_logged(erasure_pages.legal_hold, hold), "hold")


@blueprint.post("/privacy/holds/<hold>")
@page(may=PageRight.PRIVACY_OFFICER, look="legal hold", keeps_typed=True)
def lift(visit: Visit, hold: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(legal_holds.lift_hold, hold, answers)
        return _done("The hold is lifted.", ".holds")

    return _sent(visit, "hold", send, visit.read_logged, erasure_pages.legal_hold, hold)


def _first(visit: Visit, seen: HasForm, template: str) -> Answer:
    form = sending.blank(seen.form, visit.now)
    return render_template(f"retention/{template}.html", seen=seen, form=form, problems={})


def _sent(
    visit: Visit,
    template: str,
    give: Callable[[dict[str, Any]], str],
    look: Callable[..., Any],
    read: Callable[..., NamesItsCases],
    *of: str,
) -> Answer:
    """Who it is is asked last, so that a wrong password is counted only where all else will do."""
    problems: dict[str, str] = {}

    def send(typed: Typed) -> str:
        problems.update(not_shown_to_be(visit))
        if problems:
            raise BadAnswers(problems)
        return give(dict(answers_of(visit.read_for_command(read, *of).form.questions, typed)))

    def show(seen: NamesItsCases, form: FormOnPage, status: int) -> Answer:
        return render_template(f"retention/{template}.html", seen=seen, form=form, problems=problems), status

    return sending.respond(visit, FormPage(lambda _typed: look(read, *of), show, send))


def _done(said: str, page: str) -> str:
    flash(said)
    return url_for(page)
