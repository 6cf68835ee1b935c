"""How often one address may ask: for what costs much (sign-in), what anybody may send, and for what is not there.

Counted in this process alone; with several processes each has its own count, which is still a limit.
"""

from collections.abc import Callable
from typing import cast

from flask import Flask, Response, request
from flask.typing import RouteCallable
from flask_limiter import ApplicationLimit, Limiter
from flask_limiter.util import get_remote_address

from webapp.pages import current_visit, declaration, site
from webapp.sessions import token

# Somebody who tries addresses of pages: a person who mistypes stays far below it.
MISSES = "60 per minute"
BAD_REQUEST, NOT_FOUND = 400, 404


def limit(app: Flask) -> None:
    """Applies what each page declares. Limits count what is sent; looking at a form is free."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri="memory://",
        strategy="moving-window",
        application_limits=[ApplicationLimit(MISSES, key_function=_browser, deduct_when=_is_miss)],
    )
    for endpoint, view in app.view_functions.items():
        declared = declaration(view)
        for one in declared.limits if declared else ():
            counted = limiter.limit(
                one.often,
                key_func=one.key or get_remote_address,
                methods=["POST"],
                deduct_when=_is_refused if one.refused else None,
            )
            app.view_functions[endpoint] = cast(RouteCallable, counted(app.view_functions[endpoint]))


def _browser() -> str:
    """That of whoever is signed in, apart from colleagues behind the same address."""
    return token(site().settings) or get_remote_address()


def _is_miss(response: Response) -> bool:
    return response.status_code == NOT_FOUND


def _is_refused(response: Response) -> bool:
    return response.status_code >= BAD_REQUEST


def everybody() -> str:
    """A limit on all addresses together."""
    return "everybody"


def sender() -> str:
    """Whoever is signed in, else the address: a hospital has one address and many who refer."""
    return current_visit().actor.account or get_remote_address()


def by_field(name: str) -> Callable[[], str]:
    """A limit on what is sent in this field: one email address, tried from many places."""
    return lambda: request.form.get(name, "").strip().casefold()[:200] or get_remote_address()
