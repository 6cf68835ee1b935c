"""What somebody types to find something is theirs alone, and its address tells nothing."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from engine.commands.keeping_searches import KEPT_FOR
from engine.tables import KeptSearch
from tests.builders import HOUR, Authority, case_at, child, refer
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
SECOND = timedelta(seconds=1)


def found_by(visitor: Visitor, name: str) -> Page:
    return visitor.send(visitor.get("/cases"), {"name": name}, button="Find")


def test_the_address_of_what_was_found_is_random_and_goes_on_working(as_a: As, world: Authority) -> None:
    refer(authority=world, children=[child(given_name="Zephyrine")])
    visitor = as_a("social_worker")
    found, again = found_by(visitor, "zephyrine"), found_by(visitor, "zephyrine")
    assert found.path.startswith("/cases?search=")
    assert (found.path != again.path, "zephyrine" in found.path) == (True, False)
    assert "1 case for “zephyrine”" in visitor.get(found.path).text  # as the button back asks for it
    assert "Zephyrine Example" in found.text
    assert found_by(visitor, "  ").path == "/cases"


def test_the_search_of_another_person_is_not_there(as_a: As, world: Authority) -> None:
    refer(authority=world, children=[child(given_name="Zephyrine")])
    found = found_by(as_a("social_worker"), "zephyrine")
    for visitor in (as_a("social_worker", number=2), as_a("auditor")):
        told = visitor.get(found.path, status=404)
        none = visitor.get("/cases?search=nothing", status=404)
        assert told.text.partition("give this")[0] == none.text.partition("give this")[0]
        assert "zephyrine" not in told.text.casefold()


def test_a_search_runs_out_and_is_forgotten(as_a: As, world: Authority, clock: Clock) -> None:
    visitor = as_a("social_worker")
    found = found_by(visitor, "zephyrine")
    clock.move(KEPT_FOR)
    visitor.sign_in("social_worker.1")
    visitor.get(found.path, status=404)
    found_by(visitor, "another")
    with world.database.read() as connection:
        assert connection.execute(select(KeptSearch.words)).all() == [("another",)]


def test_it_survives_signing_in_again_without_a_word_in_the_address(as_a: As, world: Authority, clock: Clock) -> None:
    refer(authority=world, children=[child(given_name="Zephyrine")])
    visitor = as_a("social_worker")
    found = found_by(visitor, "zephyrine")
    clock.move(HOUR)  # the session has run out
    asked = visitor.get(found.path)
    assert asked.path.startswith("/sign-in?next=")
    assert "zephyrine" not in asked.response.get_data(as_text=True).casefold()
    form = {"account": "social_worker.1", "next": asked.value("next"), "csrf_token": asked.value("csrf_token")}
    assert visitor.post("/sign-in", form).path == found.path


def test_the_words_of_a_replay_stand_in_no_address(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    auditor = as_a("auditor")
    narrowed = auditor.send(
        auditor.get(f"/cases/{case}/replay"), {"text": "Decide the response", "about": "all"}, button="Show these"
    )
    assert "search=" in narrowed.path
    assert ("decide" in narrowed.path.casefold(), narrowed.value("text")) == (False, "Decide the response")
    steps = len(narrowed.tree.xpath("//table[contains(@class, 'app-trail')]//tr[td]"))
    whole = auditor.get(f"/cases/{case}/replay?about=all")
    assert 0 < steps < len(whole.tree.xpath("//table[contains(@class, 'app-trail')]//tr[td]"))
    assert "search=" not in auditor.send(narrowed, {"text": ""}, button="Show these").path


def test_who_may_not_read_a_case_keeps_no_search_in_it(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    visitor = as_a("police_officer")
    token = visitor.get("/cases").tree.xpath("//input[@name='csrf_token']/@value")[0]
    visitor.post(f"/cases/{case}/replay", {"text": "Zephyrine", "csrf_token": token}, status=404)
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(KeptSearch)) == 0
