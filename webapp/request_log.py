"""One line in the log for each request: its reference, which page, what came of it, and what it cost; and its count.

Of the address only the name of the page is said, for it may hold what somebody typed; and nobody who asked.
"""

import secrets
from time import perf_counter

import structlog
from flask import Flask, Response, current_app, g, request

from engine.base.spent import Spent, count_from_now
from webapp.counts import Counts

# Digits and capitals that are not mistaken for each other when read aloud.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NO_PAGE = "none"
METHODS = ("GET", "POST", "HEAD", "OPTIONS")
log = structlog.get_logger()


def log_requests(app: Flask, counts: Counts) -> None:
    app.extensions["counts"] = counts
    app.before_request(_begin)
    app.after_request(_end)
    app.template_global("reference")(reference)


def reference() -> str:
    """Of this request: shown on error pages, and in every line that is logged of it. “4F7K-9QXN”."""
    if "reference" not in g:
        g.reference = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(2))
    return g.reference


def counts() -> Counts:
    return current_app.extensions["counts"]


def _begin() -> None:
    g.begun, g.spent = perf_counter(), count_from_now()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(reference=reference())


def _end(response: Response) -> Response:
    spent: Spent = g.spent
    took = perf_counter() - g.begun
    method, page = request.method if request.method in METHODS else "other", request.endpoint or NO_PAGE
    counts().request(method, page, response.status_code, took, spent.waiting)
    log.info(
        "request",
        method=method,
        page=page,
        status=response.status_code,
        milliseconds=_milliseconds(took),
        statements=spent.statements,
        database_milliseconds=_milliseconds(spent.seconds),
        lock_milliseconds=_milliseconds(spent.waiting),
    )
    structlog.contextvars.clear_contextvars()
    return response


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
