"""Asking the site as somebody, without keeping what came of it: so that each cell finds the same database."""

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event

from engine.base.database import Database
from engine.commands import sessions
from engine.people.identity import SYSTEM
from tests.access.policy import GIVEN, NOT_FOUND, REFUSED, SIGN_IN, Person
from tests.builders import MONDAY

# What differs each time, whoever asks for what.
RANDOM = re.compile(rb'nonce="[^"]*"|name="(?:csrf_token|submission)" value="[^"]*"|this reference: <strong>[^<]*')
RANDOM_HEADERS = {"Content-Security-Policy", "Set-Cookie", "Date", "Content-Length"}
FAILED = 500


@contextmanager
def nothing_kept(database: Database) -> Generator[None]:
    """Each commit in the block is a rollback: who asks gets what would come of it, and the next finds nothing of it."""

    def undo(connection: Any) -> None:
        connection.connection.rollback()

    event.listen(database.engine, "commit", undo)
    try:
        yield
    finally:
        event.remove(database.engine, "commit", undo)


@dataclass(frozen=True)
class Route:
    """`arguments` are the names of what stands in the address."""

    address: str
    method: str
    endpoint: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def routes(app: Flask) -> Iterator[Route]:
    """Every one that the site answers, each method by itself."""
    rules: list[Any] = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    for rule in rules:
        for method in sorted({*rule.methods} - {"HEAD", "OPTIONS"}):
            names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
            yield Route(rule.rule, method, rule.endpoint, (*names,))


@dataclass(frozen=True)
class Answered:
    status: int
    location: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_what(self) -> str:
        if self.status == 401 or (self.status == 303 and self.location.startswith("/sign-in?next=")):
            return SIGN_IN
        if self.status >= FAILED:
            return f"broken ({self.status})"
        return {403: REFUSED, 404: NOT_FOUND}.get(self.status, GIVEN)

    @property
    def looks(self) -> tuple[int, Mapping[str, str], bytes]:
        """For whether two answers can be told apart."""
        return self.status, self.headers, self.body


@dataclass
class Site:
    """The people sign in once each, and nothing of what they ask is kept. `looks` are those that were recorded: of each
    the cases that it names.
    """

    app: Flask
    database: Database
    tokens: dict[str, str] = field(default_factory=dict[str, str])
    looks: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    def __post_init__(self) -> None:
        self.app.config["WTF_CSRF_METHODS"] = set[str]()  # tests/webapp/test_sign_in.py and others ask for the token
        self.client = self.app.test_client(use_cookies=False)

    def ask(self, person: Person, route: Route, values: Mapping[str, object], **more: Any) -> Answered:
        address = self.app.url_map.bind("localhost").build(
            route.endpoint, {name: values[name] for name in route.arguments}, method=route.method
        )
        headers = {"Cookie": f"session={self.token(person)}"} if person.relation != "nobody" else {}
        headers |= more.pop("headers", {})
        self.looks.clear()
        with (
            nothing_kept(self.database),
            self.client.open(address, method=route.method, headers=headers, **more) as given,
        ):
            said = {name: value for name, value in given.headers.items() if name not in RANDOM_HEADERS}
            body = RANDOM.sub(b"", given.data)
        return Answered(given.status_code, given.headers.get("Location", ""), said, body)

    def note(self, append: Callable[..., None]) -> Callable[..., None]:
        """In the place of what writes a look."""

        def appended(*arguments: Any, **named: Any) -> None:
            append(*arguments, **named)
            self.looks += [fact.cases_shown for fact in arguments[4] if fact.kind == "viewed"]

        return appended

    def token(self, person: Person) -> str:
        if person.account not in self.tokens:
            self.tokens[person.account] = _begun(self.database, person.account)
        return self.tokens[person.account]


def _begun(database: Database, account: str) -> str:
    """Of somebody who has just shown who they are, by all that they have."""
    return sessions.begin(database, SYSTEM, MONDAY, account, confirmed=True, by_second_factor=True)
