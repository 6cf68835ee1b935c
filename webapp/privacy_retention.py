"""For privacy officers: how long cases are kept, which are due, what is on legal hold; and erasing by two people."""

from typing import Any

from flask import Blueprint, render_template, request

from engine.commands import erasing, legal_holds, retention_rules
from engine.reads.task import erasure_pages
from engine.reads.task import retention_pages as reads
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.shown_again import done, first, sent

blueprint = Blueprint("privacy_retention", __name__)


@blueprint.get("/privacy/retention/rules")
@page(may=PageRight.KEEPS_RETENTION, look=None)
def rules(visit: Visit) -> Answer:
    return first(visit, visit.read_unlogged(reads.retention_rules), "retention/rules.html")


@blueprint.post("/privacy/retention/rules")
@page(may=PageRight.KEEPS_RETENTION, look=None, keeps_typed=True)
def add_rule(visit: Visit) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(retention_rules.add_retention_rule, answers)
        return done("The rule holds from now on.", ".rules")

    return sent(visit, "retention/rules.html", send, visit.read_unlogged, reads.retention_rules)


@blueprint.get("/privacy/retention/rules/<rule>")
@page(may=PageRight.KEEPS_RETENTION, look=None)
def rule(visit: Visit, rule: str) -> Answer:
    return first(visit, visit.read_unlogged(reads.retention_rule, rule), "retention/rule.html")


@blueprint.post("/privacy/retention/rules/<rule>")
@page(may=PageRight.KEEPS_RETENTION, look=None, keeps_typed=True)
def end_rule(visit: Visit, rule: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(retention_rules.end_retention_rule, rule, answers)
        return done("The rule holds no longer.", ".rules")

    return sent(visit, "retention/rule.html", send, visit.read_unlogged, reads.retention_rule, rule)


@blueprint.get("/privacy/retention")
@page(may=PageRight.PRIVACY_OFFICER, look="due to be erased")
def due(visit: Visit) -> Answer:
    seen = visit.read_logged(reads.due_list, page_number(), kept=request.args.get("list", "") == "kept")
    return render_template("retention/due.html", seen=seen)


@blueprint.get("/privacy/retention/<case>")
@page(may=PageRight.PRIVACY_OFFICER, look="due to be erased")
def due_case(visit: Visit, case: str) -> Answer:
    return first(visit, visit.read_logged(reads.due_case, case), "retention/propose.html")


@blueprint.post("/privacy/retention/<case>")
@page(may=PageRight.PRIVACY_OFFICER, look="due to be erased", keeps_typed=True)
def propose(visit: Visit, case: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(erasing.propose_erasure, case, answers)
        return done("A second person decides whether it is erased.", ".erasures")

    return sent(visit, "retention/propose.html", send, visit.read_logged, reads.due_case, case)


@blueprint.get("/privacy/erasures")
@page(may=PageRight.KEEPS_RETENTION, look="erasures")
def erasures(visit: Visit) -> Answer:
    return render_template("retention/erasures.html", seen=visit.read_logged(erasure_pages.erasures, page_number()))


@blueprint.get("/privacy/erasures/<erasure>")
@page(may=PageRight.KEEPS_RETENTION, look="erasure")
def erasure(visit: Visit, erasure: str) -> Answer:
    return first(visit, visit.read_logged(erasure_pages.erasure, erasure), "retention/erasure.html")


@blueprint.post("/privacy/erasures/<erasure>")
@page(may=PageRight.KEEPS_RETENTION, look="erasure", keeps_typed=True)
def decide(visit: Visit, erasure: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        erased = visit.do(erasing.decide_on_erasure, erasure, answers)
        return done("The case is erased." if erased else "The case is kept.", ".erasures")

    return sent(visit, "retention/erasure.html", send, visit.read_logged, erasure_pages.erasure, erasure)


@blueprint.get("/privacy/holds")
@page(may=PageRight.PRIVACY_OFFICER, look="legal holds")
def holds(visit: Visit) -> Answer:
    return first(visit, visit.read_logged(erasure_pages.legal_holds, page_number()), "retention/holds.html")


@blueprint.post("/privacy/holds")
@page(may=PageRight.PRIVACY_OFFICER, look="legal holds", keeps_typed=True)
def hold_case(visit: Visit) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(legal_holds.hold_case, answers)
        return done("The case is on legal hold. Nothing of it can be erased.", ".holds")

    return sent(visit, "retention/holds.html", send, visit.read_logged, erasure_pages.legal_holds)


@blueprint.get("/privacy/holds/<hold>")
@page(may=PageRight.PRIVACY_OFFICER, look="legal hold")
def hold(visit: Visit, hold: str) -> Answer:
    return first(visit, visit.read_logged(erasure_pages.legal_hold, hold), "retention/hold.html")


@blueprint.post("/privacy/holds/<hold>")
@page(may=PageRight.PRIVACY_OFFICER, look="legal hold", keeps_typed=True)
def lift(visit: Visit, hold: str) -> Answer:
    def send(answers: dict[str, Any]) -> str:
        visit.do(legal_holds.lift_hold, hold, answers)
        return done("The hold is lifted.", ".holds")

    return sent(visit, "retention/hold.html", send, visit.read_logged, erasure_pages.legal_hold, hold)
