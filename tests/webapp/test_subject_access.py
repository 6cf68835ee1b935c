"""A privacy officer answers a request for what is held of a child, by the pages alone."""

import io
import zipfile
from collections.abc import Callable

from engine.commands.drafts import save_draft
from engine.record.chain import lines
from tests.builders import MONDAY, Authority, case_at, open_items, reference
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
CAME = {"received_on-day": "2", "received_on-month": "3", "received_on-year": "2026"}
ASKED = {"asked_by": "child", "proof": "Came with a passport.", **CAME}


def all_given(sheet: Page) -> dict[str, str]:
    names = {*sheet.tree.xpath("//main//input[@type='radio']/@name")}
    said = {"decision": "given", "basis": "reasonable"}
    return {name: said[name.partition("_")[0]] for name in names if name.startswith((*said,))}


def test_a_request_is_recorded_decided_and_given(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, concerns="Ada was cold.")
    officer = as_a("privacy_officer")
    start = officer.get(officer.get("/privacy").link("What is held of a child"))
    assert "Nobody has asked." in start.text
    officer.send(start, {"reference": "AAAA-AAAA", **ASKED}, status=400)
    page = officer.send(start, {"reference": reference(authority=world, case=case), **ASKED})
    assert "2 April 2026, 31 days left" in page.text
    assert "Make the pack" not in page.text
    sheet = officer.get(page.tree.xpath("//table//a/@href")[0])
    assert "Ada was cold." in sheet.text
    refused = officer.send(sheet, {"decision_0": "withheld"}, status=400)
    assert "Say why it is withheld" in refused.text
    done = officer.send(sheet, all_given(sheet))
    assert "are decided." in done.text
    again = officer.client.post(f"{done.path}/pack", data={"csrf_token": done.value("csrf_token")})
    assert again.status_code == 400
    made = officer.client.post(f"{done.path}/pack", data={"csrf_token": done.value("csrf_token"), "confirmed": "yes"})
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert b"Ada was cold." in archive.read("index.html")
    over = officer.send(officer.get(done.path), {"outcome": "given", "reason": "Handed over."})
    assert "not shown for this request any more" in over.text
    with world.database.read() as connection:
        looks = lines(connection, world.actor("privacy_officer").chain, ["viewed"])
    assert "what is held of a child" in {(one.payload or {})["page"] for one in looks}


def test_it_takes_longer_for_a_reason(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    officer = as_a("privacy_officer")
    start = officer.get("/privacy/subject-access")
    page = officer.send(start, {"reference": reference(authority=world, case=case), **ASKED})
    done = officer.send(officer.get(page.link("Take two months longer")), {"reason": "It is complex."})
    assert "2 June 2026" in done.text
    assert "Take two months longer" not in done.text


def test_how_long_drafts_are_kept_is_set_and_said_where_they_are(as_a: As, world: Authority) -> None:
    item = open_items(database=world.database, case=case_at(authority=world))["clarify_referral"].id
    worker, officer = as_a("social_worker"), as_a("privacy_officer")
    page = worker.get(f"/tasks/{item}")
    assert "What you type and do not send is kept for 28 days after you last typed." in page.text
    save_draft(world.database, world.actor("social_worker"), MONDAY, item, {"notes": ["Half"]})
    assert "Kept until Monday 30 March 2026, then it is gone." in worker.get(f"/tasks/{item}").text
    settings = officer.get(officer.get("/privacy").link("How long drafts are kept"))
    officer.send(settings, {"days": "0"}, status=400)
    assert "Drafts are kept for one day." in officer.send(settings, {"days": "1"}).text
    assert "Kept until Tuesday 3 March 2026, then it is gone." in worker.get(f"/tasks/{item}").text


def test_nobody_else_finds_any_of_it(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    officer = as_a("privacy_officer")
    start = officer.get("/privacy/subject-access")
    page = officer.send(start, {"reference": reference(authority=world, case=case), **ASKED})
    for role in ("auditor", "administrator", "team_manager", "social_worker"):
        other = as_a(role)
        other.get("/privacy/subject-access", status=403)
        other.get(page.path, status=403)
