"""How somebody comes to a password: by a link that opens once, by the one they have, or as the first administrator."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands import accounts, choosing_passwords, first_administrator, giving_roles, one_time_words, sessions
from engine.commands.authorities import add_authority
from engine.commands.provider_links import link_account
from engine.commands.publishing import publish_shipped
from engine.people import identity
from engine.people.factors import factors_of
from engine.people.identity import PUBLIC, SYSTEM
from engine.record.chain import authority_chain, lines
from engine.tables import Account, OneTimeWord
from tests.builders import MONDAY, ROOT, Authority, account, all_rows, authority
from tests.engine.commands.calls_of_signing_in import has_app

WORKER, AUDITOR = account(role="social_worker"), account(role="auditor")
DAYS = timedelta(days=1)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def link(world: Authority, of: str = WORKER) -> str:
    return choosing_passwords.make_password_link(world.database, world.actor("administrator"), MONDAY, of)


def stored(world: Authority, of: str = WORKER) -> str | None:
    with world.database.read() as connection:
        return connection.scalar(select(Account.password_hash).where(Account.id == of))


def entries(world: Authority, *kinds: str, of: str = "") -> list[tuple[str, str, Any]]:
    with world.database.read() as connection:
        found = lines(connection, authority_chain(of or world.id), kinds)
        return [(line.kind, line.actor, line.payload) for line in found]


def choose(world: Authority, word: str, now: Any = MONDAY, code: str = "") -> None:
    choosing_passwords.choose_password(world.database, PUBLIC, now, word, "a hash", code)


def test_a_link_opens_once_and_ends_the_sessions(world: Authority) -> None:
    word = link(world)
    token = sessions.begin(world.database, SYSTEM, MONDAY, WORKER)
    owner = choosing_passwords.owner_of_link(world.database, MONDAY, word)
    assert (owner.account, owner.authority) == (WORKER, world.id)
    choose(world, word)
    assert stored(world) == "a hash"
    assert sessions.present(world.database, token, MONDAY) is None
    with pytest.raises(NotPossible, match=one_time_words.OVER):
        choose(world, word)
    said = {"account": WORKER, "by": "link", "digest": hashlib.sha256(b"a hash").hexdigest()}
    assert entries(world, "password_link_made", "password_set") == [
        ("password_link_made", account(role="administrator"), {"account": WORKER}),
        ("password_set", WORKER, said),
    ]


def test_what_is_stored_of_a_link_opens_nothing(world: Authority) -> None:
    word = link(world)
    assert word not in repr(all_rows(database=world.database))
    with world.database.read() as connection:
        digest = connection.execute(select(OneTimeWord.digest)).scalar_one()
    with pytest.raises(NotPossible):
        choose(world, digest)


def test_a_link_that_is_over_or_none_is_refused_in_the_same_words(world: Authority) -> None:
    replaced, late, left = link(world), link(world), link(world, account(role="team_manager"))
    accounts.disable_account(world.database, world.system, MONDAY, account(role="team_manager"))
    first = one_time_words.typed_word()
    for word, now in ((replaced, MONDAY), (late, MONDAY + 3 * DAYS), (first, MONDAY), ("", MONDAY), (left, MONDAY)):
        with pytest.raises(NotPossible, match=one_time_words.OVER):
            choosing_passwords.owner_of_link(world.database, now, word)
    choose(world, late, MONDAY + 2.9 * DAYS)


def test_only_an_administrator_makes_a_link_and_for_no_leaver(world: Authority) -> None:
    with pytest.raises(NotAllowed):
        choosing_passwords.make_password_link(world.database, world.actor("team_manager"), MONDAY, WORKER)
    accounts.disable_account(world.database, world.system, MONDAY, WORKER)
    for nobody in (WORKER, "nobody"):
        with pytest.raises(NotFound):
            link(world, nobody)


def test_nobody_makes_a_link_alone_to_whom_they_propose_for_what_opens_much(world: Authority) -> None:
    """They would be signed in as that person when a second administrator agrees."""
    by = world.actor("administrator")
    proposed = giving_roles.give_asked_role(world.database, by, MONDAY, WORKER, {"role": "auditor"}).proposal or ""
    with pytest.raises(NotAllowed, match="agree to it, or drop it"):
        link(world)
    giving_roles.drop_proposed_role(world.database, by, MONDAY, proposed)
    assert link(world)


def test_whoever_oversees_is_let_in_by_a_link_and_a_code_of_two(world: Authority) -> None:
    database, first, second = world.database, world.actor("administrator"), world.actor("administrator", number=2)
    has_app(world)
    word = link(world, AUDITOR)
    assert choosing_passwords.owner_of_link(database, MONDAY, word).takes_code
    for code, said in (("", "No code was given yet"), ("ABCDE", "No code was given yet")):
        with pytest.raises(BadAnswers, match=said):
            choose(world, word, code=code)
    with pytest.raises(NotAllowed, match="another administrator gives"):
        choosing_passwords.give_password_code(database, first, MONDAY, AUDITOR)
    with pytest.raises(NotAllowed, match="themselves"):
        choosing_passwords.give_password_code(database, second, MONDAY, second.account or "")
    before, code = (choosing_passwords.give_password_code(database, second, MONDAY, AUDITOR) for _ in range(2))
    with pytest.raises(BadAnswers, match="not the code"):
        choose(world, word, code=before)
    assert (stored(world, AUDITOR), code in repr(all_rows(database=database))) == (None, False)
    choose(world, word, code=code.lower().replace("-", " "))
    assert stored(world, AUDITOR) == "a hash"
    with database.read() as connection:
        assert not factors_of(connection, AUDITOR).any, "they lost it, and set up another"
    told = entries(world, "password_link_made", "password_code_given", "password_set", "second_factor_taken_away")
    assert [(kind, actor) for kind, actor, _ in told] == [
        ("password_link_made", "administrator.1"),
        *[("password_code_given", "administrator.2")] * 2,
        ("password_set", AUDITOR),
        ("second_factor_taken_away", AUDITOR),
    ]
    with pytest.raises(AlreadyDone):
        choosing_passwords.give_password_code(database, second, MONDAY, AUDITOR)


def test_who_is_let_in_by_one_needs_no_code_and_gets_none(world: Authority) -> None:
    word, second = link(world), world.actor("administrator", number=2)
    with pytest.raises(AlreadyDone):
        choosing_passwords.give_password_code(world.database, second, MONDAY, WORKER)
    choose(world, word)


def test_what_one_administrator_set_up_opens_nothing_once_a_role_is_given_that_takes_two(world: Authority) -> None:
    """They chose its password themselves, linked it with their own single sign-on, and proposed the role."""
    database, first, second = world.database, world.actor("administrator"), world.actor("administrator", number=2)
    choose(world, link(world))
    link_account(database, first, MONDAY, WORKER, "https://provider.example.org", "mine")
    tokens = [sessions.begin(database, SYSTEM, MONDAY, one) for one in (WORKER, AUDITOR)]
    waits = link(world)
    for role in ("auditor", "privacy_officer"):
        came = giving_roles.give_asked_role(database, first, MONDAY, WORKER, {"role": role})
        giving_roles.agree_to_role(database, second, MONDAY, came.proposal or "")
    assert stored(world) is None
    assert [sessions.present(database, token, MONDAY) is None for token in tokens] == [True, False]
    with pytest.raises(NotPossible):
        choose(world, waits)
    assert [kind for kind, _, _ in entries(world, "password_taken_away", "provider_unlinked")] == [
        "provider_unlinked",
        "password_taken_away",
    ], "once: whoever holds such a role was let in by two"
    word = link(world)
    choose(world, word, code=choosing_passwords.give_password_code(database, second, MONDAY, WORKER))
    assert stored(world) == "a hash"


@pytest.mark.parametrize("by_form", [True, False])
def test_what_they_set_up_ends_also_where_whoever_runs_the_system_gives_what_they_proposed(
    world: Authority, *, by_form: bool
) -> None:
    choose(world, link(world))
    first, system = world.actor("administrator"), SYSTEM.at(world.id)
    proposal = giving_roles.give_asked_role(world.database, first, MONDAY, WORKER, {"role": "auditor"}).proposal
    if by_form:
        giving_roles.give_asked_role(world.database, system, MONDAY, WORKER, {"role": "auditor"})
    else:
        giving_roles.give_role(world.database, system, MONDAY, WORKER, "auditor")
    assert stored(world) is None
    with pytest.raises(AlreadyDone):
        giving_roles.drop_proposed_role(world.database, first, MONDAY, proposal or "")


def test_a_role_that_was_ended_before_it_began_takes_nobody_else(world: Authority) -> None:
    """As the page says it, which shows such a role no longer."""
    first, second = world.actor("administrator"), world.actor("administrator", number=2)
    to_come = {"role": "auditor", "first_day": (MONDAY + 9 * DAYS).date().isoformat()}
    proposed = giving_roles.give_asked_role(world.database, first, MONDAY, WORKER, to_come).proposal or ""
    role = giving_roles.agree_to_role(world.database, second, MONDAY, proposed)
    assert choosing_passwords.owner_of_link(world.database, MONDAY, link(world)).takes_code
    giving_roles.end_role(world.database, first, MONDAY, role)
    assert not choosing_passwords.owner_of_link(world.database, MONDAY, link(world)).takes_code


def test_who_changes_their_password_goes_on_here_and_nowhere_else(world: Authority) -> None:
    word = link(world)
    mine, other = (sessions.begin(world.database, SYSTEM, MONDAY, WORKER) for _ in range(2))
    colleague = sessions.begin(world.database, SYSTEM, MONDAY, account(role="team_manager"))
    choosing_passwords.change_password(world.database, world.actor("social_worker"), MONDAY, "another", mine)
    there = [sessions.present(world.database, token, MONDAY) is not None for token in (mine, other, colleague)]
    assert (there, stored(world)) == ([True, False, True], "another")
    assert entries(world, "password_set")[-1][2]["by"] == "old password"
    with pytest.raises(NotPossible):  # a link that still waits would undo it
        choose(world, word)


@pytest.fixture
def new(database: Database) -> Database:
    add_authority(database, SYSTEM, MONDAY, "there", "There")
    publish_shipped(database, SYSTEM.at("there"), MONDAY, ROOT)
    return database


def administers(database: Database, code: str, email: str = "gwen@example.org", now: Any = MONDAY) -> str:
    return first_administrator.make_first_administrator(database, PUBLIC, now, code, "Gwen Parry", email, "a hash")


def test_whoever_has_the_code_is_the_first_administrator_however_it_is_typed(new: Database) -> None:
    code = first_administrator.make_first_code(new, SYSTEM.at("there"), MONDAY)
    typed = f" {code.lower().replace('-', ' ')} "
    assert first_administrator.authority_of_code(new, MONDAY, typed) == "there"
    made = administers(new, typed)
    with new.read() as connection:
        actor = identity.actor(connection, made, MONDAY)
        kinds = [line.kind for line in lines(connection, authority_chain("there"))]
    assert (actor.roles, actor.authority, actor.needs_second_factor) == ({"administrator"}, "there", True)
    assert kinds[-4:] == ["first_administrator_code_made", "account_added", "password_set", "role_given"]
    with pytest.raises(NotPossible, match=one_time_words.OVER):
        administers(new, code, "second@example.org")
    with pytest.raises(NotPossible, match=first_administrator.HAS_ONE):
        first_administrator.make_first_code(new, SYSTEM.at("there"), MONDAY)


def test_a_code_is_good_for_a_day_the_newest_alone_and_never_beside_an_administrator(new: Database) -> None:
    system = SYSTEM.at("there")
    first, newest = (first_administrator.make_first_code(new, system, MONDAY) for _ in range(2))
    for code, now in ((first, MONDAY), (newest, MONDAY + DAYS), ("", MONDAY), ("ABCDE-23456-FGHJK-789LM", MONDAY)):
        with pytest.raises(NotPossible, match=one_time_words.OVER):
            administers(new, code, now=now)
    made = accounts.add_account(new, system, MONDAY, "Gwen", "gwen@example.org")
    giving_roles.give_role(new, system, MONDAY, made, "administrator")
    with pytest.raises(NotPossible, match=first_administrator.HAS_ONE):
        administers(new, newest, "second@example.org")
    with new.transaction() as connection:
        connection.execute(update(Account).where(Account.id == made).values(disabled_at=MONDAY))
    assert administers(new, newest, "second@example.org")  # a refusal spends nothing


def test_a_code_is_of_letters_that_nobody_takes_for_others() -> None:
    code = one_time_words.typed_word()
    assert (len(code), set(code) <= {*one_time_words.LETTERS, "-"}) == (23, True)
    assert not set("01IO") & set(one_time_words.LETTERS)
    assert len({one_time_words.typed_word() for _ in range(100)}) == 100
