"""Who else has a part in a case, as the page of the case says it; adding an organisation, and ending its part."""

from collections.abc import Callable
from dataclasses import replace

from engine.commands.accounts import add_organisation
from tests.builders import MONDAY, SYSTEM_HERE, Authority, answers_to, case_at, do, open_items
from tests.engine.commands.pathway import begin
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]


def listed(page: Page) -> str:
    return " ".join(page.tree.xpath("string(//section[@aria-labelledby='parts'])").split())


def test_an_organisation_is_added_and_its_part_ends(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    lead = as_a("social_worker")
    seen = listed(lead.get(f"/cases/{case}"))
    assert "Health: since today at 10:00, as it referred the child." in seen
    assert "Police: since today at 10:00, as it was asked to do something." in seen
    adding = lead.get(f"/cases/{case}/parts/add")
    assert "Of what others have written they see what the forms show them" in adding.text
    refused = lead.send(adding, {"organisation": None, "reason": ""}, status=400)
    assert refused.errors == [
        "Choose an answer to “Which organisation?”",
        "Answer the question “Why does it need to know of this child?”",
    ]
    added = lead.send(refused, {"organisation": "housing", "reason": "They house the family."})
    assert "Housing: since today at 10:00, as it was decided so." in listed(added)
    assert "Housing became part of the case: it was decided so: They house the family." in added.text
    assert as_a("housing_officer").get(f"/cases/{case}").status == 200
    ending = lead.get(added.link("End this part of Housing"))
    assert ending.heading == "End the part of Housing in this case?"
    ended = lead.send(ending, {"reason": "They have moved."})
    assert "Parts that are over (1)" in listed(ended)
    assert "Housing has no part in the case any more: They have moved." in ended.text
    assert as_a("housing_officer").get(f"/cases/{case}", status=404).status == 404
    asking = lead.get(ended.link("End this part of Police"))
    kept = lead.send(asking, {"reason": "It is done."}, status=409)
    assert "It still has something to do in this case: “Contribute to the assessment”." in kept.text


def test_a_closed_case_offers_no_part_and_keeps_what_was_typed_before_it_was_closed(as_a: As, world: Authority) -> None:
    manager, closed = as_a("team_manager"), f"/cases/{case_at(authority=world, point='closed')}/parts/add"
    typed_before = replace(manager.get(f"/cases/{case_at(authority=world)}/parts/add"), path=closed)
    answers = {"organisation": "housing", "reason": "They house the family."}
    told = manager.get(closed, status=409).text, manager.send(typed_before, answers, status=409).text
    assert all("This case is closed. Nobody gets a part in it any more." in one for one in told)
    assert "They house the family." in told[1]


def test_of_several_organisations_the_page_asks_which_is_meant(as_a: As, world: Authority) -> None:
    add_organisation(world.database, SYSTEM_HERE, MONDAY, "education", "Hill School")
    case = case_at(authority=world)
    do(authority=world, case=case, task="clarify_referral", same_child="no", agencies_confirmed=["education"])
    page = as_a("team_manager").get(f"/cases/{case}")
    assert "it is not yet chosen which organisation is meant. Nobody there can see this case" in listed(page)
    assert "Hill School (Education)" in as_a("team_manager").get(f"/cases/{case}/parts/add").text


def test_a_partner_is_told_of_their_own_part_alone(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    seen = as_a("police_officer").get(f"/cases/{case}")
    assert listed(seen).startswith("Your part in this case Police: since")
    assert "Health" not in listed(seen)
    assert "End this part" not in seen.text
    for page in ("add", "x/end"):
        as_a("police_officer").get(f"/cases/{case}/parts/{page}", status=403)
    as_a("education_practitioner").get(f"/cases/{case}/parts/add", status=404)


def test_who_has_done_what_there_was_is_told_so_and_shown_no_page_that_is_not_there(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="closed")
    health = world.actor("health_practitioner")
    begin(authority=world, process="professional_disagreement", case=case, by=health, about="closure")
    do(authority=world, case=case, task="answer_disagreement", answer="maintained")
    do(authority=world, case=case, task="accept_answer(health)", accepted="no", by=health)
    item = open_items(database=world.database, case=case)["resolve_disagreement"]
    resolver = as_a("partnership_resolver")
    answers = answers_to(authority=world, item=item, resolution="uphold")
    done = resolver.send(resolver.get(f"/tasks/{item.id}"), answers)
    assert done.path == "/tasks"
    assert "is done. Nothing of this case waits for you any more." in done.text
    resolver.get(f"/cases/{case}", status=404)
