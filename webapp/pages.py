"""What a page declares of itself, in one place: who may open it and which look it records.

    @blueprint.get("/tasks")
    @page(may=PageRight.SIGNED_IN, look="tasks")
    def tasks(visit: Visit) -> Answer: ...

A route that declares nothing is refused here and fails a test (tests/webapp/test_routes.py).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from hmac import compare_digest
from typing import Any, Concatenate, ParamSpec, TypeAlias, cast

from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for
from flask_login import login_required  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from flask_wtf.csrf import CSRFError, CSRFProtect  # pyright: ignore[reportMissingTypeStubs]
from werkzeug.wrappers import Response as AnyResponse

from engine.base.errors import NotFound
from engine.base.settings import is_loopback
from engine.commands.looks import OPENING
from engine.people.identity import (
    ADMINISTRATOR,
    CHANGES_PATHWAY,
    PATHWAY_APPROVER,
    PRIVACY_OFFICER,
    PROCESS_OWNER,
    PUBLIC,
    PUTS_IN_FORCE,
    REVIEWS_LOOKS,
    STUDIO,
)
from engine.reads.list_page import OVERVIEW, Wanted
from webapp import sessions
from webapp.networks import PASSED_ON
from webapp.visit import NoLook, Site, Visit

Answer: TypeAlias = str | AnyResponse | tuple[str, int]
Parameters = ParamSpec("Parameters")
EXTENSION = "throughline"
LAST_PAGE = 100_000
# Looks at what stands in one case, before which whoever has opened very many is asked why.
ABOUT_ONE_CASE = frozenset({*OPENING, "start", "replay", "guidance", "looks", "export", "retelling"})
ASKED_BY_SCRIPTS = frozenset({"audit.replay_feed"})  # of the page that is open; nobody would read the question there
# Fields of the pages themselves, which are nobody's answer: they are neither kept nor shown again.
OWN_FIELDS = frozenset(
    {"csrf_token", "do", "subject", "submission", "website", "account", "email", "password", "next", "typed", "news"}
    | {"new_password", "second_factor", "passkey_signed"}
)


class PageRight(Enum):
    """Who may open a page. What depends on a case is asked by the read or the command, where the case is known."""

    ANYONE = "anyone, with or without an account"
    SIGNED_IN = "anyone who is signed in"
    KNOWS_CASE = "who may know of the case; everybody else is told that there is nothing"
    TEAM_OF_CASE = "who may know of the case and works in the team that has it"
    TELLS_OF_ACTION = "who may know of the action, and whom it is for, leads the case or manages the team that has it"
    GAVE_ANSWERS = "who may know of the case and gave the answers, or manages the team that has it"
    HOLDS_TASK = "who may know of the case and holds a role of the task"
    DEPARTS = "who may know of the case and may do the step, or works in the team that has the case"
    SEES_ALL = "who may know of the case and see all its answers: social care's team, and auditors"
    OVERSEES = "who reads every case and works on none"
    MANAGES_TEAM = "who manages a team; what it has is theirs to see"
    KEEPS_DUTY_LIST = "administrators, and who manages the duty team"
    KEEPS_DIRECTORY = "administrators, and who manages a team"
    MANAGES_DUTY_TEAM = "who manages the duty team"
    BREAKS_GLASS = "who works for an organisation, or oversees"
    WATCHES = "a program that watches the installation: on this machine, or with the word that is set for it"
    CHANGES_PATHWAY = "process owners"
    CHANGES_WORDS = "process owners, and who changes words alone"
    APPROVES_PATHWAY = "who approves what others change in the pathway"
    PUTS_IN_FORCE = "process owners, and who approves what they change"
    PRIVACY_OFFICER = "privacy officers"
    SECOND_FOR_BARS = "privacy officers, and administrators as the second person"
    KEEPS_RETENTION = "privacy officers and administrators"
    STUDIO = "who changes the pathway or its words, and who approves that"
    REVIEWS_LOOKS = "privacy officers and auditors; nobody reviews their own"
    ADMINISTERS = "administrators, who settle what the authority works by"


# Whoever holds none of these is refused before the page does anything. It is asked again by what the page reads or
# does: a command is given from elsewhere too.
ROLES: Mapping[PageRight, Collection[str]] = {
    PageRight.CHANGES_PATHWAY: (PROCESS_OWNER,),
    PageRight.CHANGES_WORDS: CHANGES_PATHWAY,
    PageRight.APPROVES_PATHWAY: (PATHWAY_APPROVER,),
    PageRight.PUTS_IN_FORCE: PUTS_IN_FORCE,
    PageRight.STUDIO: STUDIO,
    PageRight.PRIVACY_OFFICER: (PRIVACY_OFFICER,),
    PageRight.SECOND_FOR_BARS: (PRIVACY_OFFICER, ADMINISTRATOR),
    PageRight.KEEPS_RETENTION: (PRIVACY_OFFICER, ADMINISTRATOR),
    PageRight.REVIEWS_LOOKS: REVIEWS_LOOKS,
    PageRight.ADMINISTERS: (ADMINISTRATOR,),
}


@dataclass(frozen=True, slots=True)
class PageDeclaration:
    """`look` is None where no case is shown. `keeps_typed`: an expired form is shown again instead of refused.
    `taken_once`: however often the same form is sent, what it asks for is done once. `before_second_factor`: open also
    to whoever must set up a second factor and has none yet, and to whoever must sign what is signed here first.
    """

    may: PageRight
    look: str | None
    keeps_typed: bool
    taken_once: bool
    before_second_factor: bool


def page(
    *,
    may: PageRight,
    look: str | None,
    keeps_typed: bool = False,
    taken_once: bool = False,
    before_second_factor: bool = False,
) -> Callable[[Callable[Concatenate[Visit, Parameters], Answer]], Callable[Parameters, Response]]:
    open_to_all = may in (PageRight.ANYONE, PageRight.WATCHES)
    declared = PageDeclaration(may, look, keeps_typed, taken_once, open_to_all or before_second_factor)

    def declare(view: Callable[Concatenate[Visit, Parameters], Answer]) -> Callable[Parameters, Response]:
        @wraps(view)
        def shown(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Response:
            if may is PageRight.WATCHES and not _may_watch():
                raise NotFound
            if not declared.before_second_factor and (first := _comes_first(current_visit(), declared)):
                return make_response(redirect(first, 303))
            visit = _visit_to(declared)
            response = make_response(view(visit, *args, **kwargs))
            if declared.look and not visit.looked and not _goes_elsewhere(response):
                raise NoLook(request.path)
            return response

        guarded = shown if open_to_all else _for_the_signed_in(shown)
        cast("Any", guarded).declared = declared
        return guarded

    return declare


def _for_the_signed_in(view: Callable[Parameters, Response]) -> Callable[Parameters, Response]:
    """Everybody else is asked to sign in (`webapp.sign_in.ask_to_sign_in`). Flask-Login says nothing of its types."""
    return cast("Callable[Parameters, Response]", cast("Any", login_required)(view))


def _comes_first(visit: Visit, declared: PageDeclaration) -> str:
    """The page on which somebody must do something before others open to them; empty where there is none. What they
    send who were inside when a new version came to be signed is still taken: what they typed is not lost.
    """
    if visit.lacks_second_factor:
        return url_for("second_factor.shown")
    asked_for = request.full_path.rstrip("?") if request.method == "GET" else ""
    if _must_sign(visit, declared) and (asked_for or not visit.unsigned.came_since):
        return url_for("agreements.to_sign", next=asked_for)
    shows_case = declared.look in ABOUT_ONE_CASE and request.endpoint not in ASKED_BY_SCRIPTS
    if asked_for and shows_case and visit.opens_very_many:
        return url_for("many_cases.ask", next=asked_for)
    return ""


def _must_sign(visit: Visit, declared: PageDeclaration) -> bool:
    """Whoever administers opens what administrators settle, which shows no case, before their organisation has signed:
    it is they who note that it has.
    """
    unsigned = visit.unsigned
    return bool(unsigned.conduct or (unsigned.sharing and declared.may is not PageRight.ADMINISTERS))


def _may_watch() -> bool:
    """A program on this machine, or one that has the word that is set for it. A file without a word lets nobody in."""
    given, settings = request.headers.get("Authorization", "").removeprefix("Bearer "), site().settings
    if settings.watch_token and given:
        known = settings.watch_token.read_bytes().strip() if settings.watch_token.is_file() else b""
        return bool(known) and compare_digest(known, given.encode())
    return is_loopback(request.remote_addr or "") and PASSED_ON not in request.environ


def declaration(view: Callable[..., object]) -> PageDeclaration | None:
    return getattr(view, "declared", None)


def refuse_undeclared(app: Flask) -> None:
    """So that a route without a declaration shows nothing to anybody, even before a test has found it."""

    @app.before_request
    def refuse() -> None:  # pyright: ignore[reportUnusedFunction]
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and declaration(view) is None:
            raise NoLook(f"{request.endpoint} declares nothing.")


def site() -> Site:
    return current_app.extensions[EXTENSION]


def current_visit() -> Visit:
    """The same for the whole of a request."""
    if "visit" not in g:
        here, user = site(), sessions.user()
        g.visit = Visit(here, user.actor, here.clock(), user.fresh, factors=user.factors, way=user.way)
        g.visit.unsigned = user.unsigned
    return g.visit


def public_visit() -> Visit:
    """For pages that must stand even where the database does not."""
    return Visit(site(), PUBLIC, site().clock())


def page_number() -> int:
    """Which page of a list is asked for; whatever else stands in the address is the first."""
    return min(max(request.values.get("page", 1, int), 1), LAST_PAGE)


def publication_read() -> int:
    """The number of the newest publication of which the page told what it changed; 0 where it told of none."""
    return min(max(request.form.get("news", 0, int), 0), LAST_PAGE)


def wanted_list(names: Collection[str]) -> Wanted:
    """Which of the lists of a page is asked for by itself; whatever else stands in the address is none."""
    name = request.args.get("list", "")
    return Wanted(name, page_number(), request.args.get("of", "")) if name in names else OVERVIEW


def _visit_to(declared: PageDeclaration) -> Visit:
    visit = current_visit()
    visit.page = declared.look
    if declared.may in ROLES:
        visit.must_hold(ROLES[declared.may])
    visit.stale = not is_our_form()
    if visit.stale and not (declared.keeps_typed and "csrf_token" in request.form):  # every form that we gave has one
        raise CSRFError("This page had been open for too long.")
    return visit


def is_our_form() -> bool:
    """Whether what was sent comes from a form that we gave to this browser."""
    guard: CSRFProtect = current_app.extensions["csrf"]
    try:
        guard.protect()
    except CSRFError:
        return False
    return True


def _goes_elsewhere(response: Response) -> bool:
    return 300 <= response.status_code < 400 or response.status_code == 204
