"""The pages on which looks are reviewed: by references alone, a page at a time, and recorded themselves."""

from collections.abc import Callable

import pytest

from engine.record.chain import lines
from tests.auditing import lists_cases, opens_case
from tests.builders import DAY, HOUR, MONDAY, Authority, case_at, child, refer, reference
from tests.webapp.conftest import Clock, Run
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
NO_CHOICE = "Choose an answer to “Did they have a reason to look?”"
PAGES = ("/privacy", "/privacy/looks", "/privacy/unusual", "/privacy/refused")


@pytest.fixture
def case(world: Authority) -> str:
    made = case_at(authority=world, children=[child(given_name="Zephyrine", family_name="Quill")])
    for number in range(60):
        opens_case(authority=world, case=made, role="social_worker", now=MONDAY + number * HOUR / 60)
    return made


def test_a_privacy_officer_begins_here_and_finds_everything_by_links(as_a: As, world: Authority, case: str) -> None:
    visitor = Visitor(as_a("privacy_officer").client)
    start = visitor.get("/")
    assert (start.path, start.heading) == ("/privacy", "Privacy")
    people = visitor.get(start.link("Looks by person"))
    person = visitor.get(people.link("Social worker 1"))
    assert (person.title, person.heading) == ("Looks of one person (page 1 of 2)", "Looks of Social worker 1")
    older = visitor.get(person.link("Next page"))
    assert "60 looks from" in older.text
    assert "page 2 of 2" in older.text
    at_case = visitor.get(older.link(reference(authority=world, case=case)))
    assert at_case.heading == f"Looks at case {reference(authority=world, case=case)}"
    could = visitor.get(at_case.link("Who could have seen this case"))
    assert "Auditor 1 Auditor Oversight reads every case" in could.text
    for page in (start, people, person, older, at_case, could):
        assert "Zephyrine" not in page.response.get_data(as_text=True)


def test_what_is_reviewed_is_recorded_with_the_cases_and_no_look_at_them(as_a: As, world: Authority, case: str) -> None:
    visitor = as_a("privacy_officer")
    visitor.get(f"/privacy/cases/{case}")
    with world.database.read() as connection:
        mine = lines(connection, "person:privacy_officer.1", ["viewed"])
    assert [one.payload for one in mine] == [{"page": "privacy"}]
    auditor = as_a("auditor")
    assert "Privacy officer 1" in auditor.get("/privacy/looks").text
    assert "A list of looks, by reference" in auditor.get("/privacy/looks/privacy_officer.1").text
    assert reference(authority=world, case=case) in auditor.get("/privacy/looks/privacy_officer.1").text
    assert "Privacy officer 1" not in visitor.get("/privacy/looks").text
    own = visitor.get("/privacy/looks/privacy_officer.1", status=403)
    assert "Nobody reviews their own looks" in own.text


def _spoken(world: Authority, case: str) -> str:
    return reference(authority=world, case=case).lower().replace("-", " ")


