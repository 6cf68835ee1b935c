"""The site with the clock beside it, as an operator starts both: any of its processes may be killed and begun anew."""

import os
import signal
import socket
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from subprocess import Popen
from typing import Protocol

from sqlalchemy import delete, func, select

from engine.base import clock
from engine.base.database import Database
from engine.tables import Counted, Deadline
from tests.deployment.running import LONGEST, children, started, until
from tests.repository.tools import BIN
from webapp.cli.listening import listen
from webapp.unsaved import take_up, waiting


class Server(Protocol):
    """Of a database."""

    def kill(self) -> None:
        """With all its processes, and begins it again."""


@dataclass
class Site:
    """`beside` is the clock in a process of its own. The socket outlives the site, as one of systemd does: whoever asks
    while nobody serves waits.
    """

    database: Database
    folder: Path
    environment: dict[str, str]
    listener: socket.socket
    workers: int
    server: Server | None = None
    clock_inside: bool = True
    running: ExitStack = field(default_factory=ExitStack)

    @property
    def port(self) -> int:
        return self.listener.getsockname()[1]

    @property
    def checkpoints(self) -> Path:
        return self.folder / "var" / "checkpoints"

    def begin(self) -> None:
        more = [] if self.clock_inside else ["--no-scheduler"]
        self.site = self._started("serve", *more, listener=self.listener)
        self.until_it_answers()

    def begin_clock(self) -> None:
        self.beside = self._started("scheduler")

    def until_it_answers(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        connection.request("GET", "/sign-in")
        assert connection.getresponse().status == 200, (self.folder / "said").read_text()[-3000:]
        connection.close()

    def kill_worker(self) -> None:
        killed = min(children(self.site.pid))
        os.kill(killed, signal.SIGKILL)
        until(lambda: killed not in children(self.site.pid) and len(children(self.site.pid)) == self.workers)

    def kill_site(self) -> None:
        """Every process of it."""
        for process in (self.site.pid, *children(self.site.pid)):
            os.kill(process, signal.SIGKILL)
        self.site.wait()
        self.begin()

    def kill_clock(self) -> None:
        self.beside.kill()
        self.beside.wait()
        self.begin_clock()

    def kill_clock_at_work(self) -> None:
        """Which has just begun, in the middle of what has fallen due."""
        until(self.passed)
        self.kill_clock()

    def kill_database(self) -> None:
        assert self.server
        self.server.kill()
        self.database.dispose()  # the test's own connections are gone as well

    def take_up_what_was_kept(self) -> None:
        """What was sent while nothing could be saved, or beyond a budget: some time later there is room again."""
        folder = self.folder / "var" / "unsaved-referrals"
        for _ in waiting(folder):
            with self.database.transaction() as connection:
                connection.execute(delete(Counted))
            take_up(self.database, folder, clock.now())
        assert [*waiting(folder)] == []

    def passed(self) -> int:
        """Clocks that have run out."""
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).where(Deadline.passed_at.is_not(None))) or 0

    def _started(self, *arguments: str, listener: socket.socket | None = None) -> "Popen[bytes]":
        command = [str(BIN / "throughline"), *arguments]
        return self.running.enter_context(started(command, self.folder, self.environment, listener))


@contextmanager
def site_on(
    database: Database,
    folder: Path,
    *,
    workers: int = 1,
    server: Server | None = None,
    environment: Mapping[str, str] | None = None,
) -> Generator[Site]:
    """Nothing of it runs yet; nothing runs any more after the block."""
    given = {
        "THROUGHLINE_VAR": str(folder / "var"),
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "THROUGHLINE_WORKERS": str(workers),
        **(environment or {}),
    }
    with listen("127.0.0.1", 0) as listener, ExitStack() as running:
        yield Site(database, folder, given, listener, workers, server, running=running)
