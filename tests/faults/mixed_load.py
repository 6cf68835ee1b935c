"""People at work over HTTP: they refer, complete tasks, keep drafts and read pages, several at once.

What they will do is written down before, from a seed; then it is sent, and what came of each is kept. Whoever gets no
answer sends the same again, as a person does.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from http.client import HTTPConnection, HTTPException
from queue import Queue
from random import Random
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Row, select

from engine.base import clock
from engine.commands.sessions import begin
from engine.people.identity import Actor
from engine.reads.task.start_page import start_questions
from engine.reads.task.task_page import task_questions
from engine.tables import WorkItem
from tests.builders import Authority, answers_to, child, referral
from tests.deployment.running import LONGEST
from webapp.fields import typed_of

AT_ONCE = 4
MOST_TRIES = 40
OK, KEPT_OUTSIDE = 200, 202
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
Typed = Mapping[str, Sequence[str]]


class Kind(Enum):
    REFERRED = "a child is referred"
    COMPLETED = "a task is done"
    DRAFTED = "a draft is kept"
    LOOKED = "a task is read"


class Fate(Enum):
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNANSWERED = "no answer, or one that does not say whether it was done"


@dataclass(frozen=True)
class Deed:
    """`what` is the given name of the child, or the task."""

    kind: Kind
    what: str
    account: str
    path: str
    typed: Typed | None = None


@dataclass(frozen=True)
class Answer:
    deed: Deed
    fate: Fate
    said: str


class Browser:
    """Of one person who is signed in. A connection for each request, so that any worker may get it."""

    def __init__(self, port: int, session: str) -> None:
        self._port = port
        self._cookies = {"session": session}
        self._token = ""

    def do(self, deed: Deed) -> Answer:
        try:
            if not self._token:
                self._ask("GET", "/refer")
            status, location = self._ask("POST" if deed.typed is not None else "GET", deed.path, deed.typed)
        except (HTTPException, OSError) as error:
            return Answer(deed, Fate.UNANSWERED, repr(error))
        done = status in (OK, KEPT_OUTSIDE) or (status == 303 and not location.startswith("/sign-in"))
        fate = Fate.ACKNOWLEDGED if done else Fate.REFUSED if status < 500 else Fate.UNANSWERED
        return Answer(deed, fate, f"{status} {location}")

    def _ask(self, method: str, path: str, typed: Typed | None = None) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=LONGEST)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = None
        if typed is not None:
            body = urlencode({**typed, "csrf_token": self._token}, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self._cookies[name] = value
        if not self._token and (found := TOKEN.search(text)):
            self._token = found[1]
        return answer.status, answer.headers.get("Location", "")


class People:
    """Everybody's browsers, of one site; they stay signed in whatever becomes of it."""

    def __init__(self, at: Authority, port: int) -> None:
        self.at = at
        self._port = port
        self._browsers: dict[str, Browser] = {}

    def at_work(self, deeds: Sequence[Deed], meanwhile: Callable[["Queue[Answer]"], None]) -> list[Answer]:
        """What came of each in the end. `meanwhile` hears of answers as they come, the last time of each deed."""
        for account in {deed.account for deed in deeds} - self._browsers.keys():
            session = begin(self.at.database, self.at.system, clock.now(), account)
            self._browsers[account] = Browser(self._port, session)
        heard: Queue[Answer] = Queue()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            shares = [[*each] for each in _by_account(deeds)]
            sent = [threads.submit(self._send, share, heard) for share in shares]
            meanwhile(heard)
        return [self._until_answered(answer) for share in sent for answer in share.result()]

    def _send(self, deeds: Sequence[Deed], heard: "Queue[Answer]") -> list[Answer]:
        answers: list[Answer] = []
        for deed in deeds:
            answers.append(self._browsers[deed.account].do(deed))
            heard.put(answers[-1])
        return answers

    def _until_answered(self, answer: Answer) -> Answer:
        for _ in range(MOST_TRIES):
            if answer.fate is not Fate.UNANSWERED:
                return answer
            answer = self._browsers[answer.deed.account].do(answer.deed)
        raise AssertionError(f"nobody answers {answer}")


def _by_account(deeds: Sequence[Deed]) -> Iterator[Sequence[Deed]]:
    """What one person does, they do one after the other."""
    accounts = sorted({deed.account for deed in deeds})
    for number in range(AT_ONCE):
        share = set(accounts[number::AT_ONCE])
        yield [deed for deed in deeds if deed.account in share]


def planned(at: Authority, random: Random, *, referrals: int, tasks: int, drafts: int) -> list[Deed]:
    """What people are going to do, in no particular order; some tasks are done by two of them. After each draft its
    task is read.
    """
    now = clock.now()
    with at.database.read() as connection:
        every = connection.execute(select(WorkItem.__table__).where(WorkItem.closed_at.is_(None))).all()
    items = random.sample(every, min(len(every), tasks + drafts))
    deeds = [deed for _ in range(referrals) for deed in _referred(at, random, now)]
    for item in items[drafts:]:
        deeds += _completed(at, random, now, item)
    for item in items[:drafts]:
        account = f"{item.role}.{random.choice((1, 2))}"
        kept = {"subject": [item.id], "note": [f"{random.random()}"]}
        deeds.append(Deed(Kind.DRAFTED, item.id, account, "/drafts", kept))
        deeds.append(Deed(Kind.LOOKED, item.id, account, f"/tasks/{item.id}"))
    random.shuffle(deeds)
    return deeds


def _referred(at: Authority, random: Random, now: datetime) -> Iterator[Deed]:
    who = at.actor("health_practitioner", number=random.choice((1, 2)), now=now)
    name = "".join(random.choices("abcdefghijklmnoprstuvwy", k=12)).title()
    answers = referral(authority=at, now=now, children=[child(given_name=name)])
    process = "referral"
    with at.database.read() as connection:
        questions = start_questions(connection, who, now, process, None, lambda _: answers)
    yield _sent(Kind.REFERRED, name, who, "/refer", {**typed_of(questions, answers), "submission": [name]})


def _completed(at: Authority, random: Random, now: datetime, item: Row[Any]) -> Iterator[Deed]:
    answers = answers_to(authority=at, item=item, now=now)
    for number in (1, 2) if random.random() < 0.25 else (random.choice((1, 2)),):
        who = at.actor(item.role, number=number, now=now)
        with at.database.read() as connection:
            questions = task_questions(connection, who, now, item.id, lambda _: answers)
        yield _sent(Kind.COMPLETED, item.id, who, f"/tasks/{item.id}", typed_of(questions, answers))


def _sent(kind: Kind, what: str, who: Actor, path: str, typed: Typed) -> Deed:
    assert who.account
    return Deed(kind, what, who.account, path, {**typed, "do": ["send"]})
