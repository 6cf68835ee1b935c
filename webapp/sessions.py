"""The cookie of a signed-in browser: it holds the token of a session that the engine keeps, and nothing else."""

from datetime import datetime

from flask import request
from werkzeug.wrappers import Response

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands import sessions
from engine.people.identity import PUBLIC, Actor


def cookie_name(settings: Settings, name: str) -> str:
    """`__Host-`: browsers then take the cookie from this very host alone, and only through https."""
    return f"__Host-{name}" if settings.https else name


def token(settings: Settings) -> str:
    return request.cookies.get(cookie_name(settings, "session"), "")


def who(database: Database, settings: Settings, now: datetime) -> Actor:
    """Whoever sits at the browser; the public where nobody is signed in. Being there keeps the session going."""
    given = token(settings)
    presence = sessions.present(database, given, now) if given else None
    if presence is None:
        return PUBLIC
    if presence.to_note:
        sessions.note(database, presence.actor, now, given)
    return presence.actor


def give(response: Response, settings: Settings, value: str) -> None:
    """Kept until the browser is closed; how long it is good for is the engine's to say."""
    response.set_cookie(
        cookie_name(settings, "session"), value, secure=settings.https, httponly=True, samesite="Lax", path="/"
    )


def take(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        cookie_name(settings, "session"), secure=settings.https, httponly=True, samesite="Lax", path="/"
    )
