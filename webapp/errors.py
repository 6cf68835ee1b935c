"""What people are told when a page cannot be given: what happened, what it means for them, what to do now."""

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError  # pyright: ignore[reportMissingTypeStubs]
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from engine.base.database_faults import DatabaseUnavailable, Trouble, code_of
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound, NotPossible, NotSaved, Refusal
from webapp.as_sent import in_words
from webapp.limits import TooMany, count_miss
from webapp.logs import where
from webapp.pages import Visit, current_visit, declaration, public_visit
from webapp.request_log import NO_PAGE, counts
from webapp.unsaved import NotKept
from webapp.words import day_and_time

log = structlog.get_logger()
INTERNAL, UNAVAILABLE_NOW = 500, 503
DANGER = "If a child is in immediate danger, ring 999."
NOT_THERE = (
    404,
    "Page not found",
    "There is nothing here, or it is not yours to see.",
    "If you typed the address, check it. If you followed a link, start again from your tasks.",
)
# By kind of refusal: the status and the heading; the refusal itself says the rest.
REFUSED: dict[type[Refusal], tuple[int, str]] = {
    NotAllowed: (403, "You cannot do this"),
    NotPossible: (409, "This is not possible now"),
    AlreadyDone: (409, "Somebody was faster"),
    NotSaved: (500, "Nothing was saved"),
    BadAnswers: (400, "That cannot be taken"),
}
# By kind of failure: the status, the heading and what is said below it, with `whom` to ring.
FAILED: dict[type[Exception], tuple[int, *tuple[str, ...]]] = {
    CSRFError: (
        400,
        "This page had been open for too long",
        "Nothing was sent. Go back, load the page again and send it again.",
    ),
    RequestEntityTooLarge: (
        413,
        "That is too much to send at once",
        "Nothing was sent or saved. Go back, shorten the longest answers or choose a smaller file, and send it again.",
        DANGER,
    ),
    TooMany: (
        429,
        "Too many attempts",
        "Nothing was sent. Wait a few minutes and try again.",
        f"{DANGER} If you are worried about a child and it cannot wait, ring {{whom}}.",
    ),
    NotKept: (
        503,
        "Your referral has not been received",
        "It could be saved nowhere, so nobody will read it. Copy what you wrote, or go back and send it again later.",
        f"{DANGER} Otherwise ring {{whom}} now and tell them.",
    ),
    Exception: (
        500,
        "Sorry, something went wrong",
        "Try again. If it happens again, tell your administrator.",
        f"{DANGER} If it cannot wait, ring {{whom}}.",
    ),
}
AGAIN = "What was saved before is safe, and nothing is half done. Try again in a few minutes."
# By what is wrong with the database: the heading, and what is said below it before whom to ring.
UNAVAILABLE: dict[Trouble, tuple[str, str]] = {
    Trouble.AWAY: ("Nothing can be opened or saved just now", AGAIN),
    Trouble.BUSY: (
        "Somebody else is saving just now",
        "It took them longer than a page waits for. Try again in a moment: nothing is half done.",
    ),
    Trouble.FULL: ("Nothing can be saved just now", AGAIN),
    Trouble.READ_ONLY: ("Nothing can be saved just now", AGAIN),
    Trouble.SPOILED: (
        "This cannot be read as it was saved",
        "Something that is stored was damaged, and trying again does not help. Tell your administrator at once.",
    ),
    Trouble.UNPREPARED: (
        "Nothing can be opened or saved just now",
        "Throughline is not set up as it must be, and trying again does not help. Tell your administrator at once.",
    ),
    Trouble.UNKNOWN: ("The connection to what is stored was lost", "What was saved before is safe."),
}
# Of something that was sent, what became of it.
NOT_DONE = "Nothing of what you sent was saved."
DONE = "What you sent was saved: do not send it again. Only the page that comes after it cannot be shown."
NOT_KNOWN = "It is not known whether what you sent was saved: look before you send it again."
SEND_ANYWAY = "It is not known whether what you sent was saved. Send it again: it is not done twice."


