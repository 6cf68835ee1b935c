"""Whatever is sent to whichever page by whomever: it is answered, at once, and tells nothing of a case that is not
theirs. The short run asks each route once; `make long ROUND=n` many times, of other seeds.
"""

import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import select

from engine.tables import Person as Child
from tests.access.asking import FAILED, Route, routes
from tests.access.policy import PEOPLE, STATES
from tests.access.things import values_for
from tests.access.walking import Walk
from tests.amount import LONG, ROUND, random_of
from tests.statements import counted
from webapp.pages import PageRight, Visit, page

TIMES = 20 if LONG else 1
# Of the processor, however busy the machine is.
LONGEST_SECONDS = 2.0
MOST_STATEMENTS = 1_000
WORDS = (
    *("", "'", "' OR 1=1 --", '"; DROP TABLE "case"; --', "%", "_", "\\", "../../../etc/passwd", "..%2f..%2f"),
    *(
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "{% include 'layout.html' %}",
        "${7*7}",
        "\r\nSet-Cookie: a=b",
        "\x00",
    ),
    *(
        "\u202e",
        "\u0130",
        "\U0001f984",
        "e\u0301" * 50,
        "A" * 20_000,
        "0",
        "-1",
        "9" * 30,
        "1e999",
        "NaN",
        "null",
        "[]",
    ),
    *("{}", '{"a": 1}', "true", "2026-02-30", "0000-00-00", "31", "12", "2011", "yes", "Marker", "social_worker.1"),
)
NAMES = (
    *("reason", "reference", "name", "text", "accounts", "account", "email_address", "role", "team", "organisation"),
    *(
        "do",
        "subject",
        "submission",
        "news",
        "list",
        "of",
        "page",
        "search",
        "days",
        "day-day",
        "day-month",
        "day-year",
    ),
    *("day-time", "path", "saves", "seen", "verdict", "when", "process", "task", "confirmed", "password", "email"),
    *("second_factor", "next", "typed", "website", "csrf_token", "born-day", "born-year", "given_name", "decision"),
    *("family_name", "case", "ends", "response", "children-0-given_name", "children.0.born", "about", "person", "late"),
    *("known", "show", "done", "chosen", "on", "download", "quiet", "who", "emails", "pack", "last_day", "covering"),
)
HEADERS = ("If-Match", "Range", "Accept", "Accept-Language", "X-Forwarded-For", "X-Forwarded-Host", "Referer", "Origin")


class Hung(BaseException):
    """A request took longer than anybody waits: no handler of the site may catch it."""


@contextmanager
def at_once() -> Generator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@dataclass
class Sender:
    walk: Walk
    chance: Random
    tried: int = field(default=0)

    def wrong(self, route: Route) -> Iterator[str]:
        """One request, to somebody else's case or with words of an attack in its address."""
        person, state = self.chance.choice(PEOPLE), self.chance.choice(STATES)
        which = f"{route} ({state}) as {person.who}, try {self.tried}"
        self.tried += 1
        with counted(self.walk.site.database) as statements:
            try:
                with at_once():
                    answer = self.walk.site.ask(person, route, self.values(route, state), **self.sent(route))
            except Hung:
                yield f"{which} takes longer than {LONGEST_SECONDS} seconds"
                return
        if answer.status >= FAILED:
            yield f"{which}: {answer.status}"
        if len(statements) > MOST_STATEMENTS:
            yield f"{which}: {len(statements)} statements"
        yield from self.walk.told_of_others(which, person, state, answer)

    def values(self, route: Route, state: str) -> dict[str, object]:
        values = values_for(route.address, self.walk.known, self.walk.world.things[state])
        for name in route.arguments:
            if self.chance.random() < 1 / 3:
                hostile = self.word().replace("/", "").strip(".") or "x"
                values[name] = self.chance.choice([0, 10**9]) if name == "number" else hostile[:500]
        return values

    def sent(self, route: Route) -> dict[str, Any]:
        more: dict[str, Any] = {"query_string": self.fields(3)}
        more["headers"] = {name: self.word().strip("\r\n\0") for name in self.chance.sample(HEADERS, 2)}
        more["headers"] = {name: _of_header(word) for name, word in more["headers"].items()}
        if route.method != "GET":
            kind = self.chance.random()
            if kind < 2 / 3:
                more["data"] = self.fields(12)
            elif kind < 5 / 6:
                named = (BytesIO(self.chance.randbytes(200)), "../a.zip")
                more["data"] = {**self.fields(4), "file": named}
            else:
                more["data"], more["content_type"] = self.word().encode(), "application/json"
        return more

    def fields(self, most: int) -> dict[str, Any]:
        names = self.chance.sample(NAMES, self.chance.randint(0, most))
        return {name: [self.word() for _ in range(self.chance.randint(1, 2))] for name in names}

    def word(self) -> str:
        """One of an attack, or an id of a case that may be hidden."""
        of_case = [*self.walk.world.things[self.chance.choice(STATES)].values()]
        return self.chance.choice([*WORDS, *of_case, *of_case])


def _of_header(word: str) -> str:
    """A server lets no other character through."""
    return "".join(one for one in word if one.isprintable())[:2_000].encode("latin-1", "ignore").decode("latin-1")


def test_whatever_is_sent_is_answered_and_tells_of_no_other_case(walk: Walk) -> None:
    sender = Sender(walk, random_of(ROUND or 0))
    asked = [route for _ in range(TIMES) for route in routes(walk.site.app)]
    assert [wrong for route in asked for wrong in sender.wrong(route)] == []


def fails(_visit: Visit) -> str:
    raise ValueError("planted")


def never_ends(_visit: Visit) -> str:
    while True:
        pass


def asks(visit: Visit) -> str:
    with visit.site.database.read() as connection:
        return "".join(str(len(connection.execute(select(1)).all())) for _ in range(MOST_STATEMENTS + 1))


def tells(visit: Visit) -> str:
    with visit.site.database.read() as connection:
        return ", ".join(connection.scalars(select(Child.family_name)))


def test_what_is_wrong_on_purpose_is_found(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted faults: a page that fails, one that never ends, one that asks too much, one that tells a name."""
    monkeypatch.setattr("tests.access.test_hostile_requests.LONGEST_SECONDS", 0.2)
    found = {"500": fails, "takes longer": never_ends, "statements": asks, "tells of": tells}
    for number, view in enumerate(found.values()):
        shown: Any = page(may=PageRight.ANYONE, look=None)(view)
        walk.site.app.add_url_rule(f"/planted-{number}", f"planted-{number}", shown)
    sender = Sender(walk, random_of(0))
    planted = (one for one in routes(walk.site.app) if one.address.startswith("/planted-"))
    for fault, route in zip(found, planted, strict=True):
        assert any(fault in one for one in sender.wrong(route)), fault
