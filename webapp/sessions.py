"""Who sits at the browser: Flask-Login asks the session that the engine keeps, found by a token in a cookie of its own.

Flask-Login's own cookies hold no person: they are signed and cannot be revoked (docs/decisions/sessions.md).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from flask import Flask, Request, request
from flask_login import (  # pyright: ignore[reportMissingTypeStubs]
    AnonymousUserMixin,
    LoginManager,
    UserMixin,
    current_user,  # pyright: ignore[reportUnknownVariableType]
)
from werkzeug.wrappers import Response

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable, Trouble, once_more
from engine.base.read_only import ReadOnly
from engine.base.settings import Settings
from engine.commands import sessions
from engine.people.factors import Factors, SignInWay
from engine.people.identity import PUBLIC
from engine.people.signed import NOTHING_UNSIGNED
from webapp import keys, passes

# What a page that is left open asks for by itself: it does not show that anybody is there.
ASKED_BY_PAGES = frozenset({"open_page.asked", "studio_files.here"})


class SignedInUser(UserMixin):
    """Somebody whose session stands, as Flask-Login knows them. `fresh`: they have just shown who they are, by their
    password and by what they have of `factors`, or to the provider. `way`: how the session began.
    """

    def __init__(self, presence: sessions.Presence) -> None:
        self.id = presence.actor.account
        self.actor = presence.actor
        self.factors = presence.factors
        self.way = presence.way
        self.fresh = presence.fresh
        self.unsigned = presence.unsigned
        self.ends = presence.ends
        self.latest = presence.latest


class PublicUser(AnonymousUserMixin):
    """Whoever has not signed in."""

    actor = PUBLIC
    factors = Factors()
    way = SignInWay.PASSWORD
    fresh = False
    unsigned = NOTHING_UNSIGNED
    ends = latest = None


def guard_door(
    app: Flask,
    database: Database,
    settings: Settings,
    read_only: ReadOnly,
    clock: Callable[[], datetime],
    unauthorized: Callable[[], Response],
) -> None:
    """`unauthorized` answers whoever opens without an account what is not open to everybody."""
    manager: Any = LoginManager()  # says nothing of its types
    manager.anonymous_user = PublicUser
    manager.session_protection = None  # it would mark the client's cookie; our sessions end at the server

    def load(_request: Request) -> SignedInUser | None:
        return _signed_in(database, settings, read_only, clock())

    manager.request_loader(load)
    manager.unauthorized_handler(unauthorized)
    # Nothing sets a cookie of this name: its default may come from another site on this host.
    app.config["REMEMBER_COOKIE_NAME"] = cookie_name(settings, "not-remembered")
    # Error pages are drawn where the database is out of reach: no template may ask for the user by itself.
    manager.init_app(app, add_context_processor=False)


def user() -> SignedInUser | PublicUser:
    """Whoever asks, found out once for each request."""
    return cast("SignedInUser | PublicUser", current_user)


def cookie_name(settings: Settings, name: str) -> str:
    """`__Host-`: browsers then take the cookie from this very host alone, and only through https."""
    return f"__Host-{name}" if settings.https else name


def token(settings: Settings) -> str:
    return request.cookies.get(cookie_name(settings, "session"), "")


def set_cookie(response: Response, settings: Settings, value: str) -> None:
    """Kept until the browser is closed; how long it is good for is the engine's to say."""
    response.set_cookie(
        cookie_name(settings, "session"), value, secure=settings.https, httponly=True, samesite="Lax", path="/"
    )


def delete_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        cookie_name(settings, "session"), secure=settings.https, httponly=True, samesite="Lax", path="/"
    )


def _signed_in(database: Database, settings: Settings, read_only: ReadOnly, now: datetime) -> SignedInUser | None:
    """None where nobody is signed in. Being there keeps the session going, unless nothing can be written."""
    given, stands = token(settings), read_only.stands()
    if not given:
        return None
    if given.startswith(passes.BEGINS):
        presence = _by_pass(database, settings, given, now) if stands else None
    else:
        presence = once_more(lambda: sessions.present(database, given, now, stands.at if stands else None))
    if presence is None:
        return None
    if presence.to_note and not stands and request.endpoint not in ASKED_BY_PAGES:
        _note(database, given, read_only, now)
    return SignedInUser(presence)


def _note(database: Database, given: str, read_only: ReadOnly, now: datetime) -> None:
    """Nobody waits for that: where it cannot be written, it is at the next page."""
    try:
        sessions.note(database, now, given)
    except DatabaseUnavailable as refused:
        if refused.trouble is Trouble.FULL:
            read_only.found_full(now)


def _by_pass(database: Database, settings: Settings, given: str, now: datetime) -> sessions.Presence | None:
    account = passes.account_of(keys.key(settings.keys, keys.FORMS), given, now)
    return once_more(lambda: sessions.present_without_session(database, account, now)) if account else None
