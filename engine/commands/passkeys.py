"""Passkeys (WebAuthn): what a browser is asked, and whether what it answers holds.

What it signs is a challenge that lies in the session, good for one answer. The library is loaded when somebody first
uses one: it reads much, and every command of the command line would wait for it.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import orjson
from sqlalchemy import Connection, exists, insert, select, update

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotFound, RefusalCode
from engine.commands.second_factors import codes_of_first
from engine.commands.sessions import digest
from engine.forms.cleaning import must_not_turn
from engine.people.command import CommandRight, Work, command
from engine.people.factors import factors_of
from engine.people.identity import Actor
from engine.people.password_rule import PRODUCT
from engine.tables import Account, Passkey, Session

LONGEST_NAME = 60
MOST_PASSKEYS = 10
NOT_MADE = "The passkey was not made. Try again, and follow what your browser asks."
TOO_MANY = f"You have {MOST_PASSKEYS} passkeys. Remove one first."
NO_NAME = "Enter a name by which you know this device."


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """Where the site is, as a browser sees it: `host` without a port, `origin` with the scheme."""

    host: str
    origin: str


def options_to_make(database: Database, actor: Actor, token: str, place: SiteAddress) -> dict[str, Any]:
    """What a browser is asked, in order to make a passkey. Raises NotFound for whoever has no account."""
    library, account = _library(), actor.account or ""
    with database.read() as connection:
        email = connection.scalar(select(Account.email).where(Account.id == account))
        if email is None:
            raise NotFound("There is no such account.", code=RefusalCode.UNKNOWN_ACCOUNT)
        known = _described(connection, account)
    options = library.generate_registration_options(
        rp_id=place.host,
        rp_name=PRODUCT,
        user_id=account.encode(),
        user_name=email,
        user_display_name=actor.name,
        exclude_credentials=known,
    )
    return _asked(database, token, options)


def options_to_show(database: Database, account: str, token: str, place: SiteAddress) -> dict[str, Any]:
    """What a browser is asked, in order to show a passkey of this account."""
    with database.read() as connection:
        known = _described(connection, account)
    options = _library().generate_authentication_options(rp_id=place.host, allow_credentials=known)
    return _asked(database, token, options)


@command(may=CommandRight.SIGNED_IN)
def add_passkey(work: Work, token: str, place: SiteAddress, name: str, made: str) -> tuple[str, ...]:
    """`made` is what the browser answered, as JSON. Gives recovery codes where this is the first factor of theirs.

    Raises BadAnswers where it does not answer what was asked, or the name is none.
    """
    account = work.actor.account or ""
    named = _name(name)
    factors = factors_of(work.connection, account)
    verified = _made(work, token, place, made)
    if len(_described(work.connection, account)) >= MOST_PASSKEYS:
        raise BadAnswers({"passkey": TOO_MANY})
    passkey = _library().helpers.bytes_to_base64url(verified.credential_id)
    if work.connection.execute(select(exists().where(Passkey.id == passkey))).scalar_one():  # whosever it is
        raise BadAnswers({"passkey": NOT_MADE})
    key = {"public_key": verified.credential_public_key, "sign_count": verified.sign_count}
    values = {"id": passkey, "account_id": account, "name": named, **key, "made_at": work.now, "used_at": None}
    work.connection.execute(insert(Passkey).values(values))
    work.record_settled("second_factor_set", {"account": account, "factor": "passkey", "passkey": passkey})
    return () if factors.any else codes_of_first(work, account)


def signs(work: Work, account: str, token: str, place: SiteAddress, signed: str) -> bool:
    """Whether a passkey of this account has signed the challenge of this session, at this place."""
    library, challenge = _library(), _take_challenge(work, token)
    try:
        credential = library.helpers.parse_authentication_credential_json(signed)
        mine = (Passkey.account_id == account, Passkey.id == credential.id)
        known = work.connection.execute(select(Passkey.public_key, Passkey.sign_count).where(*mine)).one_or_none()
        if known is None or challenge is None:
            return False
        verified = library.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
        )
    except (library.helpers.exceptions.WebAuthnException, ValueError):
        return False
    used = {"sign_count": verified.new_sign_count, "used_at": work.now}
    work.connection.execute(update(Passkey).where(*mine).values(used))
    return True


def _made(work: Work, token: str, place: SiteAddress, made: str) -> Any:
    library, challenge = _library(), _take_challenge(work, token)
    try:
        if challenge is None:
            raise BadAnswers({"passkey": NOT_MADE})
        return library.verify_registration_response(
            credential=made, expected_challenge=challenge, expected_rp_id=place.host, expected_origin=place.origin
        )
    except (library.helpers.exceptions.WebAuthnException, ValueError):
        raise BadAnswers({"passkey": NOT_MADE}) from None


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadAnswers({"name": NO_NAME if not name else f"The name must have {LONGEST_NAME} characters or fewer."})
    must_not_turn("name", "The name", name)
    return name


def _asked(database: Database, token: str, options: Any) -> dict[str, Any]:
    """The challenge lies in the session from now on. Not a command, as nothing is done."""
    with database.brief_transaction() as connection:
        connection.execute(update(Session).where(Session.digest == digest(token)).values(challenge=options.challenge))
    return orjson.loads(_library().options_to_json(options))


def _take_challenge(work: Work, token: str) -> bytes | None:
    """It is good for one answer."""
    of_session = (Session.digest == digest(token),)
    challenge = work.connection.scalar(select(Session.challenge).where(*of_session))
    work.connection.execute(update(Session).where(*of_session).values(challenge=None))
    return challenge


def _described(connection: Connection, account: str) -> list[Any]:
    """The passkeys of an account, as the library names them."""
    helpers = _library().helpers
    return [
        helpers.structs.PublicKeyCredentialDescriptor(id=helpers.base64url_to_bytes(passkey))
        for passkey in connection.scalars(select(Passkey.id).where(Passkey.account_id == account))
    ]


def _library() -> ModuleType:
    import webauthn  # noqa: PLC0415 - see above

    return webauthn
