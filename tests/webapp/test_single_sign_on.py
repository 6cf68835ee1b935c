"""Single sign-on, with a provider in a process of its own that can be made to do wrong."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.clock import now as real_now
from engine.base.settings import Settings
from engine.commands import accounts, provider_links
from engine.people.identity import SYSTEM
from engine.record.chain import lines
from engine.tables import ProviderLink, Session
from tests.builders import HERE, Authority, account
from tests.identity_provider import CLIENT, RunningProvider, running
from tests.second_factors import code_at, has_app
from tests.webapp.conftest import Clock
from tests.webapp.signing_on import NAME, WORKER, SignOn, address_in, back
from tests.webapp.visitor import Visitor
from webapp import create_app, provider_said
from webapp.sign_in import BY_PROVIDER_ALONE
from webapp.single_sign_on import OTHER_PERSON
from webapp.welcoming import TOO_OLD

AUDITOR = account(role="auditor")


def told(words: str) -> list[str]:
    return [words.format(name=NAME)]


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    with running() as one:
        yield one


@pytest.fixture
def clock() -> Clock:
    """The provider has the time of the machine."""
    return Clock(real_now())


@pytest.fixture
def house(settings: Settings, world: Authority, clock: Clock, provider: RunningProvider) -> SignOn:
    provider.plants("nothing")
    return SignOn(settings, world, clock, provider)


def said_in(house: SignOn, chain: str, kind: str) -> list[object]:
    with house.world.database.read() as connection:
        return [line.payload for line in lines(connection, chain) if line.kind == kind]


def test_whoever_has_an_account_is_linked_once_by_the_address_and_comes_in(house: SignOn) -> None:
    visitor, page = house.enters(path="/sign-in?next=/cases")
    assert page.path == "/cases"
    assert said_in(house, f"person:{WORKER}", "signed_in") == [{"by": "provider"}]
    there = {"issuer": house.provider.issuer, "subject": f"there-{WORKER}"}
    assert said_in(house, f"authority:{HERE}", "provider_linked") == [{"account": WORKER, **there, "by": "address"}]
    assert house.enters(email="changed@example.org")[1].path == "/tasks"  # known by what is theirs for good
    assert house.enters(email=f"{WORKER}@example.org", sub="another")[1].errors == [provider_links.UNKNOWN]
    assert len(said_in(house, f"authority:{HERE}", "provider_linked")) == 1
    assert "Signed in by single sign-on" not in visitor.get("/tasks").text


def test_nobody_is_let_in_or_made_an_account_without_one(house: SignOn) -> None:
    """No address, one that no account has, and one of which the provider did not make sure."""
    unlinked: list[dict[str, Any]] = [
        {"email": "nobody@example.org"},
        *({"email_verified": value} for value in (False, "true", None)),
        *({"email": value} for value in ("", None)),
    ]
    for said in unlinked:
        visitor, page = house.enters(**said)
        assert (page.title, page.errors) == ("Error: Sign in", [provider_links.UNKNOWN]), said
        assert visitor.get("/tasks").title == "Sign in"
    with house.world.database.read() as connection:
        assert not connection.scalars(select(ProviderLink.account_id)).all()


def test_a_leaver_is_told_as_little_as_a_stranger(house: SignOn) -> None:
    visitor, _ = house.enters()
    accounts.disable_account(house.world.database, SYSTEM.at(HERE), house.clock.now, WORKER)
    assert visitor.get("/tasks").title == "Sign in"
    assert house.enters()[1].errors == [provider_links.UNKNOWN]


FAULTS = {
    **dict.fromkeys(("nonce", "audience", "two_audiences", "issuer", "signature"), provider_said.NOT_TRUSTED),
    **dict.fromkeys(("none", "own_secret", "expired"), provider_said.NOT_TRUSTED),
    "clock": provider_said.CLOCKS_DIFFER,
    "no_subject": provider_said.NOT_SET_UP,
}


def test_what_the_provider_sends_wrongly_lets_nobody_in(house: SignOn) -> None:
    assert house.enters()[1].path == "/tasks"
    for fault, words in FAULTS.items():
        house.provider.plants(fault)
        visitor, page = house.enters()
        assert (page.title, page.errors) == ("Error: Sign in", told(words)), fault
        assert visitor.get("/tasks").title == "Sign in"
    house.provider.plants("nothing")
    assert house.enters()[1].path == "/tasks"


def test_what_another_browser_began_or_was_used_before_lets_nobody_in(house: SignOn) -> None:
    visitor, other = house.browser(), house.browser()
    house.provider.says(sub="one", email=f"{WORKER}@example.org", email_verified=True)
    brought = house.goes(visitor, visitor.get("/sign-in"))
    assert back(other, brought).errors == [provider_said.TOO_LONG]
    new = house.goes(other, other.get("/sign-in"))
    assert back(other, {**brought, "state": new["state"]}).errors == [provider_said.TOO_LONG]  # PKCE of another
    brought = house.goes(visitor, visitor.get("/sign-in"))
    assert back(visitor, {**brought, "iss": "https://other.example"}).errors == told(provider_said.NOT_TRUSTED)
    brought = house.goes(visitor, visitor.get("/sign-in"))
    assert back(visitor, brought).path == "/tasks"
    visitor.send(visitor.get("/tasks"), button="Sign out")
    new = house.goes(visitor, visitor.get("/sign-in"))
    replayed = back(visitor, {**brought, "state": new["state"]})
    assert replayed.errors == [provider_said.TOO_LONG]
    brought = house.goes(visitor, visitor.get("/sign-in"))
    house.clock.move(timedelta(minutes=11))
    assert back(visitor, brought).errors == [provider_said.TOO_LONG]


def test_whoever_does_not_sign_in_there_does_not_here(house: SignOn) -> None:
    visitor = house.browser()
    brought = house.goes(visitor, visitor.get("/sign-in"))
    page = back(visitor, {"error": "access_denied", "state": brought["state"]})
    assert page.errors == told(provider_said.NOT_SIGNED_IN)


def test_no_other_page_makes_somebody_sign_in_and_none_is_gone_on_to(house: SignOn) -> None:
    visitor = house.browser()
    assert visitor.client.get("/sign-in/provider").status_code == 405
    assert visitor.client.post("/sign-in/provider").status_code == 400
    elsewhere = {"csrf_token": "made up", "typed": '{"reason": ["Words of another site"]}'}
    page = visitor.post("/sign-in/provider", elsewhere, status=400)
    assert (page.errors, "Words of another site" in page.text) == ([TOO_OLD], False)
    brought = house.goes(visitor, page)
    assert back(visitor, {"state": "made up", "code": "made up"}).errors == [provider_said.TOO_LONG]
    house.provider.says(sub=f"there-{WORKER}", email=f"{WORKER}@example.org", email_verified=True)
    assert back(visitor, brought).path == "/tasks"  # an address that another page made up ended nothing
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example"):
        assert house.enters(path=f"/sign-in?next={elsewhere}")[1].path == "/tasks"


def test_the_provider_may_change_its_keys(house: SignOn) -> None:
    assert house.enters()[1].path == "/tasks"
    house.provider.plants("new_key")
    assert house.enters()[1].path == "/tasks"


def test_a_provider_that_is_away_or_another_is_told_plainly(house: SignOn) -> None:
    house.provider.plants("names_another")
    visitor = house.browser()
    page = visitor.send(visitor.get("/sign-in"), button=f"Sign in with {NAME}")
    assert page.errors == told(provider_said.NOT_SET_UP)
    chosen = house.settings.provider
    assert chosen is not None
    house.settings = replace(house.settings, provider=replace(chosen, issuer="http://127.0.0.1:9"))
    house.again()
    visitor = house.browser()
    page = visitor.send(visitor.get("/sign-in"), button=f"Sign in with {NAME}")
    assert (page.errors, "Password" in page.text) == (told(provider_said.AWAY), True)


def test_a_second_factor_is_ours_unless_the_provider_looked_at_one(house: SignOn) -> None:
    assert house.enters(AUDITOR)[1].errors == [provider_links.UNKNOWN], "by their address alone"
    house.links(AUDITOR)
    assert house.enters(AUDITOR)[1].heading == "Second factor"  # who must have one, and showed none anywhere
    assert house.enters(AUDITOR, amr=["pwd", "mfa"])[1].path == "/cases"
    assert house.enters(AUDITOR, acr="mfa")[1].path == "/cases"
    assert house.enters(AUDITOR, amr="mfa")[1].errors == told(provider_said.NOT_TRUSTED)
    has_app(house.world.database, house.settings, AUDITOR, house.clock.now)
    visitor, page = house.enters(AUDITOR, path="/sign-in?next=/record")
    assert (page.heading, "You are known" in page.text) == ("Show that it is you", True)
    assert visitor.get("/cases").title == "Sign in"
    page = visitor.send(visitor.get(page.path), {"second_factor": code_at(house.clock.now)})
    assert page.path == "/record"
    assert said_in(house, f"person:{AUDITOR}", "signed_in")[-1] == {"by": "provider"}


def test_where_no_password_opens_anything_none_does(house: SignOn) -> None:
    chosen = house.settings.provider
    assert chosen is not None
    house.settings = replace(house.settings, provider=replace(chosen, passwords=False))
    house.again()
    visitor = house.browser()
    page = visitor.get("/sign-in")
    assert not page.tree.xpath("//input[@type='password']")
    typed = {"csrf_token": page.value("csrf_token"), "email": f"{WORKER}@example.org", "password": "x"}
    assert visitor.post("/sign-in", typed, status=400).errors == told(BY_PROVIDER_ALONE)
    assert house.enters()[1].path == "/tasks"


def test_showing_again_goes_to_the_provider_and_keeps_what_was_typed(house: SignOn) -> None:
    visitor, _ = house.enters()
    page = visitor.get("/account/second-factor")
    assert (
        "Set up an app" not in page.text
    )  # the provider knew them from an hour ago: the browser may be another's by now
    page = visitor.send(page, status=400)
    assert page.errors == [f"Show again that it is you with {NAME}, then send this again."]
    going = visitor.post("/sign-in/provider/again", {"csrf_token": page.value("csrf_token")})
    address = address_in(going)
    assert re.search(r"[?&]prompt=login(&|$)", address)
    assert re.search(r"[?&]max_age=0(&|$)", address)
    before = visitor.client.get_cookie("session")
    shown = back(visitor, house.provider.lets_in(address))
    assert shown.heading == "You have shown that it is you"
    assert visitor.client.get_cookie("session") != before


def test_signing_in_counts_as_shown_just_now_only_where_the_provider_says_that_it_was(house: SignOn) -> None:
    now, minute = int(house.clock.now.timestamp()), 60
    for shown_at, counts in ((now, True), (now - 5 * minute, False), (now + 5 * minute, False), (None, False)):
        visitor, _ = house.enters(auth_time=shown_at)
        assert ("Set up an app" in visitor.get("/account/second-factor").text) is counts, (
            shown_at - now if shown_at else None
        )
    has_app(house.world.database, house.settings, WORKER, house.clock.now)
    visitor, page = house.enters()
    visitor.send(page, {"second_factor": code_at(house.clock.now)})
    with house.world.database.read() as connection:
        assert connection.scalars(select(Session.confirmed_at).where(~Session.half)).all()[-1] is None


def test_whoever_came_in_by_two_factors_does_not_show_again_by_one(house: SignOn) -> None:
    house.links(AUDITOR)
    visitor, _ = house.enters(AUDITOR, amr=["mfa"])
    for methods, heading in (["pwd"], "Show again that it is you"), (["mfa"], "You have shown that it is you"):
        house.provider.says(sub=f"there-{AUDITOR}", amr=methods)
        brought = house.goes(visitor, visitor.get("/sign-in/provider/again"), f"Show it with {NAME}")
        assert back(visitor, brought).heading == heading


def test_whoever_shows_nothing_anew_or_is_another_is_not_believed(house: SignOn) -> None:
    visitor, _ = house.enters()
    with house.world.database.transaction() as connection:
        connection.execute(update(Session).values(confirmed_at=None))
    for subject, fault, words in (
        (f"there-{WORKER}", "not_asked_again", provider_said.NOT_FRESH),
        ("somebody else", "nothing", OTHER_PERSON),
    ):
        house.provider.plants(fault)
        house.provider.says(sub=subject)
        brought = house.goes(visitor, visitor.get("/sign-in/provider/again"), f"Show it with {NAME}")
        page = back(visitor, brought)
        assert (page.heading, page.errors) == ("Show again that it is you", told(words))
        assert "Set up an app" not in visitor.get("/account/second-factor").text


def test_showing_again_asks_for_our_second_factor_where_there_is_one(house: SignOn) -> None:
    visitor, _ = house.enters()
    has_app(house.world.database, house.settings, WORKER, house.clock.now)
    with house.world.database.transaction() as connection:
        connection.execute(update(Session).values(confirmed_at=None))
    token = visitor.get("/sign-in/provider/again").value("csrf_token")
    early = {"csrf_token": token, "second_factor": code_at(house.clock.now)}
    assert visitor.post("/sign-in/provider/again/second", early, status=400).errors == [provider_said.TOO_LONG]
    page = back(visitor, house.goes(visitor, visitor.get("/sign-in/provider/again"), f"Show it with {NAME}"))
    assert page.heading == "Show that it is you"
    wrong = visitor.send(page, {"second_factor": "000000"}, status=400)
    house.clock.move(timedelta(seconds=2))
    page = visitor.send(wrong, {"second_factor": code_at(house.clock.now)})
    assert page.heading == "You have shown that it is you"


def test_what_was_typed_in_a_form_that_was_too_old_is_given_back(house: SignOn) -> None:
    visitor = house.browser()
    page = visitor.get("/sign-in")
    typed = {"csrf_token": page.value("csrf_token"), "next": "/tasks", "typed": '{"reason": ["Long text of mine"]}'}
    going = visitor.post("/sign-in/provider", typed)
    assert "Long text of mine" in going.text
    assert not going.tree.xpath("//head/meta[@http-equiv='refresh']")


def test_signing_out_ends_our_session_and_offers_to_end_theirs(house: SignOn) -> None:
    visitor, _ = house.enters()
    page = visitor.send(visitor.get("/tasks"), button="Sign out")
    link = page.tree.xpath("string(//a[contains(., 'Sign out of')]/@href)")
    back_here = "post_logout_redirect_uri=http%3A%2F%2Flocalhost%2Fsign-in"
    assert link == f"{house.provider.issuer}/end?client_id={CLIENT}&{back_here}"
    assert visitor.get("/tasks").title == "Sign in"


def test_without_a_provider_there_is_nothing_of_it(settings: Settings, world: Authority, clock: Clock) -> None:
    visitor = Visitor(create_app(settings, world.database, now=clock).test_client())
    page = visitor.get("/sign-in")
    assert "Sign in with" not in page.text
    visitor.post("/sign-in/provider", {"csrf_token": page.value("csrf_token")}, status=404)
    visitor.get("/sign-in/provider/back", status=404)
