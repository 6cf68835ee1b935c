"""What has changed for a child is recorded from one page of the case, and said wherever the child is named."""

from collections.abc import Callable

from tests.builders import Authority, case_at, child
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
PAGE = "Something has changed for this child"
ON = {"day": "2", "month": "3", "year": "2026"}


def on(question: str, **other: str) -> dict[str, str]:
    return {f"{question}-{part}": value for part, value in {**ON, **other}.items()}


def test_a_death_is_recorded_and_said_on_the_case_the_family_and_the_inbox(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, children=[child(), child(given_name="Ben")])
    worker = as_a("social_worker")
    page = worker.get(worker.get(worker.get(f"/cases/{case}").link(PAGE)).link("The child has died"))
    refused = worker.send(page, {**on("happened_on", year="2027"), "evidence": "Zqtold"}, status=400)
    assert "Zqtold" in refused.text
    done = worker.send(refused, {**on("happened_on"), "evidence": "Zqtold"})
    assert "This child died on 2 March 2026." in done.text
    assert "died on 2 March 2026" in worker.get("/").text
    assert "Died on 2 March 2026" in worker.get(f"/cases/{case}/family").text
    recorded = worker.get(f"/cases/{case}/life")
    assert "Zqtold" in recorded.text
    assert "The death of this child is recorded already." in recorded.text


def test_a_change_is_told_with_what_held_before(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    manager = as_a("team_manager")
    start = "A new name, address, carer, school or legal status"
    page = manager.get(manager.get(f"/cases/{case}/life").link(start))
    asked = manager.send(page, {"changed": "school", **on("changed_on"), "how_known": "Zqknown"}, status=400)
    manager.send(asked, {"changed": "school", **on("changed_on"), "school": "Zqpark", "how_known": "Zqknown"})
    page = manager.get(manager.get(f"/cases/{case}/life").link(start))
    earlier = {"changed": "school", **on("changed_on", month="2"), "school": "Zqhill", "how_known": "Zqknown"}
    manager.send(page, earlier)
    of_case = manager.get(f"/cases/{case}").text
    assert ("Zqpark" in of_case, "The school or nursery" in of_case) == (True, True)
    recorded = manager.get(f"/cases/{case}/life").text
    assert recorded.index("Zqpark") < recorded.index("Held before") < recorded.index("Zqhill")


def test_who_sees_a_part_or_only_oversees_records_nothing(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    assert PAGE not in as_a("health_practitioner").get(f"/cases/{case}").text
    as_a("health_practitioner").get(f"/cases/{case}/life", status=403)
    seen = as_a("auditor").get(f"/cases/{case}/life").text
    assert "In this case you cannot record anything here." in seen
    assert "The child has died" not in seen