def handle(app: Flask) -> None:
    app.context_processor(_visit_for_templates)
    app.register_error_handler(NotFound, _not_there)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    for kind in (DatabaseUnavailable, *FAILED):
        app.register_error_handler(kind, failed)


def _not_there(_error: NotFound) -> Response:
    if again_at := count_miss(current_visit()):
        return failed(TooMany(again_at))
    return _error_page(*NOT_THERE)


def _refused(error: Refusal) -> Response:
    status, heading = next(REFUSED[kind] for kind in type(error).__mro__ if kind in REFUSED)
    paragraphs = [*error.problems.values()] if isinstance(error, BadAnswers) else [str(error)]
    if isinstance(error, AlreadyDone) and error.at:
        paragraphs.append(f"That was {day_and_time(error.at, current_visit().now)}.")
    if request.method == "POST" and not isinstance(error, NotSaved):  # which says itself what became of it
        paragraphs.append("Nothing of what you sent was added.")
    return _error_page(status, heading, *paragraphs)


def failed(error: Exception) -> Response:
    if isinstance(error, DatabaseUnavailable):
        return _unavailable(error)
    status, heading, *said = next(FAILED[kind] for kind in type(error).__mro__ if kind in FAILED)
    if status >= INTERNAL:
        _log(error)
    if status == INTERNAL:
        said = [*_of_what_was_sent(), *said]
    return _error_page(status, heading, *(words.format(whom=_whom()) for words in said))


def _unavailable(error: DatabaseUnavailable) -> Response:
    _log(error)
    heading, said = UNAVAILABLE[error.trouble]
    again, not_done = error.trouble is Trouble.BUSY, NOT_DONE
    if error.trouble is Trouble.UNKNOWN:
        again = _is_taken_once()
        not_done = SEND_ANYWAY if again else NOT_KNOWN
    whom = f"{DANGER} If it cannot wait, ring {_whom()}."
    return _error_page(UNAVAILABLE_NOW, heading, *_of_what_was_sent(not_done), said, whom, again=again)


def _is_taken_once() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    declared = declaration(view) if view else None
    return declared is not None and declared.taken_once


def _of_what_was_sent(not_done: str = NOT_DONE) -> list[str]:
    """What became of it; nothing where nothing was sent. A command that was done is done, whatever failed after it."""
    if request.method != "POST":
        return []
    return [DONE if "visit" in g and g.visit.done else not_done]


def _whom() -> str:
    return _visit_for_templates()["visit"].whom_to_ring


def _http(error: HTTPException) -> Response:
    if error.code == 404:
        return _error_page(*NOT_THERE)
    return _error_page(error.code or 500, "This page cannot be given", "Go back and try again.")


def _error_page(status: int, heading: str, *paragraphs: str, again: bool = False) -> Response:
    """What was sent is shown, so that it can be copied; not where reading it is what failed. `again`: it can be sent
    once more as it is, but for a password, which is in no page.
    """
    typed = in_words(dict(request.form.lists())) if request.method == "POST" and status != 413 else []
    sent_again = [*request.form.lists()] if again and _can_be_sent_again() else []
    shown = {"heading": heading, "paragraphs": paragraphs, "sent": typed, "sent_again": sent_again}
    try:
        current_visit()
        return make_response(render_template("errors/error.html", **shown), status)
    except Exception as error:  # noqa: BLE001 - as for somebody signed in nobody can say, whatever failed in asking
        _log(error)
        g.visit = public_visit()
        return make_response(render_template("errors/error.html", **shown), status)


def _can_be_sent_again() -> bool:
    """A password stands in no page, and a page cannot fill in a file."""
    return "csrf_token" in request.form and not request.files and not any("password" in name for name in request.form)


def _log(error: Exception) -> None:
    counts().failure(error.trouble.name if isinstance(error, DatabaseUnavailable) else type(error).__name__)
    log.error("a page failed", page=request.endpoint or NO_PAGE, failure=where(error), code=code_of(error))


def _visit_for_templates() -> dict[str, Visit]:
    return {"visit": g.visit if "visit" in g else public_visit()}
