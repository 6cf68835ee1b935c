"""What was shared is recorded on a page that shows first what is wished about it, and stands with the case."""

from collections.abc import Callable

from tests.builders import Authority, case_at, open_items
from tests.engine.commands.calls_of_sharing import wishes
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
SAID_ON = {"said_on-day": "2", "said_on-month": "3", "said_on-year": "2026"}
SHARED_ON = {"shared_on-day": "2", "shared_on-month": "3", "shared_on-year": "2026"}
WISH = {"whose": "child", "what": "Zqwish", "against": "agencies", "agencies": "health", "source": "He said so."}
SHARE = {"what": "Zqwhat", "agencies": "health", "why": "Zqneed", "consent": "given", **SHARED_ON}
WHY = "This goes against a wish. Why was it shared all the same?"


def test_a_wish_is_shown_before_anything_is_shared_and_going_against_it_asks_why(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    worker = as_a("social_worker")
    seen = worker.get(f"/cases/{case}")
    assert seen.link("Record what was shared") == f"/cases/{case}/shared/record"
    assert "Record what was shared" not in as_a("auditor").get(f"/cases/{case}").text
    of_case = worker.get(seen.link("What was shared with whom, and what is wished about that"))
    page = worker.get(of_case.link("Record a wish about sharing"))
    worker.send(page, {**WISH, **SAID_ON, "what": ""}, status=400)
    of_case = worker.send(page, {**WISH, **SAID_ON})
    page = worker.get(worker.get(f"/cases/{case}").link("Record what was shared"))
    assert "Zqwish" in page.text
    assert WHY not in page.text
    again = worker.send(page, SHARE, status=400)
    assert WHY in again.text
    assert "Zqneed" in again.text  # nothing that was typed is lost
    of_case = worker.send(again, {**SHARE, "against_wishes_because": "Zqbecause"})
    assert "Zqwhat" in of_case.text
    assert "Zqbecause" in of_case.text
    received = worker.get(of_case.link("Health"))
    assert "Zqwhat" in received.text
    assert "Zqwhat" in worker.get(f"/cases/{case}").text  # what happened


def test_a_wish_is_changed_and_withdrawn_and_stays_to_be_read(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    wishes(world, case, what="Zqfirst")
    worker = as_a("social_worker")
    page = worker.get(worker.get(f"/cases/{case}/shared").link("Record another wish in its place: Zqfirst"))
    of_case = worker.send(page, {**WISH, **SAID_ON, "what": "Zqsecond"})
    assert "Wishes that hold no longer (1)" in of_case.text
    page = worker.get(of_case.link("It holds no longer: Zqsecond"))
    of_case = worker.send(page, {**SAID_ON, "source": "Zqrang"})
    assert "No wish about sharing is known here." in of_case.text
    assert "Wishes that hold no longer (2)" in of_case.text
    assert "Zqrang" in of_case.text


def test_a_wish_that_a_colleague_ended_meanwhile_is_said_to_hold_no_longer(as_a: As, world: Authority) -> None:
    """It can be read beside the case: that there is nothing would not be so."""
    case, worker = case_at(authority=world), as_a("social_worker")
    wish = wishes(world, case, what="Zqfirst")
    of_case = worker.get(f"/cases/{case}/shared")
    pages = [
        worker.get(of_case.link(f"{words}: Zqfirst"))
        for words in ("Record another wish in its place", "It holds no longer")
    ]
    wishes(world, case, wish, what="Zqsecond")
    for page, typed in zip(pages, ({**WISH, **SAID_ON}, {**SAID_ON, "source": "Zqrang"}), strict=True):
        late = worker.send(page, typed, status=409)
        assert "This wish holds no longer." in late.text
        assert typed["source"] in late.text  # to be copied


def test_a_task_that_shares_shows_the_wishes_and_any_other_does_not(as_a: As, world: Authority) -> None:
    worker = as_a("social_worker")
    for point, task, shown in (("agreed", "circulate_plan", True), ("assessing", "plan_assessment", False)):
        case = case_at(authority=world, point=point)
        wishes(world, case)
        item = open_items(database=world.database, case=case)[task].id
        assert ("Zqwish" in worker.get(f"/tasks/{item}").text) is shown


def test_a_partner_reads_neither_wishes_nor_what_was_shared(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    wishes(world, case)
    item = open_items(database=world.database, case=case)["contribute(health)"].id
    partner = as_a("health_practitioner")
    assert "Zqwish" not in partner.get(f"/tasks/{item}").text
    assert "What was shared" not in partner.get(f"/cases/{case}").text
    for address in (f"/cases/{case}/shared", "/shared/health"):
        partner.get(address, status=403)
