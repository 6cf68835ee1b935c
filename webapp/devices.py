"""A browser in which somebody signed in before is known again, by a cookie that opens nothing.

It holds a random number and, for each account, a mark that only we can make of both. Wrong passwords of such a browser
count apart, so that a stranger who tries somebody's account does not keep them out (docs/decisions/limits.md).
"""

import secrets
from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from engine.base.settings import Settings
from webapp.keys import hashed, secret
from webapp.sessions import cookie_name

KEPT_FOR = timedelta(days=180)
MOST_ACCOUNTS = 10
LONGEST, LONGEST_NUMBER = 1000, 32


def device_of(settings: Settings, account: str) -> str:
    """The number of this browser, where it knows the account; else empty."""
    number, marks = _read(settings)
    return number if _mark(number, account) in marks else ""


def remember(response: Response, settings: Settings, account: str) -> None:
    """From now on this browser knows the account. Of very many the one that was here longest ago is forgotten."""
    number, marks = _read(settings)
    number = number or secrets.token_urlsafe(16)
    mark = _mark(number, account)
    newest = [mark, *(one for one in marks if one != mark)][:MOST_ACCOUNTS]
    response.set_cookie(
        cookie_name(settings, "device"),
        ".".join((number, *newest)),
        max_age=KEPT_FOR,
        secure=settings.https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _read(settings: Settings) -> tuple[str, list[str]]:
    number, *marks = request.cookies.get(cookie_name(settings, "device"), "")[:LONGEST].split(".")
    return number[:LONGEST_NUMBER], marks


def _mark(number: str, account: str) -> str:
    return hashed(secret(), "device", number, account)[:32]
