"""How often one address may ask: for what costs much (sign-in), what anybody may send, and for what is not there.

Counted in this process alone; with several processes each has its own count, which is still a limit.
"""

from collections.abc import Callable
from typing import cast

from flask import Flask, Response, request
from flask.typing import RouteCallable
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from webapp.pages import declaration

# Somebody who tries addresses of pages: a person who mistypes stays far below it.
MISSES = "60 per minute"
NOT_FOUND = 404


def limit(app: Flask) -> None:
    """Applies what each page declares. Limits count what is sent; looking at a form is free."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri="memory://",
        strategy="moving-window",
        application_limits=[MISSES],
        application_limits_deduct_when=_is_miss,
    )
    for endpoint, view in app.view_functions.items():
        declared = declaration(view)
        for one in declared.limits if declared else ():
            counted = limiter.limit(one.often, key_func=one.key or get_remote_address, methods=["POST"])
            app.view_functions[endpoint] = cast("RouteCallable", counted(app.view_functions[endpoint]))


def _is_miss(response: Response) -> bool:
    return response.status_code == NOT_FOUND


def everybody() -> str:
    """A limit on all addresses together."""
    return "everybody"


def by_field(name: str) -> Callable[[], str]:
    """A limit on what is sent in this field: one email address, tried from many places."""
    return lambda: request.form.get(name, "")[:200].strip().casefold()
