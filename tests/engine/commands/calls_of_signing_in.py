"""One good call of every command by which somebody comes to sign in."""

from collections.abc import Callable
from typing import Any

from engine.commands import (
    accounts,
    choosing_passwords,
    first_administrator,
    passkeys,
    provider_links,
    second_factors,
    sessions,
    signing_agreements,
)
from engine.commands.accounts import Tries
from engine.commands.showing_second_factor import ShownFactor, take_factor
from engine.people.identity import PUBLIC, SYSTEM
from tests.builders import HOUR, MONDAY, Authority
from tests.engine.commands.calls_of_letters_and_backups import Given
from tests.organisations import lose_administrators
from tests.second_factors import HERE, Device, code_at

KEY = bytes(32)
WORKER, AUDITOR = "social_worker.1", "auditor.1"


def by_auditor(name: str, *arguments: Any, before: Callable[[Authority], object] = lambda _at: None) -> Given:
    def given(at: Authority, _case: str) -> object:
        before(at)
        give: Any = getattr(second_factors, name)
        return lambda: give(at.database, at.actor("auditor"), MONDAY, *arguments)

    return given


def begins_app(at: Authority) -> str:
    second_factors.begin_app(at.database, at.actor("auditor"), MONDAY, KEY)
    return code_at(MONDAY, second_factors.secret_to_confirm(at.database, at.actor("auditor"), KEY))


def has_app(at: Authority) -> None:
    second_factors.confirm_app(at.database, at.actor("auditor"), MONDAY, KEY, begins_app(at))


def confirms_app(at: Authority, _case: str) -> object:
    code = begins_app(at)
    return lambda: second_factors.confirm_app(at.database, at.actor("auditor"), MONDAY, KEY, code)


def adds_passkey(at: Authority, _case: str) -> Callable[[], object]:
    token, auditor = sessions.begin(at.database, SYSTEM, MONDAY, AUDITOR), at.actor("auditor")
    made = Device().makes(passkeys.options_to_make(at.database, auditor, token, HERE))
    return lambda: passkeys.add_passkey(at.database, auditor, MONDAY, token, HERE, "Laptop", made)


def removes_passkey(at: Authority, case: str) -> object:
    adds_passkey(at, case)()
    device = Device()
    token, auditor = sessions.begin(at.database, SYSTEM, MONDAY, AUDITOR), at.actor("auditor")
    made = device.makes(passkeys.options_to_make(at.database, auditor, token, HERE))
    passkeys.add_passkey(at.database, auditor, MONDAY, token, HERE, "Telephone", made)
    return lambda: second_factors.remove_passkey(at.database, auditor, MONDAY, device.name)


def shows_a_wrong_code(at: Authority, _case: str) -> object:
    has_app(at)
    wrong = ShownFactor("000000", "", "", HERE, KEY)
    return lambda: take_factor(at.database, SYSTEM, MONDAY, AUDITOR, wrong, Tries("key"))


def makes_a_link(at: Authority, _case: str) -> Callable[[], str]:
    by = at.actor("administrator")
    return lambda: choosing_passwords.make_password_link(at.database, by, MONDAY, WORKER)


def gives_a_code(at: Authority, _case: str) -> Callable[[], str]:
    """To the link that another administrator made."""
    choosing_passwords.make_password_link(at.database, at.actor("administrator"), MONDAY, AUDITOR)
    second = at.actor("administrator", number=2)
    return lambda: choosing_passwords.give_password_code(at.database, second, MONDAY, AUDITOR)


def chooses_a_password(at: Authority, case: str) -> object:
    word = makes_a_link(at, case)()
    return lambda: choosing_passwords.choose_password(at.database, PUBLIC, MONDAY, word, "a hash")


def makes_a_code(at: Authority, _case: str) -> Callable[[], str]:
    """Where nobody administers any more."""
    lose_administrators(authority=at)
    return lambda: first_administrator.make_first_code(at.database, SYSTEM.at(at.id), MONDAY)


def is_the_first(at: Authority, case: str) -> object:
    who = (makes_a_code(at, case)(), "Gwen", "gwen@example.org", "a hash")
    return lambda: first_administrator.make_first_administrator(at.database, PUBLIC, MONDAY, *who)


def two_sessions(at: Authority) -> tuple[str, str]:
    one, other = (sessions.begin(at.database, SYSTEM, MONDAY, WORKER) for _ in range(2))
    return one, other


