"""What is signed before the door opens: nothing else opens until then, and one button is enough."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from engine.commands.signing_agreements import set_agreement
from engine.tables import Membership
from tests.builders import DAY, Authority, case_at, open_items
from tests.organisations import membership
from tests.webapp.conftest import Clock, Run
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
BUTTON = "I keep to this code of conduct"


def put(
    world: Authority, clock: Clock, agreement: str = "conduct", text: str = "Look only where you have a part."
) -> int:
    return set_agreement(world.database, world.actor("administrator"), clock.now, agreement, {"text": text})


def test_nothing_opens_before_the_code_of_conduct_and_one_button_is_enough(
    as_a: As, world: Authority, clock: Clock
) -> None:
    case = case_at(authority=world, point="deciding")
    put(world, clock)
    clock.move(timedelta(minutes=1))
    worker = as_a("social_worker")
    for path in ("/tasks", "/cases", f"/cases/{case}", "/account", "/break-glass"):
        page = worker.get(path)
        assert (page.heading, case in page.text) == ("Before you go on", False)
    refused = worker.client.post("/account/sessions/end", data={"session": "others"})
    assert refused.headers["Location"] == "/agreements/sign?next="
    assert worker.get("/refer").heading != "Before you go on"
    assert worker.send(worker.get(f"/cases/{case}"), button=BUTTON).path == f"/cases/{case}"
    assert worker.get("/agreements/sign").path == "/tasks"
    clock.move(DAY)
    version = put(world, clock, text="Another text.")
    again = as_a("social_worker")
    page = again.get("/tasks")
    assert page.text.index("Another text.") < page.text.index(BUTTON)  # "this" is what was read
    assert again.send(page, {"version": str(version - 1)}, status=400).errors == [
        "Another version has come meanwhile. Read it, and agree to that."
    ]
    elsewhere = again.get("/agreements/sign?next=//evil.example")
    assert again.send(elsewhere, button=BUTTON).path == "/tasks"


def test_what_was_being_typed_when_a_new_version_came_is_taken(as_a: As, world: Authority, clock: Clock) -> None:
    case = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=case)["decide_response"].id
    worker = as_a("social_worker")
    form = worker.get(f"/tasks/{item}")
    clock.move(timedelta(minutes=1))
    put(world, clock)
    assert (
        worker.send(form, {"reason": "Long text of mine"}, button="Save and finish later").heading == "Before you go on"
    )
    page = worker.send(worker.get(f"/tasks/{item}"), button=BUTTON)
    assert (page.path, page.value("reason")) == (f"/tasks/{item}", "Long text of mine")


def test_an_administrator_sets_texts_and_sees_who_has_not_signed(as_a: As, clock: Clock) -> None:
    admin, teacher = as_a("administrator"), as_a("education_practitioner")
    page = admin.get("/agreements")
    assert "None is set." in page.text
    asked = admin.get("/agreements/sharing/set")
    assert admin.send(asked, {"text": " "}, status=400).errors == ["Enter the whole text"]
    clock.move(timedelta(minutes=1))
    page = admin.send(asked, {"text": "What is shared, and why."})
    assert (page.path, "Education: not signed" in page.text) == ("/agreements", True)
    told = teacher.get("/tasks")
    assert (told.heading, "Education has not signed" in told.text) == ("Before you go on", True)
    noting = admin.get("/agreements/organisations/education/signed")
    day = {"signed_on-day": "2", "signed_on-month": "3", "signed_on-year": "2026"}
    page = admin.send(noting, {"name": "Head of the school", **day})
    assert "Education: version 1, signed by Head of the school on 2 March 2026" in page.text
    assert teacher.get("/tasks").path == "/tasks"
    admin.get("/agreements/organisations/education/signed", status=404)
    admin.send(admin.get("/agreements/conduct/set"), {"text": "Look only where you have a part."})
    page = admin.send(admin.get("/agreements"), button=BUTTON)
    assert "Who has not agreed to it yet" in page.text
    assert "Social worker 1" in page.text
    assert "Administrator 1" not in page.tree.xpath("string(//main)")


def test_an_administrator_of_an_organisation_that_has_not_signed_notes_that_it_has(
    as_a: As, world: Authority, clock: Clock
) -> None:
    with world.database.transaction() as connection:
        held = membership(account="administrator.1", role="education_practitioner", agency="education")
        connection.execute(insert(Membership).values(**held))
    put(world, clock, "sharing")
    clock.move(timedelta(minutes=1))
    admin = as_a("administrator")
    told = admin.get("/cases")
    assert told.heading == "Before you go on"
    assert told.tree.xpath("//main//a[@href='/agreements']")
    noting = admin.get("/agreements/organisations/education/signed")
    day = {"signed_on-day": "2", "signed_on-month": "3", "signed_on-year": "2026"}
    assert admin.send(noting, {"name": "Head of the school", **day}).path == "/agreements"
    assert admin.get("/cases").path == "/cases"


def test_agreements_by_command(run: Run) -> None:
    run("authority", "add", "here", "Here")
    nurse = ("account", "create", "--name", "Nur", "--email", "nur@example.org", "--role", "health_practitioner")
    assert run(*nurse, "--organisation", "Hill Trust", "--team", "Ward").exit_code == 0
    Path("text.md").write_text("What is shared, and why.")
    for agreement in ("sharing", "conduct"):
        assert "version 1 is set" in run("agreements", "set", agreement, "text.md").stdout
    listed = run("agreements", "list").stdout
    assert ("not signed: Hill Trust" in listed, "not agreed: Nur" in listed) == (True, True)
    signed = run("agreements", "signed", "Hill Trust", "--by", "Her Chief", "--on", "2026-03-02")
    assert signed.stdout == "Noted: Her Chief signed for Hill Trust.\n", signed.output
    assert "Hill Trust" not in run("agreements", "list").stdout
    wrong = run("agreements", "signed", "Dale Trust", "--by", "Her Chief", "--on", "2026-03-02")
    assert (wrong.exit_code, "There is: Hill Trust." in wrong.stderr) == (1, True)
