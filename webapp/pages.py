"""What a page declares of itself, in one place: who may open it and which look it records.

    @blueprint.get("/tasks")
    @page(may=PageRight.SIGNED_IN, look="tasks")
    def tasks(visit: Visit) -> Answer: ...

A route that declares nothing is refused here and fails a test (tests/webapp/test_routes.py).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar, cast

from flask import Flask, Response, current_app, g, make_response, request
from flask_login import login_required  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from flask_wtf.csrf import CSRFError, CSRFProtect  # pyright: ignore[reportMissingTypeStubs]
from werkzeug.wrappers import Response as AnyResponse

from engine.base.database import Connection, Database, DatabaseUnavailable
from engine.base.settings import Settings
from engine.commands.looks import NamesCases, look
from engine.facts.which_authority import Reached, authority_at, reached, telephone_of
from engine.people.identity import PUBLIC, Actor
from engine.people.who_may import sees_answers_of
from engine.reads.authority.working_days_and_limits_pages import administers
from engine.reads.list_page import OVERVIEW, Wanted
from engine.reads.lists.team_page import manages_team
from webapp import sessions
from webapp.caught_letters import CaughtLetters

Answer: TypeAlias = str | AnyResponse | tuple[str, int]
Parameters = ParamSpec("Parameters")
EXTENSION = "throughline"
LAST_PAGE = 100_000
# Fields of the pages themselves, which are nobody's answer: they are neither kept nor shown again.
OWN_FIELDS = frozenset(
    {"csrf_token", "do", "subject", "submission", "website", "account", "email", "password", "next", "typed"}
)
INVENTED_NUMBER = "01632 960 001"  # one of those that are kept free for stories


class PageRight(Enum):
    """Who may open a page. What depends on a case is asked by the read or the command, where the case is known."""

    ANYONE = "anyone, with or without an account"
    SIGNED_IN = "anyone who is signed in"
    KNOWS_CASE = "who may know of the case; everybody else is told that there is nothing"
    TEAM_OF_CASE = "who may know of the case and works in the team that has it"
    HOLDS_TASK = "who may know of the case and holds a role of the task"
    SEES_ALL = "who may know of the case and see all its answers: social care's team, and auditors"
    OVERSEES = "who reads every case and works on none"
    MANAGES_TEAM = "who manages a team; what it has is theirs to see"
    KEEPS_DUTY_LIST = "administrators, and who manages the duty team"
    ADMINISTERS = "administrators, who settle what the authority works by"


@dataclass(frozen=True, slots=True)
class PageDeclaration:
    """`look` is None where no case is shown. `keeps_typed`: an expired form is shown again instead of refused."""

    may: PageRight
    look: str | None
    keeps_typed: bool


@dataclass(frozen=True, slots=True)
class Site:
    """`clock` gives the time; tests give their own. `caught` is the mail server of the demonstration. `known` is how
    authorities are reached, read last: it must be said above all when the database is out of reach.
    """

    database: Database
    settings: Settings
    demo: bool
    clock: Callable[[], datetime]
    caught: CaughtLetters | None = None
    known: list[Reached] = field(default_factory=list[Reached])

    def telephone(self, authority: str | None, host: str) -> str:
        try:
            with self.database.read() as connection:
                self.known[:] = reached(connection)
        except DatabaseUnavailable:
            pass
        return telephone_of(self.known, authority, host)


Seen = TypeVar("Seen", bound=NamesCases)
Result = TypeVar("Result")
Given = ParamSpec("Given")


class NoLook(AssertionError):
    """A page would have shown a case without an entry in the record: no entry, no page."""


@dataclass(slots=True)
class Visit:
    """One request: who asks, and when. `stale`: the form that was sent is too old to be trusted as it is. `fresh`: the
    reader has just shown their password.
    """

    site: Site
    actor: Actor
    now: datetime
    fresh: bool = False
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
        return self.signed_in and self.read_unlogged(manages_team).answer

    @property
    def administers(self) -> bool:
        return administers(self.actor)

    @property
    def oversees(self) -> bool:
        return self.actor.in_oversight

    @property
    def whom_to_ring(self) -> str:
        """“children’s social care on 01632 960 001”: said wherever somebody might wait in vain. Of the authority of
        whoever asks, else of the one that the host name means.
        """
        number = INVENTED_NUMBER if self.site.demo else self.site.telephone(self.actor.authority, _host())
        return f"children’s social care on {number}" if number else "children’s social care"

    def enter_by_host(self) -> bool:
        """Whether it is known which authority is meant: by the account, else by the host name, or as the only one."""
        if self.actor.authority is None:
            with self.site.database.read() as connection:
                found = authority_at(connection, _host())
            self.actor = self.actor.at(found) if found else self.actor
        return self.actor.authority is not None

    def read_logged(
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

    def read_unlogged(
        self,
        read: Callable[Concatenate[Connection, Actor, datetime, Given], Seen],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Seen:
        """What is to be shown where it names no case, so that nothing is recorded. Refuses whatever names one."""
        seen = self.read_for_command(read, *arguments, **named)
        if seen.cases_shown:
            raise NoLook("What was read names a case.")
        return seen

    def read_for_command(
        self,
        read: Callable[Concatenate[Connection, Actor, datetime, Given], Result],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Result:
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
    *, may: PageRight, look: str | None, keeps_typed: bool = False
) -> Callable[[Callable[Concatenate[Visit, Parameters], Answer]], Callable[Parameters, Response]]:
    declared = PageDeclaration(may, look, keeps_typed)

    def declare(view: Callable[Concatenate[Visit, Parameters], Answer]) -> Callable[Parameters, Response]:
        @wraps(view)
        def shown(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Response:
            visit = _visit_to(declared)
            response = make_response(view(visit, *args, **kwargs))
            if declared.look and not visit.looked and not _goes_elsewhere(response):
                raise NoLook(request.path)
            return response

        guarded = shown if may is PageRight.ANYONE else _for_the_signed_in(shown)
        cast("Any", guarded).declared = declared
        return guarded

    return declare


def _for_the_signed_in(view: Callable[Parameters, Response]) -> Callable[Parameters, Response]:
    """Everybody else is asked to sign in (`webapp.sign_in.ask_to_sign_in`). Flask-Login says nothing of its types."""
    return cast("Callable[Parameters, Response]", cast("Any", login_required)(view))


def declaration(view: Callable[..., object]) -> PageDeclaration | None:
    return getattr(view, "declared", None)


def refuse_undeclared(app: Flask) -> None:
    """So that a route without a declaration shows nothing to anybody, even before a test has found it."""

    @app.before_request
    def refuse() -> None:  # pyright: ignore[reportUnusedFunction]
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and declaration(view) is None:
            raise NoLook(f"{request.endpoint} declares nothing.")


def _host() -> str:
    return request.host.partition(":")[0]


def site() -> Site:
    return current_app.extensions[EXTENSION]


def current_visit() -> Visit:
    """The same for the whole of a request."""
    if "visit" not in g:
        here, user = site(), sessions.user()
        g.visit = Visit(here, user.actor, here.clock(), user.fresh)
    return g.visit


def public_visit() -> Visit:
    """For pages that must stand even where the database does not."""
    return Visit(site(), PUBLIC, site().clock())


def page_number() -> int:
    """Which page of a list is asked for; whatever else stands in the address is the first."""
    return min(max(request.values.get("page", 1, int), 1), LAST_PAGE)


def wanted_list(names: Collection[str]) -> Wanted:
    """Which of the lists of a page is asked for by itself; whatever else stands in the address is none."""
    name = request.args.get("list", "")
    return Wanted(name, page_number(), request.args.get("of", "")) if name in names else OVERVIEW


def _visit_to(declared: PageDeclaration) -> Visit:
    visit = current_visit()
    visit.page = declared.look
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
