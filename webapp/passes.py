"""What somebody is given who signs in while no session can be written: signed, good for an hour and only meanwhile.

Every worker takes it, for it is in no worker's memory. It cannot be ended before its time, so the time is short.
"""

import base64
import hmac
from datetime import datetime, timedelta
from hashlib import sha256

import orjson

GOOD_FOR = timedelta(hours=1)
BEGINS = "read-only."
FORMAT = b"throughline-pass/1\n"


def give(key: bytes, account: str, now: datetime) -> str:
    body = base64.urlsafe_b64encode(orjson.dumps({"account": account, "at": now.isoformat()})).decode()
    return f"{BEGINS}{body}.{_signature(key, body)}"


def account_of(key: bytes, given: str, now: datetime) -> str | None:
    """None for one that is no pass of ours, or of which the time is over."""
    body, _, signature = given.removeprefix(BEGINS).partition(".")
    if not hmac.compare_digest(_signature(key, body).encode(), signature.encode()):
        return None
    said = orjson.loads(base64.urlsafe_b64decode(body))
    return said["account"] if timedelta() <= now - datetime.fromisoformat(said["at"]) < GOOD_FOR else None


def _signature(key: bytes, body: str) -> str:
    return hmac.new(key, FORMAT + body.encode(), sha256).hexdigest()
