"""The site over HTTP in this process, so that what a request costs and what its command costs are read by one meter."""

import re
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

from werkzeug.serving import WSGIRequestHandler, make_server

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands import sessions
from engine.people.factors import factors_of
from engine.people.identity import SYSTEM
from tests.builders import ROOT
from tests.second_factors import has_app
from webapp import create_app

TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
Typed = Mapping[str, Sequence[str]]


@dataclass
class Browser:
    """Somebody who is signed in, on one kept connection."""

    connection: HTTPConnection
    cookies: dict[str, str] = field(default_factory=dict[str, str])

    def get(self, path: str) -> bytes:
        status, body = self._ask("GET", path)
        assert status == 200, f"{status} for {path}"
        return body

    def post(self, path: str, typed: Typed) -> None:
        """Raises AssertionError where it is not done."""
        status, _ = self._ask("POST", path, urlencode(typed, doseq=True))
        assert status == 303, f"{status} for {path}"

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        self._keep_cookies(answer)
        return answer.status, answer.read()

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value


def token_in(page: bytes) -> str:
    found = TOKEN.search(page)
    assert found, "the page has no form"
    return found[1].decode()


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Not each request."""


@dataclass(frozen=True)
class Site:
    database: Database
    settings: Settings
    port: int
    now: datetime

    def browser(self, account: str) -> Browser:
        """Of somebody who has a second factor, which some must have before any page opens."""
        with self.database.read() as connection:
            has_one = factors_of(connection, account).any
        if not has_one:
            has_app(self.database, self.settings, account, self.now)
        token = sessions.begin(self.database, SYSTEM, self.now, account)
        return Browser(HTTPConnection("127.0.0.1", self.port), {"session": token})


@contextmanager
def served(database: Database, folder: Path, now: datetime) -> Generator[Site]:
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(folder), "THROUGHLINE_MODELS": str(ROOT)})
    server = make_server(
        "127.0.0.1", 0, create_app(settings, database, now=lambda: now), request_handler=Quiet, threaded=True
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(database, settings, server.server_port, now)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
