"""Referring a child, with and without an account."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.base.settings import Settings
from engine.commands.authorities import set_telephone
from engine.people.identity import SYSTEM
from engine.tables import Authority as AuthorityTable
from engine.tables import Case
from tests.builders import MONDAY, Authority, authority, case_at
from tests.webapp.visitor import Visitor
from webapp import create_app

As = Callable[..., Visitor]
TYPED = {
    "immediate_danger": "no",
    "source": "public",
    "children.0.given_name": "Ada",
    "children.0.family_name": "Example",
    "children.0.born-day": "3",
    "children.0.born-month": "6",
    "children.0.born-year": "2011",
    "concerns": "Bruises.",
    "family_knows": "no",
    "reply_by": "none",
}


def cases(world: Authority) -> int:
    with world.database.read() as connection:
        return connection.execute(select(func.count()).select_from(Case)).scalar_one()


def test_the_form_says_first_to_ring_999(visitor: Visitor) -> None:
    page = visitor.get("/refer")
    assert page.text.index("ring 999 first") < page.text.index("Is a child in danger right now?")


@pytest.mark.parametrize("known", [False, True], ids=["nobody knows the child", "the child has an open case"])
def test_a_referral_gives_a_reference_and_reads_nothing_back(visitor: Visitor, world: Authority, known: bool) -> None:
    if known:
        case_at(authority=world, point="assessing")
    before = cases(world)
    page = visitor.send(visitor.get("/refer"), TYPED)
    assert (page.path, page.heading) == ("/refer/sent", "We have received your referral")
    assert "Your reference" in page.text
    assert ("Ada" in page.text, "Bruises" in page.text) == (False, False)
    assert cases(world) == before + 1
    assert visitor.get("/refer/sent").text == page.text


def test_a_practitioner_refers_and_has_a_part_in_the_case(as_a: As) -> None:
    visitor = as_a("education_practitioner")
    visitor.send(visitor.get("/refer"), TYPED)
    assert "Ada Example" in visitor.get("/cases").text


def test_brothers_and_sisters_are_added_without_a_script(visitor: Visitor, world: Authority) -> None:
    page = visitor.send(visitor.get("/refer"), TYPED, button="Add another")
    assert page.value("concerns") == "Bruises."
    both = {"children.1.given_name": "Ben", "children.1.family_name": "Example", "do": None}
    assert "Your references" in visitor.send(page, both).text
    assert cases(world) == 2


def test_what_is_missing_is_said_and_what_was_typed_stays(visitor: Visitor, world: Authority) -> None:
    page = visitor.send(visitor.get("/refer"), {**TYPED, "concerns": "", "children.0.born-month": "13"}, status=400)
    assert page.title == "Error: Refer a child"
    assert page.link(next(error for error in page.errors if "real date" in error)) == "#children-0-born-day"
    assert page.value("children.0.given_name") == "Ada"
    assert page.value("children.0.born-month") == "13"
    assert cases(world) == 0


def test_a_form_sent_twice_is_one_referral(visitor: Visitor, world: Authority) -> None:
    page = visitor.get("/refer")
    sent = [visitor.send(page, TYPED).text for _ in range(3)]
    assert len(set(sent)) == 1
    assert cases(world) == 1


def test_an_expired_form_is_shown_again(visitor: Visitor, world: Authority) -> None:
    page = visitor.send(visitor.get("/refer"), {**TYPED, "csrf_token": "old"}, status=400)
    assert "open for too long" in page.errors[0]
    assert page.value("concerns") == "Bruises."
    assert cases(world) == 0


def test_a_program_that_fills_in_everything_is_caught(visitor: Visitor, world: Authority) -> None:
    page = visitor.send(visitor.get("/refer"), {**TYPED, "website": "https://spam.example"}, status=400)
    assert page.value("concerns") == "Bruises."
    assert cases(world) == 0


def test_only_who_is_signed_in_can_keep_a_draft(visitor: Visitor, as_a: As) -> None:
    assert "Save and finish later" not in visitor.get("/refer").text
    practitioner = as_a("health_practitioner")
    kept = practitioner.send(practitioner.get("/refer"), TYPED, button="Save and finish later")
    assert kept.value("concerns") == "Bruises."
    assert practitioner.send(kept).path == "/refer/sent"
    assert practitioner.get("/refer").value("concerns") == ""


def test_the_page_of_a_sent_referral_is_for_who_sent_it(visitor: Visitor) -> None:
    assert visitor.get("/refer/sent").path == "/refer"


@pytest.mark.parametrize(("host", "known"), [("there.example", False), ("localhost", True)])
def test_the_public_refers_to_the_authority_whose_host_was_asked_for(
    visitor: Visitor, world: Authority, host: str, known: bool
) -> None:
    there = authority(database=world.database, id="there", host=host)
    page = visitor.get("/refer", status=200 if known else 404)
    if not known:
        assert page.heading == "This address belongs to no authority"
        assert "ring 999" in page.text
        return
    visitor.send(page, TYPED)
    with world.database.read() as connection:
        assert connection.scalars(select(Case.authority_id)).all() == [there.id]


def test_no_child_is_left_out_in_silence(visitor: Visitor, world: Authority) -> None:
    page = visitor.get("/refer")
    many = {f"children.{number}.{part}": "X" for number in range(103) for part in ("given_name", "family_name")}
    told = visitor.send(page, {**TYPED, **many, "children": [str(number) for number in range(103)]}, status=400)
    assert any("100" in error for error in told.errors)
    assert told.value("children.102.given_name") == "X"
    assert cases(world) == 0


@pytest.mark.parametrize("host", ["here.example", "there.example", "nowhere.example"])
def test_each_authority_has_a_telephone_of_its_own(settings: Settings, world: Authority, host: str) -> None:
    there = authority(database=world.database, id="there", host="there.example")
    with world.database.transaction() as connection:
        connection.execute(update(AuthorityTable).where(AuthorityTable.id == world.id).values(host="here.example"))
    numbers = {"here.example": "01632 960 111", "there.example": "01632 960 222"}
    for one, number in zip((world, there), numbers.values(), strict=True):
        set_telephone(world.database, SYSTEM, MONDAY, one.id, number)
    client = create_app(settings, world.database).test_client()
    for path in ("/refer", "/sign-in"):
        page = client.get(path, base_url=f"http://{host}").text
        assert {known for known, number in numbers.items() if number in page} == {host}.intersection(numbers)


def test_the_telephone_is_said_above_all_when_nothing_else_can_be(
    settings: Settings, world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_telephone(world.database, SYSTEM, MONDAY, world.id, "01632 960 111")
    visitor = Visitor(create_app(settings, world.database).test_client())
    visitor.get("/refer")

    def refuse(*_: object) -> None:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(Database, "read", refuse)
    assert "ring children’s social care on 01632 960 111" in visitor.get("/refer", status=503).text


@pytest.mark.usefixtures("world")
def test_the_receipt_says_only_what_happens(visitor: Visitor) -> None:
    page = visitor.send(visitor.get("/refer"), TYPED)
    assert "we confirm" not in page.text
    assert "are asked to tell you what was decided" in page.text
