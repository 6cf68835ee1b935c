"""The page “Directory of services”, and what is offered of it while a request is typed."""

from collections.abc import Callable

import pytest

from tests.builders import Authority, case_at
from tests.engine.commands.calls_of_services import SERVICE, serves
from tests.webapp.test_working_days import banner
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
PAGE = "/services"


@pytest.mark.parametrize("role", ["administrator", "team_manager"])
def test_a_service_is_added_changed_and_taken_out(as_a: As, role: str) -> None:
    visitor = as_a(role)
    assert "There is no service in the directory yet." in visitor.get(PAGE).text
    page = visitor.send(visitor.get(f"{PAGE}/add"), SERVICE)
    assert (page.path, banner(page)) == (PAGE, "The service is in the directory.")
    assert "Play sessions, and help with routines at home" in page.text
    assert "No requests now" not in page.text
    (service,) = page.tree.xpath("//main//a[starts-with(., 'Change')]/@href")
    again = visitor.send(visitor.get(f"{PAGE}/add"), SERVICE, status=400)
    assert "A service of this name is in the directory already." in again.text
    assert again.value("contact") == SERVICE["contact"]
    changed = visitor.send(visitor.get(service), {**SERVICE, "takes_requests": "no"})
    assert "No requests now" in changed.text
    gone = visitor.send(visitor.get(f"{service}/end"), {"ended_because": "It moved away."})
    assert "It moved away." in gone.text
    assert gone.tree.xpath("//main//a[starts-with(., 'Change')]") == []


def test_the_directory_is_searched_by_words(as_a: As, world: Authority) -> None:
    serves(world, name="Family Links")
    serves(world, name="Night shelter", offers="A bed")
    visitor = as_a("education_practitioner")
    found = visitor.send(visitor.get(PAGE), {"words": "BED  shelter"}, button="Find").text
    assert "Night shelter" in found
    assert "Family Links" not in found
    assert (
        "No service in the directory has all these words."
        in visitor.send(visitor.get(PAGE), {"words": "bed play"}, button="Find").text
    )
    assert "Add a service" not in visitor.get(PAGE).text


def test_the_names_are_offered_while_a_request_is_typed(as_a: As, world: Authority) -> None:
    serves(world, name="Family Links")
    serves(world, name="Night shelter", takes_requests="no")
    page = as_a("social_worker").get(f"/cases/{case_at(authority=world)}/start/request_for_help")
    (named,) = page.tree.xpath("//input[@name='asked']/@list")
    assert page.tree.xpath(f"//datalist[@id='{named}']/option/@value") == ["Family Links"]
