"""People, organisations and who acts for whom, as an administrator finds them in the browser, without scripts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from engine.commands import one_time_words
from engine.commands.accounts import disable_account
from engine.commands.cases import claim
from engine.commands.giving_roles import give_role
from engine.tables import Account
from tests.builders import DAY, MONDAY, Authority, account, case_at, new_account, open_items
from tests.webapp.conftest import Clock
from tests.webapp.test_working_days import banner, section
from tests.webapp.visitor import Page, Visitor
from webapp import letting_in, people

As = Callable[..., Visitor]
NOBODYS_PAGES = ("/people", "/people/add", "/people/auditor.1", "/people/bring-in", "/organisations")


def add(visitor: Visitor, **typed: str) -> Page:
    return visitor.send(visitor.get("/people/add"), {"name": "Ann Ames", "email_address": "ann@hill.example", **typed})


@pytest.mark.parametrize("path", NOBODYS_PAGES)
def test_only_administrators_find_them(as_a: As, path: str) -> None:
    as_a("administrator").get(path)
    for role in ("team_manager", "auditor", "privacy_officer"):
        as_a(role).get(path, status=403)


def test_an_organisation_its_team_and_somebody_there(as_a: As) -> None:
    visitor = as_a("administrator")
    page = visitor.send(visitor.get("/organisations/add"), {"agency": "education", "name": "Hill School"})
    assert "Hill School Education, 0 people" in page.text
    again = visitor.send(visitor.get("/organisations/add"), {"agency": "education", "name": "Hill School"}, status=400)
    assert again.errors == ["There is one of this name already"]
    team = visitor.send(visitor.get(page.link("Add a team to Hill School")), {"name": "Year 6"})
    renamed = visitor.send(visitor.get(team.link("Rename Year 6")), {"name": "Year 7"})
    assert "Year 7, 0 people" in renamed.text
    form = visitor.get("/people/add")
    (place,) = form.tree.xpath("//option[. = 'Hill School: Year 7']/@value")
    made = add(visitor, role="education_practitioner", place=place)
    assert banner(made) == "They have an account. The role is given. Help them to sign in: they have no password yet."
    assert "Education practitioner, Hill School: Year 7" in section(made, "roles")


def test_what_is_wrong_stands_beside_its_cause_and_nothing_typed_is_lost(as_a: As) -> None:
    visitor = as_a("administrator")
    typed = {"name": "Ann Ames", "email_address": "auditor.1@example.org", "role": "team_manager", "last_day-day": "32"}
    page = visitor.send(visitor.get("/people/add"), typed, status=400)
    assert page.title.startswith("Error: ")
    assert "Error: " in page.question("place")
    assert (page.value("name"), page.value("last_day-day")) == ("Ann Ames", "32")


def test_the_search_finds_by_name_and_address_and_stands_in_no_address(as_a: As, world: Authority) -> None:
    new_account(database=world.database, account="Zoë Ó Briain")
    visitor = as_a("administrator")
    page = visitor.send(visitor.get("/people"), {"text": "briain ZOE"}, button="Find")
    address, _, search = page.path.partition("?search=")
    assert (address, search.isalnum()) == ("/people", True)
    assert "1 person for" in page.text
    assert "Zoë Ó Briain" in page.text
    as_a("administrator", 2).get(page.path, status=404)
    assert "Nobody was found." in visitor.send(visitor.get("/people"), {"text": "nobody"}, button="Find").text


def test_three_hundred_people_are_shown_a_page_at_a_time(as_a: As, world: Authority) -> None:
    rows = [
        {"id": f"p{n}", "authority_id": world.id, "name": f"Person {n:03}", "email": f"p{n}@x", "created_at": MONDAY}
        for n in range(300)
    ]
    with world.database.transaction() as connection:
        connection.execute(insert(Account), rows)
    visitor = as_a("administrator")
    page = visitor.get("/people")
    assert len(page.tree.xpath("//tbody/tr")) == 50
    assert "Person 299" in visitor.get("/people?page=7").text
    found = visitor.send(page, {"text": "person"}, button="Find")
    assert "Person 050" in visitor.get(found.tree.xpath("//a[@rel='next']/@href")[0]).text
    assert "Person" not in found.title


def test_who_has_not_signed_in_for_long_is_listed(as_a: As, clock: Clock, world: Authority) -> None:
    as_a("social_worker")
    clock.move(timedelta(days=91))
    new_account(database=world.database, account="just.made", now=clock.now)
    visitor = as_a("administrator")
    page = visitor.get("/people?show=unused")
    assert "Social worker 1" in page.text
    assert "Not for 90 days" in page.text
    assert "Administrator 1" not in page.text


def test_a_leaver_is_signed_out_and_what_they_had_taken_is_handed_back(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    item = open_items(database=world.database, case=case)["decide_response"].id
    claim(world.database, world.actor("social_worker"), MONDAY, item)
    leaver, visitor = as_a("social_worker"), as_a("administrator")
    page = visitor.get(f"/people/{account(role='social_worker')}")
    left = visitor.send(visitor.get(page.link("Disable this account")), {})
    assert banner(left) == "The account opens nothing any more. Tasks handed back to the team: 1."
    assert "sign-in" in leaver.get("/tasks").path
    back = visitor.send(left, button="Enable this account again")
    assert "Social worker" in section(back, "roles")
    as_a("social_worker").get("/tasks")


def test_a_role_ends_now_or_with_a_day(as_a: As, world: Authority) -> None:
    visitor = as_a("administrator")
    page = visitor.get(f"/people/{account(role='social_worker')}")
    day = {"last_day-day": "6", "last_day-month": "3", "last_day-year": "2026"}
    ends = visitor.send(visitor.get(page.link("End the role Social worker")), day)
    assert banner(ends) == "The role ends with Friday 6 March 2026."
    assert "until the end of 6 March" in section(ends, "roles")
    over = visitor.send(visitor.get(ends.link("End the role Social worker")), {})
    assert "They hold no role" in over.text
    assert "Roles that are over" in over.text
    assert world


def test_what_takes_two_waits_for_the_second(as_a: As, world: Authority) -> None:
    first, second = as_a("administrator"), as_a("administrator", number=2)
    made = add(first, role="auditor")
    assert banner(made).startswith("They have an account. The role is proposed: a second administrator agrees to it.")
    mine = first.get(made.link("Auditor"))
    assert ("Give this role" in mine.text, "Nobody can agree yet" in mine.text) == (False, False)
    theirs = second.get(second.get("/people").link("Auditor for Ann Ames"))
    unconfirmed = second.send(theirs, button="Give this role", status=400)
    assert unconfirmed.errors == ["Confirm that you are Administrator 2."]
    given = second.send(theirs, {"confirmed": "yes"}, button="Give this role")
    assert banner(given) == f"You agreed: the role is given.{people.LET_IN_ANEW}"
    assert "Waiting for a second administrator" not in second.get("/people").text
    assert world


def test_where_nobody_can_agree_it_is_said_who_helps(as_a: As, world: Authority) -> None:
    first = as_a("administrator")
    disable_account(world.database, world.system, MONDAY, account(role="administrator", number=2))
    made = add(first, role="auditor")
    for page in (first.get(made.link("Auditor")), first.get("/people")):
        assert "Nobody can agree yet" in page.text
        assert "throughline account give-role EMAIL administrator" in page.text


def test_nobody_shuts_themselves_out(as_a: As) -> None:
    visitor = as_a("administrator")
    page = visitor.get(f"/people/{account(role='administrator')}")
    assert "You cannot disable your own account." in page.text
    visitor.send(visitor.get(f"/people/{account(role='administrator')}/disable"), {}, status=403)


def test_the_duty_team_is_chosen(as_a: As) -> None:
    visitor = as_a("administrator")
    page = visitor.get("/organisations")
    asked = visitor.get(page.link("Make it the duty team: Other team"))
    assert "Nobody works in this team now." in asked.text
    chosen = visitor.send(asked, {})
    assert banner(chosen) == "Referrals reach this team first from now on."
    assert "Other team, 0 people Duty team" in chosen.text


def test_somebody_acts_while_a_colleague_is_away(as_a: As, clock: Clock, world: Authority) -> None:
    case = case_at(authority=world)
    item = open_items(database=world.database, case=case)["decide_response"].id
    claim(world.database, world.actor("social_worker"), MONDAY, item)
    away = as_a("social_worker")
    page = away.get(away.get("/cover").link("I will be away"))
    typed = {"covering": account(role="legal_adviser"), "last_day-day": "9", "last_day-month": "3"}
    done = away.send(page, {**typed, "last_day-year": "2026"})
    assert "Legal adviser 1 acts for you now, until the end of 9 March" in done.text
    colleague = as_a("legal_adviser")
    assert "Social worker 1, for whom you act" in colleague.get(f"/tasks/{item}").text
    manager = as_a("team_manager")
    assert "Social worker 1 will be away" in manager.get("/cover").text
    assert "You act for Social worker 1 now" in colleague.get("/cover").text
    ended = colleague.send(colleague.get("/cover"), button="End this: Legal adviser 1 for Social worker 1")
    assert "Nobody acts for you" in ended.text
    clock.move(DAY)
    assert (
        "Social worker 1 has taken this task" in as_a("social_worker", number=2).get(f"/tasks/{item}", status=403).text
    )


def test_a_case_goes_to_another_team(as_a: As, world: Authority) -> None:
    visitor = as_a("administrator")
    case = case_at(authority=world, point="assessing")
    person = visitor.get("/people/auditor.2/roles/add")
    visitor.send(person, {"role": "team_manager", "place": "social_care other_team"})
    manager = as_a("team_manager")
    page = manager.get(manager.get(f"/cases/{case}").link("Move this case to another team"))
    moved = manager.send(page, {"team": "other_team", "reason": "They moved."})
    assert "is with Other team from now on." in banner(moved)
    manager.get(f"/cases/{case}", status=404)
    assert "The case went to another team: They moved." in as_a("auditor", number=2).get(f"/cases/{case}").text


def test_a_file_is_tried_and_then_done(as_a: As, world: Authority) -> None:
    visitor = as_a("administrator")
    page = visitor.get("/people/bring-in")
    example = page.tree.xpath("string(//*[@id='example'])")
    tried = visitor.send(page, {"text": example}, button="See what would be done")
    assert "Line 4: cy.cole@council.example is" in tried.text
    assert visitor.send(page, button="See what would be done", status=400).errors == [
        "Choose a file, or paste its lines"
    ]
    wrong = visitor.send(
        page, {"text": "email,role\na@x.example,teacher\n"}, button="See what would be done", status=400
    )
    assert "Line 2: There is no role “teacher”" in wrong.text
    good = "agency,organisation,name,email,role\n,Hill School,Ann,ann@x.example,Education practitioner\n"
    tried = visitor.send(wrong, {"text": good}, button="See what would be done")
    assert "Line 2: The organisation “Hill School” is added" in tried.text
    assert "Hill School" not in visitor.get("/organisations").text
    done = visitor.send(tried, button="Do all of this")
    assert banner(done).startswith("Done, by 3 changes. Whoever is new has no password yet")
    assert visitor.get(visitor.get("/people?show=never").link("Help to sign in: Ann")).heading == "Help Ann to sign in"
    assert "Ann" in done.text
    assert world


def test_tables_are_given_to_print(as_a: As) -> None:
    visitor = as_a("administrator")
    for name, words in (("roles", "Member of the public"), ("questions", "Answers to choose from")):
        answer = visitor.client.get(f"/people/{name}.csv")
        assert (answer.status_code, answer.mimetype, words in answer.text) == (200, "text/csv", True)


def test_who_has_no_password_gets_a_link_that_is_shown_once(as_a: As, world: Authority) -> None:
    new_account(database=world.database, account="ann")
    visitor = as_a("administrator")
    page = visitor.get(visitor.get("/people/ann").link("Help them to sign in"))
    assert visitor.send(page, {}, status=400).errors == ["Confirm that you are Administrator 1."]
    shown = visitor.send(page, {"confirmed": "yes"})
    assert "http://localhost/password/" in shown.text
    assert "A link waits until" in visitor.get(shown.link("Who has never signed in")).text
    assert "/password/" not in visitor.get("/people/ann").text


def test_who_has_signed_in_before_is_asked_about(as_a: As) -> None:
    as_a("social_worker")
    visitor = as_a("administrator")
    page = visitor.get("/people/social_worker.1/let-in")
    assert visitor.send(page, {}, status=400).errors == ["Choose what they are without."]
    shown = visitor.send(page, {"lost": "password", "confirmed": "yes"})
    assert "/password/" in shown.text


def test_two_administrators_let_in_whoever_oversees(as_a: As, app: Flask, world: Authority) -> None:
    """Who has the link to a password could sign in as its owner: it takes a code that the other one gives."""
    new_account(database=world.database, account="ann")
    give_role(world.database, world.system, MONDAY, "ann", "auditor")
    first, second = as_a("administrator"), as_a("administrator", 2)
    page = first.get("/people/ann/let-in")
    assert first.send(page, {"lost": "second_factor", "confirmed": "yes"}, status=400).errors == [letting_in.WHICH]
    shown = first.send(page, {"confirmed": "yes"})
    [address] = re.findall(r"/password/\S+", shown.text)
    assert "another administrator gives" in first.get(first.get("/people").link("A code for")).text
    asked = second.get(second.get("/people").link("A code for"))
    assert second.send(asked, {}, status=400).errors == ["Confirm that you are Administrator 2."]
    [code] = re.findall(r"\b\w{5}(?:-\w{5}){3}\b", second.send(asked, {"confirmed": "yes"}).text)
    assert "A code was given" in first.get("/people/ann").text

    ann = Visitor(app.test_client())
    page = ann.get(address)
    for typed in ("", "ABCDE"):
        refused = ann.send(page, {"new_password": "three plain words", "code": typed}, status=400)
        assert refused.errors == [one_time_words.WRONG_CODE]
    refused = ann.send(page, {"new_password": "short", "code": code}, status=400)
    assert refused.value("code") == code, "it is long, and typed by hand"
    assert "Sign in with it" in ann.send(page, {"new_password": "three plain words", "code": code}).text
    assert "No link waits for a code" in second.get("/people/ann/code").text
    assert "No link waits" in second.send(asked, {"confirmed": "yes"}, status=400).errors[0]


def test_who_is_proposed_for_what_takes_two_is_let_in_once_that_is_settled(as_a: As, world: Authority) -> None:
    new_account(database=world.database, account="bea")
    visitor = as_a("administrator")
    page = visitor.get("/people/bea/let-in")
    visitor.send(visitor.get("/people/bea/roles/add"), {"role": "auditor"})
    assert "First agree to it" in visitor.send(page, {"confirmed": "yes"}, status=400).errors[0]
    page = visitor.get("/people/bea/let-in")
    assert not page.tree.xpath("//main//form")
    assert "signed out" in visitor.get(page.link("agree to it, or drop it")).text
