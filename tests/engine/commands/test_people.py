"""Accounts, the roles they hold, and passwords."""

import threading
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands import accounts, giving_roles
from engine.commands.counting import Budget
from engine.people import identity
from engine.people.identity import SYSTEM
from engine.people.password_entry import digest_of
from engine.record.chain import authority_chain, lines
from engine.tables import Account
from tests.builders import DAY, MONDAY, Authority, all_rows, authority

PASSWORD, EMAIL = "correct horse battery", "new.person@example.org"
SECOND = timedelta(seconds=1)


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that are looked at, without the time that each is made to take."""
    looked_at: list[str] = []

    def matches(_stored: str, password: str) -> bool:
        looked_at.append(password)
        return password == PASSWORD

    monkeypatch.setattr(accounts, "_matches", matches)
    return looked_at


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def tries(whose: str = "somebody") -> accounts.Tries:
    return accounts.Tries(whose)


def add(world: Authority, email: str = "New.Person@example.org") -> str:
    return accounts.add_account(world.database, world.system, MONDAY, "New Person", email, accounts.hashed(PASSWORD))


def stored(world: Authority, account: str) -> str:
    with world.database.read() as connection:
        return connection.scalars(select(Account.password_hash).where(Account.id == account)).one() or ""


def test_an_account_with_a_role_is_an_actor_from_then_on(world: Authority) -> None:
    made = add(world)
    giving_roles.give_role(world.database, world.system, MONDAY, made, "social_worker", "social_care", world.team)
    with world.database.read() as connection:
        actor = identity.actor(connection, made, MONDAY)
        before = identity.actor(connection, made, MONDAY - DAY)
    assert (actor.roles, actor.teams, before.roles) == ({"social_worker"}, {world.team}, set())


def test_the_password_opens_the_account_however_the_address_is_typed(world: Authority) -> None:
    made = add(world)
    assert accounts.account_of(world.database, MONDAY, " new.person@EXAMPLE.org ", PASSWORD, tries()) == made


def test_a_password_is_hashed_anew_when_more_is_asked_of_it(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    made = add(world)
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))
        accounts.hash_anew(world.database, SYSTEM, MONDAY, made, stored(world, made), accounts.hashed(PASSWORD))
    weak = stored(world, made)
    for _ in range(2):
        accounts.account_of(world.database, MONDAY, EMAIL, PASSWORD, tries())
    strong = stored(world, made)
    assert ("m=64," in weak, "m=65536," in strong) == (True, True)
    accounts.hash_anew(world.database, SYSTEM, MONDAY, made, weak, weak)
    assert stored(world, made) == strong, "another stands there meanwhile"
    with world.database.read() as connection:
        told = lines(connection, authority_chain(world.id), ["password_set"])
    assert [(line.payload or {})["by"] for line in told] == ["account", *["the same, hashed anew"] * 2]
    assert (told[-1].payload or {})["digest"] == digest_of(strong)


@pytest.mark.parametrize(("email", "password"), [("new.person@example.org", "wrong"), ("nobody@example.org", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_are_told_alike(world: Authority, email: str, password: str) -> None:
    add(world)
    with pytest.raises(NotAllowed, match=accounts.WRONG):
        accounts.account_of(world.database, MONDAY, email, password, tries())


def test_a_disabled_account_is_opened_by_no_password(world: Authority) -> None:
    made = add(world)
    accounts.disable_account(world.database, world.system, MONDAY, made)
    with pytest.raises(NotAllowed, match=accounts.WRONG):
        accounts.account_of(world.database, MONDAY, "new.person@example.org", PASSWORD, tries())


def test_only_so_many_passwords_are_looked_at_together(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    add(world)
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(accounts, "_checking", places)
    monkeypatch.setattr(accounts, "LONGEST_WAIT", DAY * 0)
    with places, pytest.raises(NotPossible, match=accounts.BUSY):
        accounts.account_of(world.database, MONDAY, "new.person@example.org", PASSWORD, tries())
    assert accounts.account_of(world.database, MONDAY, "new.person@example.org", PASSWORD, tries())


@pytest.mark.parametrize("password", ["", "short", "x" * 201, "123456789012", "New Person 12"])
def test_what_may_be_no_password_is_not_hashed(password: str) -> None:
    """The rule itself: tests/engine/people/test_password_rule.py."""
    with pytest.raises(BadAnswers):
        accounts.hashed(password, ("New Person", EMAIL))


def test_what_is_stored_of_a_password_is_not_the_password(world: Authority) -> None:
    assert PASSWORD not in accounts.hashed(PASSWORD)
    assert accounts.hashed(PASSWORD) != accounts.hashed(PASSWORD)
    add(world)
    assert PASSWORD not in repr(all_rows(database=world.database))


def test_one_address_has_one_account(world: Authority) -> None:
    add(world)
    with pytest.raises(NotPossible, match="account already"):
        add(world, "new.PERSON@example.org")


def test_what_does_not_exist_cannot_be_given(world: Authority) -> None:
    made = add(world)
    with pytest.raises(NotFound):
        giving_roles.give_role(world.database, world.system, MONDAY, made, "social_wroker")
    with pytest.raises(NotFound):
        accounts.add_organisation(world.database, world.system, MONDAY, "nothing", "Nothing")
    with pytest.raises(NotFound):
        accounts.disable_account(world.database, world.system, MONDAY, "nobody")


def test_only_administrators_manage_people(world: Authority) -> None:
    with pytest.raises(NotAllowed):
        accounts.add_team(world.database, world.actor("team_manager"), MONDAY, "social_care", "Mine")
    assert accounts.add_team(world.database, world.actor("administrator"), MONDAY, "social_care", "Second team")


def attempt(world: Authority, now: datetime, password: str, tries: accounts.Tries, email: str = EMAIL) -> str:
    """What comes of it, in one word."""
    try:
        accounts.account_of(world.database, now, email, password, tries)
    except accounts.TooSoon:
        return "later"
    except NotAllowed:
        return "wrong"
    return "in"


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_after_wrong_passwords_the_next_waits_twice_as_long_whether_or_not_there_is_an_account(
    world: Authority, email: str, cheap_hashes: list[str]
) -> None:
    add(world)
    now, waits = MONDAY, list[int]()
    for _ in range(12):
        assert attempt(world, now, "wrong", tries(), email) == "wrong"
        with pytest.raises(accounts.TooSoon) as told:
            accounts.account_of(world.database, now, email, PASSWORD, tries())
        assert attempt(world, told.value.again_at - timedelta(milliseconds=1), PASSWORD, tries(), email) == "later"
        waits.append(int((told.value.again_at - now).total_seconds()))
        now = told.value.again_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert len(cheap_hashes) == 12  # what comes too soon is not looked at, right or wrong


def test_a_stranger_does_not_keep_the_owner_out_and_the_right_password_clears_only_ones_own(
    world: Authority, cheap_hashes: list[str]
) -> None:
    add(world)
    for _ in range(2):
        attempt(world, MONDAY, "wrong", tries("stranger"))
        attempt(world, MONDAY, "wrong", tries("owner"))
    assert attempt(world, MONDAY + SECOND, PASSWORD, tries("owner")) == "in"
    assert attempt(world, MONDAY + SECOND, "wrong", tries("owner")) == "wrong"
    assert attempt(world, MONDAY + SECOND, "wrong", tries("stranger")) == "wrong"
    assert attempt(world, MONDAY + 2 * SECOND, PASSWORD, tries("owner")) == "in"
    assert attempt(world, MONDAY + 2 * SECOND, PASSWORD, tries("stranger")) == "later"
    assert cheap_hashes


def test_wrong_passwords_of_many_have_a_budget_and_right_ones_none(world: Authority, cheap_hashes: list[str]) -> None:
    add(world)
    of_network = {"network": Budget(3, timedelta(minutes=1))}

    def of(number: int) -> accounts.Tries:
        return accounts.Tries(f"person {number}", of_network)

    assert [attempt(world, MONDAY, PASSWORD, of(number)) for number in range(5)] == ["in"] * 5
    outcomes = [attempt(world, MONDAY, "wrong", of(number)) for number in range(5)]
    assert outcomes == ["wrong", "wrong", "wrong", "later", "later"]
    assert attempt(world, MONDAY, PASSWORD, tries("a browser that is known")) == "in"
    assert len(cheap_hashes) == 9


def test_wrong_ones_that_come_at_once_are_not_all_looked_at(world: Authority, cheap_hashes: list[str]) -> None:
    add(world)
    gate, outcomes = threading.Barrier(8), list[str]()

    def guess() -> None:
        gate.wait()
        outcomes.append(attempt(world, MONDAY, "wrong", tries()))

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(cheap_hashes) <= accounts.CHECKS_AT_ONCE
    assert outcomes.count("later") == 8 - len(cheap_hashes)


def test_the_right_password_opens_also_where_the_wrong_ones_cannot_be_cleared(
    world: Authority, cheap_hashes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_database: Database) -> None:
        raise DatabaseUnavailable("disk full")

    add(world)
    attempt(world, MONDAY, "wrong", tries())
    monkeypatch.setattr(Database, "brief_transaction", refuse)
    assert attempt(world, MONDAY + SECOND, PASSWORD, tries()) == "in"
    assert cheap_hashes == ["wrong", PASSWORD]


def test_wrong_ones_that_cannot_be_counted_give_no_further_try(
    world: Authority, cheap_hashes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_database: Database) -> None:
        raise DatabaseUnavailable("disk full")

    monkeypatch.setattr(accounts, "_uncounted", {})
    monkeypatch.setattr(Database, "transaction", refuse)
    with pytest.raises(DatabaseUnavailable):
        attempt(world, MONDAY, "wrong", tries("not counted"))
    almost = MONDAY + timedelta(minutes=15) - SECOND
    assert attempt(world, almost, PASSWORD, tries("not counted")) == "later"
    with pytest.raises(DatabaseUnavailable):
        attempt(world, almost + SECOND, "wrong", tries("not counted"))
    assert cheap_hashes == ["wrong", "wrong"]
