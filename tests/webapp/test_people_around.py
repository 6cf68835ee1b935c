"""Who is around a child stands on a page of the case, as a picture, a table and person by person."""

from collections.abc import Callable

from tests.builders import Authority, case_at, open_items
from tests.engine.commands.calls_of_people_around import fact, person
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
KNOWN_ON = {"known_on-day": "2", "known_on-month": "3", "known_on-year": "2026"}
MOTHER = {"name": "Zqmother", "relation": "mother", "responsibility": "yes", "lives": "yes", "source": "Zqsaid"}


def test_somebody_is_added_changed_and_ended_on_its_pages(as_a: As, world: Authority) -> None:
    case, worker = case_at(authority=world), as_a("social_worker")
    page = worker.get(worker.get(f"/cases/{case}").link("Add somebody around the child"))
    again = worker.send(page, {**MOTHER, **KNOWN_ON, "lives": ""}, status=400)
    assert "Zqsaid" in again.response.text  # nothing that was typed is lost
    around = worker.send(again, {**MOTHER, **KNOWN_ON})
    assert around.text.count("Zqmother") > 3
    words = around.tree.xpath("string(//*[local-name() = 'svg']//desc)")
    assert words == "Zqmother: mother, lives with the child, has parental responsibility. Ada Example, the child."
    page = worker.get(around.link("A risk to the child, Zqmother"))
    around = worker.send(
        page, {"risk": "poses", "what": "Zqharm", "who_said": "Zqaunt", "source": "Zqrang", **KNOWN_ON}
    )
    assert "Zqharm" in around.text
    page = worker.get(around.link("Change this: Where they live, Zqmother"))
    moved = {"lives": "no", "where": "Zqsea", "ended_as": "changed", "source": "Zqnow", **KNOWN_ON}
    around = worker.send(page, moved)
    assert "Zqsea" in around.text
    page = worker.get(around.link("End this, as it holds no longer: A risk to the child, Zqmother"))
    around = worker.send(page, {"ended_as": "wrong", "source": "Zqmistaken", **KNOWN_ON})
    assert "Zqmistaken" in around.text
    assert "It was never so" in around.text


def test_who_does_not_see_all_of_the_case_reads_nothing_of_it(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    about = person(world, case)
    fact(world, case, about, "risk")
    fact(world, case)
    for reader in ("health_practitioner", "housing_officer"):
        for address in (f"/cases/{case}/around", f"/cases/{case}/around/person"):
            assert as_a(reader).client.get(address).status_code in (403, 404)
    assert "Zq" not in as_a("health_practitioner").get(f"/cases/{case}").text
    auditor = as_a("auditor").get(f"/cases/{case}/around")
    assert "Zqharm" in auditor.text
    assert "Change" not in auditor.text


def test_how_to_communicate_stands_above_a_task_that_makes_contact(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    fact(world, case)
    item = open_items(database=world.database, case=case)["plan_assessment"].id
    shown = as_a("social_worker").get(f"/tasks/{item}").text
    assert "Before you make contact" in shown
    assert "Zqleave no message." in shown
