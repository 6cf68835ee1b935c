"""Accounts, the roles they hold, and passwords."""

import threading

import pytest

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands import accounts
from engine.people import identity
from tests.builders import DAY, MONDAY, Authority, all_rows, authority

PASSWORD = "correct horse battery"


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def add(world: Authority, email: str = "New.Person@example.org") -> str:
    return accounts.add_account(world.database, world.system, MONDAY, "New Person", email, accounts.hashed(PASSWORD))


def test_an_account_with_a_role_is_an_actor_from_then_on(world: Authority) -> None:
    made = add(world)
    accounts.give_role(world.database, world.system, MONDAY, made, "social_worker", "social_care", world.team)
    with world.database.read() as connection:
        actor = identity.actor(connection, made, MONDAY)
        before = identity.actor(connection, made, MONDAY - DAY)
    assert (actor.roles, actor.teams, before.roles) == ({"social_worker"}, {world.team}, set())


def test_the_password_opens_the_account_however_the_address_is_typed(world: Authority) -> None:
    made = add(world)
    assert accounts.account_of(world.database, MONDAY, " new.person@EXAMPLE.org ", PASSWORD) == made


@pytest.mark.parametrize(("email", "password"), [("new.person@example.org", "wrong"), ("nobody@example.org", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_are_told_alike(world: Authority, email: str, password: str) -> None:
    add(world)
    with pytest.raises(NotAllowed, match=accounts.WRONG):
        accounts.account_of(world.database, MONDAY, email, password)


def test_a_disabled_account_is_opened_by_no_password(world: Authority) -> None:
    made = add(world)
    accounts.disable_account(world.database, world.system, MONDAY, made)
    with pytest.raises(NotAllowed, match=accounts.WRONG):
        accounts.account_of(world.database, MONDAY, "new.person@example.org", PASSWORD)


def test_only_so_many_passwords_are_looked_at_together(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    add(world)
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(accounts, "_checking", places)
    monkeypatch.setattr(accounts, "LONGEST_WAIT", DAY * 0)
    with places, pytest.raises(NotPossible, match=accounts.BUSY):
        accounts.account_of(world.database, MONDAY, "new.person@example.org", PASSWORD)
    assert accounts.account_of(world.database, MONDAY, "new.person@example.org", PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 201])
def test_a_password_has_a_length(password: str) -> None:
    with pytest.raises(BadAnswers):
        accounts.hashed(password)


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
        accounts.give_role(world.database, world.system, MONDAY, made, "social_wroker")
    with pytest.raises(NotFound):
        accounts.add_organisation(world.database, world.system, MONDAY, "nothing", "Nothing")
    with pytest.raises(NotFound):
        accounts.disable_account(world.database, world.system, MONDAY, "nobody")


def test_only_administrators_manage_people(world: Authority) -> None:
    with pytest.raises(NotAllowed):
        accounts.add_team(world.database, world.actor("team_manager"), MONDAY, "social_care", "Mine")
    assert accounts.add_team(world.database, world.actor("administrator"), MONDAY, "social_care", "Second team")
