"""The codes of an app (RFC 6238), and how its secret is kept: sealed with a key that does not lie in the database."""

import hmac
import secrets
from datetime import datetime

import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp import random_base32
from pyotp.totp import TOTP

from engine.people.password_rule import PRODUCT

STEP_SECONDS = 30
NONCE_BYTES = 12
# The clock of a telephone may be half a minute off, either way.
STEPS_OFF = 1


def new_secret() -> str:
    """160 bits, in the letters of base32, as apps take it."""
    return random_base32()


def sealed(key: bytes, account: str, secret: str) -> bytes:
    """Only for this account: put into the row of another it opens as nothing."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret.encode(), account.encode())


def opened(key: bytes, account: str, stored: bytes) -> str | None:
    """None where it was sealed with another key, or for another account."""
    try:
        return AESGCM(key).decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], account.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The span of time whose code this is, of those that may be shown now; None where it is none of theirs."""
    here = int(now.timestamp()) // STEP_SECONDS
    shown = TOTP(secret)
    given = "".join(code.split())
    fitting = [
        step
        for step in range(here - STEPS_OFF, here + STEPS_OFF + 1)
        if hmac.compare_digest(shown.at(step * STEP_SECONDS).encode(), given.encode())
    ]
    return max(fitting, default=None)


def picture(secret: str, email: str) -> str:
    """What an app photographs, as SVG for a page."""
    address = TOTP(secret).provisioning_uri(name=email, issuer_name=PRODUCT)
    drawn = segno.make_qr(address, error="m")
    return drawn.svg_inline(border=4, dark="#000", light="#fff", svgclass="app-qr", lineclass=None, omitsize=True)
