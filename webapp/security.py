"""What every answer tells the browser: load nothing from elsewhere, run no script but ours, keep no copy."""

import secrets

from flask import Flask, Response, current_app, g

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def protect(app: Flask) -> None:
    app.after_request(_harden)
    app.template_global("nonce")(_nonce)


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
