"""People at work over HTTP: each looks at tasks, a case or the cases, opens a task, and takes it or keeps a draft.

Nobody waits for anybody else but the server; between two pages each thinks for a while.
"""

import asyncio
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from urllib.parse import urlencode

ITEM, CASE = re.compile(rb'href="/tasks/([a-z0-9.]{26,})"'), re.compile(rb'href="/cases/([a-z0-9.]{26,})"')
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
LONGEST = 60
# What a person can meet who does as others do at once: somebody else has taken the task, or done it.
NO_ERRORS = frozenset({200, 303, 403, 404, 409})


@dataclass
class Load:
    """What came of it."""

    times: list[float] = field(default_factory=list[float])
    errors: Counter[str] = field(default_factory=Counter[str])

    @property
    def requests(self) -> int:
        return len(self.times)

    def percentile(self, part: float) -> float:
        return sorted(self.times)[int(len(self.times) * part)]

    @property
    def median(self) -> float:
        return statistics.median(self.times)


@dataclass
class Person:
    port: int
    cookies: dict[str, str]
    chance: Random
    think: float
    load: Load
    stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def work(self, until: float) -> None:
        await asyncio.sleep(self.chance.random() * self.think * 2)
        while perf_counter() < until:
            inbox = await self.ask("GET", "/tasks")
            cases, items = CASE.findall(inbox), ITEM.findall(inbox)
            listed = not cases or self.chance.random() < 0.4
            await self.ask("GET", "/cases" if listed else f"/cases/{self.chance.choice(cases).decode()}")
            if items:
                await self.open_task(self.chance.choice(items).decode())
        await self.hang_up()

    async def open_task(self, item: str) -> None:
        page = await self.ask("GET", f"/tasks/{item}")
        if token := TOKEN.search(page):
            typed = {"csrf_token": token[1].decode()}
            if self.chance.random() < 0.5:
                await self.ask("POST", f"/tasks/{item}", {**typed, "do": "save", "note": "x"})
            else:
                await self.ask("POST", f"/tasks/{item}/take", typed)

    async def ask(self, method: str, path: str, typed: dict[str, str] | None = None) -> bytes:
        """The body; empty where it went wrong."""
        began = perf_counter()
        try:
            status, body = await asyncio.wait_for(self._answered(method, path, typed), LONGEST)
        except (TimeoutError, OSError, EOFError) as error:
            self.load.errors[type(error).__name__] += 1
            await self.hang_up()
            return b""
        self.load.times.append((perf_counter() - began) * 1000)
        if status not in NO_ERRORS:
            self.load.errors[f"{status} for {path.partition('/')[2][:5]}"] += 1
        await asyncio.sleep(self.chance.expovariate(1 / self.think))
        return body if status == 200 else b""

    async def hang_up(self) -> None:
        if self.stream:
            self.stream[1].close()
            await asyncio.gather(self.stream[1].wait_closed(), return_exceptions=True)
            self.stream = None

    async def _answered(self, method: str, path: str, typed: dict[str, str] | None) -> tuple[int, bytes]:
        """As a browser does: on a connection that the server has closed meanwhile, nothing was sent yet."""
        was_kept = self.stream is not None
        try:
            return await self._sent(method, path, typed)
        except (ConnectionError, EOFError):
            if not was_kept:
                raise
        await self.hang_up()
        return await self._sent(method, path, typed)

    async def _sent(self, method: str, path: str, typed: dict[str, str] | None) -> tuple[int, bytes]:
        reader, writer = self.stream = self.stream or await asyncio.open_connection("127.0.0.1", self.port)
        body = b"" if typed is None else urlencode(typed).encode()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\nContent-Length: {len(body)}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
        writer.write(f"{head}{kind}\r\n".encode() + body)
        await writer.drain()
        answer = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", answer)
        read = await reader.readexactly(int(length[1])) if length else b""
        for name, value in re.findall(rb"(?i)set-cookie: ([^=]+)=([^;\r]*)", answer):
            self.cookies[name.decode()] = value.decode()
        if b"connection: close" in answer.lower():
            await self.hang_up()
        return int(answer.split()[1]), read


def at_work(port: int, sessions: Sequence[str], seconds: float, think: float) -> Load:
    """One person for each session."""
    load = Load()

    async def together() -> None:
        until = perf_counter() + seconds
        people = [
            Person(port, {"session": session}, Random(number), think, load)  # noqa: S311  a try, not a secret
            for number, session in enumerate(sessions)
        ]
        await asyncio.gather(*(one.work(until) for one in people))

    asyncio.run(together())
    return load
