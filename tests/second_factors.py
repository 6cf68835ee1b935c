"""What somebody shows beside their password, without a telephone and without a device."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

import cbor2
import orjson
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from pyotp.totp import TOTP
from sqlalchemy import insert
from webauthn.helpers import bytes_to_base64url

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands.passkeys import SiteAddress
from engine.people import code_app
from engine.tables import CodeApp
from webapp import keys

HERE = SiteAddress("localhost", "http://localhost")
SECRET = "JBSWY3DPEHPK3PXP" * 2
"""Of an app that `has_app` gives to somebody."""


def has_app(database: Database, settings: Settings, account: str, now: datetime) -> None:
    """Somebody who set up an app before the test."""
    sealed = code_app.sealed(keys.key(settings.keys, keys.SECOND_FACTORS), account, SECRET)
    values = {"account_id": account, "secret": sealed, "confirmed_at": now, "last_step": None}
    with database.transaction() as connection:
        connection.execute(insert(CodeApp).values(values))


def code_at(now: datetime, secret: str = SECRET) -> str:
    """What the app shows."""
    return TOTP(secret).at(int(now.timestamp()))


class Device:
    """Keeps one passkey and answers as a browser does. `count`: how often it says that it was used."""

    def __init__(self, origin: str = HERE.origin) -> None:
        self.origin, self.count = origin, 0
        self._key = generate_private_key(SECP256R1())
        self._id = secrets.token_bytes(32)

    @property
    def name(self) -> str:
        """By which the passkey is known."""
        return bytes_to_base64url(self._id)

    def makes(self, options: dict[str, Any]) -> str:
        host = options["rp"]["id"]
        numbers = self._key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, **point})
        credential = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + public
        about = self._about(host, 0x45) + credential
        said = {"attestationObject": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})}
        return self._answer("webauthn.create", options["challenge"], said)

    def shows(self, options: dict[str, Any]) -> str:
        self.count += 1
        about = self._about(options["rpId"], 0x05)
        client = self._client("webauthn.get", options["challenge"])
        signature = self._key.sign(about + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        return self._answer("webauthn.get", options["challenge"], {"authenticatorData": about, "signature": signature})

    def _about(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return orjson.dumps({"type": kind, "challenge": challenge, "origin": self.origin})

    def _answer(self, kind: str, challenge: str, said: dict[str, bytes]) -> str:
        response = {"clientDataJSON": self._client(kind, challenge), **said}
        encoded = {name: bytes_to_base64url(value) for name, value in response.items()}
        return orjson.dumps({"id": self.name, "rawId": self.name, "type": "public-key", "response": encoded}).decode()
