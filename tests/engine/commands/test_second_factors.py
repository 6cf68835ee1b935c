"""What is shown beside a password: set up, good once, counted when it is wrong, and taken away when it is lost."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import insert, select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands import passkeys, second_factors, sessions
from engine.commands.accounts import TooSoon, Tries
from engine.commands.counting import Budget
from engine.commands.showing_second_factor import WRONG_FACTOR, ShownFactor, must_show
from engine.people.factors import Factors, factors_of
from engine.people.identity import SYSTEM
from engine.record.chain import authority_chain, lines
from engine.tables import CodeApp, Passkey, RecoveryCode
from tests.builders import MONDAY, Authority, account, all_rows, authority
from tests.second_factors import HERE, Device, code_at

AUDITOR, OTHER = account(role="auditor"), account(role="team_manager")
KEY = bytes(range(32))
STEP = timedelta(seconds=30)
KEY_OF_SOMEBODY = hashlib.sha256(b"somebody").hexdigest()


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def app(world: Authority, role: str = "auditor", now: datetime = MONDAY) -> tuple[str, tuple[str, ...]]:
    """Sets one up; its secret, and the recovery codes."""
    actor = world.actor(role)
    second_factors.begin_app(world.database, actor, now, KEY)
    secret = second_factors.secret_to_confirm(world.database, actor, KEY)
    return secret, second_factors.confirm_app(world.database, actor, now, KEY, code_at(now, secret))


def passkey(world: Authority, device: Device, role: str = "auditor", token: str = "") -> tuple[str, ...]:
    actor = world.actor(role)
    token = token or sessions.begin(world.database, SYSTEM, MONDAY, account(role=role))
    options = passkeys.options_to_make(world.database, actor, token, HERE)
    return passkeys.add_passkey(world.database, actor, MONDAY, token, HERE, " My  laptop ", device.makes(options))


def shown(code: str = "", signed: str = "", session: str = "", key: bytes = KEY) -> ShownFactor:
    return ShownFactor(code, signed, session, HERE, key)


def outcome(world: Authority, now: datetime, what: ShownFactor, whose: str = "somebody", of: str = AUDITOR) -> str:
    try:
        must_show(world.database, now, of, what, Tries(hashlib.sha256(whose.encode()).hexdigest()))
    except TooSoon:
        return "later"
    except NotAllowed as refused:
        return "wrong" if str(refused) == WRONG_FACTOR else str(refused)
    return "in"


def told(world: Authority, chain: str, *kinds: str) -> list[Any]:
    with world.database.read() as connection:
        return [(line.kind, line.payload) for line in lines(connection, chain, kinds)]


def factors(world: Authority, of: str = AUDITOR) -> Factors:
    with world.database.read() as connection:
        return factors_of(connection, of)


def test_an_app_counts_once_a_code_of_it_was_shown(world: Authority) -> None:
    actor = world.actor("auditor")
    second_factors.begin_app(world.database, actor, MONDAY, KEY)
    assert not factors(world).any
    with pytest.raises(BadAnswers):
        second_factors.confirm_app(world.database, actor, MONDAY, KEY, "000000")
    secret, codes = app(world)  # begun anew: another secret
    assert (factors(world), len({*codes})) == (Factors(app=True), second_factors.RECOVERY_CODES)
    with pytest.raises(NotPossible, match=second_factors.HAS_APP):
        second_factors.begin_app(world.database, actor, MONDAY, KEY)
    with pytest.raises(NotPossible, match=second_factors.NO_APP):
        second_factors.secret_to_confirm(world.database, actor, KEY)
    assert told(world, authority_chain(world.id), "second_factor_set", "recovery_codes_made") == [
        ("second_factor_set", {"account": AUDITOR, "factor": "app"}),
        ("recovery_codes_made", {"account": AUDITOR}),
    ]
    rows = repr(all_rows(database=world.database))
    assert not [word for word in (secret, *codes) if word in rows]


def test_a_code_is_good_once_and_so_is_what_was_shown_before_it(world: Authority) -> None:
    secret, _ = app(world)

    def at(steps: float, of: float | None = None) -> str:
        now = MONDAY + steps * STEP
        return outcome(world, now, shown(code_at(MONDAY + (steps if of is None else of) * STEP, secret)))

    assert at(0) == "wrong"  # by which it was set up
    assert at(1) == "in"
    assert at(1.5) == "wrong"
    assert at(2, of=1) == "wrong"
    assert at(3, of=2) == "in"  # a clock that is half a minute late
    assert at(4, of=5) == "in"  # or early
    assert at(5) == "wrong"
    assert at(8, of=6) == "wrong"  # a minute late


def test_a_code_of_somebody_else_or_an_app_that_is_not_confirmed_opens_nothing(world: Authority) -> None:
    secret, codes = app(world, "team_manager")
    now = MONDAY + 2 * STEP
    app(world)
    for wrong in (code_at(now, secret), codes[0], "", "12345", "🦊" * 6, "0" * 10_000):
        assert outcome(world, now, shown(wrong), whose=wrong) == "wrong"
    second_factors.begin_app(world.database, world.actor("social_worker"), MONDAY, KEY)
    waiting = second_factors.secret_to_confirm(world.database, world.actor("social_worker"), KEY)
    right = shown(code_at(now, waiting))
    assert outcome(world, now, right, of=account(role="social_worker")) == "wrong"


def test_a_secret_is_sealed_for_its_account_and_with_this_key(world: Authority) -> None:
    secret, _ = app(world)
    with world.database.transaction() as connection:
        row = connection.execute(select(CodeApp.secret, CodeApp.confirmed_at)).one()
        values = {"account_id": OTHER, "secret": row.secret, "confirmed_at": row.confirmed_at, "last_step": None}
        connection.execute(insert(CodeApp).values(values))
    now = MONDAY + 2 * STEP
    right = code_at(now, secret)
    assert outcome(world, now, shown(right), of=OTHER) == "wrong"  # a row that was copied to another account
    assert outcome(world, now, shown(right, key=bytes(32)), "another key") == "wrong"
    assert outcome(world, now, shown(right), "this key") == "in"


def test_a_recovery_code_stands_in_once_however_it_is_typed(world: Authority) -> None:
    _, codes = app(world)
    assert outcome(world, MONDAY, shown(f" {codes[3].lower().replace('-', '')} ")) == "in"
    assert outcome(world, MONDAY, shown(codes[3])) == "wrong"
    assert told(world, authority_chain(world.id), "recovery_code_used") == [
        ("recovery_code_used", {"account": AUDITOR})
    ]
    others = second_factors.renew_recovery_codes(world.database, world.actor("auditor"), MONDAY)
    assert outcome(world, MONDAY, shown(codes[4]), "again") == "wrong"
    assert outcome(world, MONDAY, shown(others[0]), "with a new one") == "in"


def test_after_wrong_ones_the_next_waits_twice_as_long_and_is_not_looked_at(world: Authority) -> None:
    secret, _ = app(world)
    now, waits = MONDAY + 2 * STEP, list[int]()
    for _ in range(11):
        assert outcome(world, now, shown("000000")) == "wrong"
        with pytest.raises(TooSoon) as soon:
            must_show(world.database, now, AUDITOR, shown(code_at(now, secret)), Tries(KEY_OF_SOMEBODY))
        waits.append(int((soon.value.again_at - now).total_seconds()))
        now = soon.value.again_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]
    assert outcome(world, now, shown(code_at(now, secret))) == "in"  # it was not spent while it had to wait
    refused = {"command": "sign_in", "refusal": "NotAllowed", "code": "second_factor"}
    assert told(world, f"person:{AUDITOR}", "refused") == [("refused", refused)] * 11


def test_wrong_ones_of_many_browsers_have_a_budget_together(world: Authority) -> None:
    app(world)
    budget = {"for the account": Budget(2, timedelta(hours=1))}
    for number in range(3):
        with pytest.raises(TooSoon if number == 2 else NotAllowed):
            must_show(world.database, MONDAY, AUDITOR, shown("000000"), Tries(f"browser {number}", budget))


def test_a_passkey_signs_what_this_session_was_asked_once(world: Authority) -> None:
    device = Device()
    assert len(passkey(world, device)) == second_factors.RECOVERY_CODES
    token, other = (sessions.begin(world.database, SYSTEM, MONDAY, AUDITOR, confirmed=True) for _ in range(2))
    waiting = sessions.waiting(world.database, token, MONDAY)
    assert waiting is not None
    assert (waiting.account, waiting.factors) == (AUDITOR, Factors(passkey=True))

    def tried(signed: str, session: str = token, of: str = AUDITOR) -> str:
        return outcome(world, MONDAY, shown(signed=signed, session=session), whose=f"{signed}{session}{of}", of=of)

    def asked(session: str = token) -> dict[str, Any]:
        return passkeys.options_to_show(world.database, AUDITOR, session, HERE)

    signed = device.shows(asked())
    assert tried(signed) == "in"
    assert tried(signed) == "wrong"  # heard on the way and sent again
    assert tried(device.shows(asked(other))) == "wrong"  # what another session was asked
    assert tried(Device().shows(asked())) == "wrong"
    device.origin = "https://localhost.evil.example"
    assert tried(device.shows(asked())) == "wrong"
    device.origin = HERE.origin
    passkey(world, Device(), "team_manager")
    assert tried(device.shows(asked()), of=OTHER) == "wrong"
    device.count = 0  # a copy of the device, which was used less often
    assert tried(device.shows(asked())) == "wrong"
    device.count = 20
    assert tried(device.shows(asked())) == "in"
    with world.database.read() as connection:
        row = connection.execute(
            select(Passkey.name, Passkey.sign_count, Passkey.used_at).where(Passkey.account_id == AUDITOR)
        ).one()
    assert (row.name, row.sign_count, row.used_at) == ("My laptop", 21, MONDAY)


@pytest.mark.parametrize(
    "said", ["", "{", "[]", "null", '"x"', '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}']
)
def test_what_no_device_said_is_no_passkey(world: Authority, said: str) -> None:
    device = Device()
    passkey(world, device)
    token = sessions.begin(world.database, SYSTEM, MONDAY, AUDITOR)
    right: dict[str, Any] = orjson.loads(device.shows(passkeys.options_to_show(world.database, AUDITOR, token, HERE)))
    spoiled = [
        said or "x",
        orjson.dumps({**right, "id": 1}).decode(),
        orjson.dumps({**right, "response": "x"}).decode(),
    ]
    spoiled += [
        orjson.dumps({**right, "response": {**right["response"], name: "!"}}).decode() for name in right["response"]
    ]
    for number, signed in enumerate(spoiled):
        passkeys.options_to_show(world.database, AUDITOR, token, HERE)
        assert outcome(world, MONDAY, shown(signed=signed, session=token), whose=f"{number}") == "wrong"
    with pytest.raises(BadAnswers):
        passkeys.add_passkey(world.database, world.actor("auditor"), MONDAY, token, HERE, "Laptop", said)


def test_a_passkey_is_made_by_what_this_session_was_asked_and_is_one_persons(world: Authority) -> None:
    device, actor = Device(), world.actor("auditor")
    token = sessions.begin(world.database, SYSTEM, MONDAY, AUDITOR)
    options = passkeys.options_to_make(world.database, actor, token, HERE)
    elsewhere = Device("https://localhost.evil.example")
    for made in (elsewhere.makes(options), device.makes({**options, "challenge": "AAAA"})):
        with pytest.raises(BadAnswers):
            passkeys.add_passkey(world.database, actor, MONDAY, token, HERE, "Laptop", made)
    for name in ("", " ", "x" * 61, "a\u202eb"):
        with pytest.raises(BadAnswers) as bad:
            passkeys.add_passkey(world.database, actor, MONDAY, token, HERE, name, device.makes(options))
        assert bad.value.problems.keys() == {"name"}
    passkey(world, device, token=token)
    with pytest.raises(BadAnswers):
        passkey(world, device, "team_manager")
    assert passkey(world, Device(), token=token) == ()  # recovery codes come with the first alone


def test_its_owner_removes_it_and_with_the_last_go_the_recovery_codes(world: Authority) -> None:
    app(world)
    passkey(world, Device())
    with world.database.read() as connection:
        mine = connection.execute(select(Passkey.id)).scalar_one()
    second_factors.remove_passkey(world.database, world.actor("team_manager"), MONDAY, mine)
    assert factors(world) == Factors(app=True, passkey=True)  # it is not theirs
    second_factors.remove_app(world.database, world.actor("auditor"), MONDAY)
    assert factors(world) == Factors(passkey=True)
    second_factors.remove_passkey(world.database, world.actor("auditor"), MONDAY, mine)
    with world.database.read() as connection:
        assert connection.execute(select(RecoveryCode.digest)).all() == []
    assert told(world, authority_chain(world.id), "second_factor_removed") == [
        ("second_factor_removed", {"account": AUDITOR, "factor": "app"}),
        ("second_factor_removed", {"account": AUDITOR, "factor": "passkey", "passkey": mine}),
    ]


def test_what_was_lost_is_taken_away_of_who_opens_much_by_whoever_runs_the_system(world: Authority) -> None:
    _, codes = app(world)
    passkey(world, Device())
    token = sessions.begin(world.database, SYSTEM, MONDAY, AUDITOR)
    administrator = world.actor("administrator")
    for nobody in (world.actor("team_manager"), world.actor("auditor"), administrator):
        with pytest.raises(NotAllowed):
            second_factors.take_away_second_factor(world.database, nobody, MONDAY, AUDITOR)
    with pytest.raises(NotFound):
        second_factors.take_away_second_factor(world.database, administrator, MONDAY, "nobody")
    second_factors.take_away_second_factor(world.database, world.system, MONDAY, AUDITOR)
    assert not factors(world).any
    assert sessions.present(world.database, token, MONDAY) is None
    assert outcome(world, MONDAY, shown(codes[0])) == "wrong"
    taken = told(world, authority_chain(world.id), "second_factor_taken_away")
    assert taken == [("second_factor_taken_away", {"account": AUDITOR})]
