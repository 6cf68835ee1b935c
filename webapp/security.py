"""What every answer tells the browser: load nothing from elsewhere, run no script but ours, keep no copy; and by what
forms and cookies are signed.
"""

import secrets
from hashlib import sha256
from typing import Any, cast

from flask import Flask, Response, current_app, g, session
from flask_wtf.csrf import (  # pyright: ignore[reportMissingTypeStubs]
    generate_csrf,  # pyright: ignore[reportUnknownVariableType]
)
from itsdangerous import Signer

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def protect(app: Flask) -> None:
    app.after_request(_harden)
    app.template_global("nonce")(_nonce)


def sign_with_sha256(app: Flask) -> None:
    """Flask signs its cookie, and Flask-WTF the tokens of forms, with SHA-1 where nobody says otherwise: approved for
    nothing new (OWASP ASVS 5, 11.4.1). After CSRFProtect, whose word for a token this takes the place of.
    """
    Signer.default_digest_method = staticmethod(sha256)
    cast("Any", app.session_interface).digest_method = sha256
    app.template_global("csrf_token")(_token_of_forms)


def _token_of_forms() -> str:
    """Bound to this browser by its cookie: what Flask-WTF would keep there is made with SHA-1 as well."""
    session.setdefault("csrf_token", secrets.token_urlsafe(32))
    return generate_csrf()


def _nonce() -> str:
    """The same for all scripts of one answer, and never again."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return g.nonce


def _harden(response: Response) -> Response:
    response.headers.update(
        {
            "Content-Security-Policy": POLICY.format(nonce=_nonce()),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
    )
    response.headers.setdefault("Cache-Control", "no-store")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