def ends_one(at: Authority, _case: str) -> object:
    ended = sessions.digest(two_sessions(at)[1])
    return lambda: sessions.end_one(at.database, at.actor("social_worker"), MONDAY, ended)


def ends_others(at: Authority, _case: str) -> object:
    mine, _ = two_sessions(at)
    return lambda: sessions.end_others(at.database, at.actor("social_worker"), MONDAY, mine)


def hashes_anew(at: Authority, case: str) -> Callable[[], object]:
    choosing_passwords.choose_password(at.database, PUBLIC, MONDAY, makes_a_link(at, case)(), "a hash")
    return lambda: accounts.hash_anew(at.database, SYSTEM, MONDAY, WORKER, "a hash", "another")


def changes_a_password(at: Authority, _case: str) -> object:
    by = at.actor("social_worker")
    return lambda: choosing_passwords.change_password(at.database, by, MONDAY, "a hash", "a token")


THERE = provider_links.KnownThere("https://provider.example", "one-of-theirs", f"{WORKER}@example.org")


def links_by_address(at: Authority, _case: str) -> Callable[[], str]:
    return lambda: provider_links.link_by_address(at.database, SYSTEM, MONDAY, THERE)


def unlinks(at: Authority, case: str) -> object:
    links_by_address(at, case)()
    return lambda: provider_links.unlink_account(at.database, at.actor("administrator"), MONDAY, WORKER)


def links(at: Authority, _case: str) -> object:
    by, there = at.actor("administrator"), (THERE.issuer, THERE.subject)
    return lambda: provider_links.link_account(at.database, by, MONDAY, WORKER, *there)


TEXT = {"text": "Look only where you have a part."}
SIGNED = {"name": "Head of the school", "signed_on": f"{MONDAY:%Y-%m-%d}"}


def sets_text(at: Authority, _case: str, agreement: str = "conduct") -> Callable[[], int]:
    by = at.actor("administrator")
    return lambda: signing_agreements.set_agreement(at.database, by, MONDAY, agreement, TEXT)


def agrees(at: Authority, case: str) -> object:
    version = sets_text(at, case)()
    return lambda: signing_agreements.agree_to_conduct(at.database, at.actor("social_worker"), MONDAY, version)


def notes_signed(at: Authority, case: str) -> object:
    sets_text(at, case, "sharing")()
    by = at.actor("administrator")
    return lambda: signing_agreements.note_signed(at.database, by, MONDAY, "education", SIGNED)


def signs_out(at: Authority, _case: str) -> object:
    token = sessions.begin(at.database, SYSTEM, MONDAY, "social_worker.1")
    return lambda: sessions.end(at.database, at.actor("social_worker"), MONDAY, token)


def shows_the_password(at: Authority, _case: str) -> object:
    token = sessions.begin(at.database, SYSTEM, MONDAY, "social_worker.1")
    return lambda: sessions.confirm(at.database, at.actor("social_worker"), MONDAY + HOUR, token)


CALLS_OF_SIGNING_IN: dict[str, Given] = {
    "begin": lambda at, _: lambda: sessions.begin(at.database, SYSTEM, MONDAY, "social_worker.1"),
    "confirm": shows_the_password,
    "end": signs_out,
    "make_password_link": makes_a_link,
    "give_password_code": gives_a_code,
    "choose_password": chooses_a_password,
    "hash_anew": hashes_anew,
    "change_password": changes_a_password,
    "make_first_code": makes_a_code,
    "make_first_administrator": is_the_first,
    "begin_app": by_auditor("begin_app", KEY),
    "confirm_app": confirms_app,
    "remove_app": by_auditor("remove_app", before=has_app),
    "add_passkey": adds_passkey,
    "remove_passkey": removes_passkey,
    "renew_recovery_codes": by_auditor("renew_recovery_codes", before=has_app),
    "take_away_second_factor": lambda at, _: (
        lambda: second_factors.take_away_second_factor(at.database, at.actor("administrator"), MONDAY, WORKER)
    ),
    "take_factor": shows_a_wrong_code,
    "end_one": ends_one,
    "end_others": ends_others,
    "end_for_others": lambda at, _: (
        lambda: sessions.end_for_others(at.database, at.actor("administrator"), MONDAY, WORKER)
    ),
    "link_by_address": links_by_address,
    "link_account": links,
    "unlink_account": unlinks,
    "set_agreement": sets_text,
    "note_signed": notes_signed,
    "agree_to_conduct": agrees,
}
