"""Which account somebody opens whom a provider of single sign-on knows."""

import pytest

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands import accounts, giving_roles, sessions
from engine.commands.administering import change_person
from engine.commands.provider_links import (
    NO_SUBJECT,
    KnownThere,
    account_of_known,
    link_account,
    unlink_account,
)
from engine.people.factors import SignInWay
from engine.people.identity import SYSTEM
from tests.builders import HERE, MONDAY, Authority, account, authority

WORKER, MANAGER, AUDITOR = (account(role=role) for role in ("social_worker", "team_manager", "auditor"))
ISSUER = "https://provider.example"


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def known(subject: str, who: str = "") -> KnownThere:
    return KnownThere(ISSUER, subject, f"{who}@example.org" if who else "")


def test_an_administrator_links_and_unlinks(world: Authority) -> None:
    database, by = world.database, world.actor("administrator")
    link_account(database, by, MONDAY, WORKER, ISSUER, " one ")
    assert account_of_known(database, MONDAY, known("one")) == WORKER
    with pytest.raises(NotAllowed):
        account_of_known(database, MONDAY, KnownThere("https://other.example", "one"))
    with pytest.raises(NotPossible, match="another account"):
        link_account(database, by, MONDAY, MANAGER, ISSUER, "one")
    link_account(database, by, MONDAY, WORKER, ISSUER, "two")
    with pytest.raises(NotAllowed):
        account_of_known(database, MONDAY, known("one"))
    tokens = [
        sessions.begin(database, SYSTEM, MONDAY, WORKER, way=way) for way in (SignInWay.PROVIDER, SignInWay.PASSWORD)
    ]
    unlink_account(database, by, MONDAY, WORKER)
    assert [sessions.present(database, token, MONDAY) is None for token in tokens] == [True, False]
    with pytest.raises(NotAllowed):
        account_of_known(database, MONDAY, known("two"))


def test_who_opens_much_is_let_in_by_who_runs_the_system_and_nobody_of_another_authority(world: Authority) -> None:
    database, by = world.database, world.actor("administrator")
    with pytest.raises(NotAllowed, match="nobody does this alone"):
        link_account(database, by, MONDAY, AUDITOR, ISSUER, "one")
    link_account(database, SYSTEM.at(HERE), MONDAY, AUDITOR, ISSUER, "one")
    assert account_of_known(database, MONDAY, known("one")) == AUDITOR
    for command in (
        lambda: link_account(database, by, MONDAY, "nobody", ISSUER, "two"),
        lambda: unlink_account(database, by, MONDAY, "nobody"),
        lambda: sessions.end_for_others(database, by, MONDAY, "nobody"),
    ):
        with pytest.raises(NotFound):
            command()


def test_nobody_comes_in_as_who_opens_much_by_changing_their_address(world: Authority) -> None:
    database, by = world.database, world.actor("administrator")
    with pytest.raises(NotAllowed, match="nobody does this alone"):
        change_person(database, by, MONDAY, AUDITOR, {"name": "Jo", "email_address": "mine@example.org"})
    with pytest.raises(NotAllowed):
        account_of_known(database, MONDAY, KnownThere(ISSUER, "one", "mine@example.org"))
    change_person(database, by, MONDAY, AUDITOR, {"name": "Jo", "email_address": f"{AUDITOR}@example.org"})
    change_person(database, by, MONDAY, account(role="administrator"), {"name": "I", "email_address": "i@example.org"})
    change_person(database, SYSTEM.at(HERE), MONDAY, AUDITOR, {"name": "Jo", "email_address": "jo@example.org"})


def test_no_address_links_who_opens_much_as_one_administrator_chose_it(world: Authority) -> None:
    """They gave an account an address of their own, proposed it for a role, and a second agreed to the role."""
    database, first, second = world.database, world.actor("administrator"), world.actor("administrator", number=2)
    proposed = giving_roles.give_asked_role(database, first, MONDAY, WORKER, {"role": "auditor"}).proposal or ""
    giving_roles.agree_to_role(database, second, MONDAY, proposed)
    for who in (WORKER, AUDITOR):
        with pytest.raises(NotAllowed, match="no account here"):
            account_of_known(database, MONDAY, known("mine", who))
    link_account(database, SYSTEM.at(HERE), MONDAY, WORKER, ISSUER, "theirs")
    assert account_of_known(database, MONDAY, known("theirs")) == WORKER


@pytest.mark.parametrize("subject", ["", "  ", "two words", "x" * 256, "line\nbreak"])
def test_what_names_nobody_links_nobody(world: Authority, subject: str) -> None:
    with pytest.raises(BadAnswers) as bad:
        link_account(world.database, world.actor("administrator"), MONDAY, WORKER, ISSUER, subject)
    assert bad.value.problems == {"subject": NO_SUBJECT}


def test_an_address_links_once_and_never_whom_somebody_else_is_there(world: Authority) -> None:
    database = world.database
    with pytest.raises(NotAllowed):  # another's address, though it is folded into the same letters
        account_of_known(database, MONDAY, KnownThere(ISSUER, "one", f"{WORKER}@example.org".replace("s", "ſ", 1)))
    assert account_of_known(database, MONDAY, known("one", WORKER)) == WORKER
    for other in (known("another", WORKER), known("another", "nobody"), known("another")):
        with pytest.raises(NotAllowed):
            account_of_known(database, MONDAY, other)
    accounts.disable_account(database, SYSTEM.at(HERE), MONDAY, WORKER)
    for gone in (known("one", WORKER), known("one", MANAGER)):  # a leaver is not let in as somebody else
        with pytest.raises(NotAllowed):
            account_of_known(database, MONDAY, gone)


def test_everybodys_sessions_are_ended_at_once(world: Authority) -> None:
    database, by = world.database, world.actor("administrator")
    tokens = [sessions.begin(database, SYSTEM, MONDAY, who) for who in (WORKER, WORKER, MANAGER, AUDITOR)]
    assert sessions.end_for_others(database, by, MONDAY, MANAGER) == 1
    assert [sessions.present(database, token, MONDAY) is None for token in tokens] == [False, False, True, False]
    assert sessions.end_for_others(database, by, MONDAY) == 3
    assert all(sessions.present(database, token, MONDAY) is None for token in tokens)
    with pytest.raises(NotAllowed):
        sessions.end_for_others(database, world.actor("team_manager"), MONDAY)
