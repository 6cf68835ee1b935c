"""Asking for a part in a case: the same is told whether there is one or not, and a manager of the duty team decides."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.base.errors import NotAllowed
from engine.commands.asking_for_parts import ask_for_part, decide_on_part_request
from engine.reads.list_page import PAGE
from engine.record.chain import authority_chain, lines
from engine.tables import Part, PartRequest
from tests.builders import DAY, HOUR, MONDAY, Authority, case_at, reference
from tests.statements import counted
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
KNOWN = {"given_name": "Ada", "family_name": "Example", "born-day": "3", "born-month": "6", "born-year": "2011"}
UNKNOWN = {**KNOWN, "given_name": "Ida"}
WORK = {"how": "I teach her.", "why": "She is often away."}


def asked(as_a: As, child: dict[str, str]) -> Page:
    school = as_a("education_practitioner")
    page = school.get(school.get("/cases").link("Ask for a part in the case"))
    return school.send(page, {**child, **WORK})


def own(as_a: As) -> list[str]:
    """What is said of each request, without the name that was typed."""
    rows = as_a("education_practitioner").get("/ask-for-part").tree.xpath("//h2[@id='own']/following-sibling::ul/li")
    return [re.sub("[AI]da Example", "the child", " ".join(row.text_content().split())) for row in rows]


def decide(as_a: As, decision: str, **more: str) -> Page:
    manager = as_a("team_manager")
    listed = manager.get(manager.get("/team").link("Requests for a part"))
    page = manager.get(listed.link("Example"))
    return manager.send(page, {"decision": decision, "reason": "She teaches her.", **more})


def test_the_receipt_is_the_same_whether_or_not_there_is_a_case(as_a: As, world: Authority) -> None:
    case_at(authority=world, point="planned")
    pages = [asked(as_a, child).text.replace("Ida", "Ada").split("What you have asked") for child in (KNOWN, UNKNOWN)]
    assert "We have received your request." in pages[0][0]
    assert pages[0][0] == pages[1][0]
    assert len({*own(as_a)}) == 1


def test_no_case_is_looked_for_when_somebody_asks(world: Authority) -> None:
    """So that it takes as long, and reads as much, for a child who is known as for one who is not."""
    case_at(authority=world, point="planned")
    school = world.actor("education_practitioner")
    said = {**WORK, "family_name": "Example", "born": "2011-06-03"}
    seen: list[list[str]] = []
    for name in ("Ada", "Ida"):
        with counted(world.database) as made:
            ask_for_part(world.database, school, MONDAY, {**said, "given_name": name}, name)
        seen.append([*made])
    assert seen[0] == seen[1]
    assert not [
        one for one in seen[0] if re.search(r"\b(case|person|part|person_key)\b", one.replace("part_request", ""))
    ]


def test_a_manager_gives_a_part_in_the_case_that_was_found(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    asked(as_a, KNOWN)
    school = as_a("education_practitioner")
    school.get(f"/cases/{case}", status=404)
    done = decide(as_a, "given", case=case)
    assert "The request was decided." in done.text
    assert "No request waits." in done.text
    assert school.get(f"/cases/{case}").status == 200
    assert "your organisation has a part now" in school.get("/ask-for-part").text
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).where(Part.case_id == case, Part.agency_id == "education")) == 1
        kinds = [
            one.kind for one in lines(connection, authority_chain(world.id), ["part_asked_for", "part_request_decided"])
        ]
    assert kinds == ["part_asked_for", "part_request_decided"]


def test_refused_and_not_known_read_alike(as_a: As, world: Authority) -> None:
    case_at(authority=world, point="planned")
    for child in (KNOWN, UNKNOWN):
        asked(as_a, child)
        decide(as_a, "refused")
    assert len(own(as_a)) == 2
    assert len({*own(as_a)}) == 1
    assert "it was looked at" in own(as_a)[0]


def test_it_is_due_in_a_working_day_and_said_to_be_late(as_a: As, clock: Clock) -> None:
    asked(as_a, UNKNOWN)
    assert "is due by the end of" in as_a("team_manager").get("/team").text
    clock.move(3 * DAY)
    manager = as_a("team_manager")
    assert "overdue since the end of" in manager.get("/team").text
    assert "Overdue" in manager.get("/part-requests").text


def test_what_is_missing_or_wrong_is_said_and_nothing_is_lost(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    school = as_a("education_practitioner")
    refused = school.send(school.get("/ask-for-part"), {"given_name": "Ada"}, status=400)
    assert refused.value("given_name") == "Ada"
    asked(as_a, KNOWN)
    manager = as_a("team_manager")
    page = manager.get(manager.get("/part-requests").link("Ada"))
    assert "No open case that you may know of is like this." in page.text
    for typed, error in (
        ({"decision": "given", "reason": "x"}, "Say in which case, or refuse"),
        (
            {"decision": "given", "reason": "x", "reference": reference(authority=world, case=case)},
            "There is no open case with this reference",
        ),
    ):
        again = manager.send(page, typed, status=400)
        assert any(error in one for one in again.errors), again.errors
        assert again.value("reason") == "x"


def test_only_these_ask_and_decide(as_a: As, world: Authority) -> None:
    asked(as_a, KNOWN)
    with world.database.read() as connection:
        request = connection.execute(select(PartRequest.id)).scalar_one()
    for role in ("social_worker", "team_manager", "auditor", "administrator"):
        as_a(role).get("/ask-for-part", status=403)
    for role in ("social_worker", "education_practitioner", "auditor", "administrator", "service_manager"):
        expected = 200 if role == "service_manager" else 403
        assert as_a(role).client.get("/part-requests").status_code == expected, role
        assert as_a(role).client.get(f"/part-requests/{request}").status_code == expected, role
    as_a("team_manager").get("/part-requests/none", status=404)
    answers = {"decision": "refused", "reason": "x"}
    with pytest.raises(NotAllowed):
        decide_on_part_request(world.database, world.actor("social_worker"), MONDAY + HOUR, request, answers)


def test_the_same_form_sent_twice_is_one_request(world: Authority) -> None:
    school = world.actor("education_practitioner")
    said = {**WORK, "family_name": "Example", "given_name": "Ada"}
    first = ask_for_part(world.database, school, MONDAY, said, "sent")
    assert ask_for_part(world.database, school, MONDAY, said, "sent") == first


def test_what_somebody_has_asked_stands_on_pages(as_a: As, world: Authority) -> None:
    school = world.actor("education_practitioner")
    for number in range(PAGE + 1):
        said = {**WORK, "family_name": "Example", "given_name": f"Child {number}"}
        ask_for_part(world.database, school, MONDAY + number * timedelta(seconds=1), said, f"sent {number}")
    page = as_a("education_practitioner").get("/ask-for-part")
    assert f"What you have asked ({PAGE + 1})" in page.text
    assert "Child 0 Example" not in page.text
    assert "Child 0 Example" in as_a("education_practitioner").get(page.link("Next")).text
