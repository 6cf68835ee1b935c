"""Rules, legal hold and erasing by two people, as those who use the pages find them."""

import json
from collections.abc import Callable

from tests.builders import Authority, reference
from tests.engine.commands.calls_of_retention import closed, holds, rules
from tests.webapp.conftest import Run
from tests.webapp.visitor import Page, Visitor

SHOWN = {"confirmed": "yes"}
WHY = {"reason": "Its time is over.", **SHOWN}


def _first(page: Page, below: str) -> str:
    """The first link of the list of a page."""
    return page.tree.xpath(f"string(//main//a[starts-with(@href, '{below}')][not(ancestor::nav)]/@href)")


def test_a_case_is_erased_by_two_people_and_its_address_says_so(world: Authority, as_a: Callable[..., Visitor]) -> None:
    case = closed(world)
    named = reference(authority=world, case=case)
    officer, second, worker = as_a("privacy_officer"), as_a("administrator"), as_a("social_worker")
    assert "so nothing is due" in officer.get("/privacy/retention").text
    rule = {"years": "1", "counts_from": "birth", "cases": "every", **SHOWN}
    rules = second.get("/privacy/retention/rules")
    assert second.send(rules, {**rule, "years": "0"}, status=400).errors
    assert "1 year after the child was born, for every case" in second.send(rules, rule).text
    due = officer.get("/privacy/retention")
    assert (named in due.text, "Ada" in due.text) == (True, False)
    form = officer.get(_first(due, "/privacy/retention/"))
    assert "backups that were made before" in form.text
    officer.send(form, {**WHY, "confirmed": None}, status=400)
    waits = officer.send(form, WHY)
    officer.send(officer.get(_first(waits, "/privacy/erasures/")), {"verdict": "erase", **WHY}, status=403)
    assert "a second person is to decide" in officer.get("/privacy/retention").text
    worker.get(f"/cases/{case}")
    decided = second.send(
        second.get(_first(second.get("/privacy/erasures"), "/privacy/erasures/")), {"verdict": "erase", **WHY}
    )
    assert "The case is erased." in decided.text
    for one in (worker, as_a("auditor"), officer):
        told = one.get(f"/cases/{case}")
        assert ("1 year after the child was born" in told.text, "Ada" in told.text) == (True, False)
    as_a("police_officer").get(f"/cases/{case}", status=404)
    assert named not in worker.get("/cases").text
    assert "None." in officer.get("/privacy/retention").text


def test_a_hold_keeps_a_case_and_is_lifted(world: Authority, as_a: Callable[..., Visitor]) -> None:
    case = closed(world)
    officer = as_a("privacy_officer")
    rule = {"years": "1", "counts_from": "birth", "cases": "every", **SHOWN}
    rules = officer.send(officer.get("/privacy/retention/rules"), rule)
    held = officer.send(officer.get("/privacy/holds"), {"reference": reference(authority=world, case=case), **WHY})
    assert "on legal hold" in officer.get("/privacy/retention?list=kept").text
    officer.get(f"/privacy/retention/{case}", status=404)
    assert "The hold is lifted." in officer.send(officer.get(_first(held, "/privacy/holds/")), WHY).text
    ended = officer.send(officer.get(_first(rules, "/privacy/retention/rules/")), WHY)
    assert "There is no rule" in ended.text
    as_a("social_worker").get("/privacy/retention/rules", status=403)


def test_the_command_says_what_is_due_and_what_is_kept(run: Run, world: Authority) -> None:
    case, held = closed(world), closed(world)
    rules(world, 1, "birth")
    holds(world, held)
    asked = ("due", "--database", world.database.url.render_as_string(hide_password=False))
    named = reference(authority=world, case=case)
    assert f"{named}: due since 2012, 1 year after the child was born, for every case" in run(*asked).stdout
    assert "1 case due." in run(*asked).stdout
    assert "It is on legal hold" in run(*asked, "--kept").stdout
    (said,) = json.loads(run(*asked, "--json").stdout)["cases"]
    assert (said["case"], said["since"], said["proposed"]) == (named, "2012", False)
