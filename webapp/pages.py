"""What a page declares of itself, in one place: who may open it, which look it records, how often it may be asked for.

    @blueprint.get("/tasks")
    @page(may=May.SIGNED_IN, look="tasks")
    def tasks(visit: Visit) -> Answer: ...

A route that declares nothing is refused here and fails a test (tests/webapp/test_routes.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar, cast

from flask import Flask, Response, current_app, g, make_response, request
from flask_wtf.csrf import CSRFError, CSRFProtect  # pyright: ignore[reportMissingTypeStubs]
from werkzeug.wrappers import Response as AnyResponse

from engine.base.database import Connection, Database
from engine.base.errors import NotFound
from engine.base.settings import Settings
from engine.commands.looks import NamesCases, look
from engine.facts.authorities import authority_at
from engine.people.identity import PUBLIC, Actor
from engine.people.who_may import sees_answers_of
from engine.reads.authority.working_days_and_limits_pages import administers
from engine.reads.lists.team_page import manages_team
from webapp import sessions

Answer: TypeAlias = str | AnyResponse | tuple[str, int]
Parameters = ParamSpec("Parameters")
EXTENSION = "throughline"
LAST_PAGE = 100_000
NO_CHARACTER = "\0"  # which PostgreSQL takes in no text
# Fields of the pages themselves, which are nobody's answer.
OWN_FIELDS = frozenset({"csrf_token", "do", "subject", "submission", "website", "account", "email", "password", "next"})
INVENTED_NUMBER = "01632 960 001"  # one of those that are kept free for stories


class PageRight(Enum):
    """Who may open a page. What depends on a case is asked by the read or the command, where the case is known."""

    ANYONE = "anyone, with or without an account"
    SIGNED_IN = "anyone who is signed in"
    KNOWS_CASE = "who may know of the case; everybody else is told that there is nothing"
    HOLDS_TASK = "who may know of the case and holds a role of the task"
    SEES_ALL = "who may know of the case and see all its answers: social care's team, and auditors"
    OVERSEES = "who reads every case and works on none"
    MANAGES_TEAM = "who manages a team; what it has is theirs to see"
    ADMINISTERS = "administrators, who settle what the authority works by"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """`often` like “5 per minute”, counted for what `key` gives, else for the address that sends.

    `refused`: only what was refused counts, as a wrong password is.
    """

    often: str
    key: Callable[[], str] | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class PageDeclaration:
    """`look` is None where no case is shown. `keeps_typed`: an expired form is shown again instead of refused.

    `limits` count what is sent to the page.
    """

    may: PageRight
    look: str | None
    limits: tuple[RateLimit, ...]
    keeps_typed: bool


@dataclass(frozen=True, slots=True)
class Site:
    """What every page needs. `clock` gives the time; tests give their own."""

    database: Database
    settings: Settings
    demo: bool
    clock: Callable[[], datetime]

    @property
    def whom_to_ring(self) -> str:
        """“children’s social care on 01632 960 001”: said wherever somebody might wait in vain."""
        number = INVENTED_NUMBER if self.demo else self.settings.duty_telephone
        return f"children’s social care on {number}" if number else "children’s social care"


Seen = TypeVar("Seen", bound=NamesCases)
Result = TypeVar("Result")
Given = ParamSpec("Given")


class NoLook(AssertionError):
    """A page would have shown a case without an entry in the record: no entry, no page."""


class SignInFirst(Exception):
    """Nobody is signed in. `trusted`: what was typed comes from a page of ours and may be kept."""

    def __init__(self, *, trusted: bool) -> None:
        self.trusted = trusted
        super().__init__("Sign in first.")


@dataclass(slots=True)
class Visit:
    """One request: who asks, and when. `stale`: the form that was sent is too old to be trusted as it is."""

    site: Site
    actor: Actor
    now: datetime
    page: str | None = None
    stale: bool = False
    looked: bool = False

    @property
    def signed_in(self) -> bool:
        return self.actor.account is not None

    @property
    def sees_all(self) -> bool:
        """Of the cases that they may know of: who may replay one, and hold it beside the guidance."""
        return sees_answers_of(self.actor, None)

    @property
    def manages(self) -> bool:
        return self.signed_in and self.glance(manages_team).answer

    @property
    def administers(self) -> bool:
        return administers(self.actor)

    @property
    def oversees(self) -> bool:
        return self.actor.in_oversight

    def enter_by_host(self) -> bool:
        """Whether it is known which authority is meant: by the account, else by the host name, or as the only one."""
        if self.actor.authority is None:
            with self.site.database.read() as connection:
                found = authority_at(connection, request.host.partition(":")[0])
            self.actor = self.actor.at(found) if found else self.actor
        return self.actor.authority is not None

    def look(
        self,
        read: Callable[Concatenate[Connection, Actor, datetime, Given], Seen],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Seen:
        """What is to be shown, after the look is in the record."""
        if self.page is None:
            raise NoLook("This page declares no look.")
        self.looked = True
        return look(self.site.database, self.actor, self.now, self.page, read, *arguments, **named)

    def glance(
        self,
        read: Callable[Concatenate[Connection, Actor, datetime, Given], Seen],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Seen:
        """What is to be shown where it names no case, so that nothing is recorded. Refuses whatever names one."""
        seen = self.consult(read, *arguments, **named)
        if seen.cases_shown:
            raise NoLook("What was read names a case.")
        return seen

    def consult(
        self,
        read: Callable[Concatenate[Connection, Actor, datetime, Given], Seen],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Seen:
        """What a command has to be told about a form. Nothing of it is shown: the answer goes elsewhere."""
        with self.site.database.read() as connection:
            return read(connection, self.actor, self.now, *arguments, **named)

    def do(
        self,
        command: Callable[Concatenate[Database, Actor, datetime, Given], Result],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        return command(self.site.database, self.actor, self.now, *arguments, **named)


def page(
    *, may: PageRight, look: str | None, limits: tuple[RateLimit, ...] = (), keeps_typed: bool = False
) -> Callable[[Callable[Concatenate[Visit, Parameters], Answer]], Callable[Parameters, Response]]:
    declared = PageDeclaration(may, look, limits, keeps_typed)

    def declare(view: Callable[Concatenate[Visit, Parameters], Answer]) -> Callable[Parameters, Response]:
        @wraps(view)
        def admitted(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Response:
            visit = _admit(declared)
            response = make_response(view(visit, *args, **kwargs))
            if declared.look and not visit.looked and not _goes_elsewhere(response):
                raise NoLook(request.path)
            return response

        cast("Any", admitted).declared = declared
        return admitted

    return declare


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


def arrive() -> Visit:
    """Who asks, found out once for each request."""
    if "visit" not in g:
        here = site()
        now = here.clock()
        g.visit = Visit(here, sessions.who(here.database, here.settings, now), now)
    return g.visit


def nobody() -> Visit:
    """For pages that must stand even where the database does not."""
    return Visit(site(), PUBLIC, site().clock())


def page_number() -> int:
    """Which page of a list is asked for; whatever else stands in the address is the first."""
    return min(max(request.args.get("page", 1, int), 1), LAST_PAGE)


def _admit(declared: PageDeclaration) -> Visit:
    if any(NO_CHARACTER in value for value in _plain_values()):
        raise NotFound
    visit = arrive()
    visit.page = declared.look
    visit.stale = not _is_ours()
    if declared.may is not PageRight.ANYONE and not visit.signed_in:
        raise SignInFirst(trusted=not visit.stale)
    if visit.stale and not declared.keeps_typed:
        raise CSRFError("This page had been open for too long.")
    return visit


def _plain_values() -> Iterator[str]:
    """What is used as it is; answers are looked at by their form."""
    yield request.path
    yield from request.args.values()
    yield from (request.form.get(name, "") for name in OWN_FIELDS)


def _is_ours() -> bool:
    """Whether what was sent comes from a form that we gave to this browser."""
    guard: CSRFProtect = current_app.extensions["csrf"]
    try:
        guard.protect()
    except CSRFError:
        return False
    return True


def _goes_elsewhere(response: Response) -> bool:
    return 300 <= response.status_code < 400 or response.status_code == 204