def test_a_case_is_found_by_its_reference_and_marked_as_well_known(as_a: As, world: Authority, case: str) -> None:
    visitor = as_a("privacy_officer")
    start = visitor.get("/privacy")
    for typed, what in (("", "Enter the reference of a case"), ("XXXX-XXXX<b>", "No case has this reference.")):
        refused = visitor.send(start, {"reference": typed}, button="Show the case", status=400)
        assert what in refused.errors[0]
        assert refused.value("reference") == typed
    found = visitor.send(start, {"reference": _spoken(world, case)}, button="Show the case")
    marked = visitor.send(found, button="Mark it as well known")
    assert "The case is marked as well known." in marked.text
    assert reference(authority=world, case=case) in visitor.get("/privacy").text
    unusual = visitor.get("/privacy/unusual")
    assert "Well known (1)" in unusual.text
    assert "60 times" in unusual.text
    assert "No part in the case (" not in unusual.text
    one = visitor.get(unusual.link("Nobody has asked yet"))
    assert "The case is marked as well known." in one.text
    missing = visitor.send(one, {"reason": "He reviews the file."}, status=400)
    assert (missing.errors, missing.value("reason")) == ([NO_CHOICE], "He reviews the file.")
    kept = visitor.send(missing, {"verdict": "right"})
    assert ("What you found is kept." in kept.text, kept.path[:16]) == (True, "/privacy/unusual")
    said = visitor.get(kept.link("They had a reason"))
    assert "Privacy officer 1 found" in said.text
    assert not said.tree.xpath("//main//form")
    ended = visitor.send(visitor.get(marked.path), button="It is not well known any more")
    assert "not marked as well known any more" in ended.text
    assert "Mark it" not in as_a("auditor").get(f"/privacy/cases/{case}").text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (("31", "2", "2026"), "Day must be a real date"),
        (("1", "1", "1"), "Year must be 2000 or later"),
        (("1", "1", "1999"), "Year must be 2000 or later"),
        (("x" * 400, "<b>", "\u0000"), "Day must be a real date"),
        (("1", "1", "2099"), "Day must be today or earlier"),
        (("9" * 30, "9", "9999"), "Day must be a real date"),
    ],
)
def test_a_day_that_cannot_be_is_said_beside_it_and_nothing_is_lost(
    as_a: As, world: Authority, case: str, day: tuple[str, str, str], said: str
) -> None:
    visitor = as_a("privacy_officer")
    asked = dict(zip(("day-day", "day-month", "day-year"), day, strict=True))
    for path in (*PAGES[1:], "/privacy/looks/social_worker.1", f"/privacy/cases/{case}"):
        answer = visitor.client.get(path, query_string={**asked, "days": "99999999999999999999", "page": "-1"})
        assert answer.status_code == 400, path
        assert said in answer.text
    answer = visitor.client.get(f"/privacy/cases/{case}/who-could-see", query_string={**asked, "day-time": "25:99"})
    assert (answer.status_code, said in answer.text) == (400, True)
    assert world.id


def test_whoever_reviews_no_looks_is_refused(as_a: As, world: Authority, case: str) -> None:
    for role in ("team_manager", "administrator", "health_practitioner", "process_owner"):
        visitor = as_a(role)
        assert "/privacy" not in visitor.get("/working-days").tree.xpath("//nav//a/@href")
        token = visitor.get("/cases").tree.xpath("//input[@name='csrf_token']/@value")[0]
        for path in (
            *PAGES,
            f"/privacy/cases/{case}",
            f"/privacy/cases/{case}/who-could-see",
            "/privacy/looks/auditor.1",
        ):
            visitor.get(path, status=403)
        for path in ("/privacy", f"/privacy/cases/{case}/well-known", f"/privacy/cases/{case}/not-well-known"):
            visitor.post(path, {"csrf_token": token, "reference": reference(authority=world, case=case)}, status=403)
    assert as_a("auditor").get("/privacy").heading == "Privacy"


def test_a_long_list_of_one_rule_has_pages(as_a: As, world: Authority, clock: Clock) -> None:
    cases = refer(authority=world, children=[child(given_name=f"No {one}") for one in range(60)]).cases
    for case in cases:
        opens_case(authority=world, case=case, role="auditor", now=MONDAY)
    lists_cases(authority=world, role="auditor", now=MONDAY)
    clock.move(DAY)
    visitor = as_a("privacy_officer")
    whole = visitor.get("/privacy/unusual?day-day=2&day-month=3&day-year=2026")
    listed = visitor.get(whole.link("Show all 60"))
    assert len(listed.tree.xpath("//main//tbody/tr")) == 50
    rest = visitor.get(listed.link("Next page"))
    assert len(rest.tree.xpath("//main//tbody/tr")) == 10


def test_the_command_says_who_could_see_a_case(run: Run, world: Authority, case: str) -> None:
    address = world.database.url.render_as_string(hide_password=False)
    asked = ("who-could-see", reference(authority=world, case=case), "--database", address)
    said = run(*asked, "--at", "2026-03-04T09:00")
    assert said.exit_code == 0, said.output
    assert "Auditor 1, Auditor: oversight reads every case\n" in said.stdout
    assert "could know of case" in said.stdout.splitlines()[-1]
    assert "Quill" not in said.stdout
    assert run(*asked, "--at", "yesterday").exit_code == 2
    assert '"people": []' in run(*asked, "--at", "2001-01-01T09:00", "--json").stdout
    assert "There is no case XX" in run("who-could-see", "XX", "--database", address).stderr
